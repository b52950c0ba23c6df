#include "sim/state/event_history.hpp"

#include "sim/core/error.hpp"

namespace apical {

void EventHistory::push(std::span<const std::uint32_t> fired) {
    events_ += fired.size() - lists_[head_].size();
    lists_[head_].assign(fired.begin(), fired.end());
    head_ = head_ + 1 == lists_.size() ? 0 : head_ + 1;
}

void EventHistory::rest() {
    for (auto& list : lists_) list.clear();
    for (auto& list : amplitudes_) list.clear();
    head_ = events_ = 0;
}

void EventHistory::save(ArchiveWriter& archive, const std::string& name) const {
    std::vector<std::uint64_t> numbers;  // of every step, the oldest first: how many, and which
    for (std::size_t steps = lists_.size(); steps > 0; --steps) {
        const auto list = ago(steps);
        numbers.push_back(list.size());
        numbers.insert(numbers.end(), list.begin(), list.end());
    }
    archive.put(name, std::span<const std::uint64_t>(numbers));
    if (!has_amplitudes()) return;
    std::vector<double> all{0};  // an archive takes no empty array
    for (std::size_t steps = lists_.size(); steps > 0; --steps) {
        const auto list = amplitudes_ago(steps);
        all.insert(all.end(), list.begin(), list.end());
    }
    archive.put(name + "_amplitudes", std::span<const double>(all));
}

void EventHistory::load(const ArchiveReader& archive, const std::string& name, std::size_t cells) {
    const std::vector<std::uint64_t> numbers = archive.numbers(name);
    const auto refuse = [&](const char* found) {
        throw InputError({{"checkpoint", 0, 0},
                          name,
                          found,
                          "the cells of each of the last " + std::to_string(lists_.size()) + " steps, ascending",
                          "go on with the circuit that wrote it"});
    };
    rest();
    std::size_t at = 0;
    for (auto& list : lists_) {
        if (at >= numbers.size() || numbers[at] > numbers.size() - at - 1) refuse("lists that end too early");
        const std::size_t end = at + 1 + numbers[at];
        for (++at; at < end; ++at) {
            if (numbers[at] >= cells || (!list.empty() && numbers[at] <= list.back())) refuse("a list of other cells");
            list.push_back(static_cast<std::uint32_t>(numbers[at]));
        }
    }
    if (at != numbers.size()) refuse("more steps");
    events_ = numbers.size() - lists_.size();
    if (!has_amplitudes()) return;
    std::vector<double> all(1 + numbers.size() - lists_.size());
    archive.take(name + "_amplitudes", std::span<double>(all));
    auto next = all.cbegin() + 1;
    for (std::size_t k = 0; k < lists_.size(); ++k) {
        const auto end = next + static_cast<std::ptrdiff_t>(lists_[k].size());
        amplitudes_[k].assign(next, end);
        next = end;
    }
}

}  // namespace apical
