#include <numeric>

#include "sim/state/delays.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_archive.hpp"

using namespace apical;

namespace {

/// One column of 5 cells, whose first cell counts.
struct Counted {
    Counted() {
        place = columns.add_persistent(5, 0);
        columns.allocate(false);
    }
    void step(Delays<double>& delays) {
        const std::vector<double> values{static_cast<double>(++count), 0, 0, 0, 0};
        columns.set(place, values);
        delays.push(columns);
    }
    Columns<double> columns;
    std::size_t place = 0;
    int count = 0;
};

}  // namespace

TEST_CASE("a delayed column is what it was so many steps ago, before the first 0") {
    Counted counted;
    Delays<double> delays;
    const Ref<double> one = delays.delayed(counted.place, 5, 1), three = delays.delayed(counted.place, 5, 3);
    for (int k = 0; k < 10; ++k) {
        // In step k, whose columns are not yet pushed.
        CHECK(one.data()[0] == std::max(0, k));
        CHECK(three.data()[0] == std::max(0, k - 2));
        counted.step(delays);
    }
    delays.rest();
    CHECK(one.data()[0] == 0);
    CHECK(three.data()[0] == 0);
}

TEST_CASE("all who ask for the same source and delay share a ring") {
    Counted counted;
    Delays<double> delays;
    const Ref<double> first = delays.delayed(counted.place, 5, 3), again = delays.delayed(counted.place, 5, 3),
                      other = delays.delayed(counted.place, 5, 4);
    CHECK(first.base == again.base);
    CHECK(first.base != other.base);
}

TEST_CASE("what is under way is saved from the oldest on, wherever the ring has come to") {
    for (int steps = 0; steps < 9; ++steps) {
        CAPTURE(steps);
        Counted counted, resumed;
        Delays<double> delays, loaded;
        const Ref<double> three = delays.delayed(counted.place, 5, 3), four = delays.delayed(counted.place, 5, 4),
                          loaded_three = loaded.delayed(resumed.place, 5, 3),
                          loaded_four = loaded.delayed(resumed.place, 5, 4);
        for (int k = 0; k < steps; ++k) counted.step(delays);
        for (int k = 0; k < 2; ++k) resumed.step(loaded);  // another phase
        MemoryArchive archive;
        delays.save(archive, "delays");
        loaded.load(archive, "delays");
        resumed.count = counted.count;
        for (int k = 0; k < 6; ++k) {
            CHECK(loaded_three.data()[0] == three.data()[0]);
            CHECK(loaded_four.data()[0] == four.data()[0]);
            counted.step(delays);
            resumed.step(loaded);
        }
    }
}
