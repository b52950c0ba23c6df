#pragma once
#include <memory>
#include <optional>

#include "sim/dynamics/simulation.hpp"
#include "sim/experiment/course.hpp"
#include "sim/experiment/recorded_spikes.hpp"
#include "sim/experiment/recorded_synapses.hpp"
#include "sim/experiment/spike_statistics.hpp"
#include "sim/experiment/traces.hpp"

namespace apical {

/// A circuit that is left to itself: no samples, no teacher, time is the clock and counts steps. S is float or double.
template <class S>
class FreeRun final : public Course {
   public:
    FreeRun(const Experiment& experiment, const std::shared_ptr<ThreadPool>& pool);

    std::uint64_t now() const override { return steps_; }
    std::string moment() const override;
    Standing standing() const override;
    const Circuit& circuit() const override { return simulation_.circuit(); }
    int threads() const override { return simulation_.pool().members(); }
    Overview overview() const override;
    std::vector<std::string> warnings() override { return {}; }
    std::string take_initial_weights() override;
    std::string change_of_initial_weights(const std::string& taken) const override;
    std::string take_initial_states() override;
    std::string change_of_initial_states(const std::string& taken) const override;
    std::vector<Series> series() const override;
    std::vector<Field> final_fields() const override;
    void prepare() override { check(); }
    void open(Sink& sink) override;
    void record_start() override;
    void advance() override;
    void finish() override;
    void save(ArchiveWriter& archive) const override;
    void load(const ArchiveReader& archive) override;

   private:
    void check() const;
    void observe(std::uint64_t step);
    /// Those that were fired at this step, at the time of the simulation.
    void record_spikes(std::uint64_t step);
    void snapshot();
    void distributions();
    /// Series of the weights that rules of pathways change.
    bool has_snapshots() const { return experiment_.record.weights != "never" && !circuit().weights.empty(); }
    bool has_statistics() const { return statistics_ && experiment_.record.metrics != "never"; }

    const Experiment& experiment_;
    Simulation<S> simulation_;
    std::vector<Trace> traces_;
    Sink* sink_ = nullptr;
    std::vector<RecordedSpikes> firing_;  ///< populations whose cells fire
    std::optional<SpikeStatistics> statistics_;
    std::vector<RecordedSynapses> synapses_;  ///< of projections that learn from events
    std::optional<Sink::Id> snapshots_, measured_;
    std::vector<Sink::Id> synapse_ids_, distribution_ids_;
    std::vector<std::optional<Sink::Id>> spike_ids_;  ///< of `firing_`
    std::vector<Sink::Id> trace_ids_;
    std::uint64_t steps_ = 0;
    std::uint64_t begin_ = 0, recorded_ = 0;  ///< steps before, and spikes that were recorded, in this process
};

extern template class FreeRun<float>;
extern template class FreeRun<double>;

}  // namespace apical
