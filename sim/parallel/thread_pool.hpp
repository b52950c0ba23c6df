#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace apical {

/// How many threads are wanted, and whether fewer will do where so many cannot be started: nothing that is computed
/// depends on their number.
struct Threads {
    // NOLINTNEXTLINE(google-explicit-constructor,hicpp-explicit-conversions): a number is a wish for so many
    Threads(int number, bool fewer_will_do = false) : count(number), or_fewer(fewer_will_do) {}
    /// What a user asks for: so many, or with 0 one for every core, or as many as there can be.
    static Threads asked(std::int64_t number);

    int count;
    bool or_fewer;
};

/// Threads that do a step together and meet between its parts. Whoever has nothing to do waits for some microseconds
/// by spinning and then sleeps: on a busy machine a thread that only waits must not keep a core from those that work.
class ThreadPool {
   public:
    /// The thread that calls is one of `wanted`, at least 1. Throws RunError, which says what limits them, if they
    /// cannot be started and fewer will not do.
    explicit ThreadPool(Threads wanted);
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    int members() const { return static_cast<int>(workers_.size()) + 1; }
    /// Why there are fewer members than wanted; "" if there are not.
    const std::string& shortage() const { return shortage_; }
    /// Every member calls `work` once, at the same time; returns when all are through. `work` must not throw.
    void run(const std::function<void()>& work);
    /// Called by all members from within `work`: returns when all have called it.
    void meet();

   private:
    void start(int members_in_all);
    void make_do(Threads wanted);
    void end();
    void serve(std::uint32_t seen);
    void wait_for_change(const std::atomic<std::uint32_t>& count, std::uint32_t from) const;

    const std::function<void()>* work_ = nullptr;
    bool over_ = false;
    std::atomic<std::uint32_t> starts_ = 0;    ///< calls of `run`
    std::atomic<std::uint32_t> arrived_ = 0;   ///< members at the present meeting
    std::atomic<std::uint32_t> meetings_ = 0;  ///< meetings that are over
    std::vector<std::thread> workers_;
    std::string shortage_;
};

}  // namespace apical
