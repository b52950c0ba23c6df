#pragma once
#include <span>
#include <string_view>

#include "sim/kernels/kernels.hpp"

namespace apical {

struct KernelTable {
    Kernels<float> of_float;
    Kernels<double> of_double;
    void (*fix_blocks)();  ///< of products: see cache_sizes.hpp
};

/// What the loops in `kernels` are compiled for: "baseline", all that the compiler may suppose of every processor of
/// the kind; on x86-64 also "v3" (AVX2, FMA) and "v4" (AVX-512), the levels of its ABI.
struct InstructionSet {
    std::string_view name;
    const KernelTable* kernels;
    const KernelTable* for_few_cells;  ///< those of a narrower set, or the same: see kernels.hpp
    bool is_supported;                 ///< by this processor
};

/// All that the program has, the widest last.
std::span<const InstructionSet> instruction_sets();

/// The one in use: which APICAL_ISA names in the environment, else the one that a table has for this processor. Chosen
/// once. Nothing is measured: the same machine gives the same results. Throws InputError if APICAL_ISA names none, or
/// one that the processor does not support.
const InstructionSet& instruction_set();

/// `wanted` is what APICAL_ISA says; null or empty: nothing.
const InstructionSet& choose_instruction_set(const char* wanted);

}  // namespace apical
