#include "sim/parallel/thread_pool.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <stdexcept>

#include "sim/core/error.hpp"
#include "sim/core/interruption.hpp"
#include "sim/core/process_limit.hpp"

namespace apical {

namespace {

/// Tells the core that this is a loop that waits.
void pause() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

}  // namespace

Threads Threads::asked(std::int64_t number) {
    if (number > 0) return static_cast<int>(number);
    return {static_cast<int>(std::max(1u, std::thread::hardware_concurrency())), true};
}

ThreadPool::ThreadPool(Threads wanted) {
    if (wanted.count < 1) throw std::invalid_argument("a pool needs at least one thread");
    try {
        start(wanted.count);
    } catch (const std::exception&) {  // of the system, or no memory
        try {
            make_do(wanted);
        } catch (...) {  // no thread may be left behind
            end();
            throw;
        }
    }
}

void ThreadPool::make_do(Threads wanted) {
    const ProcessLimit limit = process_limit();
    const int started = members();
    if (!wanted.or_fewer)
        throw RunError(
            fmt::format("{} threads cannot be started, only {}: {}; ask for fewer with --threads (or run.threads)",
                        wanted.count, started, limit.text));
    if (limit.is_memory) {  // whoever has taken the last of it for stacks has none left to work with
        end();
        start((started + 1) / 2);
    }
    shortage_ = fmt::format("only {} of {} threads are used: {}", members(), wanted.count, limit.text);
}

ThreadPool::~ThreadPool() { end(); }

void ThreadPool::start(int members_in_all) {
    over_ = false;
    const BlockedSignals inherited;  // by the threads
    while (members() < members_in_all) workers_.emplace_back([this, now = starts_.load()] { serve(now); });
}

void ThreadPool::end() {
    over_ = true;
    starts_.fetch_add(1);
    starts_.notify_all();
    for (std::thread& worker : workers_) worker.join();
    workers_.clear();
}

void ThreadPool::run(const std::function<void()>& work) {
    work_ = &work;
    starts_.fetch_add(1);
    starts_.notify_all();
    work();
    meet();
}

void ThreadPool::meet() {
    const std::uint32_t meeting = meetings_.load();
    if (arrived_.fetch_add(1) + 1 == static_cast<std::uint32_t>(members())) {
        arrived_.store(0);
        meetings_.fetch_add(1);
        meetings_.notify_all();
    } else {
        wait_for_change(meetings_, meeting);
    }
}

void ThreadPool::serve(std::uint32_t seen) {
    for (;; ++seen) {
        wait_for_change(starts_, seen);
        if (over_) return;
        (*work_)();
        meet();
    }
}

void ThreadPool::wait_for_change(const std::atomic<std::uint32_t>& count, std::uint32_t from) const {
    constexpr int patience = 2000;  // pauses, some 20 microseconds: longer than most parts of a step
    for (int k = 0; k < patience; ++k) {
        if (count.load() != from) return;
        pause();
    }
    count.wait(from);
}

}  // namespace apical
