#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/interruption.hpp"
#include "sim/experiment/course.hpp"
#include "sim/experiment/provenance.hpp"
#include "sim/experiment/run.hpp"
#include "sim/record/checkpoint.hpp"
#include "sim/record/hdf5_sink.hpp"

namespace apical {

struct OutputPaths {
    std::string out;
    std::string checkpoint;
};

/// One experiment under way: its course, the results file, the checkpoints, signals, provenance.
class Session {
   public:
    /// Throws InputError; writes nothing.
    Session(const Experiment& experiment, OutputPaths paths, Provenance provenance, Threads threads,
            Progress& progress);

    /// Makes the file; then `run`.
    void start(bool force);
    /// Takes the state of a checkpoint and goes on in its file, or, if that is gone, in a new one that begins there;
    /// then `run`. Throws InputError, before anything is written, unless the file is that of the checkpoint's run.
    void resume(const CheckpointReader& checkpoint);
    /// To the end, or to the first signal.
    Outcome run();

   private:
    Hdf5Sink::Options options(bool force) const;
    Hdf5Sink::Continuation continuation(const CheckpointReader& checkpoint) const;
    void open_series();
    void introduce();
    std::vector<std::string> changed_files(const CheckpointReader& checkpoint);
    void compare_given(const CheckpointReader& checkpoint);
    void save();
    void save(const std::vector<std::uint64_t>& rows);
    /// Throws RunError, after a checkpoint, while there is still room for one, if the disk will soon be full of what
    /// nobody knew the size of.
    void guard_space();
    void finish();

    const Experiment& experiment_;
    OutputPaths paths_;
    Provenance provenance_;
    std::vector<Given> given_;
    Progress& progress_;
    std::unique_ptr<Course> course_;
    std::shared_ptr<const Interruption> interruption_;  ///< from when on there is something to save
    std::optional<Unfinished> first_rows_;  ///< until then: a file without a single stretch is not worth keeping
    std::optional<Hdf5Sink> sink_;
    Overview overview_;
    std::uint64_t size_ = 0;
    bool is_bounded_ = true;                             ///< that is all; not where spikes are recorded
    std::chrono::steady_clock::time_point last_look_{};  ///< at the disk
    std::chrono::steady_clock::time_point last_save_ = std::chrono::steady_clock::now();
};

}  // namespace apical
