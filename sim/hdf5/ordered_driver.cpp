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
#include <utility>
#include <vector>

#include "sim/core/uninterrupted.hpp"
#include "sim/hdf5/block_change.hpp"
#include "sim/hdf5/lock.hpp"

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
    bool is_relied_on = false;      ///< every state of the file on disk must be a valid one
    bool is_waiting = false;        ///< a flush found no way to write what is held that keeps it so: for `write_copy`
    int copy = -1;                  ///< descriptor of the file that will take the place of this one
    std::string missing_lock;       ///< why the file could not be locked; "" if it is

    ~OrderedFile() {
        if (descriptor >= 0) ::close(descriptor);
        if (copy >= 0) ::close(copy);
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
        const ssize_t written =
            uninterrupted([&] { return ::pwrite(descriptor, next, size, static_cast<off_t>(address)); });
        if (written == 0) errno = EIO;
        if (written <= 0) return false;
        next += written;
        address += static_cast<haddr_t>(written);
        size -= static_cast<std::size_t>(written);
    }
    return true;
}

/// What is beyond the end of the file, allocated but not written yet, is zero.
bool read_all(int descriptor, haddr_t address, unsigned char* target, std::size_t size) {
    std::size_t done = 0;
    while (done < size) {
        const ssize_t got = uninterrupted(
            [&] { return ::pread(descriptor, target + done, size - done, static_cast<off_t>(address + done)); });
        if (got < 0) return false;
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    std::fill(target + done, target + size, static_cast<unsigned char>(0));
    return true;
}

bool resize(int descriptor, haddr_t size) {
    return uninterrupted([&] { return ::ftruncate(descriptor, static_cast<off_t>(size)); }) == 0;
}

H5FD_t* open(const char* name, unsigned flags, hid_t, haddr_t) {
    int mode = (flags & H5F_ACC_RDWR) != 0 ? O_RDWR : O_RDONLY;
    if ((flags & H5F_ACC_CREAT) != 0) mode |= O_CREAT;
    if ((flags & H5F_ACC_EXCL) != 0) mode |= O_EXCL;
    auto file = std::make_unique<OrderedFile>();
    file->descriptor = uninterrupted([&] { return ::open(name, mode | O_CLOEXEC, 0666); });
    struct stat status {};
    if (file->descriptor < 0 || ::fstat(file->descriptor, &status) < 0) return report(std::strerror(errno)), nullptr;
    if ((flags & H5F_ACC_RDWR) != 0) {
        const Lock lock = lock_for_writing(file->descriptor);
        struct stat named {};
        // The lock is on the file, not on its name: another process may have given the name to a new one meanwhile.
        if (lock.is_of_another || ::stat(name, &named) < 0 || named.st_dev != status.st_dev ||
            named.st_ino != status.st_ino)
            return report("another process is writing this file"), nullptr;
        file->missing_lock = lock.problem;
    }
    // Only now, when the file is known to be ours.
    if ((flags & H5F_ACC_TRUNC) != 0 && !resize(file->descriptor, 0)) return report(std::strerror(errno)), nullptr;
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

/// Space is never used twice: what is free now may be in use in the file on disk.
bool keeps_all_space(const H5FD_t* file) { return file->alignment > 1; }

haddr_t take_space(H5FD_t* base, H5FD_mem_t kind, hid_t, hsize_t size) {
    OrderedFile& file = self(base);
    if (size > base->maxaddr - file.allocated) return HADDR_UNDEF;
    const haddr_t begin = file.allocated;
    file.allocated += size;
    if (!keeps_all_space(base)) return begin;
    // The next block begins on a page, and the library finds no room behind this one to make it longer: a header would
    // grow beyond its page.
    if (kind != H5FD_MEM_DRAW) ++file.allocated;
    file.allocated = (file.allocated + base->alignment - 1) / base->alignment * base->alignment;
    return begin;
}

herr_t give_space_back(H5FD_t* base, H5FD_mem_t, hid_t, haddr_t address, hsize_t size) {
    OrderedFile& file = self(base);
    if (!keeps_all_space(base) && address + size == file.allocated) file.allocated = address;
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

herr_t read(H5FD_t* base, H5FD_mem_t kind, hid_t, haddr_t address, size_t size, void* buffer) {
    OrderedFile& file = self(base);
    // Values that could not be written are not there. Metadata is: what is held is read from memory.
    if (kind == H5FD_MEM_DRAW && file.failure != 0) return report(std::strerror(file.failure));
    auto* target = static_cast<unsigned char*>(buffer);
    if (!read_all(file.descriptor, address, target, size)) return report(std::strerror(errno));
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
    const auto is = [&](const char* signature) {
        return block.bytes.size() > 5 && std::memcmp(block.bytes.data(), signature, 4) == 0;
    };
    if (is("TREE")) return {2, -block.bytes[5]};
    return {block.kind == H5FD_MEM_OHDR ? 4 : 3, is("OHDR") ? 1 : 0};
}

/// Whether the file on disk is a valid one at every moment while what is held is written. False, with the reason in
/// `failure`, if it cannot be read.
bool can_be_written_in_place(OrderedFile& file) {
    int structural = 0;
    for (const auto& [address, block] : file.held) {
        if (address >= file.settled) continue;
        Bytes before(block.bytes.size());
        if (!read_all(file.descriptor, address, before.data(), before.size())) return file.failure = errno, false;
        constexpr haddr_t superblock = 0;  // where the file ends: on disk before anything refers to it
        const BlockChange change = change_of(address, before, block.bytes);
        if (change == BlockChange::torn) return false;
        if (change == BlockChange::structure && address != superblock) ++structural;
    }
    return structural <= 1;
}

/// Brings all that is held to a file. False if that failed.
bool write_held(const OrderedFile& file, int descriptor) {
    std::vector<std::pair<haddr_t, const Block*>> blocks;
    for (const auto& [address, block] : file.held) blocks.emplace_back(address, &block);
    std::stable_sort(blocks.begin(), blocks.end(), [&](const auto& a, const auto& b) {
        return turn(file, a.first, *a.second) < turn(file, b.first, *b.second);
    });
    return std::ranges::all_of(blocks, [&](const auto& block) {
        return write_all(descriptor, block.first, block.second->bytes.data(), block.second->bytes.size());
    });
}

/// False, with the reason in `failure`, if not everything could be written.
bool release(OrderedFile& file) {
    if (file.held.empty() && file.allocated == file.settled) return true;
    bool good = file.allocated <= file_size(file) || resize(file.descriptor, file.allocated);
    good = good && write_held(file, file.descriptor);
    if (good && file.allocated < file_size(file)) good = resize(file.descriptor, file.allocated);
    if (!good) return file.failure = errno, false;
    file.held.clear();
    file.settled = file.allocated;
    return true;
}

herr_t flush(H5FD_t* base, hid_t, hbool_t closing) {
    OrderedFile& file = self(base);
    if (file.failure == 0 && file.is_relied_on && !file.is_waiting) file.is_waiting = !can_be_written_in_place(file);
    const bool good = file.failure == 0 && (file.is_waiting || release(file));
    return good || closing ? 0 : report(std::strerror(file.failure));
}

herr_t close(H5FD_t* base) {
    std::unique_ptr<OrderedFile> file(&self(base));
    // Whether it succeeds or not: see the header.
    if ((base->access_flags & H5F_ACC_RDWR) != 0 && file->failure == 0 && !file->is_waiting) release(*file);
    return 0;
}

/// The part of the file that is on disk, to another. False if that failed.
bool copy_all(const OrderedFile& file, int target) {
    Bytes part(std::size_t{1} << 20);
    const haddr_t end = std::min(file_size(file), file.allocated);
    for (haddr_t at = 0; at < end; at += part.size()) {
        const std::size_t size = std::min<haddr_t>(part.size(), end - at);
        if (!read_all(file.descriptor, at, part.data(), size) || !write_all(target, at, part.data(), size))
            return false;
    }
    return true;
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
        driver.alloc = take_space;
        driver.free = give_space_back;
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

/// Null for a file that is not written.
OrderedFile* driver_of(Identifier file) {
    const Handle access(H5Fget_access_plist(file));
    void* driver = nullptr;
    if (access.id() < 0 || H5Pget_driver(access.id()) != ordered_driver()) return nullptr;
    if (H5Fget_vfd_handle(file, H5P_DEFAULT, &driver) < 0) return nullptr;
    return &self(static_cast<H5FD_t*>(driver));
}

}  // namespace

Identifier ordered_driver() {
    static const Identifier id = H5FDregister(&driver_class());
    return id;
}

void refer_to_all(Identifier file) {
    if (OrderedFile* ordered = driver_of(file)) ordered->settled = ordered->allocated;
}

void rely_on(Identifier file) {
    if (OrderedFile* ordered = driver_of(file)) ordered->is_relied_on = true;
}

bool is_waiting(Identifier file) {
    const OrderedFile* ordered = driver_of(file);
    return ordered != nullptr && ordered->is_waiting;
}

std::string write_copy(Identifier file, const std::string& path) {
    OrderedFile& ordered = *driver_of(file);
    if (ordered.failure == 0) {
        ordered.copy = uninterrupted([&] { return ::open(path.c_str(), O_RDWR | O_CLOEXEC); });
        const bool good = ordered.copy >= 0 && copy_all(ordered, ordered.copy) &&
                          resize(ordered.copy, ordered.allocated) && write_held(ordered, ordered.copy);
        if (!good) ordered.failure = errno;
        else static_cast<void>(lock_for_writing(ordered.copy));  // where that is not possible, it was not before
    }
    return ordered.failure == 0 ? "" : std::strerror(ordered.failure);
}

void go_on_in_copy(Identifier file) {
    OrderedFile& ordered = *driver_of(file);
    std::swap(ordered.descriptor, ordered.copy);
    ::close(std::exchange(ordered.copy, -1));
    struct stat status {};
    ::fstat(ordered.descriptor, &status);
    ordered.device = status.st_dev;
    ordered.inode = status.st_ino;
    ordered.held.clear();
    ordered.settled = ordered.allocated;
    ordered.is_waiting = false;
}

std::string synchronise(Identifier file) {
    OrderedFile* ordered = driver_of(file);
    if (ordered == nullptr) return "it is no file of this driver";
    if (ordered->failure == 0) {
        const int result = uninterrupted([&] { return ::fsync(ordered->descriptor); });
        // Some network file systems know no fsync.
        if (result < 0 && errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP) ordered->failure = errno;
    }
    return ordered->failure == 0 ? "" : std::strerror(ordered->failure);
}

std::string missing_lock(Identifier file) {
    const OrderedFile* ordered = driver_of(file);
    return ordered == nullptr ? "" : ordered->missing_lock;
}

}  // namespace apical::hdf5
