# Compiler options shared by every target of the project, as the interface library `apical_options`: `apical_language`
# and `apical_instructions`, those that all of the program may use. What is compiled for several sets of them
# (sim/kernels) has `apical_language` alone.
include(CheckCXXSourceRuns)

add_library(apical_language INTERFACE)
add_library(apical_options INTERFACE)
add_library(apical_instructions INTERFACE)
target_link_libraries(apical_options INTERFACE apical_language apical_instructions)
target_include_directories(apical_language INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:include/apical>)
# Warnings are for who changes the project, not for who uses it.
if(PROJECT_IS_TOP_LEVEL)
  target_compile_options(apical_language INTERFACE $<BUILD_INTERFACE:-Wall> $<BUILD_INTERFACE:-Wextra> $<BUILD_INTERFACE:-Wpedantic>
    $<BUILD_INTERFACE:-Wshadow>)
endif()
target_compile_features(apical_language INTERFACE cxx_std_20)
target_compile_options(apical_language INTERFACE -ffp-contract=off
  # g++ 12 warns of its own std::string: of concatenation, copies and temporaries.
  "$<BUILD_INTERFACE:$<$<CXX_COMPILER_ID:GNU>:-Wno-restrict;-Wno-stringop-overflow;-Wno-array-bounds;-Wno-maybe-uninitialized>>")
# One set of objects serves the program and the Python module, which is a shared library. What a definition may be replaced
# with at run time is not looked at, so that calls are inlined as in a program; measured in python/README.md.
target_compile_options(apical_language INTERFACE $<BUILD_INTERFACE:-fPIC> $<BUILD_INTERFACE:-fno-semantic-interposition>)
# 64-byte alignment of Eigen's vectors and, below, the instructions are part of the ABI: every file must agree, and
# sim/core/abi.hpp sees to it.
target_compile_definitions(apical_language INTERFACE EIGEN_MAX_ALIGN_BYTES=64 EIGEN_DONT_PARALLELIZE)

set(APICAL_X86_64 OFF)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set(APICAL_X86_64 ON)
endif()
# AVX2 + FMA (x86-64-v3) on machines that have it; otherwise what the compiler targets by default. sim/kernels/needs.cpp
# says so where a program meets a processor without them.
set(apical_needs_v3 OFF)
if(APICAL_NATIVE)
  target_compile_options(apical_instructions INTERFACE -march=native)
elseif(APICAL_X86_64 AND NOT APICAL_PORTABLE)
  check_cxx_source_runs("int main() { return __builtin_cpu_supports(\"avx2\") && __builtin_cpu_supports(\"fma\") ? 0 : 1; }"
                        APICAL_HAS_AVX2)
  if(APICAL_HAS_AVX2)
    target_compile_options(apical_instructions INTERFACE -march=x86-64-v3)
    set(apical_needs_v3 ON)
  endif()
endif()

if(APICAL_SANITIZE)
  target_compile_options(apical_language INTERFACE -fsanitize=${APICAL_SANITIZE} -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  # Left out is what takes long to compile and finds nothing of its own. Checks of pointers before their use: the address
  # sanitizer finds the use itself. Those of alignment, but for the rooms that take bytes for something else
  # (APICAL_CHECKS_ALIGNMENT): elsewhere types see to it, and Eigen asserts it of arrays.
  if(APICAL_SANITIZE MATCHES "address")
    target_compile_options(apical_language INTERFACE -fno-sanitize=null,object-size,pointer-overflow
      $<$<NOT:$<BOOL:$<TARGET_PROPERTY:APICAL_CHECKS_ALIGNMENT>>>:-fno-sanitize=alignment>)
    # What would find a use after return is off at run time unless one asks for it: not prepared. Calls in place of checks at
    # each access (-fsanitize-address-outline-instrumentation) compile in three quarters of the time, and the tests take three
    # times as long.
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
      target_compile_options(apical_language INTERFACE -fsanitize-address-use-after-return=never)
    endif()
  endif()
  target_link_options(apical_language INTERFACE -fsanitize=${APICAL_SANITIZE})
endif()
