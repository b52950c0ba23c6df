#include "sim/dynamics/weight_update.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/decompositions.hpp"

namespace apical {

namespace {

bool any_derived(const Circuit& circuit) {
    return std::any_of(circuit.weights.begin(), circuit.weights.end(),
                       [](const Weights& w) { return w.derived.has_value(); });
}

/// The same circuit; throws unless every low-pass can follow the steps.
const Circuit& checked(const Circuit& circuit, const Clock& clock) {
    for (const Weights& w : circuit.weights)
        if (const double tau = w.rule ? w.rule->plasticity().low_pass : 0;
            tau > 0 && !clock.is_plasticity_exact && clock.step > tau * (1 + 1e-9))
            throw ClockError(
                "step", fmt::format("{} ms", clock.step),
                fmt::format("at most {} ms, the low-pass of '{}', with plasticity = \"euler\"", tau, w.name));
    return circuit;
}

}  // namespace

template <class S>
void derive(const Circuit& circuit, std::vector<WeightState<S>>& weights) {
    for (WeightsId k{}; k < circuit.weights.size(); ++k)
        if (const auto& derived = circuit.weights[k].derived) {
            const Eigen::MatrixXd from = weights[derived->from].matrix();
            weights[k].assign(pseudo_inverse_of(from));
        }
}

template <class S>
WeightUpdate<S>::WeightUpdate(const Circuit& circuit, std::vector<WeightState<S>>& weights, Pathways<S>& pathways,
                              Synapses<S>& synapses)
    : circuit_(circuit),
      weights_(weights),
      synapses_(synapses),
      learning_(pathways, synapses),
      derives_(any_derived(circuit)) {}

template <class S>
WeightUpdate<S>::WeightUpdate(const Circuit& circuit, std::vector<WeightState<S>>& weights, Pathways<S>& pathways,
                              Synapses<S>& synapses, const Clock& clock)
    : circuit_(checked(circuit, clock)),
      weights_(weights),
      synapses_(synapses),
      learning_(pathways, synapses, clock.step, clock.is_plasticity_exact),
      derives_(any_derived(circuit)) {}

template class WeightUpdate<float>;
template class WeightUpdate<double>;
template void derive(const Circuit&, std::vector<WeightState<float>>&);
template void derive(const Circuit&, std::vector<WeightState<double>>&);

}  // namespace apical
