// Section 7.3 of the specification: a loop of cells without a state of their own that must diverge is found at the
// start.
#include "sim/dynamics/stability.hpp"
#include "tests/papers/pal/nets.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;
using namespace apical::pal;

/// W, interneurons without input, B alone on the way back.
Training<double> chain(const std::string& activation, double W, double B) {
    Parameters p;
    p.g_tgt = 0;
    Training<double> s(net({1, 1, 1}, p, activation), as_the_authors(0.01, 1));
    const auto one = [](double value) { return Matrix<double>(Matrix<double>::Constant(1, 1, value)); };
    s.assign("W2", one(W));
    s.assign("B1", one(B));
    s.assign("B_PI1", one(0));
    return s;
}

}  // namespace

TEST_CASE("PAL: a step multiplies a disturbance by the square root of the gain from a cell up and back") {
    const double x = 0.3, there = 0.1 / 0.13, back = 0.06 / 0.19;
    for (const auto& [W, B] : {std::pair(10.0, 10.0), {3.0, -2.0}, {2.0, 1.0}}) {
        CAPTURE(W, B);
        const Training<double> s = chain("linear", W, B);
        // Where the loop is weaker the slowest leak is what remains, that of the membrane.
        const double loop = std::sqrt(std::abs(there * back * W * B));
        CHECK(growth_of_a_step(s, &x) == Approx(std::max(loop, 1 - 0.01 * 0.19)).epsilon(1e-3));
    }
    CHECK(growth_of_a_step(chain("logistic", 10, 10), &x) < 1.24);  // phi' <= 1/4 twice: 4.93 / 4
    CHECK(is_recurrent(chain("linear", 1, 1).circuit()));
}
