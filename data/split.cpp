#include "data/split.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace apical {
namespace {

constexpr std::uint32_t draw_stream = Random::stream("data/split");
constexpr std::uint32_t order_stream = Random::stream("data/order");

/// How many of each class are held out: n_c * test / n, the rows lost by rounding down going to the largest remainders
/// (of equal ones to the smaller class).
std::vector<std::size_t> quotas(const std::vector<std::vector<std::uint32_t>>& members, std::size_t test,
                                std::size_t n) {
    std::vector<std::size_t> quota, remainder, order(members.size());
    for (const auto& rows : members) {
        quota.push_back(rows.size() * test / n);
        remainder.push_back(rows.size() * test % n);
    }
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return remainder[a] > remainder[b]; });
    const std::size_t missing = test - std::accumulate(quota.begin(), quota.end(), std::size_t{0});
    for (std::size_t i = 0; i < missing; ++i) ++quota[order[i]];
    return quota;
}

}  // namespace

Split stratified_split(std::span<const std::uint16_t> labels, std::size_t test, const Random& random) {
    assert(test < labels.size());
    std::vector<std::vector<std::uint32_t>> members;
    for (std::uint32_t row = 0; row < labels.size(); ++row) {
        if (labels[row] >= members.size()) members.resize(labels[row] + std::size_t{1});
        members[labels[row]].push_back(row);
    }
    const auto quota = quotas(members, test, labels.size());
    Split split;
    std::vector<std::uint32_t> rest;
    for (std::size_t c = 0; c < members.size(); ++c) {
        const auto drawn = random.permutation(static_cast<std::uint32_t>(members[c].size()), draw_stream, c);
        for (std::size_t i = 0; i < drawn.size(); ++i)
            (i < quota[c] ? split.test : rest).push_back(members[c][drawn[i]]);
    }
    std::sort(split.test.begin(), split.test.end());
    // A table on disk is often sorted by class, and `rest` is: shuffled once more.
    for (std::uint32_t i : random.permutation(static_cast<std::uint32_t>(rest.size()), order_stream))
        split.train.push_back(rest[i]);
    return split;
}

}  // namespace apical
