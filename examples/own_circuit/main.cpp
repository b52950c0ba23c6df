// A circuit, a neuron, a data set and a metric of one's own, from the parts of the engine alone, and the program with
// all of its command line. Nothing that is shipped is in it.
//
//     tau du/dt = -u + W x + q,  r = u,  dW = eta (t - r) x^T:  one layer that follows a moving target;
//     q = bias current of every cell
#include <sim/app/main.hpp>
#include <sim/circuit/neuron.hpp>
#include <sim/circuit/rule.hpp>
#include <sim/circuit/signal.hpp>
#include <sim/core/matrix.hpp>
#include <sim/core/table.hpp>
#include <sim/dynamics/simulation.hpp>

#include <cmath>

namespace {

using namespace apical;

inline constexpr Tag<"mistake"> mistake;

struct Biased {
    double tau, current;
    static constexpr Info info{"biased", "Point neuron with a constant current.", "tau du/dt = -u + v + q", ""};
    static constexpr auto sees = tags(basal);
    static constexpr auto state = tags(soma);
    std::array<double, 1> rates() const { return {1 / tau}; }
    template <class C>
    auto target(const C& c) const {
        return c[basal] + current;
    }
};

struct RateIsPotential {
    static constexpr auto is = soma;
    static constexpr auto writes = tags(rate);
};

struct Mistake {
    static constexpr auto is = apical::apical;  // the tag; the namespace is called so too
    static constexpr auto writes = tags(mistake);
};

struct Delta {
    double eta;
    static constexpr Info info{"delta", "Mistake times presynaptic rate.", "dW = eta mistake rate_pre^T", ""};
    static constexpr auto post_is = mistake;
    static constexpr auto pre_is = rate;
    double gain() const { return eta; }
};

struct Keys {
    double eta = 0.1, tau = 10, current = 0;
};

const Table<Keys>& keys() {
    static const Table<Keys> table{{"eta", &Keys::eta, "1", "Rate of learning of W.", positive},
                                   {"tau", &Keys::tau, "ms", "Time constant of the cells.", positive},
                                   {"current", &Keys::current, "1", "Constant current into every cell."}};
    return table;
}

ModelCircuit build(const Node& experiment, const TaskShape& task) {
    const Node* section = experiment.find("one_layer");
    const Keys k = section == nullptr ? Keys{} : keys().read(*section);
    ModelCircuit circuit;
    circuit.name = "one_layer";
    const PopulationId in = circuit.add(Population{.name = "in", .units = task.inputs, .clamped = {"rate"}});
    circuit.open(ports::input, in, rate);
    Population cells{.name = "out", .units = task.outputs, .compartments = {"basal", "apical"}};
    cells.neurons.push_back(neuron(Biased{k.tau, k.current}));
    cells.signals.push_back(signal(RateIsPotential{}));
    cells.signals.push_back(signal(Mistake{}));
    const PopulationId out = circuit.add(std::move(cells));
    circuit.open(ports::answer, out, soma);
    const PopulationId target = circuit.add(Population{.name = "target", .units = task.outputs, .clamped = {"rate"}});
    circuit.open(ports::target, target, rate);
    circuit.add(Teacher{.loss = task.loss,
                        .readout = out,
                        .signal = soma,
                        .target = target,
                        .target_column = rate,
                        .error = out,
                        .compartment = apical::apical});
    Weights W{.name = "W1", .post = out, .pre = in, .initial = normal(0.1)};
    W.rule = rule(Delta{k.eta});
    circuit.add(Projection{
        .weights = circuit.add(std::move(W)), .source = in, .signal = rate, .target = out, .compartment = basal});
    return circuit;
}

Model one_layer() {
    return {.name = "one_layer",
            .text = "One layer of biased point neurons and the delta rule.",
            .reference = "an example",
            .equations = "tau du/dt = -u + W x + q, dW = eta (t - u) x^T",
            .modes = {Mode::settled, Mode::continuous},
            .shared = {},
            .own = keys().descriptors(),
            .build = build};
}

/// Sample k: x is a point on the circle at angle k, the target its two coordinates turned by a quarter.
class Circle final : public SamplesOf<Circle> {
   public:
    std::size_t size() const override { return 200; }
    std::size_t features() const override { return 2; }
    std::size_t outputs() const override { return 2; }
    template <class S>
    void fill(std::span<const std::uint64_t> index, S* x, S* y) const {
        for (std::size_t lane = 0, lanes = index.size(); lane < lanes; ++lane) {
            const auto angle = static_cast<double>(index[lane]);
            x[lane] = static_cast<S>(std::cos(angle));
            x[lanes + lane] = static_cast<S>(std::sin(angle));
            y[lane] = -x[lanes + lane];
            y[lanes + lane] = x[lane];
        }
    }
    int label(std::uint64_t) const override { return -1; }
};

DataSource circle() {
    return {.name = "circle",
            .text = "Points of a circle, to be turned by a quarter.",
            .reference = "",
            .parameters = {},
            .load = [](const Node&, const Random&) {
                DataSet set;
                set.name = "circle";
                set.classes = false;
                set.train = std::make_shared<const Circle>();
                set.test = set.train;
                return set;
            }};
}

/// How much W differs from the turn.
MetricSet distance() {
    return number_metric({"distance_from_turn", "Frobenius norm of W minus the turn by a quarter.", "|W - R|", ""},
                         MetricGroup::metrics, [](const auto& context) {
                             Matrix<double> turn(2, 2);
                             turn << 0, -1, 1, 0;
                             return (context.simulation.weights("W1") - turn).norm();
                         });
}

}  // namespace

int main(int argc, char** argv) {
    return apical::main(argc, argv,
                        {.models = {one_layer()},
                         .rules = {component(Delta::info)},
                         .neurons = {component(Biased::info)},
                         .columns = {{"mistake", "target minus potential"}},
                         .data = {circle()},
                         .metrics = {distance()},
                         .results = {},
                         .extensions = {{"own_circuit", "1.0"}}});
}
