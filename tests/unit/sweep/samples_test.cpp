#include <algorithm>
#include <cmath>
#include <set>

#include "sim/core/error.hpp"
#include "sim/core/random.hpp"
#include "sim/sweep/sobol.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/sweep/written_sweep.hpp"

using namespace apical;
using apical::test::runs_of;
using apical::test::WrittenSweep;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

const std::string two_keys =
    "circuit.eta_W = {low = 1e-3, high = 1e-1, scale = \"log\"}\nrun.lanes = {low = 2, high = 5}\n";

std::vector<double> numbers(const Plan& plan, const std::string& key) {
    std::vector<double> all;
    for (const PlannedRun& run : plan.runs) {
        const Node document = plan.document(run);
        const Node& node = *value_at_key(document, key);
        const auto* real = std::get_if<double>(&node.value);
        all.push_back(real != nullptr ? *real : static_cast<double>(std::get<std::int64_t>(node.value)));
    }
    return all;
}

}  // namespace

TEST_CASE("Sobol: 2^k points in a row fall one into each of 2^k equal parts, in every coordinate") {
    constexpr std::size_t dimensions = 60;
    for (const std::uint32_t first : {0u, 256u, 1024u, 0xffffff00u}) {
        std::vector<std::set<std::uint32_t>> parts(dimensions);
        for (std::uint32_t n = 0; n < 256; ++n)
            for (std::size_t d = 0; const std::uint32_t x : sobol_point(first + n, dimensions))
                parts[d++].insert(x >> 24);
        for (const auto& part : parts) CHECK(part.size() == 256);
    }
    CHECK(sobol_point(1, sobol_dimensions).size() == sobol_dimensions);
    CHECK_THROWS_AS(sobol_point(1, sobol_dimensions + 1), std::invalid_argument);
}

TEST_CASE("Sobol: the first points of Joe and Kuo's table, and a net in the first two coordinates") {
    // By hand from the recurrence: v of coordinate 2 is 1/2, 3/4, 5/8; of coordinate 3 (x^2 + x + 1, m = 1 3) 1/2, 3/4,
    // 3/8.
    const auto at = [](std::uint32_t n, std::size_t d) { return sobol_point(n, 3)[d] * 0x1p-32; };
    CHECK(at(0, 0) == 0);
    CHECK(std::vector{at(1, 0), at(2, 0), at(3, 0), at(4, 0)} == std::vector{0.5, 0.25, 0.75, 0.125});
    CHECK(std::vector{at(1, 1), at(2, 1), at(3, 1), at(4, 1)} == std::vector{0.5, 0.75, 0.25, 0.625});
    CHECK(std::vector{at(1, 2), at(2, 2), at(3, 2), at(4, 2)} == std::vector{0.5, 0.75, 0.25, 0.375});
    // 16 points: one in each of 16 boxes, for all five ways to cut the square into 16 equal boxes.
    for (unsigned cut = 0; cut <= 4; ++cut) {
        std::set<std::pair<std::uint32_t, std::uint32_t>> boxes;
        for (std::uint32_t n = 0; n < 16; ++n) {
            const auto point = sobol_point(n, 2);
            boxes.emplace(std::uint64_t{point[0]} >> (32 - cut), std::uint64_t{point[1]} >> (28 + cut));
        }
        CHECK(boxes.size() == 16);
    }
}

TEST_CASE("samples lie in their ranges, integers on integers, logarithmic ones evenly over the decades") {
    const WrittenSweep at;
    for (const std::string kind : {"random", "sobol"}) {
        const Plan plan = at.plan("[" + kind + "]\nsamples = 400\n" + two_keys);
        const std::vector<double> rates = numbers(plan, "circuit.eta_W"), lanes = numbers(plan, "run.lanes");
        CHECK(*std::min_element(rates.begin(), rates.end()) >= 1e-3);
        CHECK(*std::max_element(rates.begin(), rates.end()) <= 1e-1);
        // 400 draws: 5 standard deviations of a binomial are 50 (half) and 43 (a quarter).
        CHECK(std::abs(std::count_if(rates.begin(), rates.end(), [](double x) { return x < 1e-2; }) - 200) < 50);
        for (const double integer : {2., 3., 4., 5.})
            CHECK(std::abs(std::count(lanes.begin(), lanes.end(), integer) - 100) < 43);
    }
}

TEST_CASE("Sobol samples fill a range evenly whatever the seed") {
    const WrittenSweep at;
    for (const std::string seed : {"1", "2"}) {
        const Plan plan = at.plan("[sobol]\nsamples = 32\nseed = " + seed + "\n" + two_keys);
        const std::vector<double> lanes = numbers(plan, "run.lanes");
        for (const double integer : {2., 3., 4., 5.}) CHECK(std::count(lanes.begin(), lanes.end(), integer) == 8);
    }
}

TEST_CASE("a sample is a function of the seed, the key and its number alone") {
    const WrittenSweep at;
    const auto few = runs_of(at.plan("[random]\nsamples = 3\n" + two_keys));
    const auto many = runs_of(at.plan("[random]\nsamples = 20\n" + two_keys));
    CHECK(std::equal(few.begin(), few.end(), many.begin()));
    CHECK(runs_of(at.plan("[random]\nsamples = 3\nseed = 2\n" + two_keys)) != few);
    const Plan one_key = at.plan("[random]\nsamples = 3\ncircuit.eta_W = {low = 1e-3, high = 1e-1, scale = \"log\"}\n");
    CHECK(numbers(one_key, "circuit.eta_W") == numbers(at.plan("[random]\nsamples = 3\n" + two_keys), "circuit.eta_W"));
}

TEST_CASE("every entry of a list gets the same samples") {
    const WrittenSweep at;
    const Plan plan =
        at.plan("[random]\nsamples = 2\n" + two_keys +
                "[[list]]\ncircuit.model = \"self_assembly\"\n[[list]]\ncircuit.model = \"backpropagation\"\n");
    const std::vector<double> rates = numbers(plan, "circuit.eta_W");
    REQUIRE(rates.size() == 4);
    CHECK(rates[0] == rates[1]);
    CHECK(rates[2] == rates[3]);
    CHECK(rates[0] != rates[2]);
}

TEST_CASE("choices and quantities are drawn as they are written") {
    const WrittenSweep at;
    const Plan plan = at.plan(
        "[random]\nsamples = 30\ncircuit.hidden = {choices = [[5], [6, 7]]}\nrun.step = {low = \"100 us\", high = \"1 "
        "ms\"}\n");
    std::set<std::string> widths;
    for (const PlannedRun& run : plan.runs) {
        const Node document = plan.document(run);
        widths.insert(value_at_key(document, "circuit.hidden")->text());
        const std::string step = std::get<std::string>(value_at_key(document, "run.step")->value);
        CHECK_THAT(step, Catch::Matchers::EndsWith(" ms"));
        CHECK(std::stod(step) >= 0.1);
        CHECK(std::stod(step) <= 1);
    }
    CHECK(widths == std::set<std::string>{"[5]", "[6, 7]"});
}

TEST_CASE("ranges that are wrong are refused where they stand") {
    const WrittenSweep at;
    const std::string random = "[random]\nsamples = 3\n";
    CHECK_THAT(at.refusal(random), StartsWith("s.toml:3:1: random: found nothing"));
    CHECK_THAT(at.refusal("[random]\nrun.lanes = {low = 1, high = 2}\n"), Contains("random.samples: found nothing"));
    CHECK_THAT(at.refusal(random + "run.lanes = {low = 5, high = 2}\n"),
               StartsWith("s.toml:5:13: random.run.lanes: found low = 5, high = 2"));
    CHECK_THAT(at.refusal(random + "run.lanes = {low = 5}\n"), Contains("found no 'high'"));
    CHECK_THAT(at.refusal(random + "run.lanes = [1, 2]\n"),
               StartsWith("s.toml:5:13: random.run.lanes: found a list, expected {low"));
    CHECK_THAT(at.refusal(random + "run.lanes = {low = 0, high = 2}\n"),
               StartsWith("s.toml:5:20: random.run.lanes.low: found 0, expected"));
    CHECK_THAT(at.refusal(random + "circuit.eta_W = {low = 0, high = 1, scale = \"log\"}\n"),
               Contains("circuit.eta_W.low: found 0"));
    CHECK_THAT(at.refusal(random + "circuit.eta_W = {low = 0.1, high = 1, scal = \"log\"}\n"),
               Contains("did you mean 'scale'?"));
    CHECK_THAT(at.refusal(random + "run.order = {low = 1, high = 9}\n"), Contains("this key is not a number"));
    CHECK_THAT(at.refusal(random + "circuit.hiden = {low = 1, high = 9}\n"), Contains("did you mean 'hidden'?"));
    CHECK_THAT(at.refusal(random + "run.lanes = {choices = []}\n"), Contains("found an empty list"));
    CHECK_THAT(at.refusal(random + "run.lanes = {low = 1, high = 2}\n[sobol]\nsamples = 1\n"), Contains("found both"));
}
