#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "sim/circuit/event_neuron.hpp"
#include "sim/circuit/tiles.hpp"
#include "sim/state/event_history.hpp"

namespace apical {

/// The cells of a population, and when they have fired.
template <class S>
class Firing final : public Op<S> {
   public:
    Firing(std::unique_ptr<EventCells<S>> cells, std::size_t count, std::size_t longest_delay)
        : history(longest_delay), cells_(std::move(cells)), tiles_(Tiles::of_cells(count, 1)), fired_(count) {}

    std::size_t parts() const override { return tiles_.count; }
    double work() const override {
        constexpr double products_a_cell = 20;
        return products_a_cell * static_cast<double>(tiles_.extent);
    }
    void run(std::size_t part) override {
        const std::size_t first = tiles_.begin(part);
        counts_[part] = cells_->step(first, tiles_.begin(part + 1), fired_.data() + first);
    }
    /// The step is over.
    void push() {
        std::size_t end = counts_[0];
        for (std::size_t part = 1; part < tiles_.count; ++part) {
            const auto* const from = fired_.data() + tiles_.begin(part);
            std::copy_n(from, counts_[part], fired_.data() + end);
            end += counts_[part];
        }
        history.push({fired_.data(), end});
    }
    void rest() {
        cells_->rest();
        history.rest();
    }

    EventHistory history;

   private:
    std::unique_ptr<EventCells<S>> cells_;
    Tiles tiles_;
    std::vector<std::uint32_t> fired_;  ///< of every tile, from its first cell on
    std::array<std::size_t, Tiles::most> counts_{};
};

}  // namespace apical
