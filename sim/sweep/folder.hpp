#pragma once
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "sim/core/input_file.hpp"
#include "sim/hdf5/file.hpp"
#include "sim/sweep/child.hpp"
#include "sim/sweep/plan.hpp"

namespace apical {

/// How far a run of a sweep is.
enum class Stage {
    not_begun,  ///< or begun, and left without a checkpoint
    half_done,  ///< left with a checkpoint
    done,
    failed,
    elsewhere  ///< another process has it
};

/// Where a sweep keeps its files: FOLDER/runs/NAME.toml (what is run), .h5 (what came of it), .log (what was said),
/// .failed (why it failed, where it did), and the index beside the folder `runs`. NAME is that of the run's settings,
/// so a sweep that has grown finds what is there. Several processes, on several machines, may work on one folder:
/// whoever holds the lock on a run's TOML file has that run.
class SweepFolder {
   public:
    explicit SweepFolder(std::string path) : path_(std::move(path)) {}

    /// Throws InputError if the folder cannot be that of these runs of a sweep: it is a file, or holds runs but none of
    /// this sweep, runs under numbers (of an earlier version of the program), a run with other settings than its name
    /// says, or results or an index without an experiment. Nothing is written.
    void check(const Plan& plan, const std::vector<const PlannedRun*>& runs) const;
    /// Throws InputError if one of these, which the sweep reads, is a file that it replaces.
    void require_apart_from(std::span<const InputFile> inputs) const;
    /// How many runs are there that the plan does not have.
    std::size_t others(const Plan& plan) const;
    /// Makes the folder, and the TOML files of these runs that are missing.
    void claim(const Plan& plan, const std::vector<const PlannedRun*>& runs) const;

    const std::string& path() const { return path_; }
    /// A file of a run: `kind` is "toml", "h5", "h5.checkpoint", "log" or "failed".
    std::string file(const PlannedRun& run, const std::string& kind) const { return path_ + "/" + name(run, kind); }
    /// The same, as seen from the folder.
    static std::string name(const PlannedRun& run, const std::string& kind);
    /// Throws RunError if nobody has claimed the run.
    std::optional<FileLock> lock(const PlannedRun& run) const { return FileLock::try_to_take(file(run, "toml")); }
    /// Somebody has claimed the run: its TOML file is there.
    bool is_claimed(const PlannedRun& run) const;

    /// The file of a run that came to its end; nothing if it did not.
    std::optional<hdf5::File> finished(const PlannedRun& run) const;
    /// Of a run whose lock the caller holds.
    Stage stage(const PlannedRun& run) const;
    /// The same of one that is not `finished`: opening its file is what takes time.
    Stage stage_of_unfinished(const PlannedRun& run) const;
    /// Why a run failed.
    std::string reason(const PlannedRun& run) const;
    void note_failure(const PlannedRun& run, const std::string& reason) const;
    /// The message of a run that ended badly, from its log.
    std::string last_message(const PlannedRun& run) const;

   private:
    /// Names of all runs that are there.
    std::set<std::string> present() const;
    void require_same(const Plan& plan, const PlannedRun& run) const;
    /// The table, in both of its forms.
    std::vector<std::string> indices() const { return {path_ + "/index.csv", path_ + "/index.h5"}; }
    std::string path_;
};

}  // namespace apical
