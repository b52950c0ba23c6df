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
    explicit Walk(std::span<const Task> tasks) : tasks_(tasks), state_(tasks.size(), State::unseen) {
        for (std::size_t k = 0; k < tasks.size(); ++k)
            for (std::size_t column : tasks[k].writes) makers_[column].push_back(k);
        for (std::size_t k = 0; k < tasks.size(); ++k) visit(k);
    }
    std::vector<std::size_t> order() { return std::move(order_); }

   private:
    enum class State { unseen, open, done };

    void visit(std::size_t k) {
        if (state_[k] == State::done) return;
        if (state_[k] == State::open) {
            std::vector<std::string> labels;
            for (auto it = std::find(path_.begin(), path_.end(), k); it != path_.end(); ++it)
                labels.push_back(tasks_[*it].label);
            throw Cycle(std::move(labels));
        }
        state_[k] = State::open;
        path_.push_back(k);
        for (std::size_t column : tasks_[k].reads)
            if (const auto it = makers_.find(column); it != makers_.end())
                for (std::size_t maker : it->second) visit(maker);
        path_.pop_back();
        state_[k] = State::done;
        order_.push_back(k);
    }

    std::span<const Task> tasks_;
    std::unordered_map<std::size_t, std::vector<std::size_t>> makers_;
    std::vector<State> state_;
    std::vector<std::size_t> path_, order_;
};

}  // namespace

Cycle::Cycle(std::vector<std::string> labels) : std::runtime_error(joined(labels)), labels_(std::move(labels)) {}

std::vector<std::size_t> topological_order(std::span<const Task> tasks) { return Walk(tasks).order(); }

}  // namespace apical
