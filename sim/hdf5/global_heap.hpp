#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace apical::hdf5 {

/// The text of variable length whose reference stands at `offset` of a file; nothing if it is not there in good order.
///
/// HDF5 keeps such texts in its global heap, the one structure of the files we write that has no checksum: in a damaged
/// heap the library (1.10) reads out of bounds, or for ever. So we follow the reference ourselves.
std::optional<std::string> heap_text(const std::string& path, std::uint64_t offset);

}  // namespace apical::hdf5
