#include "sim/parallel/thread_pool.hpp"

#include <pthread.h>

#include <array>
#include <atomic>
#include <thread>

#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

using apical::ThreadPool;

TEST_CASE("every part is done once, and all are before the call returns") {
    const int members = GENERATE(1, 2, 3, 7);
    const std::uint32_t parts = GENERATE(0U, 1U, 2U, 5U, 64U);
    CAPTURE(members, parts);
    ThreadPool pool(members);
    CHECK(pool.members() == members);
    bool once = true;
    for (int round = 0; round < 300; ++round) {
        std::array<std::atomic<int>, 64> times{};
        pool.share(parts, [&](std::uint32_t k) { ++times[k]; });
        for (std::uint32_t k = 0; k < times.size(); ++k) once = once && times[k] == (k < parts ? 1 : 0);
    }
    CHECK(once);
}

TEST_CASE("members work at the same time") {
    ThreadPool pool(3);
    std::atomic<int> there = 0;
    // Returns only if each of the three takes a part and waits in it for the others.
    pool.share(3, [&](std::uint32_t) {
        ++there;
        while (there != 3) std::this_thread::yield();
    });
    CHECK(there == 3);
}

TEST_CASE("whoever calls does not wait for members that are not there yet") {
    ThreadPool pool(2);
    const std::thread::id caller = std::this_thread::get_id();
    // The other member may take one part and stays in it until the caller has done all the rest.
    constexpr std::uint32_t parts = 200;
    std::atomic<std::uint32_t> by_caller = 0, by_other = 0;
    pool.share(parts, [&](std::uint32_t) {
        if (std::this_thread::get_id() == caller) {
            ++by_caller;
            return;
        }
        ++by_other;
        while (by_caller + by_other < parts) std::this_thread::yield();
    });
    CHECK(by_caller + by_other == parts);
    CHECK(by_caller >= parts - 2);
}

TEST_CASE("a pool needs a member, and one that never worked goes home") {
    CHECK_THROWS_AS(ThreadPool(0), std::invalid_argument);
    const ThreadPool idle(4);
}

TEST_CASE("a pool that cannot be as large as was asked for says why, and works with fewer only if that will do") {
    // Stacks as large as the whole address space: not one thread more can be started.
    pthread_attr_t before, large;
    REQUIRE(pthread_getattr_default_np(&before) == 0);
    pthread_attr_init(&large);
    REQUIRE(pthread_attr_setstacksize(&large, std::size_t{1} << 46) == 0);
    REQUIRE(pthread_setattr_default_np(&large) == 0);

    std::string refusal;
    try {
        const ThreadPool pool(3);
    } catch (const apical::RunError& error) {
        refusal = error.what();
    }
    ThreadPool pool(apical::Threads(3, true));
    int worked = 0;
    pool.share(1, [&](std::uint32_t) { ++worked; });
    pthread_setattr_default_np(&before);
    pthread_attr_destroy(&before);
    pthread_attr_destroy(&large);

    CHECK(refusal.starts_with("3 threads cannot be started, only 1: there is no memory for its stack"));
    CHECK(pool.members() == 1);
    CHECK(worked == 1);
    CHECK(pool.shortage().starts_with("only 1 of 3 threads are used: "));
    CHECK(ThreadPool(apical::Threads(3, true)).shortage().empty());
}

TEST_CASE("what a user asks for: a number, or one thread a core with as many as can be had") {
    CHECK(apical::Threads::asked(5).count == 5);
    CHECK_FALSE(apical::Threads::asked(5).or_fewer);
    CHECK(apical::Threads::asked(0).count >= 1);
    CHECK(apical::Threads::asked(0).or_fewer);
}
