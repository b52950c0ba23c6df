#pragma once
#include <array>
#include <cstddef>

#include "sim/kernels/kernels.hpp"
#include "sim/synapses/dense.hpp"

namespace apical {

/// Dense weights that learn, in one lane. One lane moves as many bytes as it does multiplications: a step is bound by
/// reading the weights, and an update at once would read and write them again. So updates wait: with W' = W + sum of
/// c_k post_k pre_k^T follows W' x = W x + sum of c_k post_k (pre_k x), which costs two vectors an update. When enough
/// of them wait, all are made in one pass, on the way to a transmission. Decay is one factor beside the matrix until
/// `flush`. With a trace one waits at a time, and both matrices are read and written once, with the transmission. The
/// same numbers as with an update at once, but for rounding.
template <class S>
class DenseDeferred : public Pathway<S> {
   public:
    explicit DenseDeferred(Access<S> weights);

    void transmit(Rows rows, const S* from, S* into, const Write<S>& how) override;
    double transmit_work(bool transposed) const override;
    std::optional<Tiles> transmit_tiles(bool transposed) const override;
    /// If that has made the updates, they wait no more.
    void transmitted() override;
    Share learning() const override { return {1, 1000}; }
    /// Copies both sides.
    void learn(std::size_t part, std::span<const OuterProduct<S>> terms, const Update& update) override;
    Share flushing() const override { return {1, transmit_work(false)}; }
    void flush(std::size_t part) override;

    /// So many updates may wait.
    std::size_t room() const { return room_; }

   protected:
    DenseDeferred(Access<S> weights, std::size_t room);

    /// One update that waits: W <- decay W + gain post pre^T.
    struct Waiting {
        const S *post, *pre;
        S gain;
    };
    Waiting first() const { return {post(0), pre(0), left_[0]}; }
    bool full() const { return waiting_ == room_; }
    S kept() const { return static_cast<S>(kept_); }
    /// After room has been made: how often, since the last flush, something was learnt.
    virtual void begin_learning() {}

    Access<S> weights_;

   private:
    static constexpr std::size_t most = Kernels<S>::most_waiting;

    const S* post(std::size_t k) const { return posts_.data() + static_cast<Eigen::Index>(k) * posts_.cols(); }
    const S* pre(std::size_t k) const { return pres_.data() + static_cast<Eigen::Index>(k) * pres_.cols(); }
    /// Makes what waits if there is no room for another update (two without a transmission between), or if decay beside
    /// the values would run out of range. Returns the decay that is left to stand beside: strong decay is applied at
    /// once.
    double make_room(double decay);
    void remember(const OuterProduct<S>& term, double gain, double decay);
    /// Makes what waits in these rows; the rows of y (+)= scale W x on the way, unless y is null.
    void make(Rows rows, const S* x, S* y, bool assign, S scale);

    DenseMatrix<S> matrix_;
    const Kernels<S>* kernels_;
    bool has_trace_;
    std::size_t room_;
    std::size_t waiting_ = 0;             ///< so many do
    Matrix<S> posts_, pres_;              ///< (room x units)
    std::array<S, most> left_{};          ///< c_k = gain / kept_, of the time of the update
    S trace_decay_ = 1, trace_gain_ = 0;  ///< of the update with a trace that waits
    double kept_ = 1;                     ///< W is so many times the values, or the copy: decay since `flush`
};

extern template class DenseDeferred<float>;
extern template class DenseDeferred<double>;

}  // namespace apical
