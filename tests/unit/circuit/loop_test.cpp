// Loops through a state that adds up: settled dynamics put it where what comes back to it is 0.
#include <Eigen/LU>

#include "models/plasticity/delta.hpp"
#include "sim/circuit/graph.hpp"
#include "sim/core/error.hpp"
#include "sim/dynamics/stability.hpp"
#include "sim/protocol/evaluator.hpp"
#include "sim/protocol/training.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/circuit/naive.hpp"

using namespace apical;

namespace {

constexpr std::size_t cells = 12, others = 31, lanes = 5;

inline constexpr Tag<"sum"> sum;
inline constexpr Tag<"part"> part;

struct AddsUp {
    Closing loop;
    double tau = 1;
    static constexpr Info info{"adds_up", "", "tau dx/dt = sum", ""};
    static constexpr auto state = tags(soma);
    static constexpr auto accumulates = sum;
    std::array<double, 1> rates() const { return {1 / tau}; }
    Closing closing() const { return loop; }
};
struct Doubled {
    static constexpr auto sees = tags(soma);
    static constexpr auto writes = tags(part);
    template <class C>
    auto operator()(const C& c) const {
        return 2.0 * c[soma];
    }
};

struct Form {
    Closing closing{};
    double leak = 0;
    bool transposed = false;  ///< the way out is taken against its weights
    bool through_signal = false;
    bool sees_inside = false;  ///< a rule looks at what is within the loop
    bool no_way_back = false;
};

/// in -> other.rest; x -> (-V) other.rest -> (B) x.sum - leak x
Circuit circuit_of(const Form& form) {
    Circuit c;
    const PopulationId in = c.add(Population{.name = "in", .units = others, .clamped = {"rate"}});
    c.open(ports::input, in, "rate");
    c.open(ports::target, c.add(Population{.name = "target", .units = cells, .clamped = {"rate"}}), "rate");
    Population x{.name = "x", .units = cells, .compartments = {"sum"}, .neurons = {neuron(AddsUp{form.closing})}};
    if (form.through_signal) x.signals.push_back(signal(Doubled{}));
    const PopulationId up = c.add(std::move(x));
    const PopulationId other = c.add(Population{.name = "other", .units = others, .compartments = {"rest"}});
    c.open(ports::answer, up, "soma");
    Weights V{.name = "V", .post = other, .pre = up, .initial = normal(0.3)};
    if (form.transposed) std::swap(V.post, V.pre);
    const WeightsId out = c.add(std::move(V));
    const WeightsId back = c.add(Weights{.name = "B", .post = up, .pre = other, .initial = normal(0.3)});
    c.add(Projection{.source = in, .signal = rate, .target = other, .compartment = "rest"});
    if (!form.no_way_back)
        c.add(Projection{.weights = out,
                         .source = up,
                         .signal = form.through_signal ? "part" : "soma",
                         .target = other,
                         .compartment = "rest",
                         .transposed = form.transposed,
                         .scale = form.through_signal ? -0.5 : -1});
    c.add(Projection{.weights = back, .source = other, .signal = "rest", .target = up, .compartment = "sum"});
    if (form.leak > 0)
        c.add(Projection{.source = up, .signal = soma, .target = up, .compartment = "sum", .scale = -form.leak});
    return c;
}

template <class S>
struct Settled {
    Training<S> simulation;
    MatrixD V, B, u;
    explicit Settled(const Form& form, double apart = 0.1, int threads = 1)
        : simulation(circuit_of(form), {.mode = Mode::settled, .lanes = lanes, .seed = 3, .threads = threads}) {
        // The way back is near the transpose of the way out.
        V = random_matrix<S>(others, cells, "V").template cast<double>() * 0.25;
        B = V.transpose() + apart * random_matrix<S>(cells, others, "B").template cast<double>() * 0.25;
        simulation.assign("V", form.transposed ? MatrixD(V.transpose()) : V);
        simulation.assign("B", B);
        V = form.transposed ? MatrixD(simulation.weights("V").transpose()) : simulation.weights("V");
        B = simulation.weights("B");
        u = random_matrix<S>(others, lanes, "u").template cast<double>();
    }
    void present(const Observer& watch = {}) {
        const Matrix<S> inputs = u.template cast<S>(), none = Matrix<S>::Zero(cells, lanes);
        simulation.present(inputs.data(), none.data(), watch);
    }
    MatrixD column(const char* population, const char* name, std::size_t units) const {
        return Eigen::Map<const Matrix<S>>(
                   simulation.network().column(simulation.circuit().population(population), name),
                   static_cast<Eigen::Index>(units), lanes)
            .template cast<double>();
    }
    MatrixD x() const { return column("x", "soma", cells); }
    MatrixD fixed_point(double leak) const {
        return (B * V + leak * MatrixD::Identity(cells, cells)).fullPivLu().solve(B * u);
    }
};

}  // namespace

TEMPLATE_TEST_CASE("a linear loop is at its fixed point, whichever way its weights are used", "", float, double) {
    const double error = std::is_same_v<TestType, float> ? 2e-5 : 1e-12;
    for (const double leak : {0.0, 0.3})
        for (const bool transposed : {false, true}) {
            Settled<TestType> settled({.leak = leak, .transposed = transposed});
            settled.present();
            const MatrixD expected = settled.fixed_point(leak);
            CHECK((settled.x() - expected).norm() < error * expected.norm());
        }
}

TEST_CASE("explicit steps of a loop are what they are, and lead to the fixed point") {
    constexpr double gain = 0.2, leak = 0.05;
    for (const bool through_signal : {false, true})
        for (const std::size_t steps : {1, 2, 7, 4000}) {
            Settled<double> settled({.closing = {steps, gain}, .leak = leak, .through_signal = through_signal});
            settled.present();
            MatrixD x = MatrixD::Zero(cells, lanes);
            for (std::size_t k = 0; k < steps; ++k) x += gain * (settled.B * (settled.u - settled.V * x) - leak * x);
            CHECK((settled.x() - x).norm() < 1e-12 * x.norm());
            if (steps == 4000) CHECK((x - settled.fixed_point(leak)).norm() < 1e-9 * x.norm());
        }
}

TEST_CASE("whoever looks into a loop sees the fixed point") {
    Settled<double> settled({});
    int looked = 0;
    const auto check = [&](std::uint64_t) {
        ++looked;
        CHECK((settled.column("other", "rest", others) - (settled.u - settled.V * settled.fixed_point(0))).norm() <
              1e-11);
        CHECK(settled.column("x", "sum", cells).norm() < 1e-11);
    };
    settled.present(check);
    CHECK(looked == 1);
    Evaluator<double> evaluator(settled.simulation, lanes);
    const MatrixD none = MatrixD::Zero(cells, lanes);
    evaluator.evaluate(settled.u.data(), none.data());
    CHECK(evaluator.column("x", "sum").norm() < 1e-11);
}

TEST_CASE("the answer of a loop follows from the weights as they are") {
    Settled<double> settled({});
    Evaluator<double> evaluator(settled.simulation, lanes);
    const MatrixD none = MatrixD::Zero(cells, lanes);
    for (const double scale : {1.0, 2.0}) {
        settled.V *= scale;
        settled.B *= scale;
        settled.simulation.assign("V", settled.V);
        settled.simulation.assign("B", settled.B);
        evaluator.answer(settled.u.data(), none.data());
        CHECK((evaluator.column("x", "soma") - settled.fixed_point(0)).norm() < 1e-11);
    }
}

TEST_CASE("a loop gives the same bits with any number of threads") {
    for (const Closing closing : {Closing{}, Closing{5, 0.2}}) {
        Settled<float> one({.closing = closing}, 0.1, 1), three({.closing = closing}, 0.1, 3);
        one.present();
        three.present();
        CHECK(one.x() == three.x());
    }
}

TEST_CASE("a loop that grows is refused with the reason, unless a leak is larger") {
    Settled<double> settled({.leak = 0.5});
    settled.simulation.assign("B", -settled.V.transpose());
    CHECK_THROWS_WITH(settled.present(), Catch::Matchers::Contains("x.soma does not settle") &&
                                             Catch::Matchers::Contains("eigenvalue of the loop has the real part"));
    Settled<double> leaky({.leak = 50});
    leaky.simulation.assign("B", -leaky.V.transpose());
    leaky.present();
    leaky.B = -leaky.V.transpose();
    CHECK((leaky.x() - leaky.fixed_point(50)).norm() < 1e-12);
}

TEST_CASE("a loop of numbers that are none is found by who looks for them, and does not hang") {
    Settled<double> settled({});
    settled.simulation.assign("V", MatrixD::Constant(others, cells, 1e200));  // and so B V is infinite
    settled.simulation.assign("B", MatrixD::Constant(cells, others, 1e200));
    CHECK_THROWS_AS(settled.present(), NumericalError);
}

TEST_CASE("what cannot be closed is a cycle: no way back, or cells that may not be linear without a number of steps") {
    for (const Form& form : {Form{.no_way_back = true}, Form{.through_signal = true}})
        CHECK_THROWS_AS(Settled<double>(form), Cycle);
}

TEST_CASE("in continuous time the state goes to the fixed point that settled dynamics take") {
    Settled<double> settled({.leak = 0.2});
    settled.present();
    Setup setup{.mode = Mode::continuous, .lanes = lanes, .seed = 3};
    setup.clock.step = 0.05;
    setup.clock.presentation = 500;
    setup.clock.stepper = "euler";
    Training<double> running(circuit_of({.leak = 0.2}), setup);
    running.assign("V", settled.V);
    running.assign("B", settled.B);
    const MatrixD none = MatrixD::Zero(cells, lanes);
    running.present(settled.u.data(), none.data());
    const Eigen::Map<const MatrixD> x(running.network().column(running.circuit().population("x"), "soma"), cells,
                                      lanes);
    CHECK((x - settled.x()).norm() < 1e-6 * settled.x().norm());
    CHECK(is_recurrent(running.circuit()));
}

TEST_CASE("computations between one and the columns that it is to reach come in order") {
    // a -> b -> d, a -> c, e -> d
    const std::vector<Computation> computations{
        {"d", {1, 4}, {3}}, {"a", {}, {0}}, {"b", {0}, {1}}, {"c", {0}, {2}}, {"e", {}, {4}}};
    const std::vector<std::size_t> wanted{3}, nothing{};
    CHECK(between(1, wanted, computations) == std::vector<std::size_t>{2, 0});
    CHECK(between(1, nothing, computations).empty());
}
