#include "sim/experiment/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "sim/core/error.hpp"
#include "sim/dynamics/stability.hpp"
#include "sim/experiment/initial_states.hpp"
#include "sim/experiment/initial_weights.hpp"
#include "sim/experiment/same_run.hpp"
#include "sim/record/file_size.hpp"

namespace apical {
namespace {

const std::string initial_weights = "initial_weights", initial_states = "initial_states";  // among what is given

}  // namespace

template <class S>
Session<S>::Session(const Experiment& experiment, OutputPaths paths, Provenance provenance, Threads threads,
                    Progress& progress)
    : experiment_(experiment),
      paths_(std::move(paths)),
      provenance_(std::move(provenance)),
      progress_(progress),
      sets_(experiment),
      order_(Random(static_cast<std::uint64_t>(experiment.run.seed)), experiment.data.train->size(),
             experiment.run.order == "sequential" ? Sequence::sequential : Sequence::shuffled,
             experiment.run.shared_order),
      index_(static_cast<std::size_t>(experiment.run.lanes)) {
    const auto pool = std::make_shared<ThreadPool>(threads);
    if (!pool->shortage().empty()) progress_.note("warning: " + pool->shortage() + "; the results do not depend on it");
    const auto add = [&](const Model& model, const std::string& group) {
        circuits_.push_back(std::make_unique<TrainedCircuit<S>>(experiment, model, sets_, group, pool));
    };
    add(*experiment.model, "");
    for (const Model* model : experiment.baselines) add(*model, "/baselines/" + model->name);
    recording_.emplace(experiment, circuits_);
    overview_ = overview_of(experiment, sets_.parts, circuits_.front()->simulation());
    size_ = expected_size(recording_->series(), recording_->final_weights());
}

template <class S>
void Session<S>::start(bool force) {
    given_ = given_to(experiment_, circuits_.front()->simulation().circuit());
    for (const auto& circuit : circuits_) {
        const bool complete = circuit == circuits_.front();
        const std::string taken = take_initial_weights(circuit->simulation(), experiment_, complete);
        if (complete && !taken.empty()) given_.push_back({initial_weights, taken});
    }
    if (const std::string taken = take_initial_states(circuits_.front()->simulation(), experiment_); !taken.empty())
        given_.push_back({initial_states, taken});
    require_space(paths_.out, size_);
    provenance_.add("started");
    introduce();

    // What takes long comes before an old file is replaced; circuits keep what they measured last.
    const typename Recording<S>::Due first{experiment_.metrics.at_start(), experiment_.spectra.at_start(),
                                           experiment_.weights.at_start()};
    for (const auto& circuit : circuits_) {
        circuit->check_weights();
        if (first.metrics) circuit->measure(MetricGroup::metrics, recording_->time());
        if (first.spectra) circuit->measure(MetricGroup::spectra, recording_->time());
    }
    {
        const BlockedSignals until_it_is_known;
        sink_.emplace(options(force));
        first_rows_.emplace(std::filesystem::canonical(paths_.out).string());
    }
    std::filesystem::remove(
        target_of(paths_.checkpoint));  // of the run that was replaced: it must not be taken for one of this run
    open_series();
    recording_->record(first);
}

/// What the run has understood, and what it takes for a mistake, is on the screen before the first step; what must
/// diverge is known before a run of hours begins.
template <class S>
void Session<S>::introduce() {
    for (const std::string& line : shown_lines(overview_)) progress_.note(line);
    progress_.note(fmt::format("{} will have {} before it is compressed", paths_.out, readable_size(size_)));
    std::vector<std::string> warnings = overview_.warnings;
    // A development replaces the weights that this would speak of.
    if (experiment_.mode() == Mode::continuous && circuits_.front()->simulation().events_left() == 0) {
        order_.take(0, index_);
        batch_.gather(*experiment_.data.train, std::span(index_).first(1));
        if (std::string loops = warning_of_loops(circuits_.front()->simulation(), batch_.inputs()); !loops.empty())
            warnings.push_back(std::move(loops));
    }
    for (const std::string& warning : warnings) {
        progress_.note("warning: " + warning);
        provenance_.add("warning: " + warning);
    }
}

template <class S>
void Session<S>::resume(const CheckpointReader& checkpoint) {
    for (const auto& circuit : circuits_) circuit->simulation().load(checkpoint, "learners/" + circuit->name());
    samples_ = circuits_.front()->simulation().samples();
    if (const std::string difference = provenance_.take_over(checkpoint); !difference.empty()) {
        progress_.note("warning: the checkpoint was " + difference + ": results may differ in the last bits");
        provenance_.add("the checkpoint was " + difference);
    }
    compare_given(checkpoint);
    Hdf5Sink::Options going_on = options(false);
    interruption_ = std::make_shared<const Interruption>();
    const std::string where = at_sample();
    if (std::error_code none; std::filesystem::exists(paths_.out, none)) {
        going_on.resume = continuation(checkpoint);
    } else {
        progress_.note("warning: " + paths_.out + " is gone: a new file begins " + where);
        provenance_.add("the results file was gone: this one begins " + where);
        // Before the file is there: a checkpoint must not promise rows that it will not have.
        save(std::vector<std::uint64_t>(recording_->series().size(), 0));
    }
    sink_.emplace(going_on);
    provenance_.add("resumed " + where);
    provenance_.write_going_on(*sink_);
    open_series();
}

/// Also that the checkpoint is still the one that was read: another process may have gone on from it until the file was
/// locked.
template <class S>
Hdf5Sink::Continuation Session<S>::continuation(const CheckpointReader& checkpoint) const {
    Hdf5Sink::Continuation result{recording_->series(), checkpoint.numbers("rows")};
    result.otherwise = "put it elsewhere: without it the run goes on in a new file";
    const bool has_rows = std::any_of(result.rows.begin(), result.rows.end(), [](std::uint64_t n) { return n > 0; });
    result.check = [this, &checkpoint, has_rows](const hdf5::File& file) {
        checkpoint.require_in_place();
        if (!has_rows && file.list().empty()) return;  // made, and killed before anything was in it
        require_same_run(file, experiment_.document);
        if (file.exists("/provenance"))  // what will be replaced must be whole
            for (const hdf5::Object old = file.group("/provenance"); const std::string& name : old.attributes())
                static_cast<void>(old.attribute(name));
    };
    return result;
}

/// Other noise would make it another run, as other samples would, which were compared before. Initial weights
/// and states are no longer needed.
template <class S>
void Session<S>::compare_given(const CheckpointReader& checkpoint) {
    const Simulation<S>& simulation = circuits_.front()->simulation();
    const std::vector<Given> began = given_of(checkpoint.text("given"));
    const std::uint64_t end_then = checkpoint.numbers("samples").at(1);
    require_same(began, given_noise(experiment_, simulation.circuit(), end_then), experiment_);
    given_ = given_to(experiment_, simulation.circuit());
    for (const Given& one : began) {
        if (one.name == initial_states) given_.push_back(one);
        if (one.name != initial_weights) continue;
        given_.push_back(one);
        const std::string change = change_of_initial_weights(simulation, experiment_, one.text);
        if (change.empty()) continue;
        progress_.note("warning: " + change + "; the run goes on with its own weights");
        provenance_.add(change);
    }
}

template <class S>
Hdf5Sink::Options Session<S>::options(bool force) const {
    Hdf5Sink::Options result;
    result.path = paths_.out;
    result.force = force;
    result.flush_interval = experiment_.record.flush;
    return result;
}

template <class S>
void Session<S>::open_series() {
    if (const std::string problem = sink_->missing_lock(); !problem.empty())
        progress_.note(
            fmt::format("warning: {} cannot be locked ({}): no other process may write it", paths_.out, problem));
    sink_->text("/config", to_toml(experiment_.document));
    provenance_.write_start(*sink_, static_cast<std::uint64_t>(experiment_.run.seed),
                            circuits_.front()->simulation().pool().members(), experiment_.data.attribution, given_);
    if (!experiment_.data.class_names.empty()) sink_->texts("/task/class_names", experiment_.data.class_names);
    if (!experiment_.data.input_names.empty()) sink_->texts("/task/input_names", experiment_.data.input_names);
    recording_->open(*sink_);
    for (const auto& [name, text] : overview_.lines) sink_->attribute("/overview", name, text);
    sink_->attribute("/provenance", "expected_size", readable_size(size_) + " before compression");
    sink_->flush();
}

template <class S>
Outcome Session<S>::run() {
    if (!interruption_) interruption_ = std::make_shared<const Interruption>();
    first_rows_.reset();
    try {
        while (samples_ < experiment_.end) {
            if (const int signal = interruption_->signal(); signal != 0) {
                provenance_.write_end(*sink_, fmt::format("interrupted by signal {} {}", signal, at_sample()));
                save();
                sink_->close();
                return {paths_.out, paths_.checkpoint, signal, samples_, interruption_};
            }
            const std::chrono::duration<double> since = std::chrono::steady_clock::now() - last_save_;
            if (since.count() >= experiment_.checkpoint.every) save();
            if (events_left() > 0) develop();
            else present();
        }
        finish();
    } catch (const RunError& error) {
        try {
            provenance_.write_end(*sink_, std::string("failed: ") + error.what());
            sink_->close();
        } catch (const RunError&) {
            // The disk is full: the first message says it.
        }
        throw;
    }
    return {paths_.out, experiment_.checkpoint.keep ? paths_.checkpoint : "", 0, samples_, interruption_};
}

/// Recorded at its beginning and its end, and metrics at some moments between, whatever the start of a run is.
template <class S>
void Session<S>::develop() {
    const std::uint64_t all = circuits_.front()->simulation().events(), before = all - events_left();
    for (const auto& circuit : circuits_)
        if (circuit->simulation().events_left() > 0) circuit->simulation().develop();
    const std::uint64_t now = all - events_left();
    const bool due = before * rows_of_development / all != now * rows_of_development / all;
    const bool developed = events_left() == 0;
    recording_->record({due && experiment_.metrics.at_start(), developed && experiment_.spectra.at_start(),
                        developed && experiment_.weights.at_start()});
    progress_.show(standing());
}

template <class S>
void Session<S>::present() {
    order_.take(samples_, index_);
    batch_.gather(*experiment_.data.train, index_);
    for (const auto& circuit : circuits_)
        circuit->present(batch_, circuit == circuits_.front() ? recording_->of_presentation(index_) : Observer{});
    const std::uint64_t previous = samples_;
    samples_ += index_.size();
    recording_->record({experiment_.metrics.due(previous, samples_), experiment_.spectra.due(previous, samples_),
                        experiment_.weights.due(previous, samples_)});
    progress_.show(standing());
}

/// Rows first: a checkpoint must not promise rows that the file does not have.
template <class S>
void Session<S>::save() {
    sink_->synchronise();
    save(sink_->rows());
}

template <class S>
void Session<S>::save(const std::vector<std::uint64_t>& rows) {
    CheckpointWriter archive(paths_.checkpoint);
    archive.put("config", to_toml(experiment_.document));
    const std::filesystem::path folder = std::filesystem::absolute(paths_.checkpoint).parent_path();
    archive.put("output", std::filesystem::proximate(std::filesystem::absolute(paths_.out), folder).string());
    const std::uint64_t counts[] = {samples_, experiment_.end};
    archive.put("samples", std::span<const std::uint64_t>(counts));
    archive.put("rows", std::span<const std::uint64_t>(rows));
    provenance_.save(archive);
    archive.put("given", lines_of(given_));
    for (const auto& circuit : circuits_) circuit->simulation().save(archive, "learners/" + circuit->name());
    archive.commit();
    last_save_ = std::chrono::steady_clock::now();
}

template <class S>
void Session<S>::finish() {
    for (const auto& circuit : circuits_) circuit->check_weights();
    recording_->write_final();
    provenance_.write_end(*sink_, "done");
    if (experiment_.checkpoint.keep) save();
    if (const std::string problem = sink_->finish(); !problem.empty()) progress_.note("warning: " + problem);
    std::error_code problem;
    if (!experiment_.checkpoint.keep) std::filesystem::remove(target_of(paths_.checkpoint), problem);
    if (problem)
        progress_.note(fmt::format("warning: {}, of no use any more, cannot be removed: {}", paths_.checkpoint,
                                   problem.message()));
}

template <class S>
std::uint64_t Session<S>::events_left() const {
    return circuits_.front()->simulation().events_left();
}

template <class S>
Standing Session<S>::standing() const {
    const auto& headline = recording_->headline();
    return {samples_,       experiment_.end,
            events_left(),  static_cast<double>(samples_) / static_cast<double>(experiment_.shape.epoch),
            headline.loss,  headline.test_accuracy,
            headline.cosine};
}

template <class S>
std::string Session<S>::at_sample() const {
    if (events_left() > 0) return fmt::format("{} events before the first sample", events_left());
    return fmt::format("after {} samples", samples_);
}

template class Session<float>;
template class Session<double>;

}  // namespace apical
