#include "sim/state/event_history.hpp"

#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_archive.hpp"

namespace {

using namespace apical;
using List = std::vector<std::uint32_t>;

List list(std::span<const std::uint32_t> events) { return {events.begin(), events.end()}; }

}  // namespace

TEST_CASE("a history keeps the lists of its last steps, round its ring, and comes back from an archive") {
    EventHistory history(3);
    for (std::size_t ago : {1, 2, 3}) CHECK(history.ago(ago).empty());
    for (std::uint32_t step = 1; step <= 8; ++step) {
        history.push(step % 3 == 0 ? List{} : List{step, step + 10});
        MemoryArchive archive;
        history.save(archive, "events");
        EventHistory other(3);
        other.load(archive, "events", 20);
        for (std::uint32_t ago = 1; ago <= 3; ++ago) {
            const std::uint32_t then = step + 1 - ago;
            const List expected = ago > step || then % 3 == 0 ? List{} : List{then, then + 10};
            CHECK(list(history.ago(ago)) == expected);
            CHECK(list(other.ago(ago)) == expected);
        }
        for (const EventHistory* one : {&history, &other}) {
            std::size_t events = 0;
            for (const std::size_t ago : {1, 2, 3}) events += one->ago(ago).size();
            CHECK(one->mean() == Approx(static_cast<double>(events) / 3));
        }
    }
    history.rest();
    for (std::size_t ago : {1, 2, 3}) CHECK(history.ago(ago).empty());
    CHECK(history.mean() == 0);
}

TEST_CASE("what is no history of these cells and steps is refused") {
    const auto load = [](const std::vector<std::uint64_t>& numbers) {
        MemoryArchive archive;
        archive.put("events", std::span<const std::uint64_t>(numbers));
        EventHistory(2).load(archive, "events", 5);
    };
    CHECK_NOTHROW(load({0, 2, 0, 4}));
    CHECK_THROWS_AS(load({0}), InputError);                        // a step too few
    CHECK_THROWS_AS(load({0, 0, 0}), InputError);                  // too many
    CHECK_THROWS_AS(load({0, 2, 0}), InputError);                  // ends within a list
    CHECK_THROWS_AS(load({0, std::uint64_t(-1), 0}), InputError);  // a count that overflows
    CHECK_THROWS_AS(load({0, 1, 5}), InputError);                  // no such cell
    CHECK_THROWS_AS(load({0, 2, 3, 3}), InputError);               // twice
}
