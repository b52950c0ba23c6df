#include "sim/state/columns.hpp"

#include <algorithm>

#include "sim/core/matrix.hpp"

namespace apical {

template <class S>
std::size_t Columns<S>::add(std::size_t cells) {
    const std::size_t place = size_;
    size_ += padded<S>(cells);
    return place;
}

template <class S>
std::size_t Columns<S>::add_persistent(std::size_t cells, S at_rest) {
    persistent_.push_back({size_, cells, at_rest});
    return add(cells);
}

template <class S>
void Columns<S>::allocate(bool with_stage) {
    now_.resize(index(size_));
    before_.resize(index(size_));
    if (with_stage) stage_.resize(index(size_));
    now_base_ = now_.data();
    before_base_ = before_.data();
    rest();
}

template <class S>
void Columns<S>::set(std::size_t place, std::span<const S> values) {
    const Eigen::Map<const Vector> from(values.data(), index(values.size()));
    Eigen::Map<Vector>(now_base_ + place, from.size()) = from;
    if (stage_.size() != 0) stage_.segment(index(place), from.size()) = from;
}

template <class S>
void Columns<S>::set_in_stage(std::size_t place, std::span<const S> values) {
    std::ranges::copy(values, stage_.data() + place);
}

template <class S>
void Columns<S>::copy_to_stage(std::size_t place, std::size_t cells) {
    std::copy_n(now_base_ + place, cells, stage_.data() + place);
}

template <class S>
void Columns<S>::flip() {
    std::swap(now_base_, before_base_);
    for (const Persistent& column : persistent_)
        std::copy_n(before_base_ + column.place, column.cells, now_base_ + column.place);
}

template <class S>
void Columns<S>::rest() {
    for (Vector* arena : {&now_, &before_, &stage_}) {
        arena->setZero();
        if (arena->size() == 0) continue;
        for (const Persistent& column : persistent_)
            arena->segment(index(column.place), index(column.cells)).setConstant(column.at_rest);
    }
}

template class Columns<float>;
template class Columns<double>;

}  // namespace apical
