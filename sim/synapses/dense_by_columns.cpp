#include "sim/synapses/dense_by_columns.hpp"

namespace apical {

template <class S>
void ColumnMajorCopy<S>::load(const S* m) {
    columns_ = Eigen::Map<const Matrix<S>>(m, columns_.cols(), columns_.rows()).transpose();
}

template <class S>
void ColumnMajorCopy<S>::store(S* m) const {
    Eigen::Map<Matrix<S>>(m, columns_.cols(), columns_.rows()) = columns_.transpose();
}

template <class S>
void ColumnMajorCopy<S>::transmit(Rows rows, const S* x, S* y, bool assign, S scale) {
    learn_and_transmit(rows, {nullptr, nullptr, S(0)}, x, y, assign, scale);
}

template <class S>
void ColumnMajorCopy<S>::learn_and_transmit(Rows rows, const Rank1& update, const S* x, S* y, bool assign, S scale) {
    kernels_->multiply_by_columns({columns_.data(), static_cast<std::size_t>(columns_.cols()),
                                   static_cast<std::size_t>(columns_.rows()), rows.first, rows.end, update.post,
                                   update.pre, update.gain, x, y, assign, scale});
}

template <class S>
void DenseByColumns<S>::begin_learning() {
    if (++learnt_ == 2) copy_.load(this->weights_->data());
}

template <class S>
void DenseByColumns<S>::transmit(Rows rows, const S* from, S* into, const Write<S>& how) {
    if (!copied()) return DenseDeferred<S>::transmit(rows, from, into, how);
    const S scale = how.scale * this->kept();
    if (!this->full()) return copy_.transmit(rows, from, into, how.assign, scale);
    const auto [post, pre, gain] = this->first();
    copy_.learn_and_transmit(rows, {post, pre, gain}, from, into, how.assign, scale);
}

template <class S>
void DenseByColumns<S>::flush(std::size_t part) {
    if (copied()) copy_.store(this->weights_.own().data());
    DenseDeferred<S>::flush(part);
    learnt_ = 0;
}

template class ColumnMajorCopy<float>;
template class ColumnMajorCopy<double>;
template class DenseByColumns<float>;
template class DenseByColumns<double>;

}  // namespace apical
