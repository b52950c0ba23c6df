#include "sim/circuit/graph.hpp"

#include <algorithm>
#include <unordered_map>

namespace apical {

namespace {

std::string joined(const std::vector<std::string>& labels) {
    std::string text = "cycle: ";
    for (const std::string& label : labels) text += label + " <- ";
    return text + labels.front();
}

/// Depth-first walk from the last result back to the sources; `path` is what is being visited now.
class Walk {
   public:
    explicit Walk(std::span<const Computation> computations)
        : computations_(computations), state_(computations.size(), State::unseen) {
        for (std::size_t k = 0; k < computations.size(); ++k)
            for (std::size_t column : computations[k].writes) makers_[column].push_back(k);
        for (std::size_t k = 0; k < computations.size(); ++k) visit(k);
    }
    const std::vector<std::size_t>& order() const { return order_; }
    /// The computations that make a column.
    const std::vector<std::size_t>& makers(std::size_t column) const {
        static const std::vector<std::size_t> nobody;
        const auto it = makers_.find(column);
        return it == makers_.end() ? nobody : it->second;
    }

   private:
    enum class State { unseen, open, done };

    void visit(std::size_t k) {
        if (state_[k] == State::done) return;
        if (state_[k] == State::open) {
            std::vector<std::string> labels;
            for (auto it = std::find(path_.begin(), path_.end(), k); it != path_.end(); ++it)
                labels.push_back(computations_[*it].label);
            throw Cycle(std::move(labels));
        }
        state_[k] = State::open;
        path_.push_back(k);
        for (std::size_t column : computations_[k].reads)
            for (std::size_t maker : makers(column)) visit(maker);
        path_.pop_back();
        state_[k] = State::done;
        order_.push_back(k);
    }

    std::span<const Computation> computations_;
    std::unordered_map<std::size_t, std::vector<std::size_t>> makers_;
    std::vector<State> state_;
    std::vector<std::size_t> path_, order_;
};

}  // namespace

Cycle::Cycle(std::vector<std::string> labels) : std::runtime_error(joined(labels)), labels_(std::move(labels)) {}

std::vector<std::size_t> topological_order(std::span<const Computation> computations) {
    return Walk(computations).order();
}

std::vector<std::size_t> depths(std::span<const Computation> computations) {
    const Walk walk(computations);
    std::vector<std::size_t> depths(computations.size(), 0);
    for (std::size_t k : walk.order())
        for (std::size_t column : computations[k].reads)
            for (std::size_t maker : walk.makers(column)) depths[k] = std::max(depths[k], depths[maker] + 1);
    return depths;
}

std::vector<bool> needed_for(std::span<const std::size_t> columns, std::span<const Computation> computations) {
    const Walk walk(computations);
    std::vector<bool> needed(computations.size(), false);
    const auto need = [&](std::span<const std::size_t> wanted) {
        for (std::size_t column : wanted)
            for (std::size_t maker : walk.makers(column)) needed[maker] = true;
    };
    need(columns);
    std::for_each(walk.order().rbegin(), walk.order().rend(), [&](std::size_t k) {
        if (needed[k]) need(computations[k].reads);
    });
    return needed;
}

std::vector<std::size_t> between(std::size_t from, std::span<const std::size_t> columns,
                                 std::span<const Computation> computations) {
    const Walk walk(computations);
    std::vector<bool> follows(computations.size(), false);
    follows[from] = true;
    for (std::size_t k : walk.order())
        for (std::size_t column : computations[k].reads)
            for (std::size_t maker : walk.makers(column)) follows[k] = follows[k] || follows[maker];
    const std::vector<bool> needed = needed_for(columns, computations);
    std::vector<std::size_t> result;
    for (std::size_t k : walk.order())
        if (k != from && follows[k] && needed[k]) result.push_back(k);
    return result;
}

}  // namespace apical
