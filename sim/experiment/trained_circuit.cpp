#include "sim/experiment/trained_circuit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/circuit/graph.hpp"
#include "sim/core/error.hpp"
#include "sim/experiment/catalogue.hpp"
#include "sim/experiment/overview.hpp"
#include "sim/experiment/recorded_weights.hpp"

namespace apical {
namespace {

Setup setup_of(const Experiment& experiment, const std::shared_ptr<ThreadPool>& pool) {
    const RunSection& run = experiment.run;
    return {experiment.mode(),
            static_cast<std::size_t>(run.lanes),
            static_cast<std::uint64_t>(run.seed),
            pool->members(),
            experiment.clock(),
            pool};
}

/// Without hidden layers there is nothing along their axis.
void drop_empty(Series& series) {
    for (const Axis& axis : series.axes)
        if (axis.values.empty())
            std::erase_if(series.variables, [&](const Variable& variable) {
                return std::find(variable.axes.begin(), variable.axes.end(), axis.name) != variable.axes.end();
            });
    std::erase_if(series.axes, [](const Axis& axis) { return axis.values.empty(); });
}

/// Whether a teacher pulls at the very cells that answer, so that an answer of which it knows the target is not the
/// circuit's own.
bool is_nudged(const Circuit& circuit) {
    const Port& answer = circuit.port(ports::answer);
    return std::ranges::any_of(circuit.teachers, [&](const Teacher& teacher) {
        if (teacher.error != answer.population) return false;
        return std::ranges::any_of(circuit.populations[answer.population].neurons, [&](const auto& neuron) {
            const auto states = neuron->states();
            const auto reads = neuron->reads();
            return std::ranges::find(states, answer.column) != states.end() &&
                   std::ranges::find(reads, teacher.compartment, &Read::column) != reads.end();
        });
    });
}

/// A circuit that cannot be simulated is the fault of its parameters.
template <class Made>
Made made_of(const Experiment& experiment, const Model& model, const std::shared_ptr<ThreadPool>& pool) {
    try {
        return Made(build_circuit(experiment, model), setup_of(experiment, pool));
    } catch (const ClockError& error) {
        refuse(experiment.document, "run", error.key(), error.found(), error.expected());
    } catch (const Cycle& cycle) {
        if (experiment.mode() == Mode::settled)
            refuse(experiment.document, "run", "mode", "'settled' with cells that drive themselves", "continuous",
                   cycle.what());
        throw InputError({experiment.document.find("circuit")->place, "circuit", "cells that drive themselves at once",
                          "a dendrite or a soma with a time constant on the way", cycle.what()});
    } catch (const Unusable& part) {
        refuse(experiment.document, part);
    } catch (const std::invalid_argument& error) {
        throw InputError({experiment.document.find("circuit")->place, "circuit", "", "", error.what()});
    }
}

}  // namespace

template <class S>
Training<S> training_of(const Experiment& experiment, const Model& model, const std::shared_ptr<ThreadPool>& pool) {
    return made_of<Training<S>>(experiment, model, pool);
}

template <class S>
Simulation<S> simulation_of(const Experiment& experiment, const std::shared_ptr<ThreadPool>& pool) {
    return made_of<Simulation<S>>(experiment, *experiment.model, pool);
}

Axis hidden_layer_axis(const Circuit& circuit) {
    Axis axis{"hidden_layer", "1", "hidden layer, counted from the input", {}};
    for (std::size_t l = 1; l < circuit.anatomy.layers.size(); ++l) axis.values.push_back(static_cast<double>(l));
    return axis;
}

template <class S>
EvaluationSets<S>::EvaluationSets(const Experiment& experiment) : parts(summarise_parts(experiment.data)) {
    const Random random(static_cast<std::uint64_t>(experiment.run.seed));
    const Samples& samples = *experiment.data.train;
    evaluation.gather(samples,
                      fixed_part(samples, static_cast<std::uint64_t>(experiment.record.evaluation_samples), random));
    if (experiment.data.validation) validation = whole(*experiment.data.validation);
    if (experiment.data.test) test = whole(*experiment.data.test);
    if (!experiment.data.classes) return;
    auto most = static_cast<std::uint64_t>(experiment.record.accuracy_samples);
    if (samples.size() == 0) most = std::min(most, experiment.shape.epoch);
    train = fixed_part(samples, most, random);
}

template <class S>
TrainedCircuit<S>::TrainedCircuit(const Experiment& experiment, const Model& model, const EvaluationSets<S>& sets,
                                  std::string group, const std::shared_ptr<ThreadPool>& pool)
    : experiment_(experiment),
      sets_(sets),
      group_(std::move(group)),
      simulation_(training_of<S>(experiment, model, pool)),
      evaluators_(simulation_) {
    for (const MetricSet& set : experiment.catalogue->metrics)
        if (std::unique_ptr<Instrument> instrument = set.make(simulation_.circuit()))
            instruments_[set.group].push_back(std::move(instrument));
}

template <class S>
template <class Work>
void TrainedCircuit<S>::naming_itself(const Work& work) const {
    try {
        work();
    } catch (const NumericalError& error) {
        NumericalError::Parts parts = error.parts();
        parts.population = name() + ", " + parts.population;
        if (const std::string scale = scale_of_inputs(experiment_, sets_.parts); !scale.empty())
            parts.advice = scale + "; or " + parts.advice;
        throw NumericalError(parts);
    }
}

template <class S>
void TrainedCircuit<S>::present(const Batch<S>& batch, const Observer& watch) {
    naming_itself([&] { simulation_.present(batch.inputs(), batch.targets(), watch); });
}

template <class S>
void TrainedCircuit<S>::check_weights() const {
    const double limit = experiment_.guard.largest_weight;
    try {
        naming_itself([&] { simulation_.check_weights(limit); });
    } catch (const NumericalError& error) {
        NumericalError::Parts parts = error.parts();
        if (std::isfinite(parts.value))
            parts.advice = fmt::format("more than guard.largest_weight = {}; {}", limit, parts.advice);
        throw NumericalError(parts);
    }
}

const std::vector<Component>& scores() {
    static const std::vector<Component> all{
        {"epoch", "Passes over the training samples; negative during development.", "", ""},
        {"loss", "Mean loss on the evaluation batch; where a teacher pulls at the answer, of the answer without it.",
         "", ""},
        {"train_accuracy", "Fraction of training samples answered correctly.", "", ""},
        {"validation_accuracy", "Fraction of validation samples answered correctly.", "", ""},
        {"validation_loss", "Mean loss on the validation samples.", "", ""},
        {"test_accuracy", "Fraction of test samples answered correctly.", "", ""},
        {"test_loss", "Mean loss on the test samples.", "", ""},
        {"silent_fraction", "Fraction of cells with rate 0 for every sample of the evaluation batch.", "", ""},
    };
    return all;
}

template <class S>
Series TrainedCircuit<S>::series(MetricGroup group) const {
    const bool metrics = group == MetricGroup::metrics;
    const Schedule& schedule = metrics ? experiment_.metrics : experiment_.spectra;
    const std::uint64_t while_developing = metrics ? rows_of_development : 1;
    Series series{group_ + "/" + name_of(group),
                  recorded_time(),
                  {},
                  {},
                  experiment_.storage(),
                  schedule.rows(experiment_.end, static_cast<std::uint64_t>(experiment_.run.lanes)) +
                      (simulation_.events() > 0 && schedule.at_start() ? while_developing : 0)};
    auto& variables = series.variables;
    const Axis hidden = hidden_layer_axis(simulation_.circuit());
    if (metrics) series.axes.push_back(hidden);
    for (const Component& score : scores()) {
        if (!metrics && score.name != "epoch") continue;
        if (!experiment_.data.classes && score.name.ends_with("_accuracy")) continue;
        if (!experiment_.data.validation && score.name.starts_with("validation_")) continue;
        if (!experiment_.data.test && score.name.starts_with("test_")) continue;
        Variable variable{score.name, "1", score.text, {}};
        if (score.name == "silent_fraction") variable.axes = {hidden.name};
        variables.push_back(std::move(variable));
    }
    if (const auto instruments = instruments_.find(group); instruments != instruments_.end())
        for (const auto& instrument : instruments->second) {
            for (const Axis& axis : instrument->axes())
                if (find_named(series.axes, axis.name) == nullptr) series.axes.push_back(axis);
            const std::vector<Variable> measured = instrument->variables();
            variables.insert(variables.end(), measured.begin(), measured.end());
        }
    drop_empty(series);
    return series;
}

template <class S>
std::vector<double> TrainedCircuit<S>::measure(MetricGroup group, double time) {
    Known& known = known_[group];
    const std::uint64_t samples = simulation_.samples(), events_left = simulation_.events_left();
    if (known.row.empty() || known.samples != samples || known.events_left != events_left)
        known = {samples, events_left, look(group)};
    std::vector<double> row{time / static_cast<double>(experiment_.shape.epoch)};
    row.insert(row.end(), known.row.begin(), known.row.end());
    return row;
}

template <class S>
std::optional<Field> TrainedCircuit<S>::confusion() const {
    constexpr std::size_t most_classes = 1000;
    if (!experiment_.data.classes || !experiment_.data.test || experiment_.record.metrics == "never") return {};
    const std::size_t classes = experiment_.data.test->outputs();
    if (classes > most_classes) return {};
    Axis label{"label", "1", "class of the sample", {}}, answer{"answer", "1", "class that the circuit answered", {}};
    for (Axis* axis : {&label, &answer})
        for (std::size_t k = 0; k < classes; ++k) axis->values.push_back(static_cast<double>(k));
    return Field{group_ + "/confusion",
                 {label, answer},
                 {"test", "1", "test samples of each class with each answer, at the end", {label.name, answer.name}},
                 {},
                 Storage::float32};
}

template <class S>
std::vector<double> TrainedCircuit<S>::count_answers() {
    measure(MetricGroup::metrics, 0);  // counts them, unless the last row is of these weights already
    return answered_;
}

template <class S>
std::vector<double> TrainedCircuit<S>::look(MetricGroup group) {
    const Batch<S>& evaluation = sets_.evaluation;
    Evaluator<S>& evaluator = evaluators_.with(evaluation.lanes());
    evaluator.evaluate(evaluation.inputs(), evaluation.targets());
    std::vector<double> measured;
    for (const auto& instrument : instruments_[group])
        instrument->measure(MetricContext<S>{simulation_, evaluator, evaluation.inputs(), evaluation.targets()},
                            measured);
    std::vector<double> row;
    if (group == MetricGroup::metrics) score(evaluator, row);
    row.insert(row.end(), measured.begin(), measured.end());
    return row;
}

template <class S>
void TrainedCircuit<S>::score(Evaluator<S>& settled, std::vector<double>& row) {
    const std::vector<double> silent = silent_fractions(settled);
    if (is_nudged(simulation_.circuit())) settled.answer(sets_.evaluation.inputs(), sets_.evaluation.targets());
    row.push_back(settled.loss());
    // Only now: an examination may take the same evaluator, and what was settled is gone.
    if (experiment_.data.classes) row.push_back(evaluate(evaluators_, *experiment_.data.train, sets_.train).accuracy);
    const auto evaluate_part = [&](const std::shared_ptr<const Samples>& part, const auto& index,
                                   std::span<double> answered) {
        if (!part) return;
        const Score score = evaluate(evaluators_, *part, index, answered);
        if (experiment_.data.classes) row.push_back(score.accuracy);
        row.push_back(score.loss);
    };
    answered_.clear();
    if (const std::optional<Field> field = confusion()) answered_.resize(field->axes[0].size() * field->axes[1].size());
    evaluate_part(experiment_.data.validation, sets_.validation, {});
    evaluate_part(experiment_.data.test, sets_.test, answered_);
    row.insert(row.end(), silent.begin(), silent.end());
}

template <class S>
std::vector<double> TrainedCircuit<S>::silent_fractions(const Evaluator<S>& evaluator) const {
    std::vector<double> fractions;
    const auto& layers = simulation_.circuit().anatomy.layers;
    for (std::size_t l = 0; l + 1 < layers.size(); ++l) {
        const Matrix<double> rates = evaluator.column(layers[l].population, "rate");
        fractions.push_back((rates.array() == 0).rowwise().all().template cast<double>().mean());
    }
    return fractions;
}

template Training<float> training_of(const Experiment&, const Model&, const std::shared_ptr<ThreadPool>&);
template Training<double> training_of(const Experiment&, const Model&, const std::shared_ptr<ThreadPool>&);
template Simulation<float> simulation_of(const Experiment&, const std::shared_ptr<ThreadPool>&);
template Simulation<double> simulation_of(const Experiment&, const std::shared_ptr<ThreadPool>&);
template struct EvaluationSets<float>;
template struct EvaluationSets<double>;
template class TrainedCircuit<float>;
template class TrainedCircuit<double>;

}  // namespace apical
