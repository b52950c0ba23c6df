// A simulation in continuous time takes no memory while it runs.
#include "tests/support/memory.hpp"

#include "models/baselines/baselines.hpp"
#include "models/self_assembly/circuit.hpp"
#include "sim/protocol/training.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;

const TaskShape task{20, 5, Loss::softmax_cross_entropy, 1000};

Upstream upstream() {
    Upstream result;
    result.hidden = {30, 20};
    result.biases = true;
    return result;
}

/// With a noise current in every cell that has a dendrite for it.
Circuit noisy(Circuit circuit) {
    for (PopulationId p{}; p < circuit.populations.size(); ++p) {
        Population& cells = circuit.populations[p];
        if (cells.neurons.empty()) continue;
        cells.noise.push_back({.column = "a name that does not fit into a short string", .sigma = 0.1, .tau = 5});
        circuit.add(Projection{.source = p, .signal = cells.noise.back().column, .target = p, .compartment = basal});
    }
    return circuit;
}

/// How often memory is taken in presentations after the first two.
template <class S>
std::size_t taken(const Circuit& circuit, const Setup& setup) {
    Training<S> simulation(circuit, setup);
    const auto lanes = static_cast<Eigen::Index>(setup.lanes);
    const Matrix<S> x[] = {Matrix<S>::Random(20, lanes), Matrix<S>::Random(20, lanes)};
    const Matrix<S> target = Matrix<S>::Identity(5, lanes);
    for (const auto& each : x) simulation.present(each.data(), target.data());
    const std::size_t before = test::allocations();
    for (const auto& each : x) simulation.present(each.data(), target.data());
    return test::allocations() - before;
}

}  // namespace

TEMPLATE_TEST_CASE("no memory is taken after the first presentations", "", float, double) {
    if (!test::counts_memory()) return;
    self_assembly::Parameters topographic, dense;
    dense.motif = "dense";
    dense.signs = "free";
    dense.scaling = false;
    dense.gate = "linear";
    const Circuit circuits[] = {self_assembly::circuit(upstream(), topographic, task),
                                self_assembly::circuit(upstream(), dense, task),
                                feedback_circuit(upstream(), 1, true, task)};
    for (const Circuit& circuit : circuits)
        for (const char* stepper : {"euler", "rk4", "euler_maruyama", "exponential_euler"})
            for (const std::size_t lanes : {1, 8})
                for (const double ramp : {0, 10})
                    for (const bool strategies : {true, false}) {
                        CAPTURE(circuit.name, stepper, lanes, ramp, strategies);
                        Setup setup;
                        setup.mode = Mode::continuous;
                        setup.lanes = lanes;
                        setup.clock.stepper = stepper;
                        setup.clock.step = 0.5;
                        setup.clock.presentation = 20;
                        setup.clock.ramp = ramp;
                        setup.clock.error_onset = 5;
                        setup.clock.held_sources = setup.clock.one_pass = strategies;
                        const bool takes_noise = std::string(stepper).find("euler_") != std::string::npos ||
                                                 std::string(stepper) == "exponential_euler";
                        CHECK(taken<TestType>(takes_noise ? noisy(circuit) : circuit, setup) == 0);
                    }
}
