#include "sim/protocol/order.hpp"

#include <algorithm>
#include <numeric>

#include "tests/support/catch.hpp"

using namespace apical;

namespace {

std::vector<std::uint64_t> taken(Order& order, std::uint64_t first, std::size_t count) {
    std::vector<std::uint64_t> index(count);
    order.take(first, index);
    return index;
}

}  // namespace

TEST_CASE("every epoch shows each sample once, in another order") {
    Order order(Random(5), 50);
    auto first = taken(order, 0, 50), second = taken(order, 50, 50);
    CHECK(first != second);
    for (auto* epoch : {&first, &second}) {
        std::sort(epoch->begin(), epoch->end());
        for (std::uint64_t k = 0; k < 50; ++k) CHECK((*epoch)[k] == k);
    }
}

TEST_CASE("the order does not depend on how it is cut into batches, or where it is entered") {
    Order whole(Random(7), 10), pieces(Random(7), 10), entered(Random(7), 10);
    const auto all = taken(whole, 0, 35);
    std::vector<std::uint64_t> joined;
    for (std::uint64_t first = 0; first < 35; first += 7) {
        const auto part = taken(pieces, first, 7);
        joined.insert(joined.end(), part.begin(), part.end());
    }
    CHECK(joined == all);
    CHECK(taken(entered, 23, 12) == std::vector<std::uint64_t>(all.begin() + 23, all.end()));
    CHECK(taken(entered, 3, 4) == std::vector<std::uint64_t>(all.begin() + 3, all.begin() + 7));  // and back again
}

TEST_CASE("a batch may be longer than the set") {
    Order order(Random(1), 4);
    auto index = taken(order, 0, 32);
    for (std::uint64_t k = 0; k < 4; ++k) CHECK(std::count(index.begin(), index.end(), k) == 8);
}

TEST_CASE("seeds differ in their order") {
    Order one(Random(1), 100), other(Random(2), 100);
    CHECK(taken(one, 0, 100) != taken(other, 0, 100));
}

TEST_CASE("endless samples are seen as they come") {
    Order order(Random(1), 0);
    CHECK(taken(order, 1000000007, 3) == std::vector<std::uint64_t>{1000000007, 1000000008, 1000000009});
}

TEST_CASE("sequential: every lane goes on from a place of its own, and comes back to it") {
    Order order(Random(1), 12, Sequence::sequential);
    std::vector<std::uint64_t> index(3);
    for (std::uint64_t k = 0; k < 26; ++k) {
        order.take(3 * k, index);
        CHECK(index == std::vector<std::uint64_t>{k % 12, (4 + k) % 12, (8 + k) % 12});
    }
}

TEST_CASE("shared: all lanes see what one lane would see") {
    for (Sequence sequence : {Sequence::shuffled, Sequence::sequential}) {
        Order shared(Random(1), 12, sequence, true), one(Random(1), 12, sequence);
        std::vector<std::uint64_t> index(3), single(1);
        for (std::uint64_t k = 0; k < 26; ++k) {
            shared.take(3 * k, index);
            one.take(k, single);
            CHECK(index == std::vector<std::uint64_t>(3, single[0]));
        }
    }
}
