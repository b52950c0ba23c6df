#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/part_summary.hpp"
#include "sim/experiment/experiment.hpp"
#include "sim/experiment/instrument.hpp"
#include "sim/protocol/accuracy.hpp"
#include "sim/protocol/batch.hpp"
#include "sim/protocol/evaluator.hpp"
#include "sim/protocol/training.hpp"
#include "sim/record/sink.hpp"

namespace apical {

/// The samples that every circuit of a run is measured on: the same at all times and for all of them.
template <class S>
struct EvaluationSets {
    explicit EvaluationSets(const Experiment& experiment);

    std::vector<PartSummary> parts;  ///< what the data hold
    Batch<S> evaluation;             ///< for loss and alignment
    /// For the accuracies; empty where there is no such part.
    std::vector<std::uint64_t> train, validation, test;
};

/// How often metrics are measured during a development, besides before it; spectra once, at its end.
constexpr std::uint64_t rows_of_development = 4;

/// What every circuit is scored by, in the metrics before those of the catalogue: loss, accuracies,
/// silent cells. Every group begins with the first of them, the epoch.
const std::vector<Component>& scores();

/// A circuit with state, as the experiment runs it. Throws InputError if the circuit, its keys and those of the run do
/// not go together.
template <class S>
Training<S> training_of(const Experiment& experiment, const Model& model, const std::shared_ptr<ThreadPool>& pool);
/// The same of one that is shown no samples.
template <class S>
Simulation<S> simulation_of(const Experiment& experiment, const std::shared_ptr<ThreadPool>& pool);

/// One circuit of a run, the one under study or a baseline, with what measures it.
template <class S>
class TrainedCircuit {
   public:
    /// `group` is where it stands in the file: "" or "/baselines/<name>". Throws InputError if it cannot be built.
    TrainedCircuit(const Experiment& experiment, const Model& model, const EvaluationSets<S>& sets, std::string group,
                   const std::shared_ptr<ThreadPool>& pool);

    const std::string& name() const { return simulation_.circuit().name; }
    const std::string& group() const { return group_; }
    const Training<S>& simulation() const { return simulation_; }
    Training<S>& simulation() { return simulation_; }

    /// As Training::present; a NumericalError also says whose it is.
    void present(const Batch<S>& batch, const Observer& watch = {});
    /// Throws NumericalError if a weight is not finite or beyond the guard.
    void check_weights() const;

    /// The series that `measure` gives rows of.
    Series series(MetricGroup group) const;
    /// `time` is the run's: presented samples, negative during development.
    std::vector<double> measure(MetricGroup group, double time);
    /// How many test samples of each class got each answer, (label, answer); without values. There is none without a
    /// test part of classes, or with more classes than a picture or a file has room for.
    std::optional<Field> confusion() const;
    /// Its values for the weights as they are, row-major.
    std::vector<double> count_answers();

   private:
    /// All but the epoch.
    std::vector<double> look(MetricGroup group);
    /// Appends what stands before the metrics of the catalogue.
    void score(Evaluator<S>& settled, std::vector<double>& row);
    std::vector<double> silent_fractions(const Evaluator<S>& evaluator) const;
    template <class Work>
    void naming_itself(const Work& work) const;

    const Experiment& experiment_;
    const EvaluationSets<S>& sets_;
    std::string group_;
    Training<S> simulation_;
    Evaluators<S> evaluators_;
    std::map<MetricGroup, std::vector<std::unique_ptr<Instrument>>> instruments_;
    /// The last row, and the state it is of: a circuit that waits for another to develop is not measured again.
    struct Known {
        std::uint64_t samples, events_left;
        std::vector<double> row;
    };
    std::map<MetricGroup, Known> known_;
    std::vector<double> answered_;  ///< values of `confusion`, as of the last row of metrics
};

extern template Training<float> training_of(const Experiment&, const Model&, const std::shared_ptr<ThreadPool>&);
extern template Training<double> training_of(const Experiment&, const Model&, const std::shared_ptr<ThreadPool>&);
extern template Simulation<float> simulation_of(const Experiment&, const std::shared_ptr<ThreadPool>&);
extern template Simulation<double> simulation_of(const Experiment&, const std::shared_ptr<ThreadPool>&);
extern template struct EvaluationSets<float>;
extern template struct EvaluationSets<double>;
extern template class TrainedCircuit<float>;
extern template class TrainedCircuit<double>;

}  // namespace apical
