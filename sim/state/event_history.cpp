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
}

}  // namespace apical
