#pragma once
// What all files of a program must agree on that include a header of this project, or they would link and then crash:
// the alignment of Eigen's vectors and the instructions that it and sim/circuit/pack.hpp compute with. The CMake
// targets apical::... carry the flags. Where they are missing, the first is an error of the compiler and the second one
// of the linker, "undefined reference to apical::compiled_for_...", which names the instructions of the file.
#include <Eigen/Core>

static_assert(
    EIGEN_MAX_ALIGN_BYTES == 64,
    "this file is not compiled with the flags of the library: link a CMake target apical::..., or compile with "
    "what its INTERFACE_COMPILE_DEFINITIONS and INTERFACE_COMPILE_OPTIONS say");

#if defined(EIGEN_DONT_VECTORIZE)
#define APICAL_INSTRUCTIONS scalars
#elif defined(__AVX512F__)
#define APICAL_INSTRUCTIONS avx512
#elif defined(__AVX2__) && defined(__FMA__)
#define APICAL_INSTRUCTIONS avx2_fma
#elif defined(__AVX__)
#define APICAL_INSTRUCTIONS avx
#else
#define APICAL_INSTRUCTIONS baseline
#endif
#define APICAL_JOINED_ONCE_MORE(a, b) a##b
#define APICAL_JOINED(a, b) APICAL_JOINED_ONCE_MORE(a, b)
#define APICAL_COMPILED_FOR APICAL_JOINED(compiled_for_, APICAL_INSTRUCTIONS)

namespace apical {

extern const char APICAL_COMPILED_FOR[];  ///< their name
namespace {
// NOLINTNEXTLINE(misc-definitions-in-headers): every object that includes this is to need the symbol
[[gnu::used]] const char* const compiled_for = APICAL_COMPILED_FOR;
}  // namespace

}  // namespace apical
