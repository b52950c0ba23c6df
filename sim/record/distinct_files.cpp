#include "sim/record/distinct_files.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <system_error>

#include "sim/record/output_file.hpp"

namespace apical {
namespace {

namespace fs = std::filesystem;

/// Where a file would be made.
fs::path place_of_new(const std::string& path) {
    const fs::path target = target_of(path);
    std::error_code problem;
    fs::path folder = fs::weakly_canonical(folder_of(target.string()), problem);
    if (problem) folder = fs::absolute(folder_of(target.string()), problem);
    return folder / target.filename();
}

}  // namespace

bool is_same_file(const std::string& one, const std::string& other) {
    struct stat a {
    }, b{};
    const bool has_one = ::stat(one.c_str(), &a) == 0, has_other = ::stat(other.c_str(), &b) == 0;
    if (has_one && has_other) return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
    return !has_one && !has_other && place_of_new(one) == place_of_new(other);
}

void require_distinct(const Output& output, std::span<const InputFile> files) {
    for (const InputFile& file : files)
        if (is_same_file(output.path, file.path))
            throw InputError({output.place, output.key, output.path + ", " + file.role, "another file", output.advice});
}

}  // namespace apical
