#include "sim/circuit/pack.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <limits>
#include <type_traits>
#include <vector>

#include "models/burst_ccn/cells.hpp"
#include "models/neurons/activation.hpp"
#include "models/plasticity/heterosynaptic.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

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
    using Bytes = std::array<std::byte, sizeof(V)>;
    return std::bit_cast<Bytes>(a) == std::bit_cast<Bytes>(b);
}

/// The same number, of the same sign; or both are NaN.
template <class S>
bool same_number(S a, S b) {
    return std::isnan(a) ? std::isnan(b) : a == b && std::signbit(a) == std::signbit(b);
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

TEMPLATE_TEST_CASE("comparisons and what is made of their truth equal those of scalars, also with NaN", "", float,
                   double) {
    using S = TestType;
    using P = Pack<S>;
    std::vector<S> all = numbers<S>;
    for (const double x : {not_a_number, infinity, -infinity, -0.0}) all.push_back(static_cast<S>(x));
    const auto truth = [](auto condition) { return select(condition, P(1), P(0)); };
    for (S x : all)
        for (S y : all) {
            CAPTURE(x, y);
            CHECK(of_two<S>([&](P a, P b) { return truth(a < b); }, x, y) == (x < y));
            CHECK(of_two<S>([&](P a, P b) { return truth(a > b); }, x, y) == (x > y));
            CHECK(of_two<S>([&](P a, P b) { return truth(a <= b); }, x, y) == (x <= y));
            CHECK(of_two<S>([&](P a, P b) { return truth(a >= b); }, x, y) == (x >= y));
            CHECK(of_two<S>([&](P a, P b) { return truth(a == b); }, x, y) == (x == y));
            CHECK(of_two<S>([&](P a, P b) { return truth(a != b); }, x, y) == (x != y));
            CHECK(of_two<S>([&](P a, P b) { return truth(a < 1 && b < 1); }, x, y) == (x < 1 && y < 1));
            CHECK(of_two<S>([&](P a, P b) { return truth(a < 1 || b < 1); }, x, y) == (x < 1 || y < 1));
            CHECK(of_two<S>([&](P a, P b) { return truth(!(a < b)); }, x, y) == !(x < y));
            CHECK(same_number(of_two<S>([](P a, P b) { return max(a, b); }, x, y), max(x, y)));
            CHECK(same_number(of_two<S>([](P a, P b) { return min(a, b); }, x, y), min(x, y)));
        }
}

TEMPLATE_TEST_CASE("arithmetic in place, and what is exact or rounded once, equals that of scalars", "", float,
                   double) {
    using S = TestType;
    using P = Pack<S>;
    const auto in_place = [](auto a, auto b) {
        auto x = a;
        x += b;
        x *= b;
        x -= a;
        x /= b;
        return x;
    };
    for (S x : numbers<S>) {
        CAPTURE(x);
        CHECK(same_number(of_two<S>(in_place, x, S(0.7)), in_place(x, S(0.7))));
        CHECK(of_one<S>([](P a) { return abs(a); }, x) == std::abs(x));
        CHECK(of_one<S>([](P a) { return square(a); }, x) == x * x);
        CHECK(of_one<S>([](P a) { return floor(a); }, x) == std::floor(x));
    }
    for (const double x : {-0.0, infinity, -infinity, not_a_number}) {
        const S special = static_cast<S>(x);
        CAPTURE(x);
        CHECK(same_number(of_one<S>([](P a) { return abs(a); }, special), std::abs(special)));
        CHECK(same_number(of_one<S>([](P a) { return square(a); }, special), special * special));
        const S whole = of_one<S>([](P a) { return floor(a); }, special);
        CHECK((whole == special || (std::isnan(special) && std::isnan(whole))));
    }
    CHECK(std::signbit(of_one<S>([](P a) { return abs(a); }, S(-0.0))) == false);
}

TEMPLATE_TEST_CASE("functions keep to the errors that the table promises, over their range", "", float, double) {
    using S = TestType;
    using P = Pack<S>;
    // Against long double, or the reference would have errors of its own.
    const auto in_ulp = [](S found, long double expected) {
        const S near = static_cast<S>(expected);
        const S ulp = std::nextafter(std::abs(near), std::numeric_limits<S>::infinity()) - std::abs(near);
        return static_cast<double>(std::abs(static_cast<long double>(found) - expected) /
                                   static_cast<long double>(ulp));
    };
    const double epsilon = std::numeric_limits<S>::epsilon();
    const double largest = std::log(std::numeric_limits<S>::max()), lowest = std::log(std::numeric_limits<S>::min());
    double worst_exp = 0, worst_log = 0, worst_sqrt = 0, worst_pow = 0, worst_tanh = 0, worst_sigmoid = 0,
           worst_sin = 0;
    for (int k = 0; k <= 4000; ++k) {
        const double at = k / 4000.0;
        const S x = static_cast<S>(0.999 * (lowest + (largest - lowest) * at));
        worst_exp = std::max(worst_exp,
                             in_ulp(of_one<S>([](P a) { return exp(a); }, x), std::exp(static_cast<long double>(x))));
        const S positive = std::exp(x);
        worst_log = std::max(worst_log, in_ulp(of_one<S>([](P a) { return log(a); }, positive),
                                               std::log(static_cast<long double>(positive))));
        worst_sqrt = std::max(worst_sqrt, in_ulp(of_one<S>([](P a) { return sqrt(a); }, positive),
                                                 std::sqrt(static_cast<long double>(positive))));
        for (const double exponent : {-2.5, -1.0, 0.5, 2.0, 3.0, 1.7}) {
            const S base = static_cast<S>(std::exp(at * 20 - 10)), e = static_cast<S>(exponent);
            worst_pow =
                std::max(worst_pow, in_ulp(of_two<S>([](P a, P b) { return pow(a, b); }, base, e),
                                           std::pow(static_cast<long double>(base), static_cast<long double>(e))));
        }
        const S u = static_cast<S>(60 * at - 30);
        const auto absolute = [&](S found, double expected) {
            return std::abs(static_cast<double>(found) - expected) / epsilon;
        };
        worst_tanh = std::max(worst_tanh,
                              absolute(of_one<S>([](P a) { return tanh(a); }, u), std::tanh(static_cast<double>(u))));
        worst_sigmoid = std::max(worst_sigmoid, absolute(of_one<S>([](P a) { return sigmoid(a); }, u),
                                                         1 / (1 + std::exp(-static_cast<double>(u)))));
        const S angle = static_cast<S>((std::is_same_v<S, float> ? 4e3 : 2e4) * (at - 0.5));
        worst_sin = std::max({worst_sin,
                              absolute(of_one<S>([](P a) { return sin(a); }, angle),
                                       static_cast<double>(std::sin(static_cast<long double>(angle)))),
                              absolute(of_one<S>([](P a) { return cos(a); }, angle),
                                       static_cast<double>(std::cos(static_cast<long double>(angle))))});
    }
    CHECK(worst_exp <= 2);
    CHECK(worst_log <= 2);
    CHECK(worst_sqrt <= 0.5);
    CHECK(worst_pow <= 2);
    CHECK(worst_tanh <= 4);
    CHECK(worst_sigmoid <= 4);
    CHECK(worst_sin <= 2);
}

TEMPLATE_TEST_CASE("functions at 0, at infinity, and beyond their range", "", float, double) {
    using S = TestType;
    using P = Pack<S>;
    const auto exp_of = [](double x) { return of_one<S>([](P a) { return exp(a); }, static_cast<S>(x)); };
    const auto log_of = [](double x) { return of_one<S>([](P a) { return log(a); }, static_cast<S>(x)); };
    const auto pow_of = [](double x, double y) {
        return of_two<S>([](P a, P b) { return pow(a, b); }, static_cast<S>(x), static_cast<S>(y));
    };
    CHECK(exp_of(0) == 1);
    CHECK(exp_of(infinity) == S(infinity));
    CHECK(exp_of(1e4) > std::numeric_limits<S>::max() / 16);
    CHECK(exp_of(-1e4) <= std::numeric_limits<S>::min());
    CHECK(exp_of(-infinity) <= std::numeric_limits<S>::min());
    const auto sqrt_of = [](double x) { return of_one<S>([](P a) { return sqrt(a); }, static_cast<S>(x)); };
    CHECK(sqrt_of(0) == 0);
    CHECK(sqrt_of(infinity) == S(infinity));
    CHECK(std::isnan(sqrt_of(-1)));
    CHECK(log_of(1) == 0);
    CHECK(log_of(0) == -S(infinity));
    CHECK(log_of(infinity) == S(infinity));
    CHECK(std::isnan(log_of(-1)));
    for (const double x : {0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, infinity, -infinity, not_a_number})
        for (const double y : {0.0, 1.0, -1.0, 2.0, 3.0, -3.0, 0.5, infinity, -infinity, not_a_number}) {
            CAPTURE(x, y);
            const S found = pow_of(x, y), expected = static_cast<S>(std::pow(x, y));
            const bool may_lose_sign = std::signbit(x) && (x == 0 || std::isinf(x));
            CHECK((same_number(found, expected) || (may_lose_sign && same_number(found, std::abs(expected)))));
        }
    for (const double u : {1e4, infinity}) {
        CHECK(of_one<S>([](P a) { return tanh(a); }, static_cast<S>(u)) == 1);
        CHECK(of_one<S>([](P a) { return tanh(a); }, static_cast<S>(-u)) == -1);
        CHECK(of_one<S>([](P a) { return sigmoid(a); }, static_cast<S>(u)) == 1);
        CHECK(of_one<S>([](P a) { return sigmoid(a); }, static_cast<S>(-u)) < std::numeric_limits<S>::min());
    }
    CHECK(of_one<S>([](P a) { return sigmoid(a); }, S(0)) == S(0.5));
}

TEMPLATE_TEST_CASE("one struct serves packs and numbers: every activation, a rule, a signal of several columns", "",
                   float, double) {
    using S = TestType;
    const double tolerance = 8 * std::numeric_limits<S>::epsilon();
    const auto apart = [](S a, S b) { return std::abs(static_cast<double>(a) - static_cast<double>(b)); };
    for (const char* name : {"relu", "leaky_relu", "tanh", "logistic", "linear"})
        with_activation(name, 0.1, [&](auto phi) {
            const ApicalSteeredMasked<decltype(phi)> rule{1, 0, phi};
            for (const S u : {S(-2), S(-0.3), S(0), S(0.2), S(1.7)}) {
                CAPTURE(name, u);
                CHECK(apart(of_one<S>([&](auto p) { return phi.value(p); }, u), static_cast<S>(phi.value(u))) <=
                      tolerance);
                const auto of_rule = [&](auto v) {
                    return rule.post(cell(tags(soma, apical::apical), v, decltype(v)(0.5)));
                };
                CHECK(apart(of_one<S>(of_rule, u), static_cast<S>(of_rule(u))) <= tolerance);
            }
        });
    const burst_ccn::Bursts bursts{0.3};
    const auto excess = [&](auto v) {
        return std::get<2>(bursts(cell(tags(rate, apical_potential), v, decltype(v)(0.7))));
    };
    CHECK(apart(of_one<S>(excess, S(0.4)), static_cast<S>(excess(S(0.4)))) <= tolerance);
    CHECK(select(true, 2, S(0.5)) == 2);
    CHECK(max(S(0.5), 2) == 2);
    CHECK(pow(S(2), 3) == 8);
}

TEMPLATE_TEST_CASE("no function turns a NaN into a number, or a run would hide its own failure", "", float, double) {
    using S = TestType;
    using P = Pack<S>;
    const S bad = static_cast<S>(not_a_number);
    const auto stays = [&](auto function) { return std::isnan(of_one<S>(function, bad)); };
    CHECK(stays([](P a) { return exp(a); }));
    CHECK(stays([](P a) { return log(a); }));
    CHECK(stays([](P a) { return sqrt(a); }));
    CHECK(stays([](P a) { return sin(a) * cos(a); }));
    CHECK(stays([](P a) { return sigmoid(a); }));
    CHECK(stays([](P a) { return pow(a, P(2)); }));
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
