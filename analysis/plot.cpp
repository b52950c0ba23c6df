#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>

#include "analysis/commands.hpp"
#include "sim/core/error.hpp"

namespace apical {

namespace fs = std::filesystem;

namespace {

/// Beside the folder of the program where it is installed, else in the source tree.
std::string script() {
    std::error_code none;  // not every system has /proc
    const fs::path program = fs::read_symlink("/proc/self/exe", none);
    const fs::path installed = program.parent_path().parent_path() / "share/apical/analysis/plot.py";
    const fs::path source = fs::path(APICAL_SOURCE_ANALYSIS) / "plot.py";
    for (const fs::path& path : {installed, source})
        if (fs::exists(path, none)) return path.string();
    throw RunError(fmt::format("what draws is neither {} nor {}", installed.string(), source.string()));
}

std::string interpreter() {
    if (const char* chosen = std::getenv("APICAL_PYTHON"); chosen != nullptr && *chosen != '\0') return chosen;
    std::error_code none;
    return fs::exists("/usr/bin/python3", none) ? "/usr/bin/python3" : "python3";
}

}  // namespace

int plot(const std::vector<std::string>& words) {
    std::vector<std::string> line{interpreter(), script()};
    line.insert(line.end(), words.begin(), words.end());
    std::vector<char*> arguments;
    arguments.reserve(line.size() + 1);
    for (std::string& word : line) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::cout.flush();
    ::execvp(arguments.front(), arguments.data());
    throw RunError(fmt::format("{} cannot be started: {} (APICAL_PYTHON names another interpreter)", line.front(),
                               std::strerror(errno)));
}

}  // namespace apical
