#include "sim/record/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <random>
#include <set>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/core/uninterrupted.hpp"
#include "sim/hdf5/lock.hpp"

namespace apical {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string& path, const std::string& found, const std::string& expected = "",
                         const std::string& hint = "") {
    throw InputError({{path, 0, 0}, "", found, expected, hint});
}

/// The system did not let a file be made or opened: for what the user named, or for a fault of the moment (a full disk,
/// a limit, a device), which is no wrong input.
[[noreturn]] void refuse_place(const std::string& path, int reason) {
    for (const int wrong : {ENOENT, ENOTDIR, EISDIR, EACCES, EPERM, EROFS, ENAMETOOLONG, ELOOP, EINVAL, EILSEQ, ENXIO,
                            ENODEV, ETXTBSY, EOPNOTSUPP})
        if (reason == wrong) refuse(path, std::string("a place that cannot be written to: ") + std::strerror(reason));
    throw RunError(path + ": cannot be made: " + std::strerror(reason));
}

const char* const written_by_another = "a file that another process is writing";

/// An open file, closed again.
class Descriptor {
   public:
    Descriptor(const std::string& path, int flags)
        : value_(uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0666); })) {}
    ~Descriptor() {
        if (value_ >= 0) ::close(value_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int value() const { return value_; }

   private:
    int value_;
};

struct stat status_of(int descriptor) {
    struct stat status {};
    ::fstat(descriptor, &status);
    return status;
}

/// The file that an output would replace, open for writing; nothing if there is none.
class Predecessor {
   public:
    Predecessor(const std::string& path, const std::string& target, Existing existing)
        : file_(target, O_RDWR | O_NONBLOCK | O_NOFOLLOW) {
        if (file_.value() < 0) {
            if (errno == EISDIR) refuse(path, "a folder", "a file");
            if (errno != ENOENT) refuse_place(path, errno);
            return;
        }
        status_ = status_of(file_.value());
        if (!S_ISREG(status_->st_mode)) refuse(path, "something else than a plain file");
        if (existing == Existing::refused) refuse_existing(path);
        if (existing == Existing::replaced && hdf5::lock_for_writing(file_.value()).is_of_another)
            refuse(path, written_by_another);
    }
    [[noreturn]] static void refuse_existing(const std::string& path) {
        refuse(path, "a file that exists", "", "write elsewhere with --out, or replace it with --force");
    }

    bool is_there() const { return status_.has_value(); }
    mode_t permissions() const { return status_->st_mode & 07777U; }
    /// Whether the name still leads to it.
    bool is_still(const std::string& target) const {
        struct stat now {};
        return ::lstat(target.c_str(), &now) == 0 && now.st_dev == status_->st_dev && now.st_ino == status_->st_ino;
    }

   private:
    Descriptor file_;
    std::optional<struct stat> status_;
};

/// Nobody can guess it, so nobody can be there first.
std::string random_letters() {
    constexpr std::string_view letters = "0123456789abcdefghjkmnpqrstvwxyz";
    std::random_device device;
    std::string text;
    for (int k = 0; k < 12; ++k) text += letters[device() % letters.size()];
    return text;
}

/// The name of the target with a random part, cut where it would be longer than the system permits.
std::string temporary_name(const std::string& target) {
    const std::string ending = "." + random_letters() + ".part";
    std::string name = fs::path(target).filename().string();
    std::size_t length = std::min(name.size(), NAME_MAX - ending.size());
    while (length > 0 && length < name.size() && (static_cast<unsigned char>(name[length]) & 0xC0U) == 0x80U) --length;
    name.resize(length);
    return (fs::path(target).parent_path() / (name + ending)).string();
}

std::string make_temporary(const std::string& path, const std::string& target, const Predecessor& predecessor) {
    if (fs::path(target).filename().empty()) refuse(path, path.empty() ? "an empty name" : "a folder", "a file");
    for (;;) {
        std::string name = temporary_name(target);
        const Descriptor file(name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW);
        if (file.value() < 0 && errno == EEXIST) continue;
        if (file.value() < 0) refuse_place(path, errno);
        if (predecessor.is_there()) ::fchmod(file.value(), predecessor.permissions());
        return name;
    }
}

void synchronise_file(const std::string& name, const std::string& path, int flags) {
    const Descriptor file(name, flags);
    if (file.value() >= 0 && uninterrupted([&] { return ::fsync(file.value()); }) == 0) return;
    // Some network file systems have no fsync of folders, and some folders may be written to but not read; the rename
    // has happened all the same.
    if ((errno == EINVAL || errno == EACCES) && (flags & O_DIRECTORY) != 0) return;
    throw RunError(path + ": cannot be written to disk: " + std::strerror(errno));
}

/// Gives the file its name if nothing has it; false if something does.
bool rename_to_new(const std::string& from, const std::string& to) {
#ifdef RENAME_NOREPLACE
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
    if (errno == EEXIST) return false;
#endif
    // File systems that cannot do that in one step (NFS): a second name, which is never given where there is a file.
    if (::link(from.c_str(), to.c_str()) == 0) {
        ::unlink(from.c_str());
        return true;
    }
    if (errno == EEXIST) return false;
    // Nor have second names (FAT): no other way than to look first.
    struct stat status {};
    if (::lstat(to.c_str(), &status) == 0) return false;
    if (std::rename(from.c_str(), to.c_str()) == 0) return true;
    throw RunError(to + ": cannot be given its name: " + std::strerror(errno));
}

}  // namespace

std::string target_of(const std::string& path) {
    constexpr int most_links = 40;  // as the system
    fs::path target = path;
    std::error_code problem;
    for (int links = 0; fs::is_symlink(fs::symlink_status(target, problem)); ++links) {
        if (links == most_links) refuse_place(path, ELOOP);
        const fs::path next = fs::read_symlink(target, problem);
        if (problem) refuse_place(path, problem.value());
        target = target.parent_path() / next;  // an absolute one stands alone
    }
    return target.string();
}

std::string folder_of(const std::string& path) {
    const auto folder = fs::path(path).parent_path();
    return folder.empty() ? "." : folder.string();
}

OutputFile::OutputFile(std::string path, Existing existing)
    : path_(std::move(path)), target_(target_of(path_)), existing_(existing) {
    const Predecessor predecessor(path_, target_, existing_);
    const BlockedSignals until_it_is_known;
    temporary_ = make_temporary(path_, target_, predecessor);
    unfinished_.emplace(temporary_);
}

OutputFile::~OutputFile() {
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      target_(std::move(other.target_)),
      temporary_(std::exchange(other.temporary_, "")),
      unfinished_(std::move(other.unfinished_)),
      existing_(other.existing_),
      was_new_(other.was_new_) {}

OutputFile& OutputFile::operator=(OutputFile&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(target_, other.target_);
    std::swap(temporary_, other.temporary_);
    std::swap(unfinished_, other.unfinished_);
    std::swap(existing_, other.existing_);
    std::swap(was_new_, other.was_new_);
    return *this;
}

void OutputFile::close(std::ofstream& stream) const {
    stream.close();
    if (!stream) throw RunError(path_ + ": cannot be written: " + std::strerror(errno));
}

void OutputFile::synchronise() const { synchronise_file(temporary_, path_, O_RDWR | O_NOFOLLOW); }

void OutputFile::publish() {
    // Again if another process has given or taken the name between two looks.
    for (;;) {
        const Predecessor predecessor(path_, target_, existing_);
        if (!predecessor.is_there()) {
            if (!rename_to_new(temporary_, target_)) continue;
            was_new_ = true;
            break;
        }
        if (!predecessor.is_still(target_)) continue;
        if (std::rename(temporary_.c_str(), target_.c_str()) != 0)
            throw RunError(path_ + ": cannot take the place of the old file: " + std::strerror(errno));
        break;
    }
    temporary_.clear();
    unfinished_.reset();
}

void OutputFile::withdraw() {
    if (was_new_) ::unlink(target_.c_str());
}

void OutputFile::commit() { commit({this, 1}); }

void OutputFile::commit(std::span<OutputFile> files) {
    std::set<fs::path> targets;
    for (const OutputFile& file : files) {
        std::error_code none;
        const fs::path folder = fs::weakly_canonical(folder_of(file.target_), none);
        if (!targets.insert(folder / fs::path(file.target_).filename()).second)
            refuse(file.path_, "the place of another of the files", "a place for each");
    }
    for (const OutputFile& file : files) file.synchronise();
    std::set<std::string> folders;
    for (std::size_t k = 0; k < files.size(); ++k) try {
            files[k].publish();
            folders.insert(folder_of(files[k].target_));
        } catch (const std::runtime_error&) {
            for (OutputFile& file : files.first(k)) file.withdraw();
            throw;
        }
    for (const std::string& folder : folders) synchronise_file(folder, folder, O_RDONLY | O_DIRECTORY);
}

WritersLock::WritersLock(const std::string& path) : descriptor_(::open(path.c_str(), O_RDWR | O_CLOEXEC)) {
    if (descriptor_ < 0) refuse_place(path, errno);
    if (!hdf5::lock_for_writing(descriptor_).is_of_another) return;
    ::close(descriptor_);
    refuse(path, written_by_another);
}

WritersLock::~WritersLock() { ::close(descriptor_); }

void write_file(const std::string& path, Existing existing, std::string_view content) {
    OutputFile file(path, existing);
    std::ofstream stream = file.stream();
    stream << content;
    file.close(stream);
    file.commit();
}

}  // namespace apical
