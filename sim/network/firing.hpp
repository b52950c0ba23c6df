#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/circuit/circuit.hpp"
#include "sim/circuit/event_neuron.hpp"
#include "sim/circuit/tiles.hpp"

namespace apical {

/// The cells of a population, and which of them have had an event in the last step. What else there is of events in a
/// network (their column, traces) follows from it in the same step.
template <class S>
class Firing final : public Op<S> {
   public:
    Firing(PopulationId of, const EventNeuron& neuron, std::unique_ptr<EventCells<S>> cells, std::size_t count,
           Ref<S> column)
        : population(of),
          event(neuron.event()),
          has_amplitudes(neuron.has_amplitudes()),
          cells_(std::move(cells)),
          column_(column),
          tiles_(Tiles::of_cells(count, 1)),
          fired_(count),
          amplitudes_(has_amplitudes ? count : 0) {}

    const PopulationId population;
    const std::string event;
    const bool has_amplitudes;

    std::size_t parts() const override { return tiles_.count; }
    double work() const override {
        constexpr double products_a_cell = 80;  // some .6 ns
        return products_a_cell * static_cast<double>(tiles_.extent);
    }
    void run(std::size_t part) override {
        const std::size_t first = tiles_.begin(part);
        counts_[part] = cells_->step(first, tiles_.begin(part + 1),
                                     {fired_.data() + first, has_amplitudes ? amplitudes_.data() + first : nullptr});
    }
    /// After all parts: the list in one piece, and the column.
    void collect() {
        S* const column = column_.data();
        for (const std::uint32_t cell : last_) column[cell] = 0;
        last_.clear();
        for (std::size_t part = 0; part < tiles_.count; ++part) {
            const std::size_t first = tiles_.begin(part), count = counts_[part];
            for (std::size_t k = first; k < first + count; ++k)
                column[fired_[k]] = has_amplitudes ? amplitudes_[k] : S(1);
            last_.insert(last_.end(), fired_.data() + first, fired_.data() + first + count);
        }
    }
    /// 0, or the amplitude of every cell.
    const S* column() const { return column_.data(); }
    /// Cells that had an event in the last step, ascending.
    std::span<const std::uint32_t> last() const { return last_; }
    /// The columns are those of before the first step.
    void rest() {
        cells_->rest();
        last_.clear();
    }
    /// The list that the column says, which was loaded.
    void restore() {
        last_.clear();
        for (std::uint32_t cell = 0; cell < tiles_.extent; ++cell)
            if (column_.data()[cell] != 0) last_.push_back(cell);
    }

   private:
    std::unique_ptr<EventCells<S>> cells_;
    Ref<S> column_;
    Tiles tiles_;
    std::vector<std::uint32_t> fired_;  ///< of every tile, from its first cell on
    std::vector<S> amplitudes_;         ///< likewise
    std::array<std::size_t, Tiles::most> counts_{};
    std::vector<std::uint32_t> last_;
};

/// Ends the events of a population in a step: see Firing::collect.
template <class S>
class Collect final : public Op<S> {
   public:
    explicit Collect(Firing<S>& firing) : firing_(firing) {}
    double work() const override { return 1; }
    void run(std::size_t) override { firing_.collect(); }

   private:
    Firing<S>& firing_;
};

/// A step of an EventTrace.
template <class S>
class TraceStep final : public Op<S> {
   public:
    TraceStep(const EventTrace& trace, const Firing<S>& events, Ref<S> column, Ref<S> event_column, std::size_t cells,
              double dt)
        : events_(events),
          trace_(column),
          event_(event_column),
          tiles_(Tiles::of_cells(cells, 1)),
          decay_(static_cast<S>(std::exp(-dt / trace.tau))),
          gain_(static_cast<S>(trace.gain)),
          nothing_(events.has_amplitudes ? least / epsilon : std::max(least / epsilon, epsilon * std::abs(trace.gain))),
          keep_(trace.pairing == EventTrace::Pairing::all ? S(1) : S(0)) {}

    std::size_t parts() const override { return tiles_.count; }
    double work() const override { return 2 * static_cast<double>(tiles_.extent); }
    void run(std::size_t part) override {
        const std::size_t first = tiles_.begin(part), end = tiles_.begin(part + 1);
        S* const trace = trace_.data();
        const S* const event = event_.data();
        const Pack<S> decay = static_cast<double>(decay_), nothing = nothing_;
        for (std::size_t i = first; i < end; i += Pack<S>::size) {
            const Pack<S> x = Pack<S>::load(trace + i) * decay;
            select(abs(x) < nothing, Pack<S>(0), x).store(trace + i);
        }
        const auto all = events_.last();
        for (auto it = std::ranges::lower_bound(all, first); it != all.end() && *it < end; ++it)
            trace[*it] = keep_ * trace[*it] + gain_ * event[*it];
    }

   private:
    static constexpr double least = std::numeric_limits<S>::min(), epsilon = std::numeric_limits<S>::epsilon();

    const Firing<S>& events_;
    Ref<S> trace_, event_;
    Tiles tiles_;
    S decay_, gain_;
    double nothing_;  ///< below it a trace is 0; of events with amplitudes as a FilterStep has it
    S keep_;
};

}  // namespace apical
