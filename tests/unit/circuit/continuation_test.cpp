// Saved and loaded equals never interrupted, bit for bit; and a run that goes wrong says where.
#include <cmath>
#include <cstring>

#include "models/self_assembly/circuit.hpp"
#include "sim/core/error.hpp"
#include "sim/protocol/evaluator.hpp"
#include "sim/protocol/training.hpp"
#include "sim/steppers/stepper.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_archive.hpp"
#include "tests/unit/circuit/looking_back.hpp"
#include "tests/unit/circuit/naive.hpp"

namespace {

using namespace apical;

ModelCircuit default_circuit() {
    Upstream upstream;
    upstream.hidden = {12, 9};
    upstream.warm_up = 40;
    return self_assembly::circuit(upstream, {}, {5, 5, Loss::squared_error, 30});
}

struct SlowHebbian {
    static constexpr auto post_is = rate;
    static constexpr auto pre_is = rate;
    double gain() const { return 0.01; }
    double decay_rate() const { return 0.001; }
    double low_pass() const { return 7; }
};

/// Everything that continuous time may have a past in: delays longer and shorter than a presentation, coloured and
/// white noise, low-passed plasticity of dense and sparse weights, dendrites, adaptation.
ModelCircuit circuit_with_a_past() {
    Upstream upstream;
    upstream.hidden = {12, 9};
    upstream.biases = true;
    upstream.neuron = "pyramidal";
    upstream.g_A = 50;
    upstream.tau_B = 4;
    upstream.tau_A = 6;
    upstream.adaptation = 10;
    self_assembly::Parameters parameters;
    parameters.g_A_downstream = 50;
    ModelCircuit circuit = self_assembly::circuit(upstream, parameters, {5, 5, Loss::squared_error, 30});
    for (Projection& projection : circuit.projections) {
        if (projection.compartment == "lateral") projection.delay = 5.5;
        if (projection.compartment == "basal" && projection.source == circuit.population("up1")) projection.delay = 1;
    }
    const PopulationId up1 = circuit.population("up1");
    circuit.populations[up1].noise = {{.column = "slow", .sigma = 0.3, .tau = 5},
                                      {.column = "fast", .law = NoiseCurrent::Law::white, .sigma = 0.1}};
    circuit.add(Projection{.source = up1, .signal = "slow", .target = up1, .compartment = basal});
    circuit.add(Projection{.source = up1, .signal = "fast", .target = up1, .compartment = "apical_drive"});
    for (const char* name : {"Wbar2", "Vbar1"}) circuit.weights[circuit.weights_named(name)].rule = rule(SlowHebbian{});
    return circuit;
}

template <class S>
void present(Training<S>& simulation, int from, int to) {
    for (int k = from; k < to; ++k) {
        const auto x = random_matrix<S>(5, simulation.setup().lanes, ("x" + std::to_string(k)).c_str());
        simulation.present(x.data(), x.data());
    }
}

template <class Vector>
bool same_bits(const Vector& a, const Vector& b) {
    if (a.size() != b.size()) return false;
    return a.size() == 0 ||  // memcmp takes no null pointer
           std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(a.data()[0])) == 0;
}

template <class S>
bool same(const Training<S>& a, const Training<S>& b) {
    bool equal = a.samples() == b.samples() && a.time() == b.time() &&
                 same_bits(a.network().states(), b.network().states()) &&
                 same_bits(a.network().columns().all(), b.network().columns().all());
    for (WeightsId k{}; k < a.weights().size(); ++k)
        equal = equal && same_bits(a.weights()[k].values(), b.weights()[k].values()) &&
                same_bits(a.weights()[k].eligibility(), b.weights()[k].eligibility());
    return equal;
}

template <class S>
void check_continues(const ModelCircuit& circuit, const Setup& setup, std::uint64_t seed_of_resumed = 99) {
    Training<S> uninterrupted(circuit, setup), first(circuit, setup);
    present(uninterrupted, 0, 6);
    present(first, 0, 4);
    MemoryArchive archive;
    first.save(archive, "here");
    Setup other = setup;
    other.seed = seed_of_resumed;  // nothing of the new simulation's own start may remain
    Training<S> resumed(circuit, other);
    present(resumed, 7, 9);
    resumed.load(archive, "here");
    present(resumed, 4, 6);
    CHECK(same(resumed, uninterrupted));
    CHECK(!same(first, uninterrupted));
}

}  // namespace

TEMPLATE_TEST_CASE("saved and loaded equals uninterrupted, bit for bit", "", float, double) {
    Setup setup;
    setup.lanes = 3;
    for (const ModelCircuit& circuit : {default_circuit(), ModelCircuit(looking_back::circuit(5))}) {
        setup.mode = Mode::settled;
        check_continues<TestType>(circuit, setup);
        setup.mode = Mode::continuous;
        setup.clock.step = 0.5;
        setup.clock.presentation = 4;
        for (const StepperInfo& stepper : steppers()) {
            setup.clock.stepper = stepper.name;
            check_continues<TestType>(circuit, setup);
        }
    }
}

TEMPLATE_TEST_CASE("saved in the middle of delays, noise, low-passed plasticity and ramps, it goes on bit for bit", "",
                   float, double) {
    Setup setup;
    setup.mode = Mode::continuous;
    setup.clock.step = 0.5;
    setup.clock.presentation = 4;
    setup.clock.ramp = 1.5;
    setup.clock.error_onset = 1;
    // Noise is drawn at the addresses of the seed, which a checkpoint of an experiment keeps.
    for (const std::size_t lanes : {1, 3})
        for (const char* stepper : {"exponential_euler", "euler_maruyama", "stochastic_heun"}) {
            CAPTURE(lanes, stepper);
            setup.lanes = lanes;
            setup.clock.stepper = stepper;
            check_continues<TestType>(circuit_with_a_past(), setup, setup.seed);
        }
}

TEMPLATE_TEST_CASE("one thread or two give the same bits in continuous time, evaluated in between or not", "", float,
                   double) {
    Setup setup;
    setup.mode = Mode::continuous;
    setup.lanes = 3;
    setup.clock.step = 0.5;
    setup.clock.presentation = 4;
    setup.clock.ramp = 1.5;
    setup.clock.error_onset = 1;
    setup.clock.stepper = "exponential_euler";
    Training<TestType> one(circuit_with_a_past(), setup), watched(circuit_with_a_past(), setup);
    setup.threads = 2;
    Training<TestType> two(circuit_with_a_past(), setup);
    Evaluator<TestType> evaluator(watched, 4);
    const auto x = random_matrix<TestType>(5, 4, "evaluated");
    for (int k = 0; k < 6; ++k) {
        for (auto* simulation : {&one, &two, &watched}) present(*simulation, k, k + 1);
        evaluator.evaluate(x.data(), x.data());
        CHECK(evaluator.plastic_direction("W1").norm() > 0);
        evaluator.answer(x.data(), x.data());
    }
    CHECK(same(one, two));
    CHECK(same(one, watched));
}

TEST_CASE("a number that is not finite is reported with its population, variable, unit and lane") {
    Setup setup;
    setup.lanes = 4;
    Training<double> simulation(default_circuit(), setup);
    MatrixD W = simulation.weights("W1");
    W.row(3).setConstant(1e308);
    simulation.assign("W1", W);
    MatrixD x = MatrixD::Ones(5, 4);
    x.col(0).setZero();
    x.col(1).setConstant(1e-3);
    try {
        simulation.present(x.data(), x.data());
        FAIL("it did not notice");
    } catch (const NumericalError& error) {
        CHECK(error.parts().population == "up1");
        CHECK(error.parts().variable == "basal");
        CHECK(error.parts().unit == 3);
        CHECK(error.parts().lane == 2);
        CHECK(std::isinf(error.parts().value));
        CHECK(error.parts().time == 4);
        CHECK(!error.parts().advice.empty());
    }
}

TEST_CASE("weights that run away are reported with their name and the cell that they belong to") {
    Training<double> simulation(default_circuit(), Setup{});
    CHECK_NOTHROW(simulation.check_weights(100));
    const auto blamed_unit = [&](const char* name, Eigen::Index row, Eigen::Index column, double value) -> std::size_t {
        const MatrixD sound = simulation.weights(name);
        MatrixD bad = sound;
        bad(row, column) = value;
        simulation.assign(name, bad);
        try {
            simulation.check_weights(100);
        } catch (const NumericalError& error) {
            simulation.assign(name, sound);
            CHECK(error.parts().population == name);
            CHECK(error.parts().value == value);
            return error.parts().unit;
        }
        return 999;
    };
    CHECK(blamed_unit("W2", 7, 2, -101) == 7);
    CHECK(blamed_unit("V1", 9, 4, 1e9) == 9);  // pairs: post, not the place in the list
    CHECK(blamed_unit("Vbar1", 4, 9, 1e9) == 4);
}
