#pragma once
#include <chrono>
#include <deque>
#include <map>

#include "sim/sweep/index.hpp"
#include "sim/sweep/sweep.hpp"

namespace apical {

/// Carries out runs of a sweep, from the first to the last: starts them, as many at a time as asked for, notes how they
/// end, and keeps the index.
class Carrier {
   public:
    /// `runs`: those of this process, which has claimed them; `whole`: they are all that the sweep has.
    Carrier(const SweepRequest& request, const Plan& plan, const SweepFolder& folder,
            const std::vector<const PlannedRun*>& runs, SweepProgress& progress);
    /// Returns when all runs have ended or a signal has come. However it is left, no run of its own goes on. Throws
    /// RunError if no process can be started or the index cannot be written.
    SweepOutcome carry_out();

   private:
    using Clock = std::chrono::steady_clock;
    struct Running {
        const PlannedRun* run;
        FileLock lock;
        Clock::time_point begin;
    };

    void follow_runs(const class Interruption& interruption, Children& children);
    void start_what_fits();
    /// False if there may be no more processes.
    bool start(const PlannedRun& run, FileLock lock);
    void note_shortage();
    void warn_of_missing_locks(const std::string& problem);
    void end(pid_t child, const Ending& ending);
    void fail(const PlannedRun& run, const std::string& reason);
    void stop(int signal);
    void show();
    /// There is room, but all that is left is in other hands.
    bool busy_elsewhere() const { return running_.size() < processes_ && !waiting_.empty(); }
    bool index_is_due() const;
    void update_index_if_due();
    void update_index_at_end();

    const SweepRequest& request_;
    const Plan& plan_;
    const SweepFolder& folder_;
    bool whole_;
    SweepIndex index_;
    SweepProgress& progress_;
    std::size_t processes_ = 1;
    bool short_of_processes_ = false;
    std::deque<const PlannedRun*> waiting_;
    std::map<pid_t, Running> running_;
    SweepStanding standing_;
    double seconds_ = 0;     ///< that runs took
    std::size_t ended_ = 0;  ///< of these
    int signal_ = 0;
    bool has_started_ = false;  ///< any run
    bool index_is_current_ = false;
    bool has_warned_ = false;  ///< that there are no locks
    Clock::time_point last_index_ = Clock::now();
    double index_took_ = 0;
};

}  // namespace apical
