#include "sim/synapses/choose.hpp"

#include <algorithm>
#include <cmath>

namespace apical {

namespace {

/// The only projection that uses these weights; null if there are more, or none.
const Projection* only_use(const Circuit& circuit, WeightsId weights) {
    const Projection* only = nullptr;
    for (const Projection& projection : circuit.projections) {
        if (projection.weights != weights) continue;
        if (only != nullptr) return nullptr;
        only = &projection;
    }
    return only;
}

/// What both shortcuts need.
std::string why_not(const Circuit& circuit, WeightsId id) {
    const Weights& w = circuit.weights[id];
    if (w.rule && w.rule->terms() > 1) return "their rule is a sum of several outer products";
    if (!w.connectivity.is_dense()) return "they are not dense";
    if (std::isfinite(w.lower) || std::isfinite(w.upper)) return "their bounds act on every step";
    if (w.scaling != Scaling::none) return "their synaptic scaling acts on every step";
    const bool derives = std::any_of(circuit.weights.begin(), circuit.weights.end(),
                                     [&](const Weights& other) { return other.derived && other.derived->from == id; });
    if (w.derived || derives) return "other weights follow from them in every step, or they from others";
    const Projection* const use = only_use(circuit, id);
    if (use == nullptr || use->transposed || use->source != w.pre) return "not one projection uses them, as they are";
    return "";
}

/// Whether the rule sees the source as it was a step ago.
bool sees_source_late(const Weights& w) {
    const auto pre = w.rule ? w.rule->pre_column(0) : std::nullopt;
    return pre && pre->instant == Instant::before;
}

bool is_clamped(const Circuit& circuit, const Projection& use) {
    const auto& clamped = circuit.populations[use.source].clamped;
    return std::find(clamped.begin(), clamped.end(), use.signal) != clamped.end();
}

}  // namespace

std::string why_not_held(const Circuit& circuit, WeightsId id, const ShortcutOptions& options) {
    if (!options.held_sources) return "held sources are switched off";
    if (!options.repeats) return "a presentation has one step";
    if (std::string reason = why_not(circuit, id); !reason.empty()) return reason;
    const Projection& use = *only_use(circuit, id);
    const Population& source = circuit.populations[use.source];
    if (!is_clamped(circuit, use) || use.delay > 0) return "their source is computed anew in every step";
    if (!source.constant && !options.inputs_stand_still) return "the inputs move within a presentation";
    const auto& rule = circuit.weights[id].rule;
    if (!rule) return "";
    const auto pre = rule->pre_column(0);
    if (!pre || pre->column != use.signal) return "their rule looks at more than the source of their drive";
    return "";
}

std::string why_not_one_pass(const Circuit& circuit, WeightsId id, std::size_t lanes, const ShortcutOptions& options) {
    if (!options.one_pass) return "one pass is switched off";
    if (lanes != 1) return "with more than one lane both are matrix products";
    const auto& rule = circuit.weights[id].rule;
    if (rule == nullptr) return "they do not learn";
    return why_not(circuit, id);
}

template <class S>
Shortcuts<S>::Shortcuts(const Circuit& circuit, std::vector<WeightState<S>>& weights, std::size_t lanes,
                        const ShortcutOptions& options)
    : Shortcuts(circuit, std::as_const(weights), lanes, options) {
    for (WeightsId k = 0; k < weights.size(); ++k)
        if (held_[k] == nullptr && why_not_one_pass(circuit, k, lanes, options).empty())
            one_pass_[k] = std::make_unique<OnePass<S>>(weights[k]);
}

template <class S>
Shortcuts<S>::Shortcuts(const Circuit& circuit, const std::vector<WeightState<S>>& weights, std::size_t lanes,
                        const ShortcutOptions& options) {
    held_.resize(weights.size());
    one_pass_.resize(weights.size());
    for (WeightsId k = 0; k < weights.size(); ++k)
        if (why_not_held(circuit, k, options).empty())
            held_[k] = std::make_unique<HeldDrive<S>>(weights[k], lanes, sees_source_late(circuit.weights[k]));
}

template class Shortcuts<float>;
template class Shortcuts<double>;

}  // namespace apical
