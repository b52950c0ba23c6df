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

/// Threads that share work. The thread that calls never waits for one that has not begun: where the machine is busy
/// with other things it does all parts alone, as if it had no help. Whoever has nothing to do waits for some
/// microseconds by spinning and then sleeps: a thread that only waits must not keep a core from those that work.
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
    /// Calls `part` for 0 .. parts - 1, each once, in any order, some at the same time; returns when all are through.
    /// `part` must not throw, nor share work.
    void share(std::uint32_t parts, const std::function<void(std::uint32_t)>& part);

   private:
    void start(int members_in_all);
    void make_do(Threads wanted);
    void end();
    void serve(std::uint32_t seen);
    void take_parts();
    static void wait_for_change(const std::atomic<std::uint32_t>& count, std::uint32_t from);

    const std::function<void(std::uint32_t)>* part_ = nullptr;
    std::atomic<bool> over_ = false;        ///< read by threads that wake late, of a call that others have done by then
    std::atomic<std::uint32_t> calls_ = 0;  ///< of `share`, and one more at the end
    /// How many parts there are, and below these 32 bits the first that nobody has taken: one number, so that whoever
    /// takes a part knows that it is of the present call.
    std::atomic<std::uint64_t> untaken_ = 0;
    std::atomic<std::uint32_t> done_ = 0;  ///< parts of the present call
    std::vector<std::thread> workers_;
    std::string shortage_;
};

}  // namespace apical
