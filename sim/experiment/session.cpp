#include "sim/experiment/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "sim/core/error.hpp"
#include "sim/experiment/same_run.hpp"
#include "sim/record/file_size.hpp"

namespace apical {
namespace {

constexpr std::uint64_t least_space = 32 << 20;  // bytes, besides two checkpoints
constexpr std::chrono::milliseconds between_looks(50);

const std::string initial_weights = "initial_weights", initial_states = "initial_states";  // among what is given

}  // namespace

Session::Session(const Experiment& experiment, OutputPaths paths, Provenance provenance, Threads threads,
                 Progress& progress)
    : experiment_(experiment),
      paths_(std::move(paths)),
      provenance_(std::move(provenance)),
      progress_(progress),
      course_(course_of(experiment, threads, progress)),
      overview_(course_->overview()),
      size_(expected_size(course_->series(), course_->final_fields())) {
    for (const Series& one : course_->series()) is_bounded_ = is_bounded_ && one.convention == Convention::none;
}

void Session::start(bool force) {
    given_ = given_to(experiment_, course_->circuit());
    if (const std::string taken = course_->take_initial_weights(); !taken.empty())
        given_.push_back({initial_weights, taken});
    if (const std::string taken = course_->take_initial_states(); !taken.empty())
        given_.push_back({initial_states, taken});
    require_space(paths_.out, size_);
    provenance_.add("started");
    introduce();

    course_->prepare();  // before an old file is replaced
    {
        const BlockedSignals until_it_is_known;
        sink_.emplace(options(force));
        first_rows_.emplace(std::filesystem::canonical(paths_.out).string());
    }
    std::filesystem::remove(
        target_of(paths_.checkpoint));  // of the run that was replaced: it must not be taken for one of this run
    open_series();
    course_->record_start();
}

/// What the run has understood, and what it takes for a mistake, is on the screen before the first step; what must
/// diverge is known before a run of hours begins.
void Session::introduce() {
    for (const std::string& line : shown_lines(overview_)) progress_.note(line);
    progress_.note(fmt::format("{} will have {}{} before it is compressed", paths_.out, readable_size(size_),
                               is_bounded_ ? "" : ", and its spikes,"));
    std::vector<std::string> warnings = overview_.warnings;
    for (std::string& warning : course_->warnings()) warnings.push_back(std::move(warning));
    for (const std::string& warning : warnings) {
        progress_.note("warning: " + warning);
        provenance_.add("warning: " + warning);
    }
}

void Session::resume(const CheckpointReader& checkpoint) {
    const std::vector<std::string> changed = changed_files(checkpoint);
    course_->load(checkpoint);
    if (const std::string difference = provenance_.take_over(checkpoint); !difference.empty()) {
        progress_.note("warning: the checkpoint was " + difference + ": results may differ in the last bits");
        provenance_.add("the checkpoint was " + difference);
    }
    for (const std::string& change : changed) provenance_.add(change);
    compare_given(checkpoint);
    Hdf5Sink::Options going_on = options(false);
    interruption_ = std::make_shared<const Interruption>();
    const std::string where = course_->moment();
    if (std::error_code none; std::filesystem::exists(paths_.out, none)) {
        going_on.resume = continuation(checkpoint);
    } else {
        progress_.note("warning: " + paths_.out + " is gone: a new file begins " + where);
        provenance_.add("the results file was gone: this one begins " + where);
        // Before the file is there: a checkpoint must not promise rows that it will not have.
        save(std::vector<std::uint64_t>(course_->series().size(), 0));
    }
    sink_.emplace(going_on);
    provenance_.add("resumed " + where);
    provenance_.write_going_on(*sink_);
    open_series();
}

/// Also that the checkpoint is still the one that was read: another process may have gone on from it until the file was
/// locked.
Hdf5Sink::Continuation Session::continuation(const CheckpointReader& checkpoint) const {
    Hdf5Sink::Continuation result{course_->series(), checkpoint.numbers("rows")};
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

/// Before the state is loaded: other synapses than those of the checkpoint are refused then. Spikes may have come to be
/// more, for a run that is longer.
std::vector<std::string> Session::changed_files(const CheckpointReader& checkpoint) {
    std::vector<std::string> changes;
    const std::vector<Given> began = given_of(checkpoint.text("given"));
    for (const Given& file : given_files(experiment_)) {
        const std::string change = change_of(file, began, experiment_);
        if (change.empty()) continue;
        progress_.note("warning: " + change + "; the run goes on with what it holds now");
        changes.push_back(change);
    }
    return changes;
}

/// Other noise would make it another run, as other samples would, which were compared before. Initial weights and
/// states are no longer needed.
void Session::compare_given(const CheckpointReader& checkpoint) {
    const std::vector<Given> began = given_of(checkpoint.text("given"));
    const std::uint64_t end_then = checkpoint.numbers("samples").at(1);
    require_same(began, given_noise(experiment_, course_->circuit(), end_then), experiment_);
    given_ = given_to(experiment_, course_->circuit());
    for (const Given& one : began) {
        const bool of_states = one.name == initial_states;
        if (!of_states && one.name != initial_weights) continue;
        given_.push_back(one);
        const std::string change =
            of_states ? course_->change_of_initial_states(one.text) : course_->change_of_initial_weights(one.text);
        if (change.empty()) continue;
        progress_.note("warning: " + change + "; the run goes on with its own " + (of_states ? "states" : "weights"));
        provenance_.add(change);
    }
}

Hdf5Sink::Options Session::options(bool force) const {
    Hdf5Sink::Options result;
    result.path = paths_.out;
    result.force = force;
    result.flush_interval = experiment_.record.flush;
    return result;
}

void Session::open_series() {
    if (const std::string problem = sink_->missing_lock(); !problem.empty())
        progress_.note(
            fmt::format("warning: {} cannot be locked ({}): no other process may write it", paths_.out, problem));
    sink_->text("/config", to_toml(experiment_.document));
    provenance_.write_start(*sink_, static_cast<std::uint64_t>(experiment_.run.seed), course_->threads(),
                            experiment_.data.attribution, given_);
    course_->open(*sink_);
    for (const auto& [name, text] : overview_.lines) sink_->attribute("/overview", name, text);
    sink_->attribute("/provenance", "expected_size", readable_size(size_) + " before compression");
    sink_->flush();
}

Outcome Session::run() {
    if (!interruption_) interruption_ = std::make_shared<const Interruption>();
    first_rows_.reset();
    try {
        while (course_->now() < experiment_.end) {
            if (const int signal = interruption_->signal(); signal != 0) {
                provenance_.write_end(*sink_, fmt::format("interrupted by signal {} {}", signal, course_->moment()));
                save();
                sink_->close();
                return {paths_.out, paths_.checkpoint, signal, course_->now(), course_->moment(), interruption_};
            }
            const std::chrono::duration<double> since = std::chrono::steady_clock::now() - last_save_;
            if (since.count() >= experiment_.checkpoint.every) save();
            guard_space();
            course_->advance();
            progress_.show(course_->standing());
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
    return {paths_.out,   experiment_.checkpoint.keep ? paths_.checkpoint : "", 0, course_->now(), course_->moment(),
            interruption_};
}

void Session::guard_space() {
    const auto now = std::chrono::steady_clock::now();
    if (is_bounded_ || now - last_look_ < between_looks) return;
    last_look_ = now;
    const std::optional<std::uint64_t> free = free_space(paths_.out);
    std::error_code none;
    const std::uintmax_t checkpoint = std::filesystem::file_size(paths_.checkpoint, none);
    if (!free || *free >= least_space + (none ? 0 : 2 * checkpoint)) return;
    save();
    throw RunError(
        fmt::format("{}: the disk has only {} left for the spikes that are still to come: the run is stopped {}, "
                    "before it is full; "
                    "make room, then go on with `apical resume {}`",
                    paths_.out, readable_size(*free), course_->moment(), paths_.checkpoint));
}

/// Rows first: a checkpoint must not promise rows that the file does not have.
void Session::save() {
    sink_->synchronise();
    save(sink_->rows());
}

void Session::save(const std::vector<std::uint64_t>& rows) {
    CheckpointWriter archive(paths_.checkpoint);
    archive.put("config", to_toml(experiment_.document));
    const std::filesystem::path folder = std::filesystem::absolute(paths_.checkpoint).parent_path();
    archive.put("output", std::filesystem::proximate(std::filesystem::absolute(paths_.out), folder).string());
    const std::uint64_t counts[] = {course_->now(), experiment_.end};
    archive.put("samples", std::span<const std::uint64_t>(counts));
    archive.put("rows", std::span<const std::uint64_t>(rows));
    provenance_.save(archive);
    archive.put("given", lines_of(given_));
    course_->save(archive);
    archive.commit();
    last_save_ = std::chrono::steady_clock::now();
}

void Session::finish() {
    course_->finish();
    provenance_.write_end(*sink_, "done");
    if (experiment_.checkpoint.keep) save();
    if (const std::string problem = sink_->finish(); !problem.empty()) progress_.note("warning: " + problem);
    std::error_code problem;
    if (!experiment_.checkpoint.keep) std::filesystem::remove(target_of(paths_.checkpoint), problem);
    if (problem)
        progress_.note(fmt::format("warning: {}, of no use any more, cannot be removed: {}", paths_.checkpoint,
                                   problem.message()));
}

}  // namespace apical
