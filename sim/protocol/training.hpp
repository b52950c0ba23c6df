#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/circuit/model_circuit.hpp"
#include "sim/dynamics/setup.hpp"
#include "sim/dynamics/simulation.hpp"
#include "sim/protocol/development.hpp"
#include "sim/protocol/presentation.hpp"
#include "sim/protocol/through_time.hpp"

namespace apical {

/// A simulation that is shown samples: what a model's circuit asks for before the first of them, presentations, and the
/// schedule of its learning rates over the samples. S is float or double.
template <class S>
class Training : public Simulation<S> {
   public:
    /// Throws as Simulation, std::out_of_range also if the circuit lacks one of the ports `input`, `target`, `answer`.
    Training(ModelCircuit circuit, const Setup& setup);

    /// Null if the circuit has none.
    const Development* development() const { return development_.get(); }
    /// One step of the circuit's development: `lanes` events of spontaneous activity. Throws std::logic_error if none
    /// is left.
    void develop();
    /// Events of spontaneous activity in all, and until the first sample is due; 0 if the circuit has no development.
    std::uint64_t events() const { return developing_ ? developing_->events() : 0; }
    std::uint64_t events_left() const { return developing_ ? developing_->events_left() : 0; }

    /// Shows one sample a lane: inputs (d_0 x lanes) and targets (d_L x lanes, null: there is no teacher), row-major.
    /// Settled: one evaluation and one weight update. Continuous: presentation / step steps. Then come what is learned
    /// through time, and the events of spontaneous activity that the circuit has between presentations. Throws
    /// NumericalError if the answer is not finite.
    void present(const S* inputs, const S* targets, const Observer& observe = {});
    /// Samples presented so far, over all lanes; while they are presented, the present ones included.
    std::uint64_t samples() const { return samples_; }

    /// As Simulation::check_weights, but the moment is that of the samples presented so far.
    void check_weights(double limit) const;

    void save(ArchiveWriter& archive, const std::string& prefix) const;
    void load(const ArchiveReader& archive, const std::string& prefix);

   private:
    /// New numbers for weights of which every presentation has its own.
    void redraw();
    void show(const S* inputs, const S* targets, const Observer& observe);
    template <class Work>
    void counting_samples(const Work& work) const;

    RateSchedule rates_;
    std::shared_ptr<const Development> development_;
    std::unique_ptr<Developing<S>> developing_;
    std::shared_ptr<const Development> between_;
    std::vector<WeightsId> redrawn_;
    std::unique_ptr<Developing<S>> going_on_;  ///< between presentations
    Presentation<S> presentation_;
    PortHandle answer_;
    std::unique_ptr<LearningThroughTime<S>> through_time_;
    std::uint64_t samples_ = 0;
};

extern template class Training<float>;
extern template class Training<double>;

}  // namespace apical
