#pragma once
#include <cstddef>
#include <string>

#include "sim/hdf5/handle.hpp"

namespace apical::hdf5 {

/// To be called before a file is opened: the library prints no errors, loads no plug-ins (whatever HDF5_PLUGIN_PATH
/// says), and undoes deflate only as far as `ChunkBytes` says.
void set_up_library();

/// While one lives, a chunk that is decompressed must have exactly so many bytes; without one, none is. The library's
/// own filter stops at no size, and a chunk that turns out too short is read beyond its end.
class ChunkBytes {
   public:
    explicit ChunkBytes(std::size_t bytes);
    ~ChunkBytes();
    ChunkBytes(const ChunkBytes&) = delete;
    ChunkBytes& operator=(const ChunkBytes&) = delete;
};

/// How a data set with this creation property list passes its chunks through filters.
struct Filters {
    std::string foreign;  ///< name of one that is none of deflate, shuffle and fletcher32; "" if there is none
    int deflate = -1;     ///< place in the pipeline, -1: none
    int checksum = -1;    ///< of fletcher32, which adds 4 bytes
    bool shuffle = false;
    bool any() const { return deflate >= 0 || checksum >= 0 || shuffle; }
};
Filters filters_of(Identifier creation_list);

}  // namespace apical::hdf5
