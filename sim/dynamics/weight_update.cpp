#include "sim/dynamics/weight_update.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/decompositions.hpp"

namespace apical {

namespace {

/// The weights whose signs are taken. Throws std::invalid_argument unless all three are dense and fit.
template <class S>
const WeightState<S>& checked_source(const std::string& name, const Derived& derived,
                                     const std::vector<WeightState<S>>& weights, const WeightState<S>& to) {
    const WeightState<S>&from = weights[derived.from], &magnitudes = weights[derived.magnitudes];
    if (!from.dense() || !to.dense() || !magnitudes.dense() || from.rows() != to.columns() ||
        from.columns() != to.rows() || magnitudes.rows() != to.rows() || magnitudes.columns() != to.columns())
        throw std::invalid_argument("'" + name +
                                    "': signs are taken from dense weights of the transposed shape, and their "
                                    "magnitudes are dense weights of the same shape");
    return from;
}

/// Column `row` of `to` gets the signs of a row of `from`.
template <class S>
void take_signs(const WeightState<S>& magnitudes, const WeightState<S>& from, std::size_t row, WeightState<S>& to) {
    const std::size_t stride = to.columns();
    const S* const w = from.data() + row * from.columns();
    const S* m = magnitudes.data() + row;
    S* b = to.data() + row;
    for (std::size_t j = 0; j < from.columns(); ++j, m += stride, b += stride) *b = w[j] < 0 ? -*m : *m;
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
        if (const auto& derived = circuit.weights[k].derived; derived && derived->as == Derived::As::pseudo_inverse) {
            const Eigen::MatrixXd from = weights[derived->from].matrix();
            weights[k].assign(pseudo_inverse_of(from));
        } else if (derived) {
            const WeightState<S>& from = checked_source(circuit.weights[k].name, *derived, weights, weights[k]);
            for (std::size_t row = 0; row < from.rows(); ++row)
                take_signs(weights[derived->magnitudes], from, row, weights[k]);
        }
}

template <class S>
void WeightUpdate<S>::derive_after_update() {
    for (const Follower& follower : followers_) {
        if (follower.plastic == nullptr) continue;
        WeightState<S>& to = weights_[follower.to];
        const Derived& derived = *circuit_.weights[follower.to].derived;
        const WeightState<S>& from = weights_[derived.from];
        const auto changed = [&](std::size_t row) {
            return std::ranges::any_of(follower.plastic->terms, [&](const BoundTerm<S>& term) {
                const S* const post = term.post.value.data() + row * lanes_;
                return std::any_of(post, post + lanes_, [](S side) { return side != 0; });
            });
        };
        const bool all = follower.decays;
        for (std::size_t row = 0; row < from.rows(); ++row)
            if (all || changed(row)) take_signs(weights_[derived.magnitudes], from, row, to);
    }
}

template <class S>
WeightUpdate<S>::WeightUpdate(const Circuit& circuit, std::vector<WeightState<S>>& weights, Pathways<S>& pathways,
                              Synapses<S>& synapses)
    : circuit_(circuit),
      weights_(weights),
      synapses_(synapses),
      learning_(pathways, synapses),
      lanes_(pathways.lanes()) {
    find_derived();
}

template <class S>
WeightUpdate<S>::WeightUpdate(const Circuit& circuit, std::vector<WeightState<S>>& weights, Pathways<S>& pathways,
                              Synapses<S>& synapses, const Clock& clock)
    : circuit_(checked(circuit, clock)),
      weights_(weights),
      synapses_(synapses),
      learning_(pathways, synapses, clock.step, clock.is_plasticity_exact),
      lanes_(pathways.lanes()) {
    find_derived();
}

template <class S>
void WeightUpdate<S>::find_derived() {
    for (WeightsId k{}; k < circuit_.weights.size(); ++k) {
        const auto& derived = circuit_.weights[k].derived;
        if (!derived) continue;
        if (derived->as == Derived::As::pseudo_inverse) {
            derives_all_ = true;
            continue;
        }
        Follower& follower = followers_.emplace_back(Follower{k});
        for (const auto& plastic : synapses_.all())
            if (plastic.weights == derived->from) follower.plastic = &plastic;
        if (follower.plastic != nullptr)
            follower.decays = follower.plastic->plasticity.decay_rate != 0 || follower.plastic->plasticity.low_pass > 0;
    }
}

template class WeightUpdate<float>;
template class WeightUpdate<double>;
template void derive(const Circuit&, std::vector<WeightState<float>>&);
template void derive(const Circuit&, std::vector<WeightState<double>>&);

}  // namespace apical
