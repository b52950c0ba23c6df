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
    while (members() < members_in_all) workers_.emplace_back([this, now = calls_.load()] { serve(now); });
}

void ThreadPool::end() {
    over_ = true;
    calls_.fetch_add(1);
    calls_.notify_all();
    for (std::thread& worker : workers_) worker.join();
    workers_.clear();
}

void ThreadPool::share(std::uint32_t parts, const std::function<void(std::uint32_t)>& part) {
    part_ = &part;
    done_.store(0);
    untaken_.store(std::uint64_t{parts} << 32);
    calls_.fetch_add(1);
    calls_.notify_all();
    take_parts();
    // Only threads that are in the middle of a part are waited for.
    for (std::uint32_t done = done_.load(); done != parts; done = done_.load()) wait_for_change(done_, done);
}

void ThreadPool::take_parts() {
    std::uint64_t untaken = untaken_.load();
    for (;;) {
        const auto parts = static_cast<std::uint32_t>(untaken >> 32), next = static_cast<std::uint32_t>(untaken);
        if (next == parts) return;
        if (!untaken_.compare_exchange_weak(untaken, untaken + 1)) continue;
        (*part_)(next);  // which stays what it is until all parts are done
        if (done_.fetch_add(1) + 1 == parts) done_.notify_all();
        untaken = untaken_.load();
    }
}

void ThreadPool::serve(std::uint32_t seen) {
    for (;;) {
        wait_for_change(calls_, seen);
        seen = calls_.load();  // before parts are taken: a call that comes while they are is seen next
        if (over_) return;
        take_parts();
    }
}

void ThreadPool::wait_for_change(const std::atomic<std::uint32_t>& count, std::uint32_t from) {
    constexpr int patience = 2000;  // pauses, some 20 microseconds: longer than most parts of a step
    for (int k = 0; k < patience; ++k) {
        if (count.load() != from) return;
        pause();
    }
    count.wait(from);
}

}  // namespace apical
