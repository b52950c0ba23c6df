#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace apical::fuzz {

/// Damages an HDF5 file in a few places, and mostly puts the checksums of its metadata right again, so that the damage
/// is seen by what comes after them.
class DamagedFile {
   public:
    explicit DamagedFile(std::string whole);
    /// Equal numbers, equal damage.
    std::string operator()(std::uint32_t number) const;
    std::size_t checked_blocks() const { return blocks_.size(); }

   private:
    /// Metadata under one checksum, which follows it.
    struct Block {
        std::size_t begin = 0, length = 0;
    };

    std::string whole_;
    std::vector<Block> blocks_;
};

}  // namespace apical::fuzz
