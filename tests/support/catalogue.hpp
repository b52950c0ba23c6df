#pragma once
#include "program/shipped.hpp"

namespace apical::test {

/// What the program is shipped with, for tests that read experiments.
inline const Catalogue& catalogue() {
    static const Catalogue all = shipped();
    return all;
}

}  // namespace apical::test
