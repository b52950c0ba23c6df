#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

namespace apical {

/// Threads that do a step together and meet between its parts. Whoever has nothing to do waits for some microseconds
/// at the ready and then sleeps: on a busy machine a thread that only waits must not keep a core from those that work.
class Team {
   public:
    /// The thread that calls is one of `members`, at least 1.
    explicit Team(int members);
    ~Team();
    Team(const Team&) = delete;
    Team& operator=(const Team&) = delete;

    int members() const { return static_cast<int>(workers_.size()) + 1; }
    /// Every member calls `work` once, at the same time; returns when all are through. `work` must not throw.
    void run(const std::function<void()>& work);
    /// Called by all members from within `work`: returns when all have called it.
    void meet();

   private:
    void serve();
    void wait_for_change(const std::atomic<std::uint32_t>& count, std::uint32_t from) const;

    const std::function<void()>* work_ = nullptr;
    bool over_ = false;
    std::atomic<std::uint32_t> starts_ = 0;    ///< calls of `run`
    std::atomic<std::uint32_t> arrived_ = 0;   ///< members at the present meeting
    std::atomic<std::uint32_t> meetings_ = 0;  ///< meetings that are over
    std::vector<std::thread> workers_;
};

}  // namespace apical
