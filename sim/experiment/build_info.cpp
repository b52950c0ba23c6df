#include "sim/experiment/build_info.hpp"

#include <Eigen/Core>
#include <fstream>

#include "sim/experiment/version.hpp"  // made by the build
#include "sim/kernels/instruction_set.hpp"

namespace apical {
namespace {

std::string compiler() {
#if defined(__clang__)
    return "clang " __clang_version__;
#else
    return "g++ " __VERSION__;
#endif
}

}  // namespace

const std::vector<std::pair<std::string, std::string>>& build_info() {
    static const std::vector<std::pair<std::string, std::string>> info{
        {"version", APICAL_VERSION},
        {"git_commit", APICAL_GIT_COMMIT},
        {"compiler", compiler()},
        {"flags", APICAL_FLAGS},
        {"instructions", std::string(instruction_set().name)},
        {"hdf5", APICAL_HDF5},
        {"eigen", std::to_string(EIGEN_WORLD_VERSION) + "." + std::to_string(EIGEN_MAJOR_VERSION) + "." +
                      std::to_string(EIGEN_MINOR_VERSION)},
        {"boost", APICAL_BOOST},
    };
    return info;
}

std::string binary_identity() {
    std::string identity;
    for (const auto& [name, value] : build_info()) identity += (identity.empty() ? "" : ", ") + name + " " + value;
    return identity;
}

std::string cpu_model() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("model name")) return line.substr(std::min(line.size(), line.find(':') + 2));
    return "unknown";
}

}  // namespace apical
