#pragma once
#include "sim/synapses/direct.hpp"

namespace apical {

/// Weights that are a list of pairs of cells, as in one-to-one and topographic projections.
template <class S>
class SparsePairs final : public Direct<S> {
   public:
    SparsePairs(Access<S> weights, std::size_t lanes, bool decays_beside, bool by_events)
        : Direct<S>(weights, lanes, decays_beside, by_events), pairs_(weights->pairs()) {}

    void transmit(Rows rows, const S* from, S* into, const Write<S>& how) override {
        const S* const values = this->weights()->data();
        if (how.events && this->lanes() == 1)
            pairs_.transmit_events(values, rows.first, rows.end, from, into, how.transposed, how.assign,
                                   this->scale_of(how));
        else
            pairs_.transmit(values, rows.first, rows.end, from, into, this->lanes(), how.transposed, how.assign,
                            this->scale_of(how));
    }

   private:
    Tiles learn_tiles() const override { return Tiles::of_cells(pairs_.size(), this->lanes()); }
    double work_of_a_synapse() const override { return 20; }
    void add_outer(S* m, std::size_t part, const OuterProduct<S>& term, S gain, S decay) const override {
        const Tiles cut = learn_tiles();
        pairs_.add_outer(m, cut.begin(part), cut.begin(part + 1), term.post, term.pre, this->lanes(), gain, decay);
    }
    void add_trace(S* w, const S* e, std::size_t part, S gain, S decay) const override {
        const Tiles cut = learn_tiles();
        const auto begin = static_cast<Eigen::Index>(cut.begin(part)),
                   n = static_cast<Eigen::Index>(cut.begin(part + 1)) - begin;
        using Vector = typename WeightState<S>::Vector;
        Eigen::Map<Vector> values(w + begin, n);
        values = decay * values + gain * Eigen::Map<const Vector>(e + begin, n);
    }

    const Pairs& pairs_;
};

}  // namespace apical
