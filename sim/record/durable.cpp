#include "sim/record/durable.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "sim/core/error.hpp"

namespace apical {
namespace {

void synchronise(const std::string& path, int flags) {
    const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
    const bool good = descriptor >= 0 && ::fsync(descriptor) == 0;
    const int reason = errno;
    if (descriptor >= 0) ::close(descriptor);
    // Some network file systems have no fsync of folders; the rename has happened all the same.
    if (!good && !(reason == EINVAL && (flags & O_DIRECTORY) != 0))
        throw RunError(path + ": cannot be written to disk: " + std::strerror(reason));
}

}  // namespace

std::string temporary_name(const std::string& path) { return path + ".part"; }

std::string folder_of(const std::string& path) {
    const auto folder = std::filesystem::path(path).parent_path();
    return folder.empty() ? "." : folder.string();
}

void move_into_place(const std::string& temporary, const std::string& path) {
    synchronise(temporary, O_RDWR);
    if (std::rename(temporary.c_str(), path.c_str()) != 0)
        throw RunError(path + ": cannot take the place of the old file: " + std::strerror(errno));
    synchronise(folder_of(path), O_RDONLY | O_DIRECTORY);
}

}  // namespace apical
