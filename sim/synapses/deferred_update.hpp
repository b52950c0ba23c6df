#pragma once
#include <array>
#include <cstddef>
#include <optional>

#include "sim/synapses/column_major.hpp"
#include "sim/synapses/weight_state.hpp"

namespace apical {

/// The drive of dense weights that learn, in one lane. One lane moves as many bytes as it does multiplications: a step
/// is bound by reading the weights, and an update at once would read and write them again. So updates wait: with W' =
/// W + sum of c_k post_k pre_k^T follows W' x = W x + sum of c_k post_k (pre_k x), which costs two vectors an update.
/// When enough of them wait, all are made in one pass, on the way to a drive. Decay is one factor beside the matrix
/// until the end. With few presynaptic cells one waits at a time, and from the second of a presentation on a copy by
/// columns learns, until the end. The same numbers as with an update at once, but for rounding.
template <class S>
class OnePass {
   public:
    explicit OnePass(WeightState<S>& weights);

    /// W <- keep W + change post pre^T, some time before anybody else reads the weights. Copies both sides.
    void learn(const S* post, const S* pre, double change, double keep);
    /// E <- stay E + mix post pre^T, W <- keep W + change E: both matrices are read and written once, with the drive.
    void learn_low_passed(const S* post, const S* pre, const typename WeightState<S>::LowPass& numbers);
    /// y (+)= scale W x for the rows [first, end) of one lane, as if nothing waited.
    void drive(typename WeightState<S>::Rows rows, const S* x, S* y, bool assign, S scale);
    /// All rows have been driven: if that has made the updates, they wait no more.
    void driven();
    /// Makes the updates that wait.
    void end();

   private:
    static constexpr std::size_t most = 16;

    bool full() const { return waiting_ == room_; }
    bool copied() const { return by_columns_ && learnt_ > 1; }  ///< what counts now is the copy
    const S* post(std::size_t k) const { return posts_.data() + static_cast<Eigen::Index>(k) * posts_.cols(); }
    const S* pre(std::size_t k) const { return pres_.data() + static_cast<Eigen::Index>(k) * pres_.cols(); }
    bool low_passed() const { return weights_.eligibility().size() != 0; }
    /// Makes what waits if there is no room for another update (two without a drive between), or if decay beside the
    /// values would run out of range. Returns the decay that is left to stand beside: strong decay is brought at once.
    double make_room(double keep);
    void remember(const S* post, const S* pre, double change, double keep);
    /// Makes what waits in the rows [first, end) and gives `put` each row's new product with x.
    template <class Put>
    void make(typename WeightState<S>::Rows rows, const S* x, const Put& put);
    template <std::size_t rows>
    void make_rows(std::size_t first, const S* x, S* sums);
    template <std::size_t rows>
    void make_low_passed(std::size_t first, const S* x, S* sums);

    WeightState<S>& weights_;
    std::optional<ByColumns<S>> by_columns_;
    std::size_t learnt_ = 0;      ///< since `end`
    std::size_t room_;            ///< so many updates may wait
    std::size_t waiting_ = 0;     ///< so many do
    Matrix<S> posts_, pres_;      ///< (room x units)
    std::array<S, most> left_{};  ///< c_k = change / keep_, of the time of the update
    S stay_ = 1, mix_ = 0;        ///< of the low-passed update that waits
    double keep_ = 1;             ///< W is so many times the values, or the copy: decay since `end`
};

extern template class OnePass<float>;
extern template class OnePass<double>;

}  // namespace apical
