#include <cmath>

#include "tests/unit/data/fixtures.hpp"

using namespace apical;

TEST_CASE("digits: 1437 samples for training and 360 for the test, each class in proportion") {
    const DataSet set = load("digits", "");
    CHECK(set.classes);
    CHECK(set.train->size() == 1437);
    CHECK(set.test->size() == 360);
    CHECK(set.train->features() == 64);
    CHECK(set.train->outputs() == 10);
    CHECK(set.attribution.find("CC BY 4.0") != std::string::npos);
    // Of 178 182 177 183 181 182 181 179 174 180 samples, 360 / 1797 each.
    std::vector<int> counts(10), expected{36, 37, 35, 37, 36, 36, 36, 36, 35, 36};
    for (std::uint64_t k = 0; k < 360; ++k) ++counts[static_cast<std::size_t>(set.test->label(k))];
    CHECK(counts == expected);
}

TEST_CASE("digits: inputs have mean 0 and deviation 1 over the training part, or are 0 to 1 when asked") {
    const DataSet set = load("digits", "");
    double sum = 0, squares = 0;
    for (float value : gather(*set.train, first(1437)).x) sum += value, squares += value * value;
    CHECK(sum / (64 * 1437) == Approx(0).margin(1e-6));
    CHECK(squares / (64 * 1437) == Approx(1).epsilon(1e-6));
    float largest = 0;
    for (float value : gather(*load("digits", "standardise = 'none'").train, first(1437)).x) {
        CHECK(value * 16 == std::round(value * 16));
        largest = std::max(largest, value);
    }
    CHECK(largest == 1);
}

TEST_CASE("digits: the split follows the run's seed, or its own") {
    const auto test_part = [](const std::string& keys, std::uint64_t seed) {
        return gather(*load("digits", keys, seed).test, first(360)).y;
    };
    CHECK(test_part("", 1) == test_part("", 1));
    CHECK(test_part("", 1) != test_part("", 2));
    CHECK(test_part("split_seed = 5", 1) == test_part("split_seed = 5", 2));
    CHECK(test_part("split_seed = 5", 1) == test_part("", 5));
}

TEST_CASE("digits: the size of the parts can be chosen, and what cannot be is refused") {
    CHECK(load("digits", "test_samples = 0").test == nullptr);
    CHECK(load("digits", "test_samples = 1").test->size() == 1);
    CHECK(load("digits", "train_limit = 100").train->size() == 100);
    const auto error = error_of([] { load("digits", "test_samples = 1797"); });
    CHECK(error.place.line == 4);
    CHECK(error.key == "task.test_samples");
    CHECK(error.expected == "at least one sample for the test part and one to train on");
    CHECK(error_of([] { load("digits", "standardize = 'none'"); }).hint.find("standardise") != std::string::npos);
}
