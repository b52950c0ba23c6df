#include "sim/app/plugin.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include "sim/core/error.hpp"
#include "sim/core/subprocess.hpp"

namespace apical {
namespace {

constexpr std::string_view mark = APICAL_PLUGIN_MARK;
constexpr std::uintmax_t largest = std::uintmax_t{1} << 30;

[[noreturn]] void refuse(const std::string& file, const std::string& found, const std::string& hint = {}) {
    throw InputError({{file, 0, 0}, "", found, std::string("a plug-in made for apical ") + APICAL_PLUGIN_BUILD, hint});
}

/// The build that the file says it was made for.
std::string build_of(const std::string& file) {
    std::error_code none;
    if (!std::filesystem::is_regular_file(file, none)) refuse(file, "no file");
    if (std::filesystem::file_size(file, none) > largest) refuse(file, "a file of more than 1 GiB");
    std::ifstream stream(file, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    if (!stream && !stream.eof()) refuse(file, "a file that cannot be read");
    const auto at =
        std::search(bytes.begin(), bytes.end(), std::boyer_moore_horspool_searcher(mark.begin(), mark.end()));
    if (at == bytes.end()) refuse(file, "a file that is no plug-in", "APICAL_PLUGIN(name, version, extend) makes one");
    constexpr std::ptrdiff_t longest = 200;
    const auto begin = at + mark.size();
    const auto last = begin + std::min<std::ptrdiff_t>(longest, bytes.end() - begin);
    return {begin, std::find(begin, last, '\0')};
}

/// Opens it and lets it add to the catalogue. It is never closed: what it brought is in there.
void extend(const std::string& file, Catalogue& catalogue) {
    // With a path, or the loader would look in its own folders.
    void* const library = ::dlopen(std::filesystem::absolute(file).c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        const std::string reason = ::dlerror();
        const bool lacks = reason.find("undefined symbol") != std::string::npos;
        refuse(file, "a plug-in that cannot be loaded: " + reason,
               lacks ? "a program that loads plug-ins is made with apical_add_program (CMake)" : "");
    }
    const auto* tag = static_cast<const PluginTag*>(::dlsym(library, "apical_plugin"));
    if (tag == nullptr) refuse(file, "a library without the symbol apical_plugin");
    if (std::string_view(tag->build) != APICAL_PLUGIN_MARK APICAL_PLUGIN_BUILD) refuse(file, tag->build);
    tag->extend(catalogue);
    catalogue.extensions.push_back({tag->name, tag->version});
    check(catalogue, {file, 0, 0});
}

}  // namespace

void load_plugin(const std::string& file, Catalogue& catalogue) {
    if (const std::string build = build_of(file); build != APICAL_PLUGIN_BUILD)
        refuse(file, "one made for " + build, "compile it again with the headers of this program");
    if (reads_in_subprocesses()) {
        const auto nothing = [](Pipe&) { return true; };
        in_subprocess(
            file, {}, [&] { extend(file, catalogue); }, nothing, nothing);
    }
    extend(file, catalogue);
}

}  // namespace apical
