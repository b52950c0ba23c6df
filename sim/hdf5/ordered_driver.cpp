#include "sim/hdf5/ordered_driver.hpp"

#include <fcntl.h>
#include <hdf5.h>
#if H5_VERSION_GE(1, 14, 0)
#include <H5FDdevelop.h>
#endif
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <tuple>
#include <vector>

namespace apical::hdf5 {
namespace {

using Bytes = std::vector<unsigned char>;

struct Block {
    H5FD_mem_t kind;
    Bytes bytes;
};

/// The library sees the first member only.
struct OrderedFile {
    H5FD_t base{};
    int descriptor = -1;
    dev_t device = 0;
    ino_t inode = 0;
    haddr_t allocated = 0;          ///< end of the space in use, as the library counts
    haddr_t settled = 0;            ///< the same at the last completed flush: nothing on disk refers to space beyond it
    int failure = 0;                ///< errno of the first write that failed
    std::map<haddr_t, Block> held;  ///< metadata since the last flush; blocks do not overlap

    ~OrderedFile() {
        if (descriptor >= 0) ::close(descriptor);
    }
};

OrderedFile& self(H5FD_t* file) { return *reinterpret_cast<OrderedFile*>(file); }
const OrderedFile& self(const H5FD_t* file) { return *reinterpret_cast<const OrderedFile*>(file); }

/// Puts the system's reason on the library's error stack, where it is the innermost and hence the one reported.
herr_t report(const char* reason) {
    H5Epush2(H5E_DEFAULT, __FILE__, __func__, __LINE__, H5E_ERR_CLS, H5E_IO, H5E_WRITEERROR, "%s", reason);
    return -1;
}

bool write_all(int descriptor, haddr_t address, const void* buffer, std::size_t size) {
    auto* next = static_cast<const char*>(buffer);
    while (size > 0) {
        const ssize_t written = ::pwrite(descriptor, next, size, static_cast<off_t>(address));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        next += written;
        address += static_cast<haddr_t>(written);
        size -= static_cast<std::size_t>(written);
    }
    return true;
}

H5FD_t* open(const char* name, unsigned flags, hid_t, haddr_t) {
    int mode = (flags & H5F_ACC_RDWR) != 0 ? O_RDWR : O_RDONLY;
    if ((flags & H5F_ACC_CREAT) != 0) mode |= O_CREAT;
    if ((flags & H5F_ACC_EXCL) != 0) mode |= O_EXCL;
    auto file = std::make_unique<OrderedFile>();
    file->descriptor = ::open(name, mode | O_CLOEXEC, 0666);
    struct stat status {};
    if (file->descriptor < 0 || ::fstat(file->descriptor, &status) < 0) return report(std::strerror(errno)), nullptr;
    if ((flags & H5F_ACC_RDWR) != 0 && is_locked_by_another(file->descriptor))
        return report("another process is writing this file"), nullptr;
    // Only now, when the file is known to be ours.
    if ((flags & H5F_ACC_TRUNC) != 0 && ::ftruncate(file->descriptor, 0) < 0)
        return report(std::strerror(errno)), nullptr;
    file->device = status.st_dev;
    file->inode = status.st_ino;
    return &file.release()->base;
}

int compare(const H5FD_t* a, const H5FD_t* b) {
    const auto key = [](const OrderedFile& file) { return std::tie(file.device, file.inode); };
    return key(self(a)) < key(self(b)) ? -1 : key(self(b)) < key(self(a)) ? 1 : 0;
}

herr_t query(const H5FD_t*, unsigned long* flags) {
    if (flags != nullptr) *flags = H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
    return 0;
}

haddr_t allocated(const H5FD_t* file, H5FD_mem_t) { return self(file).allocated; }
herr_t allocate(H5FD_t* file, H5FD_mem_t, haddr_t end) {
    self(file).allocated = end;
    return 0;
}

haddr_t file_size(const OrderedFile& file) {
    struct stat status {};
    return ::fstat(file.descriptor, &status) == 0 ? static_cast<haddr_t>(status.st_size) : 0;
}
haddr_t end_of_file(const H5FD_t* file, H5FD_mem_t) { return std::max(file_size(self(file)), self(file).settled); }

herr_t handle(H5FD_t* file, hid_t, void** result) {
    *result = file;
    return 0;
}

/// Forgets what is held of [begin, end): newer content replaces it.
void forget(std::map<haddr_t, Block>& held, haddr_t begin, haddr_t end) {
    auto block = held.lower_bound(begin);
    if (block != held.begin() && std::prev(block)->first + std::prev(block)->second.bytes.size() > begin) --block;
    while (block != held.end() && block->first < end) {
        const haddr_t first = block->first, last = first + block->second.bytes.size();
        const H5FD_mem_t kind = block->second.kind;
        const Bytes bytes = std::move(block->second.bytes);
        block = held.erase(block);
        if (first < begin) held[first] = {kind, Bytes(bytes.begin(), bytes.begin() + static_cast<long>(begin - first))};
        if (last > end) held[end] = {kind, Bytes(bytes.end() - static_cast<long>(last - end), bytes.end())};
    }
}

herr_t write(H5FD_t* base, H5FD_mem_t kind, hid_t, haddr_t address, size_t size, const void* buffer) {
    OrderedFile& file = self(base);
    if (file.failure != 0) return 0;
    if (kind != H5FD_MEM_DRAW) {
        forget(file.held, address, address + size);
        auto* first = static_cast<const unsigned char*>(buffer);
        file.held[address] = {kind, Bytes(first, first + size)};
        return 0;
    }
    // Told by the next flush: the library does not survive an error while it closes a data set, where it may write too.
    if (!write_all(file.descriptor, address, buffer, size)) file.failure = errno;
    return 0;
}

herr_t read(H5FD_t* base, H5FD_mem_t, hid_t, haddr_t address, size_t size, void* buffer) {
    OrderedFile& file = self(base);
    auto* target = static_cast<unsigned char*>(buffer);
    std::size_t done = 0;
    while (done < size) {
        const ssize_t got = ::pread(file.descriptor, target + done, size - done, static_cast<off_t>(address + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return report(std::strerror(errno));
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    std::fill(target + done, target + size, static_cast<unsigned char>(0));  // allocated, but not written yet
    auto block = file.held.upper_bound(address);
    if (block != file.held.begin()) --block;
    for (; block != file.held.end() && block->first < address + size; ++block) {
        const haddr_t begin = std::max(address, block->first);
        const haddr_t end = std::min<haddr_t>(address + size, block->first + block->second.bytes.size());
        if (begin < end)
            std::memcpy(target + (begin - address), block->second.bytes.data() + (begin - block->first), end - begin);
    }
    return 0;
}

/// Where a held block stands in the order of writing; see the header.
std::tuple<int, int> turn(const OrderedFile& file, haddr_t address, const Block& block) {
    constexpr haddr_t superblock = 0;
    if (address == superblock) return {file.allocated >= file.settled ? 1 : 5, 0};
    if (address >= file.settled) return {0, 0};
    // Index of a chunked data set: signature, type of node (1), level.
    if (block.bytes.size() > 5 && std::memcmp(block.bytes.data(), "TREE", 4) == 0) return {2, -block.bytes[5]};
    return {block.kind == H5FD_MEM_OHDR ? 4 : 3, 0};
}

herr_t release(OrderedFile& file) {
    if (file.held.empty() && file.allocated == file.settled) return 0;
    bool good =
        file.allocated <= file_size(file) || ::ftruncate(file.descriptor, static_cast<off_t>(file.allocated)) == 0;
    std::vector<std::pair<haddr_t, const Block*>> blocks;
    for (const auto& [address, block] : file.held) blocks.emplace_back(address, &block);
    std::stable_sort(blocks.begin(), blocks.end(), [&](const auto& a, const auto& b) {
        return turn(file, a.first, *a.second) < turn(file, b.first, *b.second);
    });
    for (const auto& [address, block] : blocks)
        good = good && write_all(file.descriptor, address, block->bytes.data(), block->bytes.size());
    if (good && file.allocated < file_size(file))
        good = ::ftruncate(file.descriptor, static_cast<off_t>(file.allocated)) == 0;
    if (!good) return report(std::strerror(file.failure = errno));
    file.held.clear();
    file.settled = file.allocated;
    return 0;
}

herr_t flush(H5FD_t* base, hid_t, hbool_t closing) {
    OrderedFile& file = self(base);
    if (file.failure == 0) return release(file);
    return closing ? 0 : report(std::strerror(file.failure));
}

herr_t close(H5FD_t* base) {
    std::unique_ptr<OrderedFile> file(&self(base));
    const bool writes = (base->access_flags & H5F_ACC_RDWR) != 0 && file->failure == 0;
    return writes ? release(*file) : 0;
}

herr_t keep(H5FD_t*, hid_t, hbool_t) { return 0; }  // the size is set by `release`, in its place of the order

const H5FD_class_t& driver_class() {
    static const H5FD_class_t result = [] {
        H5FD_class_t driver{};
#if H5_VERSION_GE(1, 14, 0)
        driver.version = H5FD_CLASS_VERSION;
        driver.value = static_cast<H5FD_class_value_t>(600);  // any of those left to applications
#endif
        driver.name = "ordered";
        driver.maxaddr = (haddr_t{1} << 63) - 1;
        driver.fc_degree = H5F_CLOSE_STRONG;
        driver.open = open;
        driver.close = close;
        driver.cmp = compare;
        driver.query = query;
        driver.get_eoa = allocated;
        driver.set_eoa = allocate;
        driver.get_eof = end_of_file;
        driver.get_handle = handle;
        driver.read = read;
        driver.write = write;
        driver.flush = flush;
        driver.truncate = keep;
        const H5FD_mem_t kinds[H5FD_MEM_NTYPES] = H5FD_FLMAP_DICHOTOMY;
        std::copy(std::begin(kinds), std::end(kinds), driver.fl_map);
        return driver;
    }();
    return result;
}

}  // namespace

bool is_locked_by_another(int descriptor) {
#ifdef F_OFD_SETLK
    // Not flock, which HDF5 itself uses: readers of the file would be turned away.
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return ::fcntl(descriptor, F_OFD_SETLK, &lock) < 0 && (errno == EAGAIN || errno == EACCES);
#else
    (void)descriptor;
    return false;
#endif
}

Identifier ordered_driver() {
    static const Identifier id = H5FDregister(&driver_class());
    return id;
}

void settle(Identifier file) {
    void* driver = nullptr;
    if (H5Fget_vfd_handle(file, H5P_DEFAULT, &driver) < 0) return;
    OrderedFile& ordered = self(static_cast<H5FD_t*>(driver));
    ordered.settled = ordered.allocated;
}

}  // namespace apical::hdf5
