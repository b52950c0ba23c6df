// The physics of a cell with dendrites (models/cells): resting potential, time constants, fixed points, gains,
// adaptation, output that looks ahead. One population whose basal and apical dendrites and current are held from
// outside.
#include "models/cells.hpp"

#include <algorithm>
#include <cmath>

#include "models/neurons/activation.hpp"
#include "models/self_assembly/circuit.hpp"
#include "tests/numeric/in_time.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;

constexpr Membrane some{250, 25, 120, 80, -3};

CellKind pyramidal(const Membrane& membrane) {
    CellKind kind;
    kind.pyramidal = true;
    kind.membrane = membrane;
    kind.compensated = false;
    return kind;
}

/// in (3 cells: basal drive, apical drive, current) -> one cell, linear.
Circuit one_cell(const CellKind& kind, double tau = 10) {
    Circuit circuit;
    circuit.open(ports::input, circuit.add(Population{.name = "in", .units = 3, .clamped = {"rate"}}), "rate");
    circuit.open(ports::target, circuit.add(Population{.name = "target", .units = 1, .clamped = {"rate"}}), "rate");
    Population cell{.name = "cell", .units = 1, .compartments = {"basal", "apical"}, .signals = {signal(RateIsSoma{})}};
    give_soma(cell, kind, tau, /*downstream=*/false);
    const bool has_current = kind.pyramidal;
    circuit.open(ports::answer, circuit.add(std::move(cell)), "soma");
    const auto lead = [&](const char* into) {
        const PopulationId in = circuit.port(ports::input).population, post = circuit.port(ports::answer).population;
        const WeightsId id = circuit.add(Weights{.name = into, .post = post, .pre = in});
        circuit.add(Projection{.weights = id, .source = in, .signal = rate, .target = post, .compartment = into});
    };
    lead("basal");
    lead("apical");
    if (has_current) lead("current");
    lead_into_dendrites(circuit);
    if (kind.adaptation > 0)
        circuit.add(Projection{.source = circuit.port(ports::answer).population,
                               .signal = "adaptation",
                               .target = circuit.port(ports::answer).population,
                               .compartment = "current",
                               .scale = -kind.adaptation});
    return circuit;
}

struct Drives {
    double basal = 0, apical = 0, current = 0;
};

class HeldCell {
   public:
    HeldCell(const CellKind& kind, const Setup& setup, double tau = 10) : simulation_(one_cell(kind, tau), setup) {
        Eigen::Index k = 0;
        for (const Weights& w : simulation_.circuit().weights) {
            Matrix<double> unit = Matrix<double>::Zero(1, 3);
            unit(0, k++) = 1;
            simulation_.assign(w.name, unit);
        }
    }
    /// Shows the drives for a presentation; the values of a column in every step.
    std::vector<double> show(const Drives& drives, const char* column = "soma") {
        alignas(64) const double x[3] = {drives.basal, drives.apical, drives.current}, t[1] = {0};
        std::vector<double> values;
        simulation_.present(x, t, [&](std::uint64_t) { values.push_back(now(column)); });
        return values;
    }
    double now(const char* column) const { return column_of(simulation_, "cell", column)(0, 0); }

   private:
    Training<double> simulation_;
};

double fixed_point(const Membrane& m, const Drives& d) {
    return (m.g_L * m.E_L + m.g_B * d.basal + m.g_A * d.apical + d.current) / (m.g_L + m.g_B + m.g_A);
}

/// Of e^-z a step of dopri5 leaves out z^6 / 3600: in 100 steps, for the shortest time constant here, 8e-10.
Setup fine(double presentation) { return in_time("dopri5", 0.05, presentation); }

}  // namespace

TEST_CASE("without input a cell goes to E_L, or to where its dendrites at rest let it") {
    Membrane uncoupled = some;
    uncoupled.g_B = uncoupled.g_A = 0;
    CHECK(HeldCell(pyramidal(uncoupled), fine(400)).show({}).back() == Approx(-3).epsilon(1e-13));
    // Both dendrites stand at 0 and pull.
    CHECK(HeldCell(pyramidal(some), fine(60)).show({}).back() == Approx(-3 * 25.0 / 225).epsilon(1e-13));
    CHECK(HeldCell(pyramidal(Membrane{}), fine(20)).show({}).back() == 0);
}

TEST_CASE("a soma decays with C_m / (g_L + g_B + g_A)") {
    for (const Membrane& membrane : {some, Membrane{300, 30, 300, 0, 0}, Membrane{100, 10, 1, 5, 2}}) {
        const double tau = membrane.C_m / (membrane.g_L + membrane.g_B + membrane.g_A), step = 0.05;
        HeldCell cell(pyramidal(membrane), fine(400));
        cell.show({4, 2, 0});
        const auto trace = cell.show({});
        const double end = fixed_point(membrane, {});
        for (std::size_t k = 0; k < 100; k += 9)
            CHECK((trace[k] - end) / (trace[0] - end) ==
                  Approx(std::exp(-step * static_cast<double>(k) / tau)).epsilon(1e-9));
        CHECK(trace[0] == Approx(fixed_point(membrane, {4, 2, 0})).epsilon(1e-10));
    }
}

TEST_CASE("the steady state weighs the leak, both dendrites and the current") {
    HeldCell cell(pyramidal(some), fine(60));
    for (const Drives& drives : {Drives{2, 0, 0}, {0, 2, 0}, {0, 0, 500}, {1.5, -4, 300}}) {
        CAPTURE(drives.basal, drives.apical, drives.current);
        CHECK(cell.show(drives).back() == Approx(fixed_point(some, drives)).epsilon(1e-13));
    }
    // An apical dendrite that only teaches does not reach the soma.
    Membrane teaching = some;
    teaching.g_A = 0;
    CHECK(HeldCell(pyramidal(teaching), fine(60)).show({1, 100, 0}).back() ==
          Approx(fixed_point(teaching, {1, 0, 0})).epsilon(1e-13));
}

TEST_CASE("compensated, a soma settles at its drive W h, with the other dendrite at rest") {
    for (const double tau_B : {0.0, 4.0}) {
        CellKind kind = pyramidal({250, 25, 120, 80, 0});
        kind.compensated = true;
        kind.tau_B = tau_B;
        CHECK(HeldCell(kind, fine(200)).show({1.7, 0, 0}).back() == Approx(1.7).epsilon(1e-13));
        kind.compensated = false;
        CHECK(HeldCell(kind, fine(200)).show({1.7, 0, 0}).back() == Approx(1.7 * 120 / 225).epsilon(1e-13));
    }
}

TEST_CASE("low-passed dendrites: each follows its drive, the soma follows both") {
    CellKind kind = pyramidal(some);
    kind.membrane.E_L = 0;
    kind.tau_B = 4;
    kind.tau_A = 9;
    const double tau = some.tau(), step = 0.05;
    // u(t) = (g / sum g) v (1 - (tau_d e^(-t/tau_d) - tau e^(-t/tau)) / (tau_d - tau)) after a step of a drive v
    const auto response = [&](double tau_d, double t) {
        return 1 - (tau_d * std::exp(-t / tau_d) - tau * std::exp(-t / tau)) / (tau_d - tau);
    };
    struct Expected {
        Drives drives;
        double tau, share;
        const char* dendrite;
    };
    for (const auto& [drives, tau_d, share, dendrite] :
         {Expected{{2, 0, 0}, 4, some.g_B / some.total(), "basal_potential"},
          Expected{{0, 2, 0}, 9, some.g_A / some.total(), "apical"}}) {
        CAPTURE(dendrite);
        HeldCell first(kind, fine(30)), second(kind, fine(30));
        const auto soma = first.show(drives), potential = second.show(drives, dendrite);
        for (std::size_t k = 0; k < soma.size(); k += 37) {
            const double t = step * static_cast<double>(k);
            CHECK(potential[k] == Approx(2 * -std::expm1(-t / tau_d)).epsilon(1e-10));
            CHECK(soma[k] == Approx(2 * share * response(tau_d, t)).epsilon(1e-10).margin(1e-13));
        }
    }
}

TEST_CASE("adaptation: a linear cell settles at drive / (1 + b / sum g), without an oscillation if it is slow") {
    CellKind kind = pyramidal({300, 30, 120, 0, 0});
    kind.adaptation = 60;
    kind.tau_adaptation = 100;
    const double g = 150, tau = kind.membrane.tau(), b = kind.adaptation;
    const auto trace = HeldCell(kind, fine(2000)).show({0, 0, 300});
    const double end = 300 / (g + b);
    CHECK(trace.back() == Approx(end).epsilon(1e-9));
    // tau u' = -u + (I - b a) / g, tau_a a' = -a + u has real eigenvalues: the soma rises, turns once, and sinks.
    const double trace_of = -(1 / tau + 1 / 100.0), determinant = (1 + b / g) / (tau * 100);
    const double discriminant = trace_of * trace_of - 4 * determinant;
    REQUIRE(discriminant > 0);
    const double slow = (trace_of + std::sqrt(discriminant)) / 2, fast = (trace_of - std::sqrt(discriminant)) / 2;
    // u - end = p e^(slow t) + q e^(fast t), u(0) = 0, u'(0) = I / C_m
    const double p = (300 / 300.0 + fast * end) / (slow - fast), q = -end - p;
    int turns = 0;
    for (std::size_t k = 1; k < trace.size(); ++k) {
        const double t = 0.05 * static_cast<double>(k);
        if (k % 997 == 0)
            CHECK(trace[k] == Approx(end + p * std::exp(slow * t) + q * std::exp(fast * t)).epsilon(1e-9));
        if (k > 1 && t < 500) turns += (trace[k] - trace[k - 1]) * (trace[k - 1] - trace[k - 2]) < 0;
    }
    CHECK(turns == 1);
    CHECK(*std::max_element(trace.begin(), trace.end()) > 1.2 * end);
}

TEST_CASE("output that looks ahead by the membrane's own time constant answers at once, at every step") {
    for (const char* stepper : {"euler", "rk4"}) {
        Setup setup = in_time(stepper, 0.5, 5);
        for (const bool is_pyramidal : {false, true}) {
            CAPTURE(stepper, is_pyramidal);
            CellKind kind = is_pyramidal ? pyramidal(some) : CellKind{};
            kind.prospective = true;
            HeldCell cell(kind, setup);
            for (const Drives& drives : {Drives{2, 1, 0}, {-3, 0.5, 0}, {0.25, 0, 0}}) {
                const double at_once = is_pyramidal ? fixed_point(some, drives) : drives.basal;
                for (const double soma : cell.show(drives)) CHECK(soma == Approx(at_once).epsilon(1e-14));
                CHECK(std::abs(cell.now("membrane") - at_once) > 1e-3);  // which itself is late
            }
        }
    }
}

TEST_CASE("the settled mode is the fixed point of the continuous one, for every kind of cell that has both") {
    for (const bool is_pyramidal : {false, true})
        for (const bool prospective : {false, true})
            for (const double tau_dendrite : {0.0, 6.0}) {
                Upstream upstream;
                upstream.hidden = {7, 5};
                upstream.activation = "tanh";
                upstream.neuron = is_pyramidal ? "pyramidal" : "leaky";
                upstream.E_L = is_pyramidal ? 0.7 : 0;
                upstream.compensated = false;
                upstream.prospective = prospective;
                upstream.tau_A = tau_dendrite;
                upstream.tau_B = is_pyramidal ? tau_dendrite : 0;
                upstream.eta_W = 0;
                self_assembly::Parameters parameters;
                parameters.plastic = {};
                const Circuit circuit = self_assembly::circuit(upstream, parameters, {6, 3, Loss::squared_error, 100});
                Setup settled;
                settled.lanes = 2;
                Training<double> at_once(circuit, settled), in_the_end(circuit, in_time("rk4", 0.5, 1000, 2));
                const Matrix<double> x = sample<double>(6, 2, "x"), t = sample<double>(3, 2, "t");
                at_once.present(x.data(), t.data());
                in_the_end.present(x.data(), t.data());
                for (const char* population : {"up1", "up2", "up3", "down1", "down2"})
                    for (const char* column : {"soma", "basal"}) {
                        CAPTURE(is_pyramidal, prospective, tau_dendrite, population, column);
                        const Matrix<double> expected = column_of(at_once, population, column);
                        CHECK((column_of(in_the_end, population, column) - expected).norm() < 1e-12 * expected.norm());
                        CHECK(expected.norm() > 1e-3);
                    }
            }
}
