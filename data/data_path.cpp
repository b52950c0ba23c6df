#include "data/data_path.hpp"

#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <filesystem>

#include "sim/core/input_file.hpp"

namespace apical {

namespace fs = std::filesystem;

namespace {

/// The shared library that this is a part of; empty where it is a part of the program itself.
fs::path own_library(const fs::path& program) {
    Dl_info found{};
    std::error_code none;
    if (::dladdr(reinterpret_cast<const void*>(&data_folders), &found) == 0 || found.dli_fname == nullptr) return {};
    const fs::path here = fs::canonical(found.dli_fname, none);
    return none || here == program || here.extension() != ".so" ? fs::path{} : here;
}

/// Notes that the file is going to be read, and returns its path.
std::string found(const std::string& path, const Node& task, const std::string& key) {
    FilesFound::note({path, fmt::format("which {}.{} reads", task.key, key)});
    return path;
}

}  // namespace

std::vector<std::string> data_folders(std::string_view name) {
    std::vector<std::string> folders;
    const auto add = [&](const fs::path& root) { folders.push_back((root / name).lexically_normal().string()); };
    if (const char* root = std::getenv("APICAL_DATA"); root != nullptr && *root != '\0') add(root);
    std::error_code none;  // not every system has /proc
    const fs::path program = fs::read_symlink("/proc/self/exe", none);
    if (!program.empty()) add(program.parent_path().parent_path() / "share/apical");
    if (const fs::path library = own_library(program); !library.empty()) add(library.parent_path() / "share/apical");
    add(APICAL_SOURCE_DATA);
    add("/usr/share/datasets");
    return folders;
}

std::string find_in(const std::vector<std::string>& folders, const std::string& file, const Node& task) {
    std::error_code none;
    for (const std::string& folder : folders)
        for (const char* ending : {"", ".gz"})
            if (const fs::path path = fs::path(folder) / (file + ending); fs::exists(path, none))
                return found(path.string(), task, "dataset");
    throw InputError({place_of(task, "dataset"), task.key, fmt::format("no {} in {}", file, fmt::join(folders, ", ")),
                      "the file (or the same with .gz) in one of these folders",
                      "APICAL_DATA may name the folder that holds the sets' folders"});
}

std::string find_path(const std::string& path, const Node& task, const std::string& key) {
    std::error_code none;
    const fs::path beside = fs::path(place_of(task, key).file).parent_path() / path;
    if (fs::exists(beside, none)) return found(beside.string(), task, key);
    if (fs::exists(path, none)) return found(path, task, key);
    refuse_key(task, key, fmt::format("no file '{}'", path),
               beside == path ? "a file or folder" : fmt::format("'{}' or '{}'", beside.string(), path));
}

void find_pair(std::string& first, const std::string& first_key, std::string& second, const std::string& second_key,
               const Node& task) {
    if (first.empty() != second.empty())
        refuse_key(task, first.empty() ? second_key : first_key, "one of two files",
                   fmt::format("both {} and {}, or neither", first_key, second_key));
    if (first.empty()) return;
    first = find_path(first, task, first_key);
    second = find_path(second, task, second_key);
}

std::vector<std::string> folders_of(std::string_view name, const std::string& folder, const Node& task) {
    if (folder.empty()) return data_folders(name);
    return {find_path(folder, task, "folder")};
}

Place place_of(const Node& task, std::string_view key) {
    const Node* node = task.find(key);
    return node != nullptr ? node->place : task.place;
}

void refuse_key(const Node& task, const std::string& key, const std::string& found, const std::string& expected,
                const std::string& hint) {
    throw InputError({place_of(task, key), task.key.empty() ? key : task.key + "." + key, found, expected, hint});
}

}  // namespace apical
