#pragma once
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace apical {

struct Catalogue;

struct SweepRequest {
    std::string sweep;                   ///< TOML file
    std::vector<std::string> changes;    ///< of the experiment: "run.epochs=1"
    std::string out;                     ///< folder; empty: named after the sweep, in the current folder
    std::string shard;                   ///< "3/10", "auto"; empty: the whole sweep
    std::int64_t processes = 1;          ///< 0: one for every core
    std::int64_t threads = 1;            ///< of each
    bool retry = false;                  ///< also the runs that failed
    std::string program;                 ///< that runs one experiment: this one
    std::vector<std::string> options{};  ///< of the program, before its command: what it took to be this one
};

/// Where a sweep stands; of a shard, where the shard does.
struct SweepStanding {
    std::uint64_t runs = 0, done = 0, failed = 0, interrupted = 0, running = 0;
    std::optional<double> seconds_left;  ///< from the mean time of a run; nothing before one has ended
};

/// Who follows a sweep.
class SweepProgress {
   public:
    virtual ~SweepProgress() = default;
    virtual void show(const SweepStanding& standing) = 0;  ///< called whenever something changes, and twice a second
    virtual void note(const std::string& line) = 0;
    virtual void warn(const std::string& line) = 0;  ///< what must be seen
    virtual void end() {}
};

struct SweepOutcome {
    std::string folder;
    SweepStanding standing;
    int signal = 0;                 ///< that stopped the sweep; 0: it came to its end
    bool index_is_current = false;  ///< a short shard leaves the index to the last one
};

/// Carries out a sweep, or what is left of it: every run is a process of its own (`apical run`, `apical resume`). Runs
/// that are done or have failed are skipped, those with a checkpoint go on from it; also runs of an earlier, smaller
/// sweep in the same folder. A run that fails is recorded with its reason and does not stop the rest. Runs that another
/// process has are waited for. After a signal that asks to stop (Interruption) the runs save their state. Throws
/// InputError, before anything is run, if the sweep, its first run or the folder is wrong.
SweepOutcome sweep(const SweepRequest& request, const Catalogue& catalogue, SweepProgress& progress);

/// Lists the runs of a sweep (of a shard) and what differs between them, for people or as JSON, and says on `notes`
/// what `sweep` would; runs and writes nothing. Throws what `sweep` would.
void list_runs(const SweepRequest& request, const Catalogue& catalogue, bool json, std::ostream& out,
               std::ostream& notes);

/// Writes the experiments of the runs, FOLDER/runs/NAME.toml, and names them on `out`. Runs nothing. Throws what
/// `sweep` would.
void expand(const SweepRequest& request, const Catalogue& catalogue, std::ostream& out, std::ostream& notes);

/// Writes the index of what is there. Throws InputError if the folder is not one of this sweep.
SweepOutcome make_index(const SweepRequest& request, const Catalogue& catalogue, std::ostream& notes);

}  // namespace apical
