#pragma once
#include <cstddef>

namespace apical::test {

/// How often memory has been taken since the program began, by whomever: Eigen takes it from malloc, and so does
/// operator new.
std::size_t allocations();
/// Whether `allocations` counts: the sanitizers have a malloc of their own, and other libraries than glibc another name
/// for theirs.
bool counts_memory();

}  // namespace apical::test
