#pragma once
#include <array>
#include <tuple>

#include "models/neurons/activation.hpp"
#include "models/neurons/tags.hpp"
#include "models/plasticity/tags.hpp"
#include "sim/circuit/neuron.hpp"
#include "sim/circuit/signal.hpp"

namespace apical::burst_ccn {

// Ensembles of pyramidal cells that say two things at once: events, at the rate e, driven from below, and which share p
// of them are bursts, driven from above (Greedy et al. 2022). e never depends on p: there are no phases.

inline constexpr Tag<"target"> target;                ///< what a softmax output should be
inline constexpr Tag<"updated_trace"> updated_trace;  ///< trace of a rate, with the rate of this step in it
inline constexpr Tag<"awake"> awake;                  ///< 0 before the first step, 1 after it

/// h(e) = phi'(v) / e: how much more often a cell bursts, per event, if its potential rises. Logistic: 1 - e.
template <class V>
V relative_slope(const Logistic&, V, V e) {
    return 1.0 - e;
}
template <class V>
V relative_slope(const Relu& phi, V v, V e) {
    return phi.slope(v) / (e + 1e-8);  // the authors' later code; a silent cell has neither slope nor rate
}

/// Apical dendrite of a hidden ensemble: tau_u da/dt = -a + (2 / p_b) h(e) o u, where u = Y b + Q e from above. The
/// factor gives p the slope h(e) in u (4 for p_b = 1/2).
template <class Phi>
struct Dendrite {
    double tau;  ///< ms
    double p_b;
    Phi phi;
    static constexpr Info info{"bursting",
                               "Apical dendrite of burst_ccn, which sets what share p of events are bursts.",
                               "tau_u da/dt = -a + (2 / p_b) h(e) o u, p = 2 p_b sigma(a)", "Greedy et al. 2022"};
    static constexpr auto sees = tags(soma, rate, apical);
    static constexpr auto state = tags(apical_potential);
    std::array<double, 1> rates() const { return {1 / tau}; }
    template <class C>
    auto target(const C& c) const {
        return (2 / p_b) * relative_slope(phi, c[soma], c[rate]) * c[apical];
    }
};

/// p = 2 p_b sigma(a), between 0 and 2 p_b;  b = p e
struct Bursts {
    double p_b;
    static constexpr auto sees = tags(rate, apical_potential);
    static constexpr auto writes = tags(burst_probability, burst, burst_excess);
    template <class C>
    auto operator()(const C& c) const {
        const auto p = 2 * p_b / (1.0 + exp(-c[apical_potential]));
        return std::tuple{p, p * c[rate], (p - p_b) * c[rate]};
    }
};

/// Logistic output, taught: p = p_b (1 + s (t - e) h(e)). The apical dendrite receives t - e, or 0 without a teacher.
struct TaughtBursts {
    double p_b, error_scale;
    static constexpr auto sees = tags(rate, apical);
    static constexpr auto writes = tags(burst_probability, burst, burst_excess);
    template <class C>
    auto operator()(const C& c) const {
        const auto deviation = p_b * error_scale * c[apical] * (1.0 - c[rate]);
        return std::tuple{p_b + deviation, (p_b + deviation) * c[rate], deviation * c[rate]};
    }
};

/// Softmax output (the authors' later code): p = 2 p_b sigma(2 s (t - e) / (e + 1)). Cells fire at e + 1, so that those
/// of an unlikely class can still burst less; what goes down is without the baseline p_b of that 1.
struct SoftmaxBursts {
    double p_b, error_scale;
    static constexpr auto sees = tags(rate, apical);
    static constexpr auto writes = tags(burst_probability, burst, burst_excess);
    template <class C>
    auto operator()(const C& c) const {
        const auto fired = c[rate] + 1.0;
        const auto p = 2 * p_b / (1.0 + exp(-2 * error_scale * c[apical] / fired));
        return std::tuple{p, p * fired - p_b, (p - p_b) * fired};
    }
};

/// e = softmax(v), which no cell could know alone: the teacher, which makes t - e of all cells, leaves it behind.
struct SoftmaxRate {
    static constexpr auto sees = tags(target, apical);
    static constexpr auto writes = tags(rate);
    template <class C>
    auto operator()(const C& c) const {
        return c[target] - c[apical];
    }
};

/// Cells that say nothing before the first step, whatever their potential, as in the authors' continuous code.
struct Awakening {
    double step;  ///< ms; explicit Euler makes it 1 in one step
    static constexpr Info info{
        "awakening", "Cells of burst_ccn that say nothing before the first step, as in the authors' continuous code.",
        "step da/dt = -a + 1, rate = a phi(u)", "Greedy et al. 2022"};
    static constexpr auto sees = tags();
    static constexpr auto state = tags(awake);
    std::array<double, 1> rates() const { return {1 / step}; }
    template <class C>
    double target(const C&) const {
        return 1;
    }
};
struct AwakeRate {
    static constexpr auto sees = tags(soma, awake);
    static constexpr auto writes = tags(rate);
    template <class C>
    auto operator()(const C& c) const {
        return c[awake] * Logistic{}.value(c[soma]);
    }
};

/// Trace of the input as the authors' continuous code has it: updated before it is used, xbar + (dt / tau) (x - xbar).
struct UpdatedTrace {
    double share;  ///< dt / tau
    static constexpr auto sees = tags(rate, slow_rate);
    static constexpr auto writes = tags(updated_trace);
    template <class C>
    auto operator()(const C& c) const {
        return c[slow_rate] + share * (c[rate] - c[slow_rate]);
    }
};

}  // namespace apical::burst_ccn
