// Powers for rules and traces of events: the errors that they promise, and what they keep.
#include "sim/circuit/powers.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "models/plasticity/events.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;

template <class S>
S of_one(const auto& function, S a, S b = 0) {
    alignas(64) std::array<S, Pack<S>::size> x, y;
    x.fill(a);
    y.fill(b);
    function(Pack<S>::load(x.data()), Pack<S>::load(y.data())).store(x.data());
    return x.front();
}

}  // namespace

TEMPLATE_TEST_CASE("powers of two and their logarithms keep to the errors that they promise", "", float, double) {
    using S = TestType;
    const double epsilon = std::numeric_limits<S>::epsilon();
    const auto two_to = [](S x) { return of_one<S>([](auto a, auto) { return power_of_two(a); }, x); };
    const auto exponent_of = [](S x) { return of_one<S>([](auto a, auto) { return log_of_two(a); }, x); };
    const int lowest = std::numeric_limits<S>::min_exponent, highest = std::numeric_limits<S>::max_exponent;
    double worst_power = 0, worst_logarithm = 0, worst_of_both = 0;
    for (int k = 0; k <= 20000; ++k) {
        const S x = static_cast<S>(lowest + (highest - 1 - lowest) * (k / 20000.0));
        const double wide = std::max(1.0, std::abs(static_cast<double>(x)));
        const long double exact = std::exp2(static_cast<long double>(x));
        worst_power = std::max(worst_power, std::abs(static_cast<double>(two_to(x) / exact - 1)) / (epsilon * wide));
        const S number = std::exp2(x);
        const long double logarithm = std::log2(static_cast<long double>(number));
        worst_logarithm = std::max(worst_logarithm,
                                   std::abs(static_cast<double>(exponent_of(number) - logarithm)) / (epsilon * wide));
        const S base = static_cast<S>(1e-3 + 3 * (k / 20000.0)), mu = static_cast<S>(0.1 * (k % 11));
        const S found = of_one<S>([](auto a, auto b) { return plasticity::power(a, b); }, base, mu);
        worst_of_both = std::max(worst_of_both, std::abs(found / std::pow(base, mu) - 1) / epsilon);
    }
    CHECK(worst_power <= 3);
    CHECK(worst_logarithm <= 3);
    CHECK(worst_of_both <= 20);
    CHECK(two_to(0) == 1);
    CHECK(exponent_of(1) == 0);
    const S infinite = std::numeric_limits<S>::infinity(), bad = std::numeric_limits<S>::quiet_NaN();
    CHECK(two_to(-infinite) <= std::numeric_limits<S>::min());
    CHECK(two_to(infinite) > std::numeric_limits<S>::max() / 4);
    CHECK(std::isnan(two_to(bad)));
    CHECK(std::isnan(exponent_of(bad)));
    CHECK(of_one<S>([](auto a, auto b) { return plasticity::power(a, b); }, 0, S(0.4)) == 0);
    CHECK(of_one<S>([](auto a, auto b) { return plasticity::power(a, b); }, 0, 0) == 1);
}
