#pragma once
#include <cstddef>

#include "sim/synapses/dense_deferred.hpp"

namespace apical {

/// A copy of a matrix with few columns, all of one column side by side: what is waste with rows of ten, a register that
/// is half empty and a sum over its parts, does not arise. One lane.
template <class S>
class ColumnMajorCopy {
   public:
    ColumnMajorCopy(std::size_t rows, std::size_t columns)
        : columns_(static_cast<Eigen::Index>(columns), static_cast<Eigen::Index>(rows)),
          kernels_(&kernels<S>(1, rows)) {}

    /// From and to a row-major matrix.
    void load(const S* m);
    void store(S* m) const;

    /// W <- W + gain post pre^T.
    struct Rank1 {
        const S *post, *pre;
        S gain;
    };
    /// y (+)= scale W x in these rows of y; the other first updates these rows of W.
    void transmit(Rows rows, const S* x, S* y, bool assign, S scale);
    void learn_and_transmit(Rows rows, const Rank1& update, const S* x, S* y, bool assign, S scale);

   private:
    Matrix<S> columns_;  ///< W^T: pre units x post units
    const Kernels<S>* kernels_;
};

/// Dense weights with few presynaptic cells, such as those from the output back to a hidden layer: one update waits at
/// a time, and from the second of a presentation on a copy by columns learns, until `flush`.
template <class S>
class DenseByColumns final : public DenseDeferred<S> {
   public:
    explicit DenseByColumns(Access<S> weights)
        : DenseDeferred<S>(weights, 1), copy_(weights->rows(), weights->columns()) {}

    void transmit(Rows rows, const S* from, S* into, const Write<S>& how) override;
    void flush(std::size_t part) override;

   private:
    void begin_learning() override;
    bool copied() const { return learnt_ > 1; }  ///< what counts now is the copy

    ColumnMajorCopy<S> copy_;
    std::size_t learnt_ = 0;  ///< since `flush`
};

extern template class ColumnMajorCopy<float>;
extern template class ColumnMajorCopy<double>;
extern template class DenseByColumns<float>;
extern template class DenseByColumns<double>;

}  // namespace apical
