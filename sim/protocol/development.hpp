#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/circuit/model_circuit.hpp"
#include "sim/core/archive.hpp"
#include "sim/core/random.hpp"
#include "sim/dynamics/running_network.hpp"
#include "sim/parallel/task_graph.hpp"

namespace apical {

/// Spontaneous activity, step by step, on the weights of a simulation. Draws are addressed by (population, column,
/// cell, event), so they do not depend on lanes or threads.
template <class S>
class Developing {
   public:
    /// Keeps references to both; of `setup`, which has a pool, the seed and the threads count. Throws
    /// std::invalid_argument if a step of so many lanes would forget more than half.
    Developing(const Development& development, std::vector<WeightState<S>>& weights, const Setup& setup,
               std::size_t lanes);
    Developing(const Developing&) = delete;
    Developing& operator=(const Developing&) = delete;
    ~Developing();

    /// Whole steps of all lanes, so it may be a little more than was asked for.
    std::uint64_t events() const { return steps_ * lanes_; }
    std::uint64_t events_left() const { return (steps_ - step_) * lanes_; }
    /// `lanes` events: spontaneous activity, the columns that follow from it, the update of all weights with `factor`
    /// times their gains and decays.
    void advance(double factor = 1);
    /// As if there were so many events left.
    void skip_to(std::uint64_t events_left) { step_ = steps_ - events_left / lanes_; }
    /// As if it were the step of this number, from 0, be it after the last.
    void go_to(std::uint64_t step) { step_ = step; }
    /// The states of cells that fire, which go on from event to event; else nothing.
    void save(ArchiveWriter& archive, const std::string& prefix) const;
    void load(const ArchiveReader& archive, const std::string& prefix);

   private:
    class Draw;
    bool fires() const;

    std::size_t lanes_;
    std::uint64_t steps_, step_ = 0;
    Random random_;
    RunningNetwork<S> running_;
    std::vector<std::unique_ptr<Draw>> draws_;
    TaskGraph<S> activity_;
};

extern template class Developing<float>;
extern template class Developing<double>;

}  // namespace apical
