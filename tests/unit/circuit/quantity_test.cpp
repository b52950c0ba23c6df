#include "sim/circuit/quantity.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <stdexcept>

#include "tests/support/catch.hpp"

namespace {

using namespace apical;
using Catch::Matchers::Contains;

const Random random_numbers(7);
constexpr std::uint32_t stream = Random::stream("quantity");
constexpr double infinity = std::numeric_limits<double>::infinity(),
                 not_a_number = std::numeric_limits<double>::quiet_NaN();

std::vector<double> numbers(const Quantity& of, std::size_t count) {
    std::vector<double> all(count);
    for (std::size_t i = 0; i < count; ++i) all[i] = of.at(random_numbers, stream, i);
    return all;
}

/// The statistic of Kolmogorov and Smirnov, times the root of the number of samples: above 1.95 once in a thousand.
double distance(std::vector<double> samples, const std::function<double(double)>& law) {
    std::ranges::sort(samples);
    const auto n = static_cast<double>(samples.size());
    double most = 0;
    for (std::size_t k = 0; k < samples.size(); ++k) {
        const double p = law(samples[k]);
        most = std::max({most, p - static_cast<double>(k) / n, static_cast<double>(k + 1) / n - p});
    }
    return most * std::sqrt(n);
}

double normal_law(double z) { return std::erfc(-z / std::numbers::sqrt2) / 2; }

}  // namespace

TEST_CASE("a quantity is a number, a list or a law") {
    CHECK(numbers(2.5, 3) == std::vector<double>{2.5, 2.5, 2.5});
    CHECK(numbers(Quantity::list({3, 1, 2}), 3) == std::vector<double>{3, 1, 2});
    constexpr std::size_t count = 100000;
    constexpr double rare = 1.95;
    CHECK(distance(numbers(Quantity::normal(3, 2), count), [](double x) { return normal_law((x - 3) / 2); }) < rare);
    CHECK(distance(numbers(Quantity::lognormal(-0.7, 0.9), count),
                   [](double x) { return normal_law((std::log(x) + 0.7) / 0.9); }) < rare);
    CHECK(distance(numbers(Quantity::uniform(-1, 4), count), [](double x) { return (x + 1) / 5; }) < rare);
    // What lies outside is drawn again, so the rest keeps its shape.
    const double below = normal_law(-1), above = normal_law(0.5);
    CHECK(distance(numbers(Quantity::normal(0, 1, {-1, 0.5}), count),
                   [=](double x) { return (normal_law(x) - below) / (above - below); }) < rare);
    CHECK(distance(numbers(Quantity::lognormal(0, 1, {0, 1}), count),
                   [](double x) { return 2 * normal_law(std::log(x)); }) < rare);
    CHECK(numbers(Quantity::normal(5, 0), 2) == std::vector<double>{5, 5});
    CHECK(numbers(Quantity::uniform(5, 5), 2) == std::vector<double>{5, 5});
}

TEST_CASE("a number of a law has an address: the same in any order, another beyond 2^32") {
    const Quantity law = Quantity::normal(0, 1, {-1, 1});
    const double last = law.at(random_numbers, stream, 99999);
    CHECK(last == numbers(law, 100000).back());
    CHECK(law.at(random_numbers, stream, 5) != law.at(random_numbers, stream, (std::uint64_t{1} << 32) + 5));
    CHECK(law.at(random_numbers, stream, 5) != law.at(Random(8), stream, 5));
    CHECK(law.at(random_numbers, stream, 5) != law.at(random_numbers, stream + 1, 5));
}

TEST_CASE("a quantity says what it is and where its numbers lie") {
    CHECK(Quantity(1).is_number());
    CHECK(Quantity::list({}).is_list());
    CHECK(Quantity::uniform(0, 1).is_random());
    const auto lies = [](const Quantity& of, double lower, double upper) {
        return of.range().lower == lower && of.range().upper == upper;
    };
    CHECK(lies(-2, -2, -2));
    CHECK(lies(Quantity::list({3, 1, 2}), 1, 3));
    CHECK(lies(Quantity::list({}), 0, 0));
    CHECK(lies(Quantity::uniform(1, 2), 1, 2));
    CHECK(lies(Quantity::normal(0, 1), -infinity, infinity));
    CHECK(lies(Quantity::normal(0, 1, {0, 2}), 0, 2));
    CHECK(lies(Quantity::lognormal(0, 1, {-3, 2}), 0, 2));
    CHECK(Quantity(1).refuse(5).empty());
    CHECK(Quantity::list({1, 2}).refuse(2).empty());
    CHECK(Quantity::list({1, 2}).refuse(3) == "a list of 2 numbers, expected 3");
}

TEST_CASE("quantities that make no sense are refused") {
    for (const double wrong : {not_a_number, infinity, -infinity}) {
        CHECK_THROWS_AS(Quantity(wrong), std::invalid_argument);
        CHECK_THROWS_AS(Quantity::normal(wrong, 1), std::invalid_argument);
        CHECK_THROWS_AS(Quantity::normal(0, wrong), std::invalid_argument);
        CHECK_THROWS_AS(Quantity::uniform(wrong, 1), std::invalid_argument);
        CHECK_THROWS_AS(Quantity::uniform(0, wrong), std::invalid_argument);
    }
    CHECK_THROWS_WITH(Quantity::list({1, not_a_number}), "number 1 of a list is nan, expected a finite one");
    CHECK_THROWS_WITH(Quantity::normal(0, -1), "a deviation of -1, expected at least 0");
    CHECK_THROWS_WITH(Quantity::uniform(1, 0), Contains("expected the lower end first"));
    CHECK_THROWS_WITH(Quantity::normal(0, 1, {1, 0}), Contains("expected the lower one first"));
    CHECK_THROWS_WITH(Quantity::normal(0, 1, {not_a_number, 0}), Contains("expected the lower one first"));
    CHECK_THROWS_WITH(Quantity::normal(0, 1, {4, infinity}), Contains("expected at least 0.001"));
    CHECK_THROWS_WITH(Quantity::normal(0, 0, {1, 2}), Contains("in which 0 of the law lies"));
    CHECK_THROWS_WITH(Quantity::lognormal(0, 1, {-2, 0}), Contains("in which 0 of the law lies"));
}
