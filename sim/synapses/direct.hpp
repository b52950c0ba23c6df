#pragma once
#include <algorithm>
#include <array>

#include "sim/synapses/limits.hpp"
#include "sim/synapses/pathway.hpp"

namespace apical {

/// Weights that are read for every transmission and written for every update, however they are stored. Here stands what
/// an update is; how it goes through the synapses of a part is left to the kind of storage.
template <class S>
class Direct : public Pathway<S> {
   public:
    double transmit_work(bool transposed) const override;
    Share learning() const override;
    void learn(std::size_t part, std::span<const OuterProduct<S>> terms, const Update& update) final;
    Share limiting() const override;
    void limit(std::size_t part, const Update& update) final;
    void limit_whole(const Update& update) final;
    Share flushing() const override;
    void flush(std::size_t) final { weights_.own().apply_decay(); }

   protected:
    /// `decays_beside`: decay is a factor beside the values until `flush`; not with bounds or scaling. `by_events`: in
    /// every term of an update a side is 0 in most cells, and without decay there is nothing to do where it is.
    Direct(Access<S> weights, std::size_t lanes, bool decays_beside, bool by_events);

    virtual Tiles learn_tiles() const = 0;
    /// Products of a matrix that one synapse is worth: memory binds a loop over single synapses.
    virtual double work_of_a_synapse() const = 0;
    /// M <- decay M + gain (sum over lanes of post pre^T) in a part; M is W or E, one number a synapse.
    virtual void add_outer(S* m, std::size_t part, const OuterProduct<S>& term, S gain, S decay) const = 0;
    /// W <- decay W + gain E in a part.
    virtual void add_trace(S* w, const S* e, std::size_t part, S gain, S decay) const = 0;

    const Access<S>& weights() const { return weights_; }
    std::size_t lanes() const { return lanes_; }
    bool by_events() const { return by_events_; }
    /// What multiplies the stored values.
    S scale_of(const Write<S>& how) const { return how.scale * static_cast<S>(weights_->kept()); }

   private:
    /// Whether both sides of a term are other than 0 somewhere.
    bool changes(std::span<const OuterProduct<S>> terms) const;
    bool has_changed() const { return std::ranges::find(changed_, true) != changed_.end(); }

    Access<S> weights_;
    std::size_t lanes_;
    bool decays_beside_, by_events_;
    std::array<bool, Tiles::most> changed_{};  ///< by the last update, its parts
    Limiter<S> limiter_;
};

extern template class Direct<float>;
extern template class Direct<double>;

}  // namespace apical
