#include "sim/sweep/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <deque>
#include <filesystem>
#include <map>
#include <ostream>
#include <thread>

#include "sim/run/experiment.hpp"
#include "sim/run/interruption.hpp"
#include "sim/sweep/index.hpp"
#include "sim/sweep/shard.hpp"

namespace apical {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// The runs of this process, from the first to the last.
class Carrier {
   public:
    Carrier(const SweepRequest& request, const Plan& plan, const SweepFolder& folder, const Shard& shard,
            SweepProgress& progress)
        : request_(request), plan_(plan), folder_(folder), index_(plan, folder), progress_(progress) {
        for (const PlannedRun& run : plan.runs)
            if (shard.has(run.number)) waiting_.push_back(&run);
        standing_.runs = waiting_.size();
        processes_ = static_cast<std::size_t>(request.processes);
        if (processes_ == 0) processes_ = std::max(1u, std::thread::hardware_concurrency());
    }

    SweepOutcome carry_out() {
        const Interruption interruption;
        Children children;
        while (!waiting_.empty() || !running_.empty()) {
            if (interruption.signal() != 0 && signal_ == 0) stop(interruption.signal());
            while (const auto ended = children.ended()) end(ended->first, ended->second);
            if (signal_ != 0 && running_.empty()) break;
            if (signal_ == 0) start_what_fits();
            show();
            update_index_if_due();
            if (!running_.empty() || !waiting_.empty()) children.wait(busy_elsewhere() ? 0.1 : 0.5);
        }
        index_.update();
        return {folder_.path(), standing_, signal_};
    }

   private:
    struct Running {
        const PlannedRun* run;
        FileLock lock;
        Clock::time_point begin;
    };

    /// There is room, but all that is left is in other hands.
    bool busy_elsewhere() const { return running_.size() < processes_ && !waiting_.empty(); }

    void start_what_fits() {
        for (std::size_t looks = waiting_.size(); looks > 0 && running_.size() < processes_; --looks) {
            const PlannedRun* run = waiting_.front();
            waiting_.pop_front();
            if (auto lock = folder_.lock(*run)) start(*run, std::move(*lock));
            else waiting_.push_back(run);
        }
    }

    void start(const PlannedRun& run, FileLock lock) {
        const Stage stage = folder_.stage(run);
        if (stage == Stage::done) {
            ++standing_.done;
            std::filesystem::remove(folder_.file(run, "h5.checkpoint"));  // killed just before it was to be removed
            return;
        }
        if (stage == Stage::failed && !request_.retry) {
            ++standing_.failed;
            return;
        }
        std::filesystem::remove(folder_.file(run, "failed"));
        const std::string output = folder_.file(run, "h5"), checkpoint = folder_.file(run, "h5.checkpoint");
        std::vector<std::string> words{"apical"};
        if (std::filesystem::exists(output) && std::filesystem::exists(checkpoint))
            words.insert(words.end(), {"resume", checkpoint});
        else words.insert(words.end(), {"run", folder_.file(run, "toml"), "--out", output, "--force"});
        words.insert(words.end(), {"--threads", std::to_string(request_.threads), "--progress", "none"});
        const pid_t child = start_child(request_.program, words, folder_.file(run, "log"), lock);
        running_.emplace(child, Running{&run, std::move(lock), Clock::now()});
    }

    void end(pid_t child, const Ending& ending) {
        const auto found = running_.find(child);
        if (found == running_.end()) return;
        const PlannedRun& run = *found->second.run;
        const double seconds = seconds_since(found->second.begin);
        const std::string name = fmt::format("{:05} ({})", run.number, swept_values(plan_, run));
        if (ending.status == 0) {
            ++standing_.done;
            seconds_ += seconds;
            ++ended_;
            progress_.note(fmt::format("{} done in {:.1f} s", name, seconds));
        } else if (signal_ != 0 && (ending.signal == signal_ || ending.status == 128 + signal_)) {
            progress_.note(name + " interrupted");
        } else {
            const std::string reason =
                ending.signal == 0 ? folder_.last_message(run)
                                   : fmt::format("killed by signal {} ({})", ending.signal, ::strsignal(ending.signal));
            folder_.note_failure(run, reason);
            ++standing_.failed;
            seconds_ += seconds;
            ++ended_;
            progress_.note(name + " failed: " + reason);
        }
        running_.erase(found);
    }

    /// Lets the runs save their state.
    void stop(int signal) {
        signal_ = signal;
        for (const auto& [child, run] : running_) ::kill(child, signal);
    }

    void show() {
        standing_.running = running_.size();
        standing_.seconds_left.reset();
        if (ended_ > 0) {
            const double mean = seconds_ / static_cast<double>(ended_);
            double work = mean * static_cast<double>(waiting_.size());
            for (const auto& [child, run] : running_) work += std::max(0.0, mean - seconds_since(run.begin));
            standing_.seconds_left = work / static_cast<double>(processes_);
        }
        progress_.show(standing_);
    }

    /// The index of a large sweep takes time, in which no run is started: it may have a hundredth.
    void update_index_if_due() {
        constexpr double least_interval = 30, share = 0.01;
        if (seconds_since(last_index_) < std::max(least_interval, index_took_ / share)) return;
        const Clock::time_point begin = Clock::now();
        index_.update();
        index_took_ = seconds_since(begin);
        last_index_ = Clock::now();
    }

    const SweepRequest& request_;
    const Plan& plan_;
    const SweepFolder& folder_;
    SweepIndex index_;
    SweepProgress& progress_;
    std::size_t processes_ = 1;
    std::deque<const PlannedRun*> waiting_;
    std::map<pid_t, Running> running_;
    SweepStanding standing_;
    double seconds_ = 0;     ///< that runs took
    std::size_t ended_ = 0;  ///< of these
    int signal_ = 0;
    Clock::time_point last_index_ = Clock::now();
    double index_took_ = 0;
};

Shard shard_of(const SweepRequest& request, const Plan& plan) {
    const Shard shard = request.shard.empty() ? Shard{} : read_shard(request.shard);
    if (shard.number > plan.runs.size())
        throw InputError({{"command line", 0, 0},
                          "shard",
                          fmt::format("{} of {}", shard.number, shard.count),
                          fmt::format("at most {}, as the sweep has so many runs", plan.runs.size()),
                          ""});
    return shard;
}

std::string folder_of_sweep(const SweepRequest& request) {
    return request.out.empty() ? std::filesystem::path(request.sweep).stem().string() : request.out;
}

/// What needs the data is tried with the first run that is not done: it would be wrong in all of them.
void try_one(const Plan& plan, const SweepFolder& folder, const Shard& shard) {
    for (const PlannedRun& run : plan.runs) {
        if (!shard.has(run.number) || is_done(folder.file(run, "h5"))) continue;
        const Experiment experiment = resolve(run.document);
        build_circuit(experiment, *experiment.model);
        return;
    }
}

}  // namespace

SweepOutcome sweep(const SweepRequest& request, SweepProgress& progress) {
    const Plan plan = read_plan(request.sweep, request.changes);
    const Shard shard = shard_of(request, plan);
    const SweepFolder folder(folder_of_sweep(request));
    try_one(plan, folder, shard);
    folder.claim(plan);
    progress.note(shard.count == 1 ? fmt::format("{} runs, in {}", plan.runs.size(), folder.path())
                                   : fmt::format("shard {} of {} of {} runs, in {}", shard.number, shard.count,
                                                 plan.runs.size(), folder.path()));
    return Carrier(request, plan, folder, shard, progress).carry_out();
}

void list_runs(const SweepRequest& request, std::ostream& out) {
    const Plan plan = read_plan(request.sweep, request.changes);
    const Shard shard = shard_of(request, plan);
    try_one(plan, SweepFolder(folder_of_sweep(request)), shard);
    for (const PlannedRun& run : plan.runs)
        if (shard.has(run.number)) out << fmt::format("{:05}  {}\n", run.number, swept_values(plan, run));
}

}  // namespace apical
