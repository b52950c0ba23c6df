#include "sim/experiment/sample_run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/dynamics/stability.hpp"
#include "sim/experiment/initial_states.hpp"
#include "sim/experiment/initial_weights.hpp"

namespace apical {

Order order_of(const Experiment& experiment) {
    return {Random(static_cast<std::uint64_t>(experiment.run.seed)), experiment.data.train->size(),
            experiment.run.order == "sequential" ? Sequence::sequential : Sequence::shuffled,
            experiment.run.shared_order};
}

template <class S>
SampleRun<S>::SampleRun(const Experiment& experiment, const std::shared_ptr<ThreadPool>& pool)
    : experiment_(experiment),
      sets_(experiment),
      order_(order_of(experiment)),
      index_(static_cast<std::size_t>(experiment.run.lanes)) {
    const auto add = [&](const Model& model, const std::string& group) {
        circuits_.push_back(std::make_unique<TrainedCircuit<S>>(experiment, model, sets_, group, pool));
    };
    add(*experiment.model, "");
    for (const Model* model : experiment.baselines) add(*model, "/baselines/" + model->name);
    recording_.emplace(experiment, circuits_);
}

template <class S>
std::string SampleRun<S>::moment() const {
    if (events_left() > 0) return fmt::format("{} events before the first sample", events_left());
    return fmt::format("after {} samples", samples_);
}

template <class S>
Standing SampleRun<S>::standing() const {
    const auto& headline = recording_->headline();
    return {samples_,
            experiment_.end,
            0,
            events_left(),
            static_cast<double>(samples_) / static_cast<double>(experiment_.shape.epoch),
            headline.loss,
            headline.test_accuracy,
            headline.cosine,
            headline.validation_accuracy};
}

template <class S>
Overview SampleRun<S>::overview() const {
    return overview_of(experiment_, sets_.parts, studied());
}

namespace {

/// A baseline whose keys were left out has layers of its own, which a reader of its accuracies may not expect.
std::string warning_of_shapes(const std::string& studied, const std::vector<std::size_t>& expected,
                              const std::string& baseline, const std::vector<std::size_t>& found) {
    if (expected.size() < 2 || found.size() < 2 || expected == found) return "";
    return fmt::format("run.baselines: {} has layers of {} cells, {} of {}: {}.hidden = [{}] makes them alike",
                       baseline, fmt::join(found, "-"), studied, fmt::join(expected, "-"), baseline,
                       fmt::join(expected.begin() + 1, expected.end() - 1, ", "));
}

}  // namespace

/// What must diverge is known before a run of hours begins.
template <class S>
std::vector<std::string> SampleRun<S>::warnings() {
    std::vector<std::string> found;
    for (std::size_t k = 0; k < experiment_.baselines.size(); ++k)
        if (std::string shapes = warning_of_shapes(experiment_.model->name, studied().circuit().anatomy.sizes,
                                                   experiment_.baselines[k]->name,
                                                   circuits_[k + 1]->simulation().circuit().anatomy.sizes);
            !shapes.empty())
            found.push_back(std::move(shapes));
    // A development replaces the weights that this would speak of.
    if (experiment_.mode() != Mode::continuous || events_left() > 0) return found;
    order_.take(0, index_);
    batch_.gather(*experiment_.data.train, std::span(index_).first(1));
    if (std::string loops = warning_of_loops(circuits_.front()->simulation(), batch_.inputs()); !loops.empty())
        found.push_back(std::move(loops));
    return found;
}

template <class S>
template <class Take>
std::string SampleRun<S>::take_for_all(Take take) {
    const auto& first = circuits_.front();
    std::string taken = take(first->simulation(), experiment_, true);
    for (const auto& circuit : circuits_)
        if (circuit != first) take(circuit->simulation(), experiment_, false);
    return taken;
}

template <class S>
std::string SampleRun<S>::take_initial_weights() {
    return take_for_all(apical::take_initial_weights<S>);
}

template <class S>
std::string SampleRun<S>::change_of_initial_weights(const std::string& taken) const {
    return apical::change_of_initial_weights(studied(), experiment_, taken);
}

template <class S>
std::string SampleRun<S>::take_initial_states() {
    return take_for_all(apical::take_initial_states<S>);
}

template <class S>
std::string SampleRun<S>::change_of_initial_states(const std::string& taken) const {
    return apical::change_of_initial_states(studied(), experiment_, taken);
}

template <class S>
typename Recording<S>::Due SampleRun<S>::due_at_start() const {
    return {experiment_.metrics.at_start(), experiment_.spectra.at_start(), experiment_.weights.at_start()};
}

/// Circuits keep what they measured last.
template <class S>
void SampleRun<S>::prepare() {
    const auto first = due_at_start();
    for (const auto& circuit : circuits_) {
        circuit->check_weights();
        if (first.metrics) circuit->measure(MetricGroup::metrics, recording_->time());
        if (first.spectra) circuit->measure(MetricGroup::spectra, recording_->time());
    }
}

template <class S>
void SampleRun<S>::open(Sink& sink) {
    if (!experiment_.data.class_names.empty()) sink.texts("/task/class_names", experiment_.data.class_names);
    if (!experiment_.data.input_names.empty()) sink.texts("/task/input_names", experiment_.data.input_names);
    recording_->open(sink);
}

template <class S>
void SampleRun<S>::advance() {
    if (events_left() > 0) develop();
    else present();
}

/// Recorded at its beginning and its end, and metrics at some moments between, whatever the start of a run is.
template <class S>
void SampleRun<S>::develop() {
    const std::uint64_t all = studied().events(), before = all - events_left();
    for (const auto& circuit : circuits_)
        if (circuit->simulation().events_left() > 0) circuit->simulation().develop();
    const std::uint64_t now = all - events_left();
    const bool due = before * rows_of_development / all != now * rows_of_development / all;
    const bool developed = events_left() == 0;
    recording_->record({due && experiment_.metrics.at_start(), developed && experiment_.spectra.at_start(),
                        developed && experiment_.weights.at_start()});
}

template <class S>
void SampleRun<S>::present() {
    order_.take(samples_, index_);
    batch_.gather(*experiment_.data.train, index_);
    for (const auto& circuit : circuits_)
        circuit->present(batch_, circuit == circuits_.front() ? recording_->of_presentation(index_) : Observer{});
    const std::uint64_t previous = samples_;
    samples_ += index_.size();
    recording_->record({experiment_.metrics.due(previous, samples_), experiment_.spectra.due(previous, samples_),
                        experiment_.weights.due(previous, samples_)});
}

template <class S>
void SampleRun<S>::finish() {
    for (const auto& circuit : circuits_) circuit->check_weights();
    recording_->write_final();
}

template <class S>
void SampleRun<S>::save(ArchiveWriter& archive) const {
    for (const auto& circuit : circuits_) circuit->simulation().save(archive, "learners/" + circuit->name());
}

template <class S>
void SampleRun<S>::load(const ArchiveReader& archive) {
    for (const auto& circuit : circuits_) circuit->simulation().load(archive, "learners/" + circuit->name());
    samples_ = studied().samples();
}

template class SampleRun<float>;
template class SampleRun<double>;

}  // namespace apical
