#include "sim/synapses/choose.hpp"

#include <fmt/format.h>

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

/// What both strategies need.
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

bool is_clamped(const Circuit& circuit, const Projection& use) {
    const auto& clamped = circuit.populations[use.source].clamped;
    return std::find(clamped.begin(), clamped.end(), use.signal) != clamped.end();
}

}  // namespace

std::string why_not_static_source(const Circuit& circuit, WeightsId id, const PathwayOptions& options) {
    if (!options.static_sources) return "held sources are switched off";
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

std::string why_not_deferred(const Circuit& circuit, WeightsId id, std::size_t lanes, const PathwayOptions& options) {
    if (options.mode == Mode::settled) return "a presentation has one step";
    if (!options.learns) return "this network does not learn";
    if (!options.deferred_updates) return "one pass is switched off";
    if (lanes != 1) return "with more than one lane both are matrix products";
    const auto& rule = circuit.weights[id].rule;
    if (rule == nullptr) return "they do not learn";
    if (learns_from_events(circuit, id)) return "only synapses of cells with an event change";
    return why_not(circuit, id);
}

Choice choose(const Circuit& circuit, WeightsId id, SynapseStorage storage, std::size_t lanes,
              const PathwayOptions& options) {
    const Weights& w = circuit.weights[id];
    const char* const direct = w.rule && options.learns ? "read and updated in every step" : "read in every step";
    switch (storage) {
        case SynapseStorage::pairs:
            return {Strategy::sparse_pairs, fmt::format("sparse, one partner each; {}", direct)};
        case SynapseStorage::rows:
            return {Strategy::sparse_rows, fmt::format("sparse, compressed rows; {}", direct)};
        case SynapseStorage::dense:
            break;
    }
    const std::string not_static = why_not_static_source(circuit, id, options);
    if (not_static.empty()) return {Strategy::dense_static_source, "dense; static source: read once a presentation"};
    const std::string not_deferred = why_not_deferred(circuit, id, lanes, options);
    if (not_deferred.empty()) {
        const bool has_trace = w.rule->plasticity().low_pass > 0;
        if (circuit.populations[w.pre].units <= most_columns_of_a_copy && !has_trace)
            return {Strategy::dense_by_columns,
                    "dense; deferred update: made on a column-major copy with the next read"};
        return {Strategy::dense_deferred, "dense; deferred update: made in one pass with a later read"};
    }
    const bool says_all = w.rule == nullptr || !options.learns || not_static == not_deferred;
    return {Strategy::dense,
            fmt::format("dense; {}: {}", direct, says_all ? not_static : not_static + "; " + not_deferred)};
}

}  // namespace apical
