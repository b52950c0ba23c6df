#include "sim/dynamics/stability.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "sim/dynamics/running_network.hpp"

namespace apical {

namespace {

/// So many steps with this input and nothing else.
template <class S>
void live(RunningNetwork<S>& cells, const S* inputs, std::uint64_t steps) {
    const PortHandle input = cells.port(ports::input);
    cells.set(input, {inputs, input.cells});
    cells.relax(steps);
}

}  // namespace

bool is_recurrent(const Circuit& circuit) {
    // Where every state is a signal of its instant, a loop has no order.
    std::vector<WeightState<float>> weights;
    weights.reserve(circuit.weights.size());
    for (Weights w : circuit.weights) {
        w.initial = nullptr;
        weights.emplace_back(w, circuit.populations[w.post].units, circuit.populations[w.pre].units, Random(0));
    }
    try {
        Pathways<float> pathways(circuit, std::as_const(weights), 1, PathwayOptions::settled());
        const Network<float> settled(circuit, pathways);
        return settled.has_loops();
    } catch (const Cycle&) {
        return true;
    }
}

template <class S>
double growth_of_a_step(const Simulation<S>& simulation, const S* inputs) {
    constexpr std::uint64_t to_settle = 50, to_turn = 50, to_measure = 50;
    const S small = std::is_same_v<S, float> ? S(1e-3) : S(1e-6);
    RunningNetwork<S> path(simulation.circuit(), simulation.weights(), simulation.setup(), 1, "stability"),
        beside(simulation.circuit(), simulation.weights(), simulation.setup(), 1, "stability");
    live(path, inputs, to_settle);
    live(beside, inputs, to_settle);
    using Vector = typename Network<S>::Vector;
    const Vector& x = path.network().states();
    // A disturbance in all states, of either sign, that prefers no direction; what does not leak is padding.
    Vector away(x.size());
    const Random random(simulation.setup().seed);
    for (Eigen::Index k = 0; k < away.size(); ++k)
        away[k] = path.network().leaks()[k] > 0
                      ? static_cast<S>(random.normal(Random::stream("stability"), static_cast<std::uint32_t>(k)))
                      : S(0);
    double log_growth = 0;
    for (std::uint64_t k = 0; k < to_turn + to_measure; ++k) {
        const double size = static_cast<double>(small) * std::max(1.0, static_cast<double>(x.norm()));
        beside.network().states() = x + away * static_cast<S>(size / static_cast<double>(away.norm()));
        live(path, inputs, 1);
        live(beside, inputs, 1);
        away = beside.network().states() - x;
        const double growth = static_cast<double>(away.norm()) / size;
        if (!std::isfinite(growth)) return std::numeric_limits<double>::infinity();
        if (growth == 0) return 0;
        if (k >= to_turn) log_growth += std::log(growth);
    }
    return std::exp(log_growth / to_measure);
}

template <class S>
std::string warning_of_loops(const Simulation<S>& simulation, const S* inputs) {
    if (!is_recurrent(simulation.circuit())) return "";
    const double growth = growth_of_a_step(simulation, inputs);
    constexpr double tolerated = 1e-3;  // of a long transient
    if (!(growth > 1 + tolerated)) return "";
    return fmt::format(
        "the cells excite themselves: a disturbance grows {:.4g} times a step at the start; smaller weights, above all "
        "of the feedback, or a saturating activation",
        growth);
}

template double growth_of_a_step(const Simulation<float>&, const float*);
template double growth_of_a_step(const Simulation<double>&, const double*);
template std::string warning_of_loops(const Simulation<float>&, const float*);
template std::string warning_of_loops(const Simulation<double>&, const double*);

}  // namespace apical
