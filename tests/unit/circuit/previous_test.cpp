#include "sim/protocol/training.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/circuit/looking_back.hpp"
#include "tests/unit/circuit/naive.hpp"

using namespace apical;

TEST_CASE("previous(tag) is the value of the step before, for signals, neurons, inputs and rules") {
    const std::size_t units = 3, lanes = 5;
    Setup setup;
    setup.lanes = lanes;
    Training<double> simulation(looking_back::circuit(units), setup);
    const auto column = [&](const char* name) -> MatrixD {
        return Eigen::Map<const MatrixD>(
            simulation.network().column(simulation.circuit().port(ports::answer).population, name), 3, 5);
    };
    // Before the first step everything was zero.
    MatrixD x = MatrixD::Zero(3, 5), trace = x, W = MatrixD::Zero(3, 3);
    for (int step = 0; step < 6; ++step) {
        const MatrixD x_before = x, trace_before = trace;
        x = random_matrix<double>(units, lanes, ("x" + std::to_string(step)).c_str());
        trace = 0.5 * trace_before + x;
        W += trace_before * x_before.transpose() / 5.0;
        simulation.present(x.data(), x.data());
        CHECK(column("basal") == x);
        CHECK(column("trace") == trace);
        CHECK(column("change") == MatrixD(x - x_before));
        CHECK(column("soma") == x_before);
        CHECK((simulation.weights("W") - W).cwiseAbs().maxCoeff() < 1e-14);
    }
}

TEST_CASE("in continuous time a step is the instant: the input before is that of the last step of the last sample") {
    Setup setup;
    setup.mode = Mode::continuous;
    setup.lanes = 1;
    setup.clock.step = 1;
    setup.clock.presentation = 3;
    setup.clock.stepper = "euler";
    Training<double> simulation(looking_back::circuit(1), setup);
    double trace = 0, trace_before = 0, x_before = 0, W = 0, potential = 0, drive_before = 0;
    for (double x : {1.0, -2.0, 5.0}) {
        for (int step = 0; step < 3; ++step) {
            trace_before = trace;
            trace = 0.5 * trace + x;
            W += trace_before * x_before / 3;  // gain 1 a presentation of 3 steps
            potential += 0.1 * (drive_before - potential);
            x_before = drive_before = x;
        }
        alignas(64) const double sample[1] = {x};
        simulation.present(sample, sample);
        const auto& cell = simulation.circuit().port(ports::answer).population;
        CHECK(simulation.network().column(cell, "trace")[0] == Approx(trace).epsilon(1e-14));
        CHECK(simulation.network().states()[0] == Approx(potential).epsilon(1e-14));
        CHECK(simulation.network().column(cell, "change")[0] == 0);  // the input was held
        CHECK(simulation.weights("W")(0, 0) == Approx(W).epsilon(1e-14));
    }
    CHECK(simulation.time() == 9);
}
