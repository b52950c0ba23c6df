#include "tests/support/memory.hpp"

#include <cstdlib>

#ifdef __has_feature
#define APICAL_OTHER_MALLOC __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define APICAL_OTHER_MALLOC 1
#else
#define APICAL_OTHER_MALLOC 0
#endif

#if defined(__GLIBC__) && !APICAL_OTHER_MALLOC
namespace {
std::size_t count = 0;
}
extern "C" void* __libc_malloc(std::size_t) noexcept;  // NOLINT(readability-identifier-naming): glibc calls it so
extern "C" void* malloc(std::size_t size) noexcept {
    ++count;
    return __libc_malloc(size);
}
bool apical::test::counts_memory() { return true; }
std::size_t apical::test::allocations() { return count; }
#else
bool apical::test::counts_memory() { return false; }
std::size_t apical::test::allocations() { return 0; }
#endif
