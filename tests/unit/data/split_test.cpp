#include "data/split.hpp"

#include <algorithm>
#include <numeric>

#include "tests/unit/data/fixtures.hpp"

using namespace apical;

namespace {

/// n_0 rows of class 0, then n_1 of class 1, and so on.
std::vector<std::uint16_t> sorted_labels(const std::vector<std::size_t>& counts) {
    std::vector<std::uint16_t> labels;
    for (std::size_t c = 0; c < counts.size(); ++c)
        labels.insert(labels.end(), counts[c], static_cast<std::uint16_t>(c));
    return labels;
}

std::vector<std::size_t> test_counts(const std::vector<std::size_t>& counts, std::size_t test, std::uint64_t seed = 1) {
    const auto labels = sorted_labels(counts);
    std::vector<std::size_t> result(counts.size());
    for (std::uint32_t row : stratified_split(labels, test, Random(seed)).test) ++result[labels[row]];
    return result;
}

}  // namespace

TEST_CASE("every row is in exactly one part, and the test part has exactly the size asked for") {
    const auto labels = sorted_labels({17, 0, 5, 31, 2});
    for (std::size_t test = 0; test < labels.size(); ++test) {
        const Split split = stratified_split(labels, test, Random(7));
        REQUIRE(split.test.size() == test);
        CHECK(std::is_sorted(split.test.begin(), split.test.end()));
        std::vector<std::uint32_t> all = split.train;
        all.insert(all.end(), split.test.begin(), split.test.end());
        std::sort(all.begin(), all.end());
        std::vector<std::uint32_t> expected(labels.size());
        std::iota(expected.begin(), expected.end(), 0u);
        CHECK(all == expected);
    }
}

TEST_CASE("each class gives its share, the remainder going to the largest fractions") {
    CHECK(test_counts({100, 50, 50}, 20) == std::vector<std::size_t>{10, 5, 5});
    // Shares 3.5, 2.8, 0.7: one and two of the missing rows go to .8 and .7.
    CHECK(test_counts({5, 4, 1}, 7) == std::vector<std::size_t>{3, 3, 1});
    // Equal fractions: the smaller class first.
    CHECK(test_counts({2, 2, 2}, 2) == std::vector<std::size_t>{1, 1, 0});
}

TEST_CASE("the split is a function of the seed alone") {
    const auto labels = sorted_labels({40, 60});
    const Split a = stratified_split(labels, 30, Random(1)), b = stratified_split(labels, 30, Random(1));
    CHECK(a.train == b.train);
    CHECK(a.test == b.test);
    CHECK(stratified_split(labels, 30, Random(2)).test != a.test);
}

TEST_CASE("the split of a small table is the one of every machine") {
    const Split split = stratified_split(sorted_labels({5, 4, 1}), 4, Random(1));
    CHECK(split.test == std::vector<std::uint32_t>{0, 1, 5, 6});
    CHECK(split.train == std::vector<std::uint32_t>{3, 9, 2, 4, 8, 7});
}

TEST_CASE("the first training rows of a table sorted by class are a fair draw") {
    const Split split = stratified_split(sorted_labels({500, 500}), 100, Random(3));
    const auto zeros =
        std::count_if(split.train.begin(), split.train.begin() + 200, [](auto row) { return row < 500; });
    CHECK(std::abs(static_cast<double>(zeros) - 100) < 35);  // five standard deviations of sqrt(50)
}
