#pragma once
#include "models/neurons/activation.hpp"
#include "sim/circuit/circuit.hpp"

namespace apical::looking_back {

// A made-up circuit in which everything that may read a previous value does: a signal reads itself, a neuron its drive,
// a rule both its sides. One column mixes now and before.

inline constexpr Tag<"trace"> trace;
inline constexpr Tag<"change"> change;

/// trace_t = trace_{t-1} / 2 + basal_t
struct Trace {
    static constexpr auto sees = tags(basal, previous(trace));
    static constexpr auto writes = tags(trace);
    template <class C>
    auto operator()(const C& c) const {
        return 0.5 * c[previous(trace)] + c[basal];
    }
};

/// change_t = basal_t - basal_{t-1}
struct Change {
    static constexpr auto sees = tags(basal, previous(basal));
    static constexpr auto writes = tags(change);
    template <class C>
    auto operator()(const C& c) const {
        return c[basal] - c[previous(basal)];
    }
};

/// soma_t = basal_{t-1}, at its fixed point
struct Late {
    static constexpr auto sees = tags(previous(basal));
    static constexpr auto state = tags(soma);
    std::array<double, 1> rates() const { return {0.1}; }
    template <class C>
    auto target(const C& c) const {
        return c[previous(basal)];
    }
};

/// dW_t = trace_{t-1} (rate_{t-1} of the source)
struct OfBefore {
    static constexpr auto post_is = previous(trace);
    static constexpr auto pre_sees = tags(previous(rate));
    double gain() const { return 1; }
    template <class C>
    auto pre(const C& c) const {
        return c[previous(rate)];
    }
};

/// in -> (identity) cell.basal; W learns from in to cell and drives nothing.
inline Circuit circuit(std::size_t units) {
    Circuit circuit;
    const PopulationId in = circuit.add(Population{.name = "in", .units = units, .clamped = {"rate"}});
    circuit.open(ports::input, in, "rate");
    circuit.open(ports::target, circuit.add(Population{.name = "target", .units = units, .clamped = {"rate"}}), "rate");
    const PopulationId cell = circuit.add(Population{.name = "cell",
                                                     .units = units,
                                                     .compartments = {"basal"},
                                                     .neurons = {neuron(Late{})},
                                                     .signals = {signal(Trace{}), signal(Change{})}});
    circuit.open(ports::answer, cell, "soma");
    circuit.add(Projection{.source = in, .signal = rate, .target = cell, .compartment = basal});
    circuit.add(Weights{.name = "W", .post = cell, .pre = in, .rule = rule(OfBefore{})});
    return circuit;
}

}  // namespace apical::looking_back
