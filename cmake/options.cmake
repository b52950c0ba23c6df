# Compiler options shared by every target of the project, as the interface library `apical_options`.
include(CheckCXXSourceRuns)

add_library(apical_options INTERFACE)
target_include_directories(apical_options INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:include/apical>)
# Warnings are for who changes the project, not for who uses it.
if(PROJECT_IS_TOP_LEVEL)
  target_compile_options(apical_options INTERFACE $<BUILD_INTERFACE:-Wall> $<BUILD_INTERFACE:-Wextra> $<BUILD_INTERFACE:-Wpedantic>
    $<BUILD_INTERFACE:-Wshadow>)
endif()
target_compile_features(apical_options INTERFACE cxx_std_20)
target_compile_options(apical_options INTERFACE -ffp-contract=off
  # g++ 12 warns of its own std::string: of concatenation, copies and temporaries.
  "$<BUILD_INTERFACE:$<$<CXX_COMPILER_ID:GNU>:-Wno-restrict;-Wno-stringop-overflow;-Wno-array-bounds;-Wno-maybe-uninitialized>>")
# 64-byte alignment of Eigen's vectors and, below, the instructions are part of the ABI: every file must agree, and
# sim/core/abi.hpp sees to it.
target_compile_definitions(apical_options INTERFACE EIGEN_MAX_ALIGN_BYTES=64 EIGEN_DONT_PARALLELIZE)

# AVX2 + FMA (x86-64-v3) on machines that have it; otherwise what the compiler targets by default.
if(APICAL_NATIVE)
  target_compile_options(apical_options INTERFACE -march=native)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  check_cxx_source_runs("int main() { return __builtin_cpu_supports(\"avx2\") && __builtin_cpu_supports(\"fma\") ? 0 : 1; }"
                        APICAL_HAS_AVX2)
  if(APICAL_HAS_AVX2)
    target_compile_options(apical_options INTERFACE -march=x86-64-v3)
  endif()
endif()

if(APICAL_SANITIZE)
  target_compile_options(apical_options INTERFACE -fsanitize=${APICAL_SANITIZE} -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(apical_options INTERFACE -fsanitize=${APICAL_SANITIZE})
endif()
