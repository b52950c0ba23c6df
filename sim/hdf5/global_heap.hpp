#pragma once
#include <cstdint>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace apical::hdf5 {

/// Reads texts of variable length.
///
/// HDF5 keeps such texts in its global heap, the one structure of the files we write that has no checksum: in a damaged
/// heap the library (1.10) reads out of bounds, or for ever. So we follow the references ourselves. All the texts of
/// one data set take a time, and together a length, that the file's length bounds, also where they share their letters.
class GlobalHeap {
   public:
    explicit GlobalHeap(const std::string& path);
    /// The text whose reference stands at `offset` of the file; nothing if it is not there in good order.
    std::optional<std::string> text(std::uint64_t offset);

   private:
    struct Extent {
        std::uint64_t offset = 0, bytes = 0;
    };
    using Collection = std::map<std::uint64_t, Extent>;  ///< by index

    /// Empty if the file does not have that many.
    std::vector<unsigned char> read(std::uint64_t offset, std::uint64_t count);
    /// Null if it is damaged.
    const Collection* collection(std::uint64_t address);

    std::ifstream stream_;
    std::uint64_t size_ = 0;
    std::uint64_t objects_left_ = 0, bytes_left_ = 0;
    std::map<std::uint64_t, Collection> collections_;  ///< by address
};

}  // namespace apical::hdf5
