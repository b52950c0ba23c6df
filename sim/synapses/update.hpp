#pragma once
#include <cstddef>

#include "sim/circuit/rule.hpp"

namespace apical {

/// One update of weights by their rule. With P the sum of its terms, each gain times the sum over lanes of post pre^T:
///
///     W <- decay W + P                                              without a trace
///     E <- trace_decay E + P,  W <- decay W + trace_gain lanes E    with a trace E of each synapse (low-passed rules)
///
/// then bounds and scaling. This is all that plasticity does; a pathway may do it later, elsewhere or together with
/// something else, never something different.
struct Update {
    double decay = 1;
    bool has_trace = false;
    double trace_decay = 0;
    double trace_gain = 0, lanes = 1;  ///< the trace is a mean over lanes, gains are not
    double gain_of_trace() const { return trace_gain * lanes; }
};

/// How long a step lasts for plasticity, and how decay and low-pass go over it.
struct PlasticStep {
    double factor = 1;      ///< multiplies gain and decay rate
    double duration = 0;    ///< ms; 0: settled, where nothing is low-passed
    bool is_exact = false;  ///< both sides constant for a step; if not, by explicit Euler
};

/// The decays of an update. Exact, r = factor * decay rate: e^-r. `gain` is that of the rule's term if it has one: then
/// the trace is per unit of it; of several, the trace holds the gains, and `gain` is 1.
Update update_of(const Plasticity& plasticity, double gain, const PlasticStep& step, std::size_t lanes);
/// The gain of one of so many terms in it. Exact, without a trace: gain (1 - e^-r) / r.
double gain_of(double gain, std::size_t terms, const Plasticity& plasticity, const PlasticStep& step,
               std::size_t lanes);

/// A factor of decay near 1 in S, as 1 minus a small number that keeps its digits.
template <class S>
S rounded_decay(double decay) {
    return S(1) - static_cast<S>(1 - decay);
}

}  // namespace apical
