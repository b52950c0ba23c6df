#include "sim/sweep/carrier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/core/interruption.hpp"
#include "sim/core/process_limit.hpp"

namespace apical {
namespace {

double seconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// A run that was asked to stop, by whomever, and did: it has saved its state, or had nothing to save.
bool was_stopped(const Ending& ending) {
    const int signal = ending.signal != 0 ? ending.signal : ending.status - 128;
    return signal == SIGINT || signal == SIGTERM || signal == SIGHUP || signal == SIGUSR1 || signal == SIGUSR2 ||
           signal == SIGXCPU;
}

}  // namespace

Carrier::Carrier(const SweepRequest& request, const Plan& plan, const SweepFolder& folder,
                 const std::vector<const PlannedRun*>& runs, SweepProgress& progress)
    : request_(request),
      plan_(plan),
      folder_(folder),
      whole_(runs.size() == plan.runs.size()),
      index_(plan, folder),
      progress_(progress),
      waiting_(runs.begin(), runs.end()) {
    standing_.runs = runs.size();
    processes_ = static_cast<std::size_t>(request.processes);
    if (processes_ == 0) processes_ = std::max(1u, std::thread::hardware_concurrency());
}

SweepOutcome Carrier::carry_out() {
    const Interruption interruption;
    Children children;
    try {
        follow_runs(interruption, children);
    } catch (...) {
        stop(SIGTERM);
        for (; !running_.empty(); children.wait(0.5))
            while (const auto ended = children.ended()) running_.erase(ended->first);
        throw;
    }
    update_index_at_end();
    return {folder_.path(), standing_, signal_, index_is_current_};
}

void Carrier::follow_runs(const Interruption& interruption, Children& children) {
    while (!waiting_.empty() || !running_.empty()) {
        if (interruption.signal() != 0 && signal_ == 0) stop(interruption.signal());
        while (const auto ended = children.ended()) end(ended->first, ended->second);
        if (signal_ != 0 && running_.empty()) break;
        if (signal_ == 0) start_what_fits();
        show();
        update_index_if_due();
        if (!running_.empty() || !waiting_.empty()) children.wait(busy_elsewhere() ? 0.1 : 0.5);
    }
}

void Carrier::start_what_fits() {
    for (std::size_t looks = waiting_.size(); looks > 0 && running_.size() < processes_; --looks) {
        const PlannedRun* run = waiting_.front();
        waiting_.pop_front();
        auto lock = folder_.lock(*run);
        if (lock) warn_of_missing_locks(lock->problem());
        if (lock && start(*run, std::move(*lock))) continue;
        waiting_.push_back(run);
        if (lock) return note_shortage();
    }
}

/// Others may be the reason, and for a moment only: a sweep of days goes on with what it has, and tries again.
void Carrier::note_shortage() {
    const std::string limit = process_limit().text;
    if (running_.empty()) throw RunError("no run can be started: " + limit);
    if (!short_of_processes_)
        progress_.warn(fmt::format("only {} of {} runs at a time: {}", running_.size(), processes_, limit));
    short_of_processes_ = true;
}

/// Once.
void Carrier::warn_of_missing_locks(const std::string& problem) {
    if (problem.empty() || std::exchange(has_warned_, true)) return;
    progress_.warn(folder_.path() + ": files cannot be locked here (" + problem +
                   "): no other process may carry out the same runs");
}

bool Carrier::start(const PlannedRun& run, FileLock lock) {
    const Stage stage = folder_.stage(run);
    if (stage == Stage::done) {
        ++standing_.done;
        std::filesystem::remove(folder_.file(run, "h5.checkpoint"));  // killed just before it was to be removed
        return true;
    }
    if (stage == Stage::failed && !request_.retry) {
        ++standing_.failed;
        return true;
    }
    has_started_ = true;
    std::filesystem::remove(folder_.file(run, "failed"));
    const std::string output = folder_.file(run, "h5"), checkpoint = folder_.file(run, "h5.checkpoint");
    std::vector<std::string> words{"apical"};
    words.insert(words.end(), request_.options.begin(), request_.options.end());
    if (std::filesystem::exists(output) && std::filesystem::exists(checkpoint))
        words.insert(words.end(), {"resume", checkpoint});
    else words.insert(words.end(), {"run", folder_.file(run, "toml"), "--out", output, "--force"});
    words.insert(words.end(), {"--threads", std::to_string(request_.threads), "--progress", "none"});
    const auto child = start_child(request_.program, words, folder_.file(run, "log"), lock);
    if (child) running_.emplace(*child, Running{&run, std::move(lock), Clock::now()});
    return child.has_value();
}

void Carrier::end(pid_t child, const Ending& ending) {
    const auto found = running_.find(child);
    if (found == running_.end()) return;
    const PlannedRun& run = *found->second.run;
    const double seconds = seconds_since(found->second.begin);
    const std::string name = fmt::format("{:05} ({})", run.number, swept_values(plan_, run));
    // When all are stopped, a launcher that loses patience kills; that is no fault of the run.
    const bool stopped = was_stopped(ending) || (signal_ != 0 && ending.signal == SIGKILL);
    if (stopped) {
        ++standing_.interrupted;
        progress_.note(name + " interrupted");
    } else {
        seconds_ += seconds;
        ++ended_;
        if (ending.status == 0) {
            ++standing_.done;
            progress_.note(fmt::format("{} done in {:.1f} s", name, seconds));
        } else {
            const std::string reason =
                ending.signal == 0 ? folder_.last_message(run)
                                   : fmt::format("killed by signal {} ({})", ending.signal, ::strsignal(ending.signal));
            progress_.warn(name + " failed: " + reason);
            fail(run, reason);
        }
    }
    running_.erase(found);
}

/// A full disk shall not stop the others: the reason is then in the log of the run alone, and the same command tries
/// the run again.
void Carrier::fail(const PlannedRun& run, const std::string& reason) {
    ++standing_.failed;
    try {
        folder_.note_failure(run, reason);
    } catch (const std::runtime_error& error) {
        progress_.warn(std::string("the failure could not be noted: ") + error.what());
    }
}

/// Lets the runs save their state.
void Carrier::stop(int signal) {
    signal_ = signal;
    for (const auto& [child, run] : running_) ::kill(child, signal);
}

void Carrier::show() {
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
bool Carrier::index_is_due() const {
    constexpr double least_interval = 30, share = 0.01;
    return seconds_since(last_index_) >= std::max(least_interval, index_took_ / share);
}

void Carrier::update_index_if_due() {
    if (!index_is_due()) return;
    const Clock::time_point begin = Clock::now();
    try {
        index_.update();
    } catch (const std::runtime_error& error) {
        progress_.warn(std::string("the index will be tried again: ") + error.what());
    }
    last_index_ = Clock::now();
    index_took_ = seconds_since(begin);
}

/// The index takes time for every run of the sweep; a part of the sweep shall take time for its own runs only. A part
/// that was short leaves the index to the last one.
void Carrier::update_index_at_end() {
    if (!whole_ && !has_started_ && index_.is_newer_than_runs()) {
        index_is_current_ = true;
        return;
    }
    index_is_current_ = whole_ || index_is_due() || !index_.is_there() || index_.all_ended();
    if (index_is_current_) index_.update();
}

}  // namespace apical
