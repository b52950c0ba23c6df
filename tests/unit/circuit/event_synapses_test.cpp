#include "sim/synapses/event_synapses.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <stdexcept>

#include "sim/synapses/event_memory.hpp"
#include "sim/synapses/weight_state.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;
using Catch::Matchers::Contains;

const Random random_numbers(5);
constexpr double step = 0.1;

EventProjection projection(Connectivity connectivity, Quantity weight, Quantity delay) {
    return {
        .name = "P", .connectivity = std::move(connectivity), .weight = std::move(weight), .delay = std::move(delay)};
}

/// All that arrives `delay` steps after spikes of these sources, part by part.
template <class S>
std::vector<S> arriving(const EventSynapses<S>& synapses, std::span<const std::uint32_t> sources, std::uint32_t delay,
                        std::size_t targets) {
    std::vector<S> into(targets, 0);
    const auto found = std::ranges::find(synapses.delays(), delay);
    if (found != synapses.delays().end())
        for (std::size_t part = 0; part < synapses.parts().count; ++part)
            synapses.deliver(sources, static_cast<std::size_t>(found - synapses.delays().begin()), into.data(), part);
    return into;
}

/// The same from the description alone.
template <class S>
std::map<std::uint32_t, std::vector<S>> expected(const EventProjection& of, std::span<const std::uint32_t> sources,
                                                 std::size_t source_cells, std::size_t target_cells) {
    const Adjacency drawn = of.connectivity.draw(target_cells, source_cells, random_numbers, of.name);
    std::map<std::uint32_t, std::vector<S>> into;
    for (const std::uint32_t source : sources)
        for (std::size_t post = 0; post < target_cells; ++post)
            for (std::uint64_t k = drawn.begin[post]; k < drawn.begin[post + 1]; ++k) {
                if (drawn.pre[k] != source) continue;
                const double delay = of.delay.at(random_numbers, Random::stream("delay/P"), k);
                auto& column = into[static_cast<std::uint32_t>(std::max(1L, std::lround(delay / step)))];
                column.resize(target_cells, 0);
                column[post] += static_cast<S>(of.weight.at(random_numbers, Random::stream("weight/P"), k));
            }
    return into;
}

class Sum final : public SynapseVisitor {
   public:
    void visit(std::span<const std::uint32_t> post, std::span<const std::uint32_t> pre,
               std::span<const double> values) override {
        for (std::size_t k = 0; k < post.size(); ++k) {
            ++synapses;
            weight += values[k];
            last = std::max(last, std::size_t{std::max(post[k], pre[k])});
        }
    }
    std::size_t synapses = 0, last = 0;
    double weight = 0;
};

}  // namespace

TEMPLATE_TEST_CASE("spikes arrive at the targets of the description, cut into any number of parts", "", float, double) {
    using S = TestType;
    constexpr std::size_t sources = 60, targets = 100;
    const std::vector<std::uint32_t> fired{0, 3, 4, 17, 58, 59};
    for (const Connectivity& connectivity :
         {Connectivity::dense(), Connectivity::probability(0.3), Connectivity::in_degree(20),
          Connectivity::in_degree(90).with_multapses(), Connectivity::out_degree(7), Connectivity::total(3000),
          Connectivity::total(3000).with_multapses()})
        for (const Quantity& weight : {Quantity(0.1), Quantity::normal(1, 0.3), Quantity::lognormal(0, 1)})
            for (const Quantity& delay : {Quantity(1.5), Quantity::normal(1.5, 0.75), Quantity::uniform(0.1, 30)}) {
                const EventProjection of = projection(connectivity, weight, delay);
                const auto wanted = expected<S>(of, fired, sources, targets);
                for (const std::size_t parts : {1U, 3U, 1000U}) {
                    const EventSynapses<S> synapses(of, sources, targets, step, random_numbers, parts);
                    REQUIRE(std::ranges::is_sorted(synapses.delays()));
                    for (const auto& [steps, column] : wanted)
                        REQUIRE(arriving(synapses, fired, steps, targets) == column);
                    for (const std::uint32_t steps : synapses.delays())
                        if (!wanted.contains(steps))
                            REQUIRE(arriving(synapses, fired, steps, targets) == std::vector<S>(targets, 0));
                }
            }
}

TEST_CASE("every delay from 1 to 255 steps arrives as such, and delays may meet") {
    constexpr std::size_t cells = 255;
    std::vector<double> delays(cells);
    for (std::size_t i = 0; i < cells; ++i) delays[i] = step * static_cast<double>(i + 1);
    const EventProjection one_each = projection(Connectivity::one_to_one(), 1, Quantity::list(delays));
    const EventSynapses<float> synapses(one_each, cells, cells, step, random_numbers);
    REQUIRE(synapses.delays().size() == cells);
    std::vector<std::uint32_t> all(cells);
    std::iota(all.begin(), all.end(), 0U);
    for (std::uint32_t steps = 1; steps <= cells; ++steps) {
        std::vector<float> only(cells, 0);
        only[steps - 1] = 1;
        CHECK(synapses.delays()[steps - 1] == steps);
        REQUIRE(arriving(synapses, all, steps, cells) == only);
    }
    // Two sources, 3 and 8 steps to one target.
    const EventSynapses<double> two(
        projection(Connectivity::list({0, 0}, {0, 1}), Quantity::list({10, 1}), Quantity::list({0.3, 0.8})), 2, 1, step,
        random_numbers);
    double sum = 0;
    two.deliver(std::vector<std::uint32_t>{0}, 0, &sum);
    two.deliver(std::vector<std::uint32_t>{0}, 1, &sum);
    CHECK(sum == 10);
    two.deliver(std::vector<std::uint32_t>{1}, 0, &sum);
    two.deliver(std::vector<std::uint32_t>{1}, 1, &sum);
    CHECK(sum == 11);
    for (const double steps : {1.0, 65535.0})
        CHECK(EventSynapses<float>(projection(Connectivity::one_to_one(), 1, steps * step), 1, 1, step, random_numbers)
                  .delays()[0] == static_cast<std::uint32_t>(steps));
}

TEST_CASE("numbers of a list of synapses belong to their places in it") {
    const Connectivity list = Connectivity::list({2, 0, 2, 0, 2}, {1, 1, 0, 1, 1}).with_multapses();
    const EventSynapses<double> synapses(
        projection(list, Quantity::list({1, 2, 4, 8, 16}), Quantity::list({0.5, 0.2, 0.2, 0.5, 0.5})), 2, 3, step,
        random_numbers);
    const std::vector<std::uint32_t> both{0, 1};
    CHECK(arriving(synapses, both, 2, 3) == std::vector<double>{2, 0, 4});
    CHECK(arriving(synapses, both, 5, 3) == std::vector<double>{8, 0, 17});
}

TEST_CASE("drawn delays have their law, rounded to steps") {
    constexpr std::size_t cells = 1000;
    const EventProjection of = projection(Connectivity::in_degree(100), 1, Quantity::normal(1.5, 0.75));
    const EventSynapses<double> synapses(of, cells, cells, step, random_numbers);
    std::vector<std::uint32_t> all(cells);
    std::iota(all.begin(), all.end(), 0U);
    const auto below = [](double x) { return std::erfc(-(x - 1.5) / 0.75 / std::sqrt(2.0)) / 2; };
    double chi_square = 0, classes = 0;
    for (std::uint32_t steps = 1; steps <= 35; ++steps) {
        const std::vector<double> column = arriving(synapses, all, steps, cells);
        const double found = std::accumulate(column.begin(), column.end(), 0.0);
        const double wanted = 1e5 * (below((steps + 0.5) * step) - (steps == 1 ? 0 : below((steps - 0.5) * step)));
        chi_square += (found - wanted) * (found - wanted) / wanted;
        ++classes;
    }
    CHECK(chi_square < classes + 4 * std::sqrt(2 * classes));
    CHECK(synapses.delays().front() == 1);
}

TEST_CASE("synapses of spikes: none, no cells, one, and many cells") {
    const EventSynapses<float> none(
        projection(Connectivity::probability(0), Quantity::normal(0, 1), Quantity::normal(1, 0.1)), 3, 4, step,
        random_numbers, 2);
    CHECK(none.synapses() == 0);
    CHECK(none.delays().empty());
    for (const Connectivity& any : {Connectivity::dense(), Connectivity::probability(0.5), Connectivity::in_degree(1)})
        CHECK(EventSynapses<float>(projection(any, 1, 1), 0, 0, step, random_numbers, 3).synapses() == 0);
    CHECK(arriving(EventSynapses<double>(projection(Connectivity::dense(), 0.1, 1), 1, 1, step, random_numbers, 4),
                   std::vector<std::uint32_t>{0}, 10, 1) == std::vector<double>{0.1});

    constexpr std::size_t cells = 100000;
    const EventProjection of = projection(Connectivity::in_degree(20), Quantity::normal(1, 0.1), 1.5);
    const EventSynapses<float> many(of, cells, cells, step, random_numbers, 2);
    CHECK(many.synapses() == 20 * cells);
    CHECK(many.bytes() <= 8.0 * 20 * cells + 2 * 8.0 * (cells + 1) + 64);
    Sum sum;
    many.visit(sum);
    CHECK(sum.synapses == 20 * cells);
    CHECK(sum.last < cells);
    CHECK(std::abs(sum.weight / (20.0 * cells) - 1) < 4 * 0.1 / std::sqrt(20.0 * cells));
    // One weight for all takes no memory; delays that differ take some.
    CHECK(EventSynapses<float>(projection(of.connectivity, 1, 1.5), cells, cells, step, random_numbers).bytes() <=
          4.0 * 20 * cells + 8.0 * (cells + 1) + 64);
    const EventSynapses<float> delayed(projection(Connectivity::in_degree(1000), 1, Quantity::normal(1.5, 0.5)), 1000,
                                       1000, step, random_numbers);
    CHECK(delayed.bytes() <= 4.5 * 1e6);
}

TEST_CASE("the fingerprint of synapses of spikes is that of all that a run depends on, however they are cut") {
    const auto fingerprint = [](const EventProjection& of, std::size_t parts = 1, std::uint64_t seed = 5,
                                std::size_t sources = 40) {
        return EventSynapses<float>(of, sources, 200, step, Random(seed), parts).fingerprint();
    };
    const Connectivity some = Connectivity::in_degree(10);
    const Quantity weight = Quantity::normal(1, 0.1), delay = Quantity::normal(1.5, 0.5);
    const EventProjection of = projection(some, weight, delay);
    const std::string wanted = fingerprint(of);
    for (const std::size_t parts : {2U, 3U, 1000U}) CHECK(fingerprint(of, parts) == wanted);
    CHECK(fingerprint(of, 1, 6) != wanted);
    CHECK(fingerprint(of, 1, 5, 41) != wanted);
    for (const EventProjection& other :
         {projection(Connectivity::in_degree(11), weight, delay), projection(some, Quantity::normal(1, 0.2), delay),
          projection(some, weight, Quantity::normal(1.5, 0.6)), projection(some, 1, delay),
          projection(some, weight, 1.5)})
        CHECK(fingerprint(other) != wanted);
    CHECK(fingerprint(projection(some, 1, 1.5)) != fingerprint(projection(some, 2, 1.5)));
    CHECK(fingerprint(projection(some, 1, 1.5)) != fingerprint(projection(some, 1, 1.6)));
}

TEST_CASE("what synapses of spikes will take is known before they are drawn") {
    for (const Quantity& weight : {Quantity(1), Quantity::normal(1, 0.1)})
        for (const Quantity& delay : {Quantity(1.5), Quantity::uniform(1, 2), Quantity::normal(1.5, 0.5)}) {
            Circuit circuit;
            const PopulationId cells = circuit.add(Population{.name = "cells", .units = 2000});
            EventProjection of = projection(Connectivity::in_degree(500), weight, delay);
            of.source = of.target = cells;
            const EventMemory expected = memory_of(circuit, of, step, sizeof(float));
            const EventSynapses<float> synapses(of, 2000, 2000, step, random_numbers);
            CHECK(expected.synapses == synapses.synapses());
            CHECK(static_cast<double>(synapses.bytes()) ==
                  Approx(static_cast<double>(expected.bytes)).epsilon(delay.is_random() ? 0.15 : 1e-3));
            CHECK_NOTHROW(require_room(circuit, step, sizeof(float)));
            of.connectivity = Connectivity::total(100000000000000).with_multapses();
            circuit.add(of);
            CHECK_THROWS_WITH(require_room(circuit, step, sizeof(float)),
                              Catch::Contains("100000000000000 synapses take"));
        }
}

TEST_CASE("synapses of spikes that make no sense are refused") {
    const auto refused = [](const Connectivity& connectivity, const Quantity& weight, const Quantity& delay,
                            const std::string& why) {
        CHECK_THROWS_WITH(EventSynapses<float>(projection(connectivity, weight, delay), 2, 3, step, random_numbers),
                          "projection 'P': " + why);
    };
    const Connectivity all;
    refused(all, 1, 0, "a delay of 0 ms, expected a whole number of steps of 0.1 ms, at least one");
    refused(all, 1, -1, "a delay of -1 ms, expected a whole number of steps of 0.1 ms, at least one");
    refused(all, 1, 0.05, "a delay of 0.05 ms, expected a whole number of steps of 0.1 ms, at least one");
    refused(all, 1, 1.05, "a delay of 1.05 ms, expected a whole number of steps of 0.1 ms, at least one");
    refused(all, 1, Quantity::list({1, 1, 1, 1, 1.01, 1}),
            "a delay of 1.01 ms, expected a whole number of steps of 0.1 ms, at least one");
    refused(all, 1, 6553.6, "a delay of 6553.6 ms, 65536 steps, expected at most 65535");
    refused(all, 1, Quantity::uniform(7000, 8000).range().lower,
            "a delay of 7000 ms, 70000 steps, expected at most 65535");
    refused(all, Quantity::list({1, 2}), 1, "weights: a list of 2 numbers, expected 6");
    refused(all, 1, Quantity::list({}), "delays: a list of 0 numbers, expected 6");
    refused(all, 1e300, 1, "a weight of 1e+300, expected one that 32 bits can hold");
    refused(all, Quantity::list({1, 1, 1, 1, 1, -1e39}), 1, "a weight of -1e+39, expected one that 32 bits can hold");
    refused(Connectivity::in_degree(3), 1, 1, "an in-degree of 3, expected at most 2");
    refused(Connectivity::list({0, 0}, {1, 1}), 1, 1, "two synapses from cell 1 to cell 0, expected one");
    const Weights multapses{.name = "W", .connectivity = Connectivity::in_degree(1).with_multapses()};
    CHECK_THROWS_WITH(WeightState<float>(multapses, 2, 2, random_numbers), Contains("weights 'W': multapses"));
}
