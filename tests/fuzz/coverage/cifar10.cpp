#include "data/readers/cifar10.hpp"

#include "tests/fuzz/coverage/target.hpp"
#include "tests/unit/data/made_files.hpp"

namespace apical::fuzz {

void attempt(std::string_view bytes) { require_consistent(parse_cifar10(bytes, "f")); }

std::vector<std::string> seeds() { return {cifar10({3}), cifar10({9, 0})}; }

}  // namespace apical::fuzz
