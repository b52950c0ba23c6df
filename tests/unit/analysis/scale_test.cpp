#include "analysis/html/scale.hpp"

#include <cmath>
#include <limits>
#include <set>

#include "sim/core/random.hpp"
#include "tests/support/catch.hpp"

using namespace apical;

namespace {

using Limits = std::numeric_limits<double>;

Scale scale_of(bool logarithmic, std::initializer_list<double> values) {
    Scale scale(logarithmic, 0, 500);
    for (const double value : values) scale.take_in(value);
    if (!scale.is_empty()) scale.finish();
    return scale;
}

std::vector<std::string> texts(const Scale& scale) {
    std::vector<std::string> texts;
    for (const Scale::Tick& tick : scale.ticks()) texts.push_back(tick.text);
    return texts;
}

/// What holds for every range: a few ticks, each at its own place on the page, in order, with a text of its own.
void require_ticks(const Scale& scale) {
    const auto ticks = scale.ticks();
    REQUIRE(ticks.size() >= 2);
    REQUIRE(ticks.size() <= 12);
    const auto all = texts(scale);
    CAPTURE(all);
    CHECK(std::set<std::string>(all.begin(), all.end()).size() == all.size());
    for (std::size_t k = 0; k < ticks.size(); ++k) {
        CHECK(ticks[k].place >= -1e-6);
        CHECK(ticks[k].place <= 500 + 1e-6);
        if (k > 0) CHECK(ticks[k].place > ticks[k - 1].place);
        CHECK(ticks[k].text.size() <= 36);  // bytes; at most 20 letters
    }
}

}  // namespace

TEST_CASE("ticks are round numbers, written alike along an axis") {
    using Texts = std::vector<std::string>;
    CHECK(texts(scale_of(false, {0, 1})) == Texts{"0", "0.2", "0.4", "0.6", "0.8", "1.0"});
    CHECK(texts(scale_of(false, {-30, 60})) == Texts{"-20", "0", "20", "40", "60"});
    CHECK(texts(scale_of(false, {0, 1e6})) == Texts{"0", "2·10⁵", "4·10⁵", "6·10⁵", "8·10⁵", "1.0·10⁶"});
    CHECK(texts(scale_of(false, {0.99999, 1})) ==
          Texts{"0.999990", "0.999992", "0.999994", "0.999996", "0.999998", "1.000000"});
    CHECK(texts(scale_of(true, {0.01, 100})) == Texts{"0.01", "0.1", "1", "10", "100"});
    CHECK(texts(scale_of(true, {1e-7, 1})) == Texts{"10⁻⁶", "10⁻⁴", "10⁻²", "10⁰"});
    CHECK(texts(scale_of(true, {0.03, 0.8})) == Texts{"0.05", "0.1", "0.2", "0.5"});
    CHECK(texts(scale_of(true, {2.1, 4.4})) == Texts{"2.5", "3.0", "3.5", "4.0", "4.5"});
    CHECK(texts(scale_of(true, {2.1e-9, 4.4e-9})) == Texts{"2.5·10⁻⁹", "3.0·10⁻⁹", "3.5·10⁻⁹", "4.0·10⁻⁹", "4.5·10⁻⁹"});
}

TEST_CASE("places grow with the values, with a little room at both ends") {
    for (const bool logarithmic : {false, true}) {
        const Scale scale = scale_of(logarithmic, {1, 10, 100});
        CHECK(scale(1) > 0);
        CHECK(scale(1) < 25);
        CHECK(scale(100) < 500);
        CHECK(scale(10) == Approx(logarithmic ? 250 : scale(1) + (scale(100) - scale(1)) / 11));
    }
}

TEST_CASE("values that are all the same, or differ by rounding alone, stand in the middle of some range") {
    const double value = GENERATE(0., 1., -7., 1e-300, 5e-324, 1e300, -1.7e308, 1e100, 3e-5);
    for (const double other : {value, std::nextafter(value, 1e308), value * (1 - 5.6e-16)}) {
        const Scale scale = scale_of(false, {value, other});
        CAPTURE(value, other);
        require_ticks(scale);
        CHECK(scale(value) == Approx(250));
        if (value < 1e-290) continue;
        const Scale decades = scale_of(true, {value, other});
        require_ticks(decades);
        CHECK(decades(value) == Approx(250));
    }
}

TEST_CASE("any two numbers make an axis with ticks") {
    const Random random(5);
    std::uint32_t draw = 0;
    const auto number = [&] {
        const double u = random.uniform(1, draw++), v = random.uniform(2, draw++);
        return (u < 0.5 ? -1 : 1) * std::pow(10, 631 * v - 323);
    };
    for (int k = 0; k < 2000; ++k) {
        const double a = number(), width = random.uniform(3, draw++);
        const double near = a * (1 + std::pow(10, -18 * width));
        for (const double b : {number(), near, 0.}) {
            CAPTURE(a, b);
            require_ticks(scale_of(false, {a, b}));
            if (b != 0) require_ticks(scale_of(true, {std::abs(a), std::abs(b)}));
        }
    }
    for (const double edge : {Limits::max(), Limits::min(), Limits::denorm_min(), 1e300, 1e-290, 1e-300, 1e100}) {
        require_ticks(scale_of(false, {-edge, edge}));
        require_ticks(scale_of(false, {edge, 1}));
        require_ticks(scale_of(true, {edge, 1}));
        require_ticks(scale_of(true, {edge, Limits::max()}));
    }
}

TEST_CASE("numbers without a place are not shown, and an axis with none is empty") {
    const double nan = Limits::quiet_NaN(), infinite = Limits::infinity();
    CHECK(scale_of(false, {}).is_empty());
    CHECK(scale_of(false, {nan, infinite, -infinite}).is_empty());
    CHECK(scale_of(true, {0, -1, nan}).is_empty());
    CHECK_FALSE(Scale(true, 0, 1).can_show(0));
    CHECK(Scale(false, 0, 1).can_show(0));
    const Scale scale = scale_of(true, {0, -1, nan, 3});
    require_ticks(scale);
    CHECK(scale(3) == Approx(250));
}
