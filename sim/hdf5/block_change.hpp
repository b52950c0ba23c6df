#pragma once
#include <cstdint>
#include <span>

namespace apical::hdf5 {

/// What it means for a file that a block of metadata in it is overwritten, should the process be killed before it has
/// overwritten other blocks too.
enum class BlockChange {
    none,       ///< the bytes are the same
    growth,     ///< more rows, entries of an index, texts of a heap: harmless in the right order (ordered_driver.hpp)
    structure,  ///< objects, links or attributes come, go or move: harmless only if this block alone changes
    torn        ///< in more than one page: not even this block can be overwritten at once
};

/// `address` is that of the block in the file; both contents have the same size.
BlockChange change_of(std::uint64_t address, std::span<const unsigned char> before,
                      std::span<const unsigned char> after);

}  // namespace apical::hdf5
