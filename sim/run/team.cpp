#include "sim/run/team.hpp"

#include <stdexcept>

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

Team::Team(int members) {
    if (members < 1) throw std::invalid_argument("a team needs at least one thread");
    for (int k = 1; k < members; ++k) workers_.emplace_back([this] { serve(); });
}

Team::~Team() {
    over_ = true;
    starts_.fetch_add(1);
    starts_.notify_all();
    for (std::thread& worker : workers_) worker.join();
}

void Team::run(const std::function<void()>& work) {
    work_ = &work;
    starts_.fetch_add(1);
    starts_.notify_all();
    work();
    meet();
}

void Team::meet() {
    const std::uint32_t meeting = meetings_.load();
    if (arrived_.fetch_add(1) + 1 == static_cast<std::uint32_t>(members())) {
        arrived_.store(0);
        meetings_.fetch_add(1);
        meetings_.notify_all();
    } else {
        wait_for_change(meetings_, meeting);
    }
}

void Team::serve() {
    for (std::uint32_t seen = 0;; ++seen) {
        wait_for_change(starts_, seen);
        if (over_) return;
        (*work_)();
        meet();
    }
}

void Team::wait_for_change(const std::atomic<std::uint32_t>& count, std::uint32_t from) const {
    constexpr int patience = 2000;  // pauses, some 20 microseconds: longer than most parts of a step
    for (int k = 0; k < patience; ++k) {
        if (count.load() != from) return;
        pause();
    }
    count.wait(from);
}

}  // namespace apical
