#include "sim/network/poisson.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

#include "tests/support/catch.hpp"

namespace {

using namespace apical;
using Catch::Matchers::Contains;

const Random random_numbers(11);
constexpr double step = 0.1;

/// Hz that a mean count in a step is.
double rate_of(double mean) { return mean / step * 1e3; }

PoissonDrive drive(Quantity rate, Quantity weight = 1) {
    return {.name = "input", .rate = std::move(rate), .weight = std::move(weight)};
}

template <class S>
std::vector<S> drawn(const Poisson<S>& of, std::uint64_t k) {
    std::vector<S> into(of.cells(), 0);
    of.add(k, into.data());
    return into;
}

struct Moments {
    double n = 0, a = 0, b = 0, aa = 0, bb = 0, ab = 0;
    void add(double x, double y) { ++n, a += x, b += y, aa += x * x, bb += y * y, ab += x * y; }
    double correlation() const { return (ab - a * b / n) / std::sqrt((aa - a * a / n) * (bb - b * b / n)); }
};

}  // namespace

TEST_CASE("Poisson drives: counts have the law, in time and between cells they are independent", "[long]") {
    constexpr std::size_t cells = 10000, steps = 1000;
    for (const double mean : {1e-4, 0.1, 2.0, 20.0, 100.0}) {
        CAPTURE(mean);
        const Poisson<float> poisson(drive(rate_of(mean)), cells, step, random_numbers);
        std::vector<double> histogram(300, 0);
        Moments in_time, neighbours, words, blocks;
        std::vector<float> before = drawn(poisson, 0);
        double sum = 0;
        for (std::uint64_t k = 1; k <= steps; ++k) {
            const std::vector<float> now = drawn(poisson, k);
            for (std::size_t c = 0; c < cells; ++c) {
                sum += now[c];
                ++histogram[static_cast<std::size_t>(now[c])];
                in_time.add(before[c], now[c]);
                if (c >= 1) neighbours.add(now[c - 1], now[c]);
                if (c >= Random::together) words.add(now[c - Random::together], now[c]);
                if (c >= Poisson<float>::together) blocks.add(now[c - Poisson<float>::together], now[c]);
            }
            before = now;
        }
        constexpr double n = 1.0 * cells * steps;
        CHECK(std::abs(sum - mean * n) < 4 * std::sqrt(mean * n));
        double chi_square = 0, classes = 0, expected = 0, found = 0;
        for (std::size_t k = 0; k < histogram.size(); ++k) {
            const auto count = static_cast<double>(k);
            expected += n * std::exp(count * std::log(mean) - mean - std::lgamma(count + 1));
            found += histogram[k];
            if (expected < 20 && k + 1 < histogram.size()) continue;
            chi_square += (found - expected) * (found - expected) / std::max(expected, 1.0);
            ++classes;
            expected = found = 0;
        }
        CHECK(chi_square - (classes - 1) < 5 * std::sqrt(2 * classes));
        for (const Moments& pairs : {in_time, neighbours, words, blocks})
            CHECK(std::abs(pairs.correlation()) < 4 / std::sqrt(n));
    }
}

TEST_CASE("Poisson drives: a cell's count depends on its address alone") {
    constexpr std::size_t cells = 1000;
    const Poisson<double> all(drive(rate_of(1.5), 0.25), cells, step, random_numbers);
    const std::vector<double> whole = drawn(all, 12);
    for (const std::size_t first : {0U, 1U, 63U, 64U, 500U})
        for (const std::size_t end : {500U, 501U, 700U, 1000U}) {
            std::vector<double> some(cells, 0);
            all.add(12, some.data(), {first, end});
            for (std::size_t c = 0; c < cells; ++c) REQUIRE(some[c] == (c >= first && c < end ? whole[c] : 0));
        }
    // Neither the number of cells nor how rates and weights are given, nor float.
    const Poisson<double> few(drive(rate_of(1.5), 0.25), 70, step, random_numbers);
    CHECK(std::ranges::equal(drawn(few, 12), std::span(whole).first(70)));
    const Poisson<double> listed(drive(Quantity::list(std::vector<double>(cells, rate_of(1.5))),
                                       Quantity::list(std::vector<double>(cells, 0.25))),
                                 cells, step, random_numbers);
    CHECK(drawn(listed, 12) == whole);
    const Poisson<float> floats(drive(rate_of(1.5), 0.25), cells, step, random_numbers);
    CHECK(std::ranges::equal(drawn(floats, 12), whole));
    CHECK(drawn(all, 13) != whole);
    CHECK(drawn(Poisson<double>(drive(rate_of(1.5), 0.25), cells, step, Random(12)), 12) != whole);
}

TEST_CASE("Poisson drives: every cell has its own rate and weight") {
    constexpr std::size_t cells = 200, steps = 20000;
    std::vector<double> means(cells), rates(cells), weights(cells);
    for (std::size_t c = 0; c < cells; ++c) {
        means[c] = c % 7 == 0 ? 0 : std::pow(10.0, static_cast<double>(c % 50) / 12.5 - 2.5);  // 0.003 to 26
        rates[c] = rate_of(means[c]);
        weights[c] = static_cast<double>(c) - 100;
    }
    const Poisson<double> poisson(drive(Quantity::list(rates), Quantity::list(weights)), cells, step, random_numbers);
    std::vector<double> sums(cells, 0);
    for (std::uint64_t k = 0; k < steps; ++k) poisson.add(k, sums.data());
    double chi_square = 0, used = 0;
    for (std::size_t c = 0; c < cells; ++c) {
        if (means[c] == 0 || weights[c] == 0) {
            CHECK(sums[c] == 0);
            continue;
        }
        const double expected = means[c] * steps;
        chi_square += std::pow(sums[c] / weights[c] - expected, 2) / expected;
        ++used;
    }
    CHECK(std::abs(chi_square - used) < 4 * std::sqrt(2 * used));
    CHECK_NOTHROW(Poisson<float>(drive(Quantity::uniform(0, 10)), 100, step, random_numbers));
}

// Where rates are so small that 32 bits do not tell them apart.
TEST_CASE("Poisson drives: a second word decides on the threshold") {
    const std::uint32_t word = random_numbers.bits(Random::stream("poisson/input"), 0, 3)[0];
    const double second = random_numbers.bits(Random::stream("poisson/input/second"), 0, 3)[0] * 0x1p-32;
    for (const double distance : {-1e-3, 1e-3}) {
        const double part = second + distance;  // of the word's share of the line that is below the threshold
        REQUIRE((part > 0 && part < 1));
        const double mean = -std::log((static_cast<double>(word) + part) * 0x1p-32);
        for (const Quantity& rate : {Quantity(rate_of(mean)), Quantity::list({rate_of(mean)})})
            CHECK(drawn(Poisson<double>(drive(rate), 1, step, random_numbers), 3)[0] == (distance < 0 ? 1 : 0));
    }
}

TEST_CASE("Poisson drives: rates follow their course") {
    constexpr std::size_t cells = 1000, steps = 2000;
    for (const bool own : {false, true}) {
        PoissonDrive in_time = drive(own ? Quantity::list(std::vector<double>(cells, rate_of(0.5))) : rate_of(0.5));
        in_time.course = TimeCourse::steps({0, 50, 100}, {1, 0, 3});  // 500 steps each
        Poisson<float> poisson(in_time, cells, step, random_numbers);
        std::vector<double> sums(4, 0);
        for (std::uint64_t k = 0; k < steps; ++k) {
            poisson.prepare(k);
            for (const float count : drawn(poisson, k)) sums[k / 500] += count;
        }
        const double expected = 0.5 * cells * 500;
        CHECK(std::abs(sums[0] - expected) < 4 * std::sqrt(expected));
        CHECK(sums[1] == 0);
        CHECK(std::abs(sums[2] - 3 * expected) < 4 * std::sqrt(3 * expected));
        CHECK(std::abs(sums[3] - 3 * expected) < 4 * std::sqrt(3 * expected));
        const std::vector<float> last = drawn(poisson, 1999);  // as with that rate from the beginning
        CHECK(last ==
              drawn(Poisson<float>(drive(own ? Quantity::list(std::vector<double>(cells, rate_of(1.5))) : rate_of(1.5)),
                                   cells, step, random_numbers),
                    1999));
    }
    PoissonDrive sine = drive(rate_of(2));
    sine.course = TimeCourse::sine(1, 0.5, 20, 0);  // 50 ms
    Poisson<float> poisson(sine, cells, step, random_numbers);
    double in_phase = 0, all = 0;
    for (std::uint64_t k = 0; k < steps; ++k) {
        poisson.prepare(k);
        for (const float count : drawn(poisson, k)) {
            all += count;
            in_phase += count * std::sin(2 * std::numbers::pi * (static_cast<double>(k) + 0.5) / 500);
        }
    }
    const double n = 2.0 * cells * steps;
    CHECK(std::abs(all - n) < 4 * std::sqrt(n));
    CHECK(std::abs(in_phase - n * 0.25) < 4 * std::sqrt(n / 2));  // half of the amplitude
    sine.course = TimeCourse::sine(1, 1.5, 20, 0);
    CHECK_THROWS_WITH(Poisson<float>(sine, 3, step, random_numbers), Contains("a rate of -"));
    CHECK_THROWS_AS(TimeCourse::steps({0, 0}, {1, 1}), std::invalid_argument);
    CHECK_THROWS_AS(TimeCourse::steps({0}, {1, 1}), std::invalid_argument);
    CHECK_THROWS_AS(TimeCourse::steps({}, {}), std::invalid_argument);
    CHECK_THROWS_AS(TimeCourse::steps({0}, {std::nan("")}), std::invalid_argument);
    CHECK_THROWS_AS(TimeCourse::sine(1, 1, std::nan(""), 0), std::invalid_argument);
}

TEST_CASE("Poisson drives: no events, no cells, many cells, and what is refused") {
    CHECK(drawn(Poisson<float>(drive(0), 100000, step, random_numbers), 1) == std::vector<float>(100000, 0));
    CHECK(drawn(Poisson<float>(drive(1), 0, step, random_numbers), 1).empty());
    CHECK(drawn(Poisson<float>(drive(Quantity::list({})), 0, step, random_numbers), 1).empty());
    const auto refused = [](const Quantity& rate, const Quantity& weight, const std::string& why) {
        CHECK_THROWS_WITH(Poisson<float>(drive(rate, weight), 3, step, random_numbers), "input 'input': " + why);
    };
    refused(-1, 1, "a rate of -1 Hz, -0.0001 events a step of 0.1 ms, expected from 0 to 100");
    refused(2e6, 1, "a rate of 2000000 Hz, 200 events a step of 0.1 ms, expected from 0 to 100");
    refused(Quantity::list({1, 2}), 1, "rates: a list of 2 numbers, expected 3");
    refused(Quantity::list({1, -2, 1}), 1, "a rate of -2 Hz, -0.0002 events a step of 0.1 ms, expected from 0 to 100");
    refused(1, Quantity::list({1}), "weights: a list of 1 numbers, expected 3");
    refused(1, 1e300, "a weight of 1e+300, expected one that 32 bits can hold");
    CHECK_THROWS_AS(drive(std::numeric_limits<double>::quiet_NaN()), std::invalid_argument);
    CHECK_THROWS_WITH(Poisson<float>(drive(1), 3, std::numeric_limits<double>::quiet_NaN(), random_numbers),
                      Contains("expected from 0 to 100"));
}

TEST_CASE("Poisson drives of at most one event a step: its probability is rate times step, up to 1") {
    constexpr std::size_t cells = 10000, steps = 200;
    for (const double p : {0.0, 1e-4, 0.15, 0.3, 1.0}) {
        CAPTURE(p);
        PoissonDrive one = drive(rate_of(p), 2);
        one.at_most_one = true;
        const Poisson<float> bernoulli(one, cells, step, random_numbers);
        double sum = 0;
        for (std::uint64_t k = 0; k < steps; ++k)
            for (const float now : drawn(bernoulli, k)) {
                REQUIRE((now == 0 || now == 2));
                sum += now / 2;
            }
        const double n = static_cast<double>(cells * steps);
        CHECK(std::abs(sum - n * p) <= 4 * std::sqrt(n * p * (1 - p)));
    }
    PoissonDrive more = drive(rate_of(1.01));
    more.at_most_one = true;
    CHECK_THROWS_WITH(Poisson<float>(more, 1, step, random_numbers), Contains("expected from 0 to 1"));
}
