#include "sim/core/whole_steps.hpp"

#include <limits>

#include "tests/support/catch.hpp"

using apical::whole_steps;

TEST_CASE("a time is a whole number of steps up to the rounding of decimal numbers, or it is none") {
    CHECK(whole_steps(0, 0.1) == 0);
    CHECK(whole_steps(0.1, 0.1) == 1);
    CHECK(whole_steps(0.3, 0.1) == 3);  // 2.9999999999999996 of them
    CHECK(whole_steps(1e9, 0.05) == 20'000'000'000);
    CHECK(whole_steps(1e14, 0.1) == 1'000'000'000'000'000);
    CHECK_FALSE(whole_steps(0.25, 0.1));
    CHECK_FALSE(whole_steps(0.05, 0.1));
    CHECK_FALSE(whole_steps(1e-12, 0.1));
    CHECK_FALSE(whole_steps(0.3 * (1 + 1e-8), 0.1));
    CHECK_FALSE(whole_steps(-0.1, 0.1));
    CHECK_FALSE(whole_steps(1.1e14, 0.1));
    CHECK_FALSE(whole_steps(1, 0));
    CHECK_FALSE(whole_steps(0, 0));
    CHECK_FALSE(whole_steps(std::numeric_limits<double>::quiet_NaN(), 0.1));
    CHECK_FALSE(whole_steps(std::numeric_limits<double>::infinity(), 0.1));
    CHECK_FALSE(whole_steps(1, std::numeric_limits<double>::quiet_NaN()));
}
