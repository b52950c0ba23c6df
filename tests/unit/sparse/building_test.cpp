// What it takes to build many synapses.
#include <ctime>
#include <optional>

#include "sim/synapses/weight_state.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/peak_memory.hpp"

namespace {

using namespace apical;

constexpr std::size_t cells = 100000;

struct Built {
    double seconds = 0;
    std::optional<double> peak, kept;  ///< bytes
    std::size_t synapses = 0;
    double mean = 0;
};

Built build(const Connectivity& connectivity, const Initial& initial) {
    Built built;
    std::optional<WeightState<float>> state;
    const auto before = test::status_of_process("VmRSS");
    const std::clock_t start = std::clock();  // of the processor: a busy machine takes no part in it
    built.peak = test::peak_memory_of([&] {
        const Weights weights{.name = "W", .connectivity = connectivity, .initial = initial};
        state.emplace(weights, cells, cells, Random(1));
    });
    built.seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    if (const auto after = test::status_of_process("VmRSS"); before && after) built.kept = *after - *before;
    built.synapses = state->synapses();
    built.mean = state->values().cast<double>().mean();
    return built;
}

/// `a_synapse`: seconds that each may take on a slow machine.
void check(const Connectivity& connectivity, double wanted, double a_synapse) {
    const Built built = build(connectivity, lognormal(0, 1));
    const auto synapses = static_cast<double>(built.synapses);
    CHECK(std::abs(synapses - wanted) < 6 * std::sqrt(wanted));
    CHECK(built.mean == Approx(std::exp(0.5)).epsilon(0.02));
    CHECK(built.seconds < a_synapse * wanted);
    if (!built.peak || !built.kept) {
        WARN("the system does not tell how much memory a process has");
        return;
    }
    WARN(synapses << " synapses of 2 x " << cells << " cells: " << built.seconds << " s, " << *built.kept / synapses
                  << " B each, " << *built.peak / synapses << " B while they are built");
    const double of_cells = 4 * 8.0 * cells;  // a few numbers a cell
    CHECK(*built.kept < 12 * synapses + of_cells);
    CHECK(*built.peak < 24 * synapses + of_cells);
}

}  // namespace

// Not with the sanitizers, whose memory it would be.
TEST_CASE(
    "a million synapses between 1e5 cells and 1e5 cells take 12 B each at most, and less than twice that to build",
    "[long]") {
    check(Connectivity::in_degree(10), 1e6, 2e-6);
    check(Connectivity::probability(1e-4), 1e6, 2e-6);
    check(Connectivity::out_degree(10), 1e6, 2e-6);
    check(Connectivity::total(1000000), 1e6, 2e-6);
}

TEST_CASE("ten million synapses", "[paper]") {
    check(Connectivity::in_degree(100), 1e7, 1e-6);
    check(Connectivity::probability(1e-3), 1e7, 1e-6);
    check(Connectivity::out_degree(100).without_autapses(), 1e7, 1e-6);
    check(Connectivity::total(10000000), 1e7, 1e-6);
}
