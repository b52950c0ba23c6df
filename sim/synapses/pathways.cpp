#include "sim/synapses/pathways.hpp"

#include <algorithm>

#include "sim/synapses/dense_by_columns.hpp"
#include "sim/synapses/dense_static_source.hpp"
#include "sim/synapses/identity.hpp"
#include "sim/synapses/sparse_pairs.hpp"
#include "sim/synapses/sparse_rows.hpp"

namespace apical {

namespace {

/// Whether the rule sees the source as it was a step ago.
bool sees_source_late(const Weights& w) {
    const auto pre = w.rule ? w.rule->pre_column(0) : std::nullopt;
    return pre && pre->instant == Instant::before;
}

template <class S>
std::unique_ptr<Pathway<S>> pathway(Strategy strategy, const Weights& w, Access<S> weights, std::size_t lanes,
                                    bool decays_beside, bool by_events) {
    switch (strategy) {
        case Strategy::dense_static_source:
            return std::make_unique<DenseStaticSource<S>>(weights, lanes, sees_source_late(w));
        case Strategy::dense_deferred:
            return std::make_unique<DenseDeferred<S>>(weights);
        case Strategy::dense_by_columns:
            return std::make_unique<DenseByColumns<S>>(weights);
        case Strategy::dense:
        case Strategy::sparse_pairs:
        case Strategy::sparse_rows:
            break;
    }
    return direct_pathway(weights, lanes, decays_beside, by_events);
}

}  // namespace

template <class S>
std::unique_ptr<Pathway<S>> direct_pathway(Access<S> weights, std::size_t lanes, bool decays_beside, bool by_events) {
    switch (weights->storage()) {
        case SynapseStorage::pairs:
            return std::make_unique<SparsePairs<S>>(weights, lanes, decays_beside, by_events);
        case SynapseStorage::rows:
            return std::make_unique<SparseRows<S>>(weights, lanes, decays_beside, by_events);
        case SynapseStorage::dense:
            break;
    }
    return std::make_unique<Dense<S>>(weights, lanes, decays_beside, by_events);
}

template <class S>
Pathways<S>::Pathways(const Circuit& circuit, std::vector<WeightState<S>>& weights, std::size_t lanes,
                      const PathwayOptions& options)
    : lanes_(lanes) {
    make(circuit, weights, options);
}

template <class S>
Pathways<S>::Pathways(const Circuit& circuit, const std::vector<WeightState<S>>& weights, std::size_t lanes,
                      PathwayOptions options)
    : lanes_(lanes) {
    options.learns = false;
    make(circuit, weights, options);
}

template <class S>
template <class Weighted>
void Pathways<S>::make(const Circuit& circuit, Weighted& weights, const PathwayOptions& options) {
    for (WeightsId k{}; k < weights.size(); ++k) {
        const Weights& w = circuit.weights[k];
        const auto [strategy, reason] = choose(circuit, k, weights[k].storage(), lanes_, options);
        const bool by_events = options.learns && learns_from_events(circuit, k);
        const bool decays = by_events && w.rule->plasticity().decay_rate != 0;
        const bool beside =
            options.learns && w.rule && !weights[k].has_limits() && (options.mode == Mode::continuous || decays);
        weights_.push_back(&weights[k]);
        pathways_.push_back(pathway(strategy, w, Access<S>(weights[k]), lanes_, beside, by_events));
        pathways_.back()->set_reason(reason);
        if (strategy == Strategy::dense_deferred || strategy == Strategy::dense_by_columns)
            deferred_.push_back(pathways_.back().get());
    }
}

template <class S>
Pathway<S>& Pathways<S>::identity(std::size_t units) {
    auto found = std::ranges::find(identities_, units, [](const auto& one) { return one.first; });
    if (found == identities_.end())
        found = identities_.insert(found, {units, std::make_unique<Identity<S>>(units, lanes_)});
    return *found->second;
}

template std::unique_ptr<Pathway<float>> direct_pathway(Access<float>, std::size_t, bool, bool);
template std::unique_ptr<Pathway<double>> direct_pathway(Access<double>, std::size_t, bool, bool);
template class Pathways<float>;
template class Pathways<double>;

}  // namespace apical
