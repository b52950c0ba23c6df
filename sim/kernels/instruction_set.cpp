#include "sim/kernels/instruction_set.hpp"

#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

#include "sim/core/error.hpp"
#include "sim/kernels/cache_sizes.hpp"

namespace apical {

extern const bool processor_has_been_looked_at;  // by needs.cpp

namespace baseline {
extern const KernelTable table;
}
#ifdef APICAL_X86_64
namespace v3 {
extern const KernelTable table;
}
namespace v4 {
extern const KernelTable table;
}
#endif

namespace {

#ifdef APICAL_X86_64
bool has_v3() {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2");
}
bool has_v4() {
    return has_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
}
/// Whether the widest set that the processor has is not its fastest: Zen 4 makes a vector of 512 bits in two halves,
/// and products there ran at 86 GF/s with AVX-512, 105 without.
bool halves_wide_vectors() { return __builtin_cpu_is("amdfam19h"); }
#endif

std::string names(bool supported_only) {
    std::string all;
    for (const InstructionSet& set : instruction_sets())
        if (set.is_supported || !supported_only) all += fmt::format("{}{}", all.empty() ? "" : ", ", set.name);
    return all;
}

InputError refusal(const std::string& wanted, const std::string& hint) {
    return InputError({{"environment", 0, 0}, "APICAL_ISA", wanted, "one of " + names(true), hint});
}

template <class S>
const KernelTable& table_for(std::size_t lanes, std::size_t cells) {
    constexpr std::size_t few = 256 / sizeof(S);
    const InstructionSet& set = instruction_set();
    return lanes == 1 && cells < few ? *set.for_few_cells : *set.kernels;
}

}  // namespace

std::span<const InstructionSet> instruction_sets() {
    [[maybe_unused]] static const volatile bool looked = processor_has_been_looked_at;
    static const std::array all{
        InstructionSet{"baseline", &baseline::table, &baseline::table, true},
#ifdef APICAL_X86_64
        InstructionSet{"v3", &v3::table, &v3::table, has_v3()},
        InstructionSet{"v4", &v4::table, &v3::table, has_v4()},
#endif
    };
    [[maybe_unused]] static const bool fixed = [] {
        Eigen::setCpuCacheSizes(cache_sizes.first, cache_sizes.second, cache_sizes.third);
        for (const InstructionSet& set : all)
            if (set.is_supported) set.kernels->fix_blocks();
        return true;
    }();
    return all;
}

const InstructionSet& choose_instruction_set(const char* wanted) {
    const auto sets = instruction_sets();
    if (wanted != nullptr && *wanted != '\0') {
        const auto named = std::ranges::find(sets, std::string_view(wanted), &InstructionSet::name);
        if (named == sets.end()) throw refusal(wanted, "the program is compiled for " + names(false));
        if (!named->is_supported) throw refusal(wanted, "this processor does not have these instructions");
        return *named;
    }
#ifdef APICAL_X86_64
    if (halves_wide_vectors()) return *std::ranges::find(sets, std::string_view("v3"), &InstructionSet::name);
#endif
    return *std::ranges::find_if(sets.rbegin(), sets.rend(), &InstructionSet::is_supported);
}

const InstructionSet& instruction_set() {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing here changes the environment
    static const InstructionSet& chosen = choose_instruction_set(std::getenv("APICAL_ISA"));
    return chosen;
}

template <>
const Kernels<float>& kernels(std::size_t lanes, std::size_t cells) {
    return table_for<float>(lanes, cells).of_float;
}
template <>
const Kernels<double>& kernels(std::size_t lanes, std::size_t cells) {
    return table_for<double>(lanes, cells).of_double;
}

}  // namespace apical
