#include "sim/parallel/thread_pool.hpp"

#include <pthread.h>

#include <array>
#include <atomic>

#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

using apical::ThreadPool;

TEST_CASE("every member works once, and nobody passes a meeting before all have come") {
    const int members = GENERATE(1, 2, 3, 7);
    ThreadPool pool(members);
    CHECK(pool.members() == members);
    constexpr int rounds = 200, meetings = 5;
    bool together = true;
    for (int round = 0; round < rounds; ++round) {
        std::array<std::atomic<int>, meetings> arrived{};
        std::atomic<bool> early = false;
        pool.run([&] {
            for (auto& count : arrived) {
                ++count;
                pool.meet();
                if (count != members) early = true;
            }
        });
        for (auto& count : arrived) together = together && count == members;
        together = together && !early;
    }
    CHECK(together);
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
    pool.run([&] { ++worked; });
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
