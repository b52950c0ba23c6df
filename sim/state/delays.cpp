#include "sim/state/delays.hpp"

#include <algorithm>

namespace apical {

template <class S>
Ref<S> Delays<S>::delayed(std::size_t place, std::size_t cells, std::size_t steps) {
    for (const auto& ring : rings_)
        if (ring->place == place && ring->steps == steps) return {&ring->oldest, 0};
    auto ring = std::make_unique<Ring>();
    ring->place = place;
    ring->steps = steps;
    ring->values.setZero(static_cast<Eigen::Index>(padded<S>(cells)), static_cast<Eigen::Index>(steps));
    ring->oldest = ring->values.data();
    rings_.push_back(std::move(ring));
    return {&rings_.back()->oldest, 0};
}

template <class S>
void Delays<S>::push(const Columns<S>& columns) {
    for (const auto& ring : rings_) {
        std::copy_n(columns.now(ring->place), ring->values.rows(), ring->oldest);
        if (++ring->head == ring->steps) ring->head = 0;
        ring->oldest = ring->values.data() + static_cast<Eigen::Index>(ring->head) * ring->values.rows();
    }
}

template <class S>
void Delays<S>::rest() {
    for (const auto& ring : rings_) {
        ring->values.setZero();
        ring->head = 0;
        ring->oldest = ring->values.data();
    }
}

template <class S>
void Delays<S>::save(ArchiveWriter& archive, const std::string& name) const {
    if (empty()) return;
    std::vector<S> all;
    for (const auto& ring : rings_) {
        const S* const begin = ring->values.data();
        const S* const end = begin + ring->values.size();
        all.insert(all.end(), static_cast<const S*>(ring->oldest), end);
        all.insert(all.end(), begin, static_cast<const S*>(ring->oldest));
    }
    archive.put(name, std::span<const S>(all));
}

template <class S>
void Delays<S>::load(const ArchiveReader& archive, const std::string& name) {
    if (empty()) return;
    std::size_t size = 0;
    for (const auto& ring : rings_) size += static_cast<std::size_t>(ring->values.size());
    std::vector<S> all(size);
    archive.take(name, std::span<S>(all));
    rest();
    auto next = all.cbegin();
    for (const auto& ring : rings_) {
        const auto end = next + ring->values.size();
        std::copy(next, end, ring->values.data());
        next = end;
    }
}

template class Delays<float>;
template class Delays<double>;

}  // namespace apical
