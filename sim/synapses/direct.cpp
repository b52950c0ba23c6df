#include "sim/synapses/direct.hpp"

#include "sim/synapses/events_in.hpp"

namespace apical {

template <class S>
Direct<S>::Direct(Access<S> weights, std::size_t lanes, bool decays_beside, bool by_events)
    : weights_(weights),
      lanes_(lanes),
      decays_beside_(decays_beside),
      by_events_(by_events),
      limiter_(*weights.operator->()) {}

template <class S>
bool Direct<S>::changes(std::span<const OuterProduct<S>> terms) const {
    return std::ranges::any_of(terms, [&](const OuterProduct<S>& term) {
        return has_event(term.post, weights_->rows() * lanes_) && has_event(term.pre, weights_->columns() * lanes_);
    });
}

template <class S>
double Direct<S>::transmit_work(bool) const {
    return static_cast<double>(lanes_) * static_cast<double>(weights_->synapses()) * work_of_a_synapse();
}

template <class S>
Share Direct<S>::learning() const {
    return {learn_tiles().count, static_cast<double>(lanes_) * static_cast<double>(weights_->synapses())};
}

template <class S>
void Direct<S>::learn(std::size_t part, std::span<const OuterProduct<S>> terms, const Update& update) {
    WeightState<S>& own = weights_.own();
    if (by_events_) {
        changed_[part] = changes(terms);
        if (!changed_[part]) return;
    }
    // What is added is as many times too large as the values are, beside which decay stands.
    const double beside = decays_beside_ ? own.kept() * update.decay : 1, decay = decays_beside_ ? 1 : update.decay;
    S* const w = own.data();
    if (update.has_trace) {
        S* const e = own.eligibility().data();
        auto trace_decay = static_cast<S>(update.trace_decay);
        for (const OuterProduct<S>& term : terms) {
            add_outer(e, part, term, static_cast<S>(term.gain), trace_decay);
            trace_decay = 1;
        }
        add_trace(w, e, part, static_cast<S>(update.trace_gain / beside * update.lanes), static_cast<S>(decay));
        return;
    }
    S rounded = rounded_decay<S>(decay);
    for (const OuterProduct<S>& term : terms) {
        add_outer(w, part, term, static_cast<S>(term.gain / beside), rounded);
        rounded = 1;
    }
}

template <class S>
Share Direct<S>::limiting() const {
    if (decays_beside_) return {1, 1};
    if (!weights_->has_limits()) return {};
    constexpr double products_a_synapse = 50;
    return {limiter_.tiles().count, products_a_synapse * static_cast<double>(weights_->synapses())};
}

template <class S>
void Direct<S>::limit(std::size_t part, const Update& update) {
    if (decays_beside_) weights_.own().decay(update.decay);
    else if (!by_events_ || has_changed()) limiter_.apply(weights_.own(), part);
}

template <class S>
void Direct<S>::limit_whole(const Update& update) {
    if (decays_beside_) weights_.own().decay(update.decay);
    else if (!by_events_ || has_changed()) limiter_.apply(weights_.own());
}

template <class S>
Share Direct<S>::flushing() const {
    if (!decays_beside_) return {};
    return {1, static_cast<double>(weights_->synapses())};
}

template class Direct<float>;
template class Direct<double>;

}  // namespace apical
