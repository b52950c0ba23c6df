// A program that is compiled for AVX2 ends on another processor with a signal, "illegal instruction", which helps
// nobody. So it looks before anything else in it runs, the constructors of its other files included. This file itself
// is compiled for any processor, and calls nothing of ours.
#include <unistd.h>

#include <cstdlib>

namespace apical {

extern const bool processor_has_been_looked_at;
const bool processor_has_been_looked_at = true;  // what pulls this file into a program

namespace {

#ifdef APICAL_NEEDS_V3
constexpr int before_all_others = 101;

[[gnu::constructor(before_all_others)]] void look_at_processor() {
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2")) return;
    constexpr char message[] =
        "apical: error: this processor lacks AVX2 or FMA, which the program was compiled for (compile it on this "
        "machine, or anywhere with -D APICAL_PORTABLE=ON)\n";
    if (::write(STDERR_FILENO, message, sizeof message - 1) < 0) ::_exit(EXIT_FAILURE);
    ::_exit(EXIT_FAILURE);
}
#endif

}  // namespace

}  // namespace apical
