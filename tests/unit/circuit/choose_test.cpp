// Which strategy weights get, and for what reason others do not.
#include "sim/synapses/choose.hpp"

#include "models/baselines/baselines.hpp"
#include "models/neurons/leaky.hpp"
#include "models/plasticity/heterosynaptic.hpp"
#include "models/self_assembly/circuit.hpp"
#include "sim/dynamics/running_network.hpp"
#include "sim/synapses/pathways.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/circuit/naive.hpp"

namespace {

using namespace apical;

/// Looks at a column of the source that is not its rate.
struct OfFlag {
    static constexpr auto post_is = apical::apical;
    static constexpr auto pre_is = Tag<"flag">{};
    double gain() const { return 1; }
};

/// Computes its presynaptic side.
struct OfSquare {
    static constexpr auto post_is = apical::apical;
    static constexpr auto pre_sees = tags(rate);
    double gain() const { return 1; }
    template <class C>
    auto pre(const C& c) const {
        return c[rate] * c[rate];
    }
};

struct Slow {
    static constexpr auto post_is = apical::apical;
    static constexpr auto pre_is = rate;
    double gain() const { return 1; }
    double low_pass() const { return 20; }
};

constexpr WeightsId W{};

/// in.rate -> W -> cell.basal, W learning by the cell's apical column: everything that both strategies ask for.
Circuit simplest() {
    Circuit circuit;
    const PopulationId in = circuit.add(Population{.name = "in", .units = 4, .clamped = {"rate", "flag"}});
    circuit.open(ports::input, in, "rate");
    circuit.open(ports::target, circuit.add(Population{.name = "target", .units = 3, .clamped = {"rate"}}), "rate");
    const PopulationId cell = circuit.add(
        Population{.name = "cell", .units = 3, .compartments = {"basal", "apical"}, .neurons = {neuron(Leaky{10})}});
    circuit.open(ports::answer, cell, "soma");
    circuit.add(Weights{.name = "W", .post = cell, .pre = in, .rule = rule(ApicalSteered{0.1, 0.1})});
    circuit.add(Projection{.weights = W, .source = in, .signal = rate, .target = cell, .compartment = basal});
    return circuit;
}

template <class Change>
Circuit with(const Change& change) {
    Circuit circuit = simplest();
    change(circuit);
    return circuit;
}

struct Reason {
    Circuit circuit;
    const char* text;
};

/// Reasons against both.
std::vector<Reason> reasons() {
    const auto another_use = [](bool transposed, std::size_t source) {
        return Projection{.weights = W,
                          .source = PopulationId{source},
                          .signal = transposed ? "soma" : "rate",
                          .target = PopulationId(transposed ? 0 : 2),
                          .compartment = "basal",
                          .transposed = transposed};
    };
    const PopulationId in{0}, out{2};
    const char* const not_one = "not one projection uses them, as they are";
    const char* const follow = "other weights follow from them in every step, or they from others";
    return {
        {with([](Circuit& c) { c.weights[W].connectivity = Connectivity::one_to_one(); }), "they are not dense"},
        {with([](Circuit& c) { c.weights[W].lower = 0; }), "their bounds act on every step"},
        {with([](Circuit& c) { c.weights[W].upper = 3; }), "their bounds act on every step"},
        {with([](Circuit& c) { c.weights[W].scaling = Scaling::incoming; }),
         "their synaptic scaling acts on every step"},
        {with([](Circuit& c) { c.weights[W].scaling = Scaling::outgoing; }),
         "their synaptic scaling acts on every step"},
        {with([&](Circuit& c) { c.add(Weights{.name = "P", .post = in, .pre = out, .derived = Derived{W}}); }), follow},
        {with([&](Circuit& c) {
             c.add(Weights{.name = "P", .post = in, .pre = out});
             c.weights[W].derived = Derived{WeightsId{1}};
         }),
         follow},
        {with([&](Circuit& c) { c.add(another_use(false, 0)); }), not_one},
        {with([&](Circuit& c) { c.add(another_use(true, 2)); }), not_one},
        {with([&](Circuit& c) { c.projections = {another_use(true, 2)}; }), not_one},
        {with([](Circuit& c) { c.projections.clear(); }), not_one},
        {with([](Circuit& c) { c.projections[0].source = PopulationId{1}; }), not_one},
    };
}

std::vector<std::string> held(const Circuit& circuit, const PathwayOptions& options = {}) {
    std::vector<std::string> names;
    for (WeightsId k{}; k < circuit.weights.size(); ++k)
        if (why_not_static_source(circuit, k, options).empty()) names.push_back(circuit.weights[k].name);
    return names;
}

std::vector<std::string> in_one_pass(const Circuit& circuit, std::size_t lanes) {
    std::vector<std::string> names;
    for (WeightsId k{}; k < circuit.weights.size(); ++k)
        if (why_not_deferred(circuit, k, lanes, {}).empty()) names.push_back(circuit.weights[k].name);
    return names;
}

Upstream small() {
    Upstream upstream;
    upstream.hidden = {6, 5};
    upstream.biases = true;
    return upstream;
}

}  // namespace

TEST_CASE("nothing is against both strategies for dense weights between an input and a cell") {
    CHECK(why_not_static_source(simplest(), W, {}) == "");
    CHECK(why_not_deferred(simplest(), W, 1, {}) == "");
    // A wider range of the projection's strength, or none that learns, makes no difference to what is held.
    CHECK(why_not_static_source(with([](Circuit& c) { c.projections[0].scale = -2; }), W, {}) == "");
    CHECK(why_not_static_source(with([](Circuit& c) { c.weights[W].rule = nullptr; }), W, {}) == "");
}

TEST_CASE("a low-passed plasticity may have a static source, and wait") {
    const Circuit slow = with([](Circuit& c) { c.weights[W].rule = rule(Slow{}); });
    CHECK(why_not_static_source(slow, W, {}) == "");
    CHECK(why_not_deferred(slow, W, 1, {}) == "");
}

TEST_CASE("every reason that speaks against both strategies") {
    for (const auto& [circuit, text] : reasons()) {
        CAPTURE(text);
        CHECK(why_not_static_source(circuit, W, {}) == text);
        CHECK(why_not_deferred(circuit, W, 1, {}) == text);
    }
}

TEST_CASE("reasons against static sources alone: sources that move, rules that see something else") {
    const auto why_not = [](const auto& change, const PathwayOptions& options = {}) {
        const Circuit circuit = with(change);
        CHECK(why_not_deferred(circuit, W, 1, options).empty());
        return why_not_static_source(circuit, W, options);
    };
    const auto nothing = [](Circuit&) {};
    const std::string anew = "their source is computed anew in every step",
                      more = "their rule looks at more than the source of their drive";
    CHECK(why_not([](Circuit& c) { c.populations[0].clamped = {"flag"}; }) == anew);
    CHECK(why_not([](Circuit& c) { c.projections[0].delay = 1; }) == anew);
    CHECK(why_not(nothing, {.inputs_stand_still = false}) == "the inputs move within a presentation");
    CHECK(why_not([](Circuit& c) { c.weights[W].rule = rule(OfFlag{}); }) == more);
    CHECK(why_not([](Circuit& c) { c.weights[W].rule = rule(OfSquare{}); }) == more);
    CHECK(why_not([](Circuit& c) { c.projections[0].signal = "flag"; }) == more);
    CHECK(why_not(nothing, {.static_sources = false}) == "held sources are switched off");
    // A cell that is always 1 does not ramp.
    CHECK(why_not([](Circuit& c) { c.populations[0].constant = 1; }, {.inputs_stand_still = false}) == "");
}

TEST_CASE("reasons against deferred updates alone") {
    CHECK(why_not_deferred(simplest(), W, 2, {}) == "with more than one lane both are matrix products");
    CHECK(why_not_deferred(simplest(), W, 1, {.deferred_updates = false}) == "one pass is switched off");
    const Circuit fixed = with([](Circuit& c) { c.weights[W].rule = nullptr; });
    CHECK(why_not_deferred(fixed, W, 1, {}) == "they do not learn");
    CHECK(why_not_static_source(simplest(), W, {.deferred_updates = false}) == "");
    CHECK(why_not_static_source(fixed, W, {}) == "");
}

TEST_CASE("a clock allows static inputs only if they do not ramp") {
    Clock clock;
    CHECK(why_not_static_source(simplest(), W, pathways_of(clock)) == "");
    clock.ramp = clock.step;
    CHECK(why_not_static_source(simplest(), W, pathways_of(clock)) == "the inputs move within a presentation");
    clock = {};
    clock.held_sources = false;
    CHECK(why_not_static_source(simplest(), W, pathways_of(clock)) == "held sources are switched off");
    clock = {};
    clock.presentation = clock.step;
    CHECK(why_not_static_source(simplest(), W, pathways_of(clock)) == "a presentation has one step");
    clock.one_pass = false;
    CHECK(why_not_deferred(simplest(), W, 1, pathways_of(clock)) == "one pass is switched off");
}

TEST_CASE("which weights of the circuits are held, and which are updated on the way") {
    using Names = std::vector<std::string>;
    const TaskShape task{7, 4};
    const Circuit topographic = self_assembly::circuit(small(), {}, task);
    CHECK(held(topographic) == Names{"W1", "b1", "b2", "b3"});
    CHECK(held(topographic, {.inputs_stand_still = false}) == Names{"b1", "b2", "b3"});
    CHECK(in_one_pass(topographic, 1) == Names{"W1", "b1", "W2", "b2", "W3", "b3", "Wbar2", "Wbar3"});
    self_assembly::Parameters dense;
    dense.motif = "dense";
    dense.signs = "free";
    dense.gate = "linear";
    dense.scaling = false;
    CHECK(in_one_pass(self_assembly::circuit(small(), dense, task), 1).size() == 12);  // V and Vbar too
    // Backpropagation carries its error through the transposed weights of the layers above.
    const Circuit gradient = backpropagation_circuit(small(), task);
    CHECK(held(gradient) == Names{"W1", "b1", "b2", "b3"});
    CHECK(in_one_pass(gradient, 1) == Names{"W1", "b1", "b2", "b3"});
    CHECK(in_one_pass(gradient, 5).empty());
}

namespace {

/// As it is stored.
Choice choice(const Circuit& circuit, WeightsId id, std::size_t lanes, const PathwayOptions& options) {
    const Weights& w = circuit.weights[id];
    const WeightState<float> state(w, circuit.populations[w.post].units, circuit.populations[w.pre].units, Random(1));
    return choose(circuit, id, state.storage(), lanes, options);
}

Strategy strategy_of(const Circuit& circuit, const char* name, std::size_t lanes, const PathwayOptions& options = {}) {
    return choice(circuit, circuit.weights_named(name), lanes, options).strategy;
}

}  // namespace

TEST_CASE("a static source comes first, then a deferred update, on a copy by columns where these are few") {
    Upstream upstream = small();
    upstream.hidden = {80, 70};
    const Circuit circuit = self_assembly::circuit(upstream, {}, {7, 4});
    CHECK(strategy_of(circuit, "W1", 1) == Strategy::dense_static_source);
    CHECK(strategy_of(circuit, "W1", 5) == Strategy::dense_static_source);
    CHECK(strategy_of(circuit, "W2", 1) == Strategy::dense_deferred);
    CHECK(strategy_of(circuit, "Wbar3", 1) == Strategy::dense_by_columns);
    CHECK(strategy_of(circuit, "W2", 5) == Strategy::dense);
    CHECK(strategy_of(circuit, "V1", 1) == Strategy::sparse_pairs);
    // Who only looks updates nothing.
    CHECK(strategy_of(circuit, "W1", 1, {.learns = false}) == Strategy::dense_static_source);
    CHECK(strategy_of(circuit, "W2", 1, {.learns = false}) == Strategy::dense);
    for (const Weights& w : circuit.weights)
        CHECK(strategy_of(circuit, w.name.c_str(), 1, PathwayOptions::settled()) ==
              (w.connectivity.is_dense() ? Strategy::dense : Strategy::sparse_pairs));
}

TEST_CASE("the reason of a choice says what is done, and what is against doing less") {
    const auto reason = [](const Circuit& circuit, std::size_t lanes, const PathwayOptions& options) {
        return choice(circuit, W, lanes, options).reason;
    };
    CHECK(reason(simplest(), 1, {}) == "dense; static source: read once a presentation");
    CHECK(reason(simplest(), 1, {.static_sources = false}) ==
          "dense; deferred update: made on a column-major copy with the next read");
    CHECK(reason(simplest(), 3, {.static_sources = false}) ==
          "dense; read and updated in every step: held sources are switched off; with more than one lane both are "
          "matrix products");
    CHECK(reason(simplest(), 3, PathwayOptions::settled()) ==
          "dense; read and updated in every step: a presentation has one step");
    CHECK(reason(with([](Circuit& c) { c.weights[W].lower = 0; }), 1, {}) ==
          "dense; read and updated in every step: their bounds act on every step");
    CHECK(reason(simplest(), 3, {.learns = false, .static_sources = false}) ==
          "dense; read in every step: held sources are switched off");
    const auto sparse = [](const Connectivity& connectivity) {
        return with([&](Circuit& c) { c.weights[W].connectivity = connectivity; });
    };
    CHECK(reason(sparse(Connectivity::in_degree(1)), 1, {}) ==
          "sparse, one partner each; read and updated in every step");
    CHECK(reason(sparse(Connectivity::list({0, 1}, {0, 1})), 1, {}) ==
          "sparse, compressed rows; read and updated in every step");
    CHECK(reason(sparse(Connectivity::in_degree(2)), 1, {.learns = false}) ==
          "sparse, compressed rows; read in every step");
}

namespace {

Circuit topographic() { return self_assembly::circuit(small(), {}, {7, 4}); }

}  // namespace

TEMPLATE_TEST_CASE("pathways of a network carry the reason that was chosen, and one that only looks cannot learn", "",
                   float, double) {
    using S = TestType;
    const Circuit circuit = topographic();
    std::vector<WeightState<S>> weights;
    for (const Weights& w : circuit.weights)
        weights.emplace_back(w, circuit.populations[w.post].units, circuit.populations[w.pre].units, Random(1));
    for (const std::size_t lanes : {1, 5}) {
        const Pathways<S> learning(circuit, weights, lanes, {}), looking(circuit, std::as_const(weights), lanes, {});
        for (WeightsId k{}; k < weights.size(); ++k) {
            CAPTURE(circuit.weights[k].name, lanes);
            CHECK(learning.of(k).reason() == choice(circuit, k, lanes, {}).reason);
            CHECK(looking.of(k).reason() == choice(circuit, k, lanes, {.learns = false}).reason);
            if (choice(circuit, k, lanes, {.learns = false}).strategy == Strategy::dense_static_source) continue;
            const Matrix<S> post = zeros<S>(weights[k].rows(), lanes), pre = zeros<S>(weights[k].columns(), lanes);
            const OuterProduct<S> term[] = {{post.data(), pre.data(), 1}};
            const auto learn = [&] { looking.of(k).learn(0, term, Update{}); };
            CHECK_THROWS_AS(learn(), std::logic_error);
        }
    }
}
