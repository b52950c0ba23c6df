#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/core/archive.hpp"
#include "sim/experiment/experiment.hpp"
#include "sim/experiment/given.hpp"
#include "sim/experiment/overview.hpp"
#include "sim/experiment/progress.hpp"
#include "sim/parallel/thread_pool.hpp"
#include "sim/record/sink.hpp"

namespace apical {

/// What goes on in a run, whatever it advances: a clock that goes from 0 to the end of the experiment, stretch by
/// stretch, what is recorded on the way, and a state that a checkpoint holds. A Session does all the rest: the files,
/// signals, checkpoints, provenance.
class Course {
   public:
    virtual ~Course() = default;

    /// Where the clock stands: what `Experiment::end` is the end of.
    virtual std::uint64_t now() const = 0;
    /// "after 320 samples".
    virtual std::string moment() const = 0;
    virtual Standing standing() const = 0;

    virtual const Circuit& circuit() const = 0;  ///< under study
    virtual int threads() const = 0;
    virtual Overview overview() const = 0;
    /// What looking at the first stretch finds wrong with it, each a line.
    virtual std::vector<std::string> warnings() = 0;

    /// As the functions of these names (initial_weights.hpp, initial_states.hpp): baselines take what the file has of
    /// theirs; what is returned is about the circuit under study.
    virtual std::string take_initial_weights() = 0;
    virtual std::string change_of_initial_weights(const std::string& taken) const = 0;
    virtual std::string take_initial_states() = 0;
    virtual std::string change_of_initial_states(const std::string& taken) const = 0;

    /// All series, in the order in which a checkpoint counts their rows.
    virtual std::vector<Series> series() const = 0;
    /// What is written once, at the end; without values.
    virtual std::vector<Field> final_fields() const = 0;
    /// Does what takes long before the first rows, so that it goes wrong before there is a file.
    virtual void prepare() = 0;
    /// From now on rows go here; the series are opened.
    virtual void open(Sink& sink) = 0;
    virtual void record_start() = 0;

    /// One stretch, with the rows that are due in it. Throws RunError.
    virtual void advance() = 0;
    /// Checks what came of it and writes what is written once.
    virtual void finish() = 0;

    virtual void save(ArchiveWriter& archive) const = 0;
    virtual void load(const ArchiveReader& archive) = 0;
};

/// The course that the experiment asks for, in its precision; the experiment stays where it is as long as the course
/// lives. Throws InputError if the circuit cannot be built.
std::unique_ptr<Course> course_of(const Experiment& experiment, Threads threads, Progress& progress);

}  // namespace apical
