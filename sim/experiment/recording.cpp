#include "sim/experiment/recording.hpp"

#include <algorithm>
#include <iterator>

#include "sim/experiment/recorded_weights.hpp"
#include "sim/record/row_mean.hpp"

namespace apical {

template <class S>
Recording<S>::Recording(const Experiment& experiment, const TrainedCircuits& circuits)
    : experiment_(experiment), circuits_(circuits) {
    for (const TraceSection& section : experiment.traces)
        traces_.emplace_back(experiment, section, studied().circuit());
}

template <class S>
std::vector<Series> Recording<S>::series() const {
    std::vector<Series> series;
    for (MetricGroup group : metric_groups)
        for (const auto& circuit : circuits_) series.push_back(circuit->series(group));
    if (experiment_.record.weights != "never") series.push_back(snapshots());
    for (const Trace& trace : traces_) {
        series.push_back(trace.series());
        series.push_back(trace.presentations());
    }
    return series;
}

template <class S>
Series Recording<S>::snapshots() const {
    return weight_snapshots(
        studied(), experiment_.storage(),
        experiment_.weights.rows(experiment_.end, static_cast<std::uint64_t>(experiment_.run.lanes)) +
            (studied().events_left() > 0 ? 1 : 0));
}

template <class S>
std::vector<Field> Recording<S>::final_fields() const {
    std::vector<Field> fields;
    for (const auto& circuit : circuits_)
        std::ranges::move(weight_fields(circuit->simulation(), circuit->group() + "/final", experiment_.storage()),
                          std::back_inserter(fields));
    if (const std::optional<Field> confusion = circuits_.front()->confusion()) fields.push_back(*confusion);
    return fields;
}

template <class S>
void Recording<S>::write_final() {
    for (const auto& circuit : circuits_)
        write_weights(circuit->simulation(), circuit->group() + "/final", experiment_.storage(), *sink_);
    if (std::optional<Field> confusion = circuits_.front()->confusion()) {
        confusion->values = circuits_.front()->count_answers();
        sink_->write(*confusion);
    }
}

template <class S>
double Recording<S>::time() const {
    return static_cast<double>(studied().samples()) - static_cast<double>(studied().events_left());
}

template <class S>
void Recording<S>::open(Sink& sink) {
    sink_ = &sink;
    std::vector<Sink::Id> ids;
    for (const Series& one : series()) ids.push_back(sink.open(one));
    auto next = ids.cbegin();
    const auto take = [&] { return *next++; };
    for (MetricGroup group : metric_groups)
        for (std::size_t k = 0; k < circuits_.size(); ++k) measured_[group].push_back(take());
    if (experiment_.record.weights != "never") snapshots_ = take();
    for (const Trace& trace : traces_) {
        trace_ids_.push_back(take());
        presentation_ids_.push_back(take());
        for (const auto& [name, text] : trace.attributes()) sink.attribute(trace.series().group, name, text);
    }
}

template <class S>
void Recording<S>::record(const Due& due) {
    if (due.metrics) measure(MetricGroup::metrics);
    if (due.spectra) measure(MetricGroup::spectra);
    if (due.weights) snapshot();
}

template <class S>
Observer Recording<S>::of_presentation(std::span<const std::uint64_t> samples) {
    const std::uint64_t before = studied().samples(), after = before + samples.size();
    std::vector<std::size_t> due;
    for (std::size_t k = 0; k < traces_.size(); ++k)
        if (traces_[k].due(before, after)) due.push_back(k);
    if (due.empty()) return {};
    const bool settled = experiment_.mode() == Mode::settled;
    const double onset = settled ? static_cast<double>(after) : studied().time();
    for (std::size_t k : due) sink_->append(presentation_ids_[k], onset, traces_[k].shown(samples));
    return [this, due, settled](std::uint64_t step) {
        const double time = settled ? static_cast<double>(studied().samples()) : studied().time();
        for (std::size_t k : due)
            if (traces_[k].due_step(step)) sink_->append(trace_ids_[k], time, traces_[k].row(studied()));
    };
}

template <class S>
void Recording<S>::measure(MetricGroup group) {
    for (std::size_t k = 0; k < circuits_.size(); ++k) {
        circuits_[k]->check_weights();
        const std::vector<double> row = circuits_[k]->measure(group, time());
        sink_->append(measured_[group][k], time(), row);
        if (k > 0 || group != MetricGroup::metrics) continue;
        const Series series = circuits_[k]->series(group);
        headline_ = {mean_of(series, row, "loss"), mean_of(series, row, "test_accuracy"),
                     mean_of(series, row, "cosine_h_sgd"), mean_of(series, row, "validation_accuracy")};
    }
}

template <class S>
void Recording<S>::snapshot() {
    sink_->append(*snapshots_, time(), weights_now(studied()));
}

template class Recording<float>;
template class Recording<double>;

}  // namespace apical
