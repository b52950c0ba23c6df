#include "sim/synapses/post_events.hpp"

#include <algorithm>

namespace apical {

template <class S>
PostEvents<S>::PostEvents(std::size_t cells, std::size_t depth, std::span<const StepTrace<S>> traces, std::size_t marks)
    : cells_(cells),
      depth_(depth),
      columns_(traces.size() + marks),
      traces_(traces.begin(), traces.end()),
      times_(depth * cells),
      before_(depth * columns_ * cells) {
    rest();
}

template <class S>
void PostEvents<S>::rest() {
    std::ranges::fill(times_, std::uint32_t{0} - oldest_event);
    std::ranges::fill(before_, S(-1));
}

template <class S>
void PostEvents<S>::take(std::span<const std::uint32_t> fired, std::uint32_t now, std::span<const Mark<S>> marks) {
    const std::size_t traces = traces_.size();
    for (const std::uint32_t cell : fired) {
        for (std::size_t k = 0; k < columns_; ++k) {
            S* const column = before_.data() + k * cells_ + cell;
            const S met = k < traces ? value(cell, k, now) : marks[k - traces].of(cell);
            for (std::size_t d = depth_ - 1; d > 0; --d)
                column[d * columns_ * cells_] = column[(d - 1) * columns_ * cells_];
            *column = met;
        }
        for (std::size_t d = depth_ - 1; d > 0; --d) times_[d * cells_ + cell] = times_[(d - 1) * cells_ + cell];
        times_[cell] = now;
    }
}

template <class S>
void PostEvents<S>::renew(Rows cells, std::uint32_t now) {
    for (std::size_t d = 0; d < depth_; ++d)
        for (std::size_t cell = cells.first; cell < cells.end; ++cell)
            if (std::uint32_t& time = times_[d * cells_ + cell]; now - time > oldest_event) time = now - oldest_event;
}

template <class S>
void PostEvents<S>::save(ArchiveWriter& archive, const std::string& prefix) const {
    archive.put(prefix + "/times",
                std::span<const std::uint64_t>(std::vector<std::uint64_t>(times_.begin(), times_.end())));
    archive.put(prefix + "/before", std::span<const S>(before_));
}

template <class S>
void PostEvents<S>::load(const ArchiveReader& archive, const std::string& prefix) {
    std::vector<std::uint64_t> times(times_.size());
    archive.take(prefix + "/times", std::span<std::uint64_t>(times));
    std::ranges::transform(times, times_.begin(), [](std::uint64_t time) { return static_cast<std::uint32_t>(time); });
    archive.take(prefix + "/before", std::span<S>(before_));
}

template class PostEvents<float>;
template class PostEvents<double>;

}  // namespace apical
