#include "sim/sweep/shard.hpp"

#include <charconv>
#include <cstdlib>
#include <optional>
#include <vector>

#include "sim/core/error.hpp"

namespace apical {
namespace {

std::optional<std::uint64_t> number_of(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

[[noreturn]] void refuse(const std::string& where, const std::string& found, const std::string& expected) {
    throw InputError({{where, 0, 0}, "shard", found, expected, ""});
}

/// A variable of the environment; "" if it is not there.
std::string variable(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here has threads
    return value == nullptr ? "" : value;
}

struct Launcher {
    const char* rank;
    const char* size;
    const char* first;  ///< variable with the rank of the first one; "" if that is 0
    const char* last;   ///< variable with the rank of the last one
};
constexpr Launcher launchers[] = {
    {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_MAX"},
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "", ""},
    {"PMI_RANK", "PMI_SIZE", "", ""},
    {"SLURM_PROCID", "SLURM_NTASKS", "", ""}};

std::uint64_t number_in(const char* name) {
    if (*name == '\0') return 0;
    const std::string text = variable(name);
    const auto number = number_of(text);
    if (!number)
        refuse("environment", text.empty() ? std::string("no ") + name : name + ("=" + text), "a whole number");
    return *number;
}

Shard from_launcher() {
    for (const Launcher& launcher : launchers) {
        if (variable(launcher.rank).empty()) continue;
        const std::uint64_t rank = number_in(launcher.rank), size = number_in(launcher.size);
        const std::uint64_t first = number_in(launcher.first);
        const std::string found =
            std::string(launcher.rank) + "=" + variable(launcher.rank) + " of " + std::to_string(size);
        if (*launcher.last != '\0' && number_in(launcher.last) - first + 1 != size)
            refuse("environment",
                   "an array of " + std::to_string(size) + " tasks from " + variable(launcher.first) + " to " +
                       variable(launcher.last),
                   "all numbers between, as in --array=1-10");
        if (rank < first || rank - first >= size) refuse("environment", found, "a rank below the size");
        return {rank - first + 1, size};
    }
    refuse("command line", "auto outside of a Slurm array, srun and mpirun", "i/n, such as 3/10");
}

}  // namespace

Shard read_shard(const std::string& text) {
    if (text == "auto") return from_launcher();
    const std::size_t slash = text.find('/');
    const auto number = number_of(std::string_view(text).substr(0, slash));
    const auto count = slash == std::string::npos ? std::nullopt : number_of(std::string_view(text).substr(slash + 1));
    if (!number || !count) refuse("command line", "'" + text + "'", "i/n, such as 3/10, or auto");
    if (*number < 1 || *number > *count)
        refuse("command line", "'" + text + "'", "a number from 1 to " + std::to_string(*count));
    return {*number, *count};
}

}  // namespace apical
