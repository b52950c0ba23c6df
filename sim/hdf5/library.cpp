#include "sim/hdf5/library.hpp"

#include <hdf5.h>
#include <zlib.h>

namespace apical::hdf5 {
namespace {

thread_local std::size_t chunk_bytes = 0;

/// Replaces the buffer of a filter. Returns what a filter returns: the bytes in use, 0 for a failure.
std::size_t hand_over(void* made, std::size_t bytes, std::size_t* buffer_size, void** buffer) {
    H5free_memory(*buffer);
    *buffer = made;
    *buffer_size = bytes;
    return bytes;
}

std::size_t undo_deflate(std::size_t bytes, std::size_t* buffer_size, void** buffer) {
    if (chunk_bytes == 0) return 0;
    void* const made = H5allocate_memory(chunk_bytes, false);
    if (made == nullptr) return 0;
    uLongf length = chunk_bytes;
    const int status = uncompress(static_cast<Bytef*>(made), &length, static_cast<const Bytef*>(*buffer), bytes);
    if (status == Z_OK && length == chunk_bytes) return hand_over(made, length, buffer_size, buffer);
    H5free_memory(made);
    return 0;
}

/// As the library does it, to the bit.
std::size_t do_deflate(int level, std::size_t bytes, std::size_t* buffer_size, void** buffer) {
    uLongf length = compressBound(bytes);
    void* const made = H5allocate_memory(length, false);
    if (made == nullptr) return 0;
    const int status = compress2(static_cast<Bytef*>(made), &length, static_cast<const Bytef*>(*buffer), bytes, level);
    if (status == Z_OK) return hand_over(made, length, buffer_size, buffer);
    H5free_memory(made);
    return 0;
}

std::size_t deflate_filter(unsigned flags, std::size_t count, const unsigned parameters[], std::size_t bytes,
                           std::size_t* buffer_size, void** buffer) {
    if ((flags & H5Z_FLAG_REVERSE) != 0) return undo_deflate(bytes, buffer_size, buffer);
    return count == 1 && parameters[0] <= 9 ? do_deflate(static_cast<int>(parameters[0]), bytes, buffer_size, buffer)
                                            : 0;
}

}  // namespace

void set_up_library() {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    H5PLset_loading_state(0);
    static const herr_t replaced = [] {
        H5Z_class2_t filter{};
        filter.version = H5Z_CLASS_T_VERS;
        filter.id = H5Z_FILTER_DEFLATE;
        filter.encoder_present = filter.decoder_present = 1;
        filter.name = "deflate";
        filter.filter = deflate_filter;
        return H5Zregister(&filter);
    }();
    static_cast<void>(replaced);
}

ChunkBytes::ChunkBytes(std::size_t bytes) { chunk_bytes = bytes; }
ChunkBytes::~ChunkBytes() { chunk_bytes = 0; }

Filters filters_of(Identifier creation_list) {
    Filters found;
    const int count = H5Pget_nfilters(creation_list);
    if (count < 0) found.foreign = "unknown";
    for (int place = 0; place < count; ++place) {
        char name[64] = "";
        unsigned flags = 0;
        std::size_t parameters = 0;
        const H5Z_filter_t filter = H5Pget_filter2(creation_list, static_cast<unsigned>(place), &flags, &parameters,
                                                   nullptr, sizeof name - 1, name, nullptr);
        const bool again = (filter == H5Z_FILTER_DEFLATE && found.deflate >= 0) ||
                           (filter == H5Z_FILTER_FLETCHER32 && found.checksum >= 0);
        if (filter == H5Z_FILTER_DEFLATE && !again) found.deflate = place;
        else if (filter == H5Z_FILTER_FLETCHER32 && !again) found.checksum = place;
        else if (filter == H5Z_FILTER_SHUFFLE) found.shuffle = true;
        else found.foreign = std::to_string(filter) + (*name == '\0' ? "" : " (" + std::string(name) + ")");
    }
    return found;
}

}  // namespace apical::hdf5
