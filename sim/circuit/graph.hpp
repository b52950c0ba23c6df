#pragma once
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace apical {

/// One piece of work in the graph of columns: what it needs and what it makes. Column numbers are those of the caller.
struct Computation {
    std::string label;
    std::vector<std::size_t> reads;
    std::vector<std::size_t> writes;
};

/// Signals that depend on themselves within one instant. `what()` prints the cycle.
class Cycle : public std::runtime_error {
   public:
    explicit Cycle(std::vector<std::string> labels);
    const std::vector<std::string>& labels() const { return labels_; }

   private:
    std::vector<std::string> labels_;
};

/// An order in which every computation comes after those that make what it reads; equal choices keep the given order,
/// so the result depends on the circuit only. Throws Cycle.
std::vector<std::size_t> topological_order(std::span<const Computation> computations);

/// The computations that both follow from `from` and are needed for the given columns, in an order in which they can be
/// done; without `from`. Throws Cycle.
std::vector<std::size_t> between(std::size_t from, std::span<const std::size_t> columns,
                                 std::span<const Computation> computations);

/// Of every computation, the length of the longest chain of computations that it waits for. Throws Cycle.
std::vector<std::size_t> depths(std::span<const Computation> computations);

/// Which computations the given columns depend on. Throws Cycle.
std::vector<bool> needed_for(std::span<const std::size_t> columns, std::span<const Computation> computations);

}  // namespace apical
