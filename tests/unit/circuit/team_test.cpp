#include "sim/run/team.hpp"

#include <array>
#include <atomic>

#include "tests/support/catch.hpp"

using apical::Team;

TEST_CASE("every member works once, and nobody passes a meeting before all have come") {
    const int members = GENERATE(1, 2, 3, 7);
    Team team(members);
    CHECK(team.members() == members);
    constexpr int rounds = 200, meetings = 5;
    bool together = true;
    for (int round = 0; round < rounds; ++round) {
        std::array<std::atomic<int>, meetings> arrived{};
        std::atomic<bool> early = false;
        team.run([&] {
            for (auto& count : arrived) {
                ++count;
                team.meet();
                if (count != members) early = true;
            }
        });
        for (auto& count : arrived) together = together && count == members;
        together = together && !early;
    }
    CHECK(together);
}

TEST_CASE("a team needs a member, and one that never worked goes home") {
    CHECK_THROWS_AS(Team(0), std::invalid_argument);
    const Team idle(4);
}
