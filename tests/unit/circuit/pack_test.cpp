#include "sim/circuit/pack.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "models/neurons/activation.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// The value of a function of one cell: a pack with the number in every place.
template <class S, class F>
S of_one(F function, S x) {
    alignas(64) S cells[Pack<S>::size];
    function(Pack<S>(x)).store(cells);
    return cells[0];
}

template <class S, class F>
S of_two(F function, S x, S y) {
    return of_one<S>([&](Pack<S> p) { return function(p, Pack<S>(y)); }, x);
}

template <class S>
const std::vector<S> numbers{S(0), S(1), S(-1), S(0.3), S(-0.7), S(2.5), S(-13.75), S(1e-3), S(1e6), S(-1e-12)};

template <class V>
bool same_bits(V a, V b) {
    return std::memcmp(&a, &b, sizeof(V)) == 0;
}

}  // namespace

TEMPLATE_TEST_CASE("pack arithmetic, choices and extremes equal those of scalars", "", float, double) {
    using S = TestType;
    using P = Pack<S>;
    for (S x : numbers<S>)
        for (S y : numbers<S>) {
            CAPTURE(x, y);
            CHECK(of_two<S>([](P a, P b) { return a + b; }, x, y) == x + y);
            CHECK(of_two<S>([](P a, P b) { return a - b; }, x, y) == x - y);
            CHECK(of_two<S>([](P a, P b) { return a * b; }, x, y) == x * y);
            if (y != 0) CHECK(of_two<S>([](P a, P b) { return a / b; }, x, y) == x / y);
            CHECK(of_two<S>([](P a, P b) { return max(a, b); }, x, y) == std::max(x, y));
            CHECK(of_two<S>([](P a, P b) { return min(a, b); }, x, y) == std::min(x, y));
            CHECK(of_two<S>([](P a, P b) { return select(a < b, a, b); }, x, y) == (x < y ? x : y));
            CHECK(of_two<S>([](P a, P b) { return select(a > b, a, b); }, x, y) == (x > y ? x : y));
            CHECK(of_two<S>([](P a, P b) { return select(a == b, P(1), P(2)); }, x, y) == (x == y ? 1 : 2));
        }
    CHECK(of_one<S>([](P a) { return -a; }, S(2)) == -2);
    CHECK(of_one<S>([](P a) { return 2.0 * a + 1; }, S(2)) == 5);
}

TEMPLATE_TEST_CASE("exp is good to 2 ulp, tanh to 4 ulp of 1, also far out", "", float, double) {
    using S = TestType;
    using P = Pack<S>;
    const S ulp = std::numeric_limits<S>::epsilon();
    for (S x = -20; x <= 20; x += S(0.0371)) {
        CAPTURE(x);
        CHECK(std::abs(of_one<S>([](P a) { return exp(a); }, x) - std::exp(x)) <= 2 * ulp * std::exp(x));
        CHECK(std::abs(of_one<S>([](P a) { return tanh(a); }, x) - std::tanh(x)) <= 4 * ulp);
    }
    CHECK(of_one<S>([](P a) { return tanh(a); }, S(1e4)) == 1);
    CHECK(of_one<S>([](P a) { return tanh(a); }, S(-1e4)) == -1);
    CHECK(of_one<S>([](P a) { return exp(a); }, S(-1e4)) <= std::numeric_limits<S>::min());
}

TEMPLATE_TEST_CASE("no function turns a NaN into a number, or a run would hide its own failure", "", float, double) {
    using S = TestType;
    using P = Pack<S>;
    const S bad = static_cast<S>(not_a_number);
    CHECK(std::isnan(of_one<S>([](P a) { return exp(a); }, bad)));
    CHECK(std::isnan(of_one<S>([](P a) { return Relu{}.value(a); }, bad)));
    CHECK(std::isnan(of_one<S>([](P a) { return LeakyRelu{0.1}.value(a); }, bad)));
    CHECK(std::isnan(of_one<S>([](P a) { return Tanh{}.value(a); }, bad)));
}

TEMPLATE_TEST_CASE("a cell's bits depend neither on its place in the pack nor on its neighbours", "", float, double) {
    using S = TestType;
    using P = Pack<S>;
    const auto function = [](P a) { return select(a > 0, tanh(a) / 3 + exp(-a), 1.0 - a * exp(a)); };
    for (S x : numbers<S>) {
        const S expected = of_one<S>(function, x);
        for (std::size_t place = 0; place < P::size; ++place) {
            alignas(64) S cells[P::size];
            for (std::size_t k = 0; k < P::size; ++k) cells[k] = static_cast<S>(k % 2 == 0 ? not_a_number : 1e30);
            cells[place] = x;
            function(P::load(cells)).store(cells);
            CHECK(same_bits(cells[place], expected));
        }
    }
}

TEST_CASE("the slope of every activation is its derivative, and a kink belongs to the negative side") {
    const double h = 1e-6;
    for (const char* name : {"relu", "leaky_relu", "tanh", "linear"})
        with_activation(name, 0.1, [&](auto phi) {
            INFO(name);
            for (double u : {-2.0, -0.3, 0.2, 1.7}) {
                const auto value = [&](double x) { return of_one<double>([&](auto p) { return phi.value(p); }, x); };
                const double slope = of_one<double>([&](auto p) { return phi.slope(p); }, u);
                // Central difference: h^2 |phi'''| / 6 + eps / h
                CHECK(std::abs(slope - (value(u + h) - value(u - h)) / (2 * h)) < 1e-9);
            }
        });
    CHECK(of_one<double>([](auto p) { return Relu{}.slope(p); }, 0.0) == 0);
    CHECK(of_one<double>([](auto p) { return LeakyRelu{0.1}.slope(p); }, 0.0) == 0.1);
    CHECK_THROWS_AS(with_activation("swish", 0, [](auto) {}), std::invalid_argument);
}
