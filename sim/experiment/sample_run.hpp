#pragma once
#include <memory>
#include <optional>

#include "sim/experiment/course.hpp"
#include "sim/experiment/recording.hpp"
#include "sim/experiment/trained_circuit.hpp"
#include "sim/protocol/order.hpp"

namespace apical {

/// In which a run of the experiment, which has a task, shows its training samples.
Order order_of(const Experiment& experiment);

/// Circuits that learn a task: they are shown the same samples, one stretch a presentation, after the development of
/// those that have one. The clock counts presented samples. S is float or double.
template <class S>
class SampleRun final : public Course {
   public:
    SampleRun(const Experiment& experiment, const std::shared_ptr<ThreadPool>& pool);

    std::uint64_t now() const override { return samples_; }
    std::string moment() const override;
    Standing standing() const override;
    const Circuit& circuit() const override { return studied().circuit(); }
    int threads() const override { return studied().pool().members(); }
    Overview overview() const override;
    std::vector<std::string> warnings() override;
    std::string take_initial_weights() override;
    std::string change_of_initial_weights(const std::string& taken) const override;
    std::string take_initial_states() override;
    std::string change_of_initial_states(const std::string& taken) const override;
    std::vector<Series> series() const override { return recording_->series(); }
    std::vector<Field> final_fields() const override { return recording_->final_fields(); }
    void prepare() override;
    void open(Sink& sink) override;
    void record_start() override { recording_->record(due_at_start()); }
    void advance() override;
    void finish() override;
    void save(ArchiveWriter& archive) const override;
    void load(const ArchiveReader& archive) override;

   private:
    const Training<S>& studied() const { return circuits_.front()->simulation(); }
    /// `take(simulation, experiment, complete)` for every circuit, complete for the one under study: what that returns.
    template <class Take>
    std::string take_for_all(Take take);
    typename Recording<S>::Due due_at_start() const;
    void develop();
    void present();
    /// Events of spontaneous activity until the first sample.
    std::uint64_t events_left() const { return studied().events_left(); }

    const Experiment& experiment_;
    EvaluationSets<S> sets_;
    std::vector<std::unique_ptr<TrainedCircuit<S>>> circuits_;  ///< the circuit under study first, then the baselines
    std::optional<Recording<S>> recording_;                     ///< of all of them
    Order order_;
    std::vector<std::uint64_t> index_;
    Batch<S> batch_;
    std::uint64_t samples_ = 0;
};

extern template class SampleRun<float>;
extern template class SampleRun<double>;

}  // namespace apical
