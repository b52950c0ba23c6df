#pragma once
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>
#include <string>

namespace apical::test {

/// Of /proc/self/status, in bytes.
inline std::optional<double> status_of_process(const std::string& key) {
    std::ifstream file("/proc/self/status");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with(key + ":")) {
            std::istringstream words(line.substr(key.size() + 1));
            double kilobytes = 0;
            if (words >> kilobytes) return 1024 * kilobytes;
        }
    return std::nullopt;
}

/// The most memory that `work` had in use beyond what was in use before, in bytes; nothing where the system does not
/// tell (only Linux does).
inline std::optional<double> peak_memory_of(const std::function<void()>& work) {
    std::ofstream("/proc/self/clear_refs") << "5\n";  // the peak is counted from here on
    const auto before = status_of_process("VmRSS");
    work();
    const auto peak = status_of_process("VmHWM");
    if (!before || !peak) return std::nullopt;
    return *peak - *before;
}

}  // namespace apical::test
