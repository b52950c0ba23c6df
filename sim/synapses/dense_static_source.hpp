#pragma once
#include <cstddef>

#include "sim/synapses/dense.hpp"

namespace apical {

/// Dense weights from a source that stands still for a while, an image that is shown, and their plasticity in that
/// time. With y = W x and an update W' = decay W + gain post x^T follows y' = decay y + gain post (x^T x): W is read
/// once at the beginning and written once at the end, W' = (product of decays) W + (sum of what is left of gain post)
/// x^T. The same with a trace, E' = trace_decay E + trace_gain post x^T, W' = decay W + gain E': then E x is carried
/// along, and what comes to W of the E of the beginning. Exact but for rounding, for any decay of its own rate; not for
/// bounds and scaling, which act on every step. A rule that sees the source a step late sees, in the first step, the
/// source before.
template <class S>
class DenseStaticSource final : public Pathway<S> {
   public:
    DenseStaticSource(Access<S> weights, std::size_t lanes, bool late);

    void begin(const S* now, const S* before) override;
    Share reading() const override;
    void read(std::size_t part) override;
    /// Of what was read and learnt: `from` is the source.
    void transmit(Rows rows, const S* from, S* into, const Write<S>& how) override;
    double transmit_work(bool transposed) const override;
    Share learning() const override;
    void learn(std::size_t part, std::span<const OuterProduct<S>> terms, const Update& update) override;
    Share flushing() const override;
    void flush(std::size_t part) override;

   private:
    /// M x of a matrix M, W or E, and what becomes of it: M <- kept M + post x^T, or, if late, M <- kept M + post (x,
    /// before)^T.
    struct Track {
        Matrix<S> drive, post;
        double kept = 1;
    };
    void add(Track& track, S gain, const S* post, double decay);
    const S* sources() const { return late_ ? sources_.data() : source_; }
    bool has_trace() const { return weights_->eligibility().size() != 0; }

    Access<S> weights_;
    DenseMatrix<S> matrix_;
    std::size_t lanes_;
    bool late_;
    std::size_t sides_;     ///< 2 if late
    bool is_first_ = true;  ///< nothing has been learnt since `begin`
    const S* source_ = nullptr;
    Matrix<S> sources_;  ///< (x, before) of every unit, if late
    Track of_weights_, of_trace_;
    double from_trace_ = 0;                 ///< so much of the E of the beginning comes to W
    Matrix<S> gram_, gram_before_, moved_;  ///< x^T x; before^T x; gain post times one of them
};

extern template class DenseStaticSource<float>;
extern template class DenseStaticSource<double>;

}  // namespace apical
