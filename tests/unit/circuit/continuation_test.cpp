// Saved and loaded equals never interrupted, bit for bit; and a run that goes wrong says where.
#include <cmath>
#include <cstring>

#include "models/self_assembly/circuit.hpp"
#include "sim/core/error.hpp"
#include "sim/run/simulation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_archive.hpp"
#include "tests/unit/circuit/looking_back.hpp"
#include "tests/unit/circuit/naive.hpp"

namespace {

using namespace apical;

Circuit default_circuit() {
    Upstream upstream;
    upstream.hidden = {12, 9};
    upstream.warm_up = 40;
    return self_assembly::circuit(upstream, {}, {5, 5, Loss::squared_error, 30});
}

template <class S>
void present(Simulation<S>& simulation, int from, int to) {
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
bool same(const Simulation<S>& a, const Simulation<S>& b) {
    bool equal = a.samples() == b.samples() && a.time() == b.time() &&
                 same_bits(a.network().states(), b.network().states()) &&
                 same_bits(a.network().columns(), b.network().columns());
    for (WeightsId k = 0; k < a.weights().size(); ++k)
        equal = equal && same_bits(a.weights()[k].values(), b.weights()[k].values());
    return equal;
}

template <class S>
void check_continues(const Circuit& circuit, const Setup& setup) {
    Simulation<S> uninterrupted(circuit, setup), first(circuit, setup);
    present(uninterrupted, 0, 6);
    present(first, 0, 4);
    MemoryArchive archive;
    first.save(archive, "here");
    Setup other = setup;
    other.seed = 99;  // nothing of the new simulation's own start may remain
    Simulation<S> resumed(circuit, other);
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
    for (const Circuit& circuit : {default_circuit(), looking_back::circuit(5)}) {
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

TEST_CASE("a number that is not finite is reported with its population, variable, unit and lane") {
    Setup setup;
    setup.lanes = 4;
    Simulation<double> simulation(default_circuit(), setup);
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
    Simulation<double> simulation(default_circuit(), Setup{});
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
