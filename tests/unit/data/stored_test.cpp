#include "data/stored.hpp"

#include <cmath>
#include <limits>
#include <numeric>

#include "tests/unit/data/fixtures.hpp"

using namespace apical;

namespace {

/// Four samples of three bytes; the third feature is constant.
std::shared_ptr<const Records> bytes() {
    Records records;
    records.features = 3;
    records.outputs = 2;
    records.full_scale = 255;
    records.inputs = std::vector<std::uint8_t>{0, 10, 7, 255, 20, 7, 0, 30, 7, 255, 40, 7};
    records.labels = {0, 1, 1, 0};
    return std::make_shared<const Records>(records);
}

std::shared_ptr<const Records> doubles(const std::vector<double>& inputs, std::size_t features) {
    Records records;
    records.features = features;
    records.outputs = 2;
    records.inputs = inputs;
    std::vector<double> targets(2 * inputs.size() / features);
    std::iota(targets.begin(), targets.end(), 0.0);
    records.targets = std::move(targets);
    return std::make_shared<const Records>(records);
}

DataSet set(const std::shared_ptr<const Records>& records, const std::string& kind, std::int64_t limit = 0) {
    return stored_set("stored", "", {{records, all_rows(*records)}, {}, {records, all_rows(*records)}}, limit, kind);
}

}  // namespace

TEST_CASE("gather writes features x lanes, row-major, and one-hot targets") {
    const auto g = gather(*set(bytes(), "none").train, {2, 0, 1});
    CHECK(g.x[0] == 0);
    CHECK(g.x[1] == 0);
    CHECK(g.x[2] == 1);  // 255 is full scale
    for (std::size_t k = 0; k < 3; ++k) CHECK(g.x[3 + k] == Approx(std::vector<double>{30, 10, 20}[k] / 255));
    CHECK(g.y == std::vector<float>{0, 1, 0, 1, 0, 1});
}

TEST_CASE("a sample has the same bits in a batch of any size") {
    std::vector<double> inputs(50 * 5);
    for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i] = std::sin(static_cast<double>(i));
    const auto samples = set(doubles(inputs, 5), "feature").train;
    const auto together = gather(*samples, first(50));  // neither a multiple of a block nor of a vector
    for (std::uint64_t k = 0; k < 50; ++k) {
        const auto alone = gather(*samples, {k});
        for (std::size_t f = 0; f < 5; ++f) CHECK(alone.x[f] == together.x[f * 50 + k]);
        for (std::size_t o = 0; o < 2; ++o) CHECK(alone.y[o] == together.y[o * 50 + k]);
    }
}

TEST_CASE("a circuit in double gets the numbers of the file, one in float the same rounded once") {
    const double third = 1.0 / 3, far = 1e6 + 1e-9;
    const auto samples = set(doubles({third, far, -third, 2 * far}, 2), "none").train;
    CHECK(gather<double>(*samples, {1, 0}).x == std::vector<double>{-third, third, 2 * far, far});
    CHECK(gather(*samples, {1, 0}).x == std::vector<float>{static_cast<float>(-third), static_cast<float>(third),
                                                           static_cast<float>(2 * far), static_cast<float>(far)});
    CHECK(gather<double>(*samples, {1}).x[0] != static_cast<double>(gather(*samples, {1}).x[0]));
    Records records;
    records.features = records.outputs = 1;
    records.inputs = std::vector<double>{1, 2};
    records.targets = std::vector<double>{third, std::numeric_limits<double>::quiet_NaN()};
    const auto taught = set(std::make_shared<const Records>(records), "none").train;
    CHECK(gather<double>(*taught, {0}).y == std::vector<double>{third});
    CHECK(gather(*taught, {0}).y == std::vector<float>{static_cast<float>(third)});
    CHECK(std::isnan(gather<double>(*taught, {1}).y[0]));
    // Standardised in double from the stored bytes: (10 - 25) / sqrt(125).
    CHECK(gather<double>(*set(bytes(), "feature").train, {0}).x[1] == Approx(-15 / std::sqrt(125.0)).epsilon(1e-15));
}

TEST_CASE("targets of a regression are those of the sample, and there is no label") {
    const auto samples = set(doubles({1, 2, 3}, 1), "none").train;
    CHECK(gather(*samples, {2, 0}).y == std::vector<float>{4, 0, 5, 1});
    CHECK(samples->label(1) == -1);
}

TEST_CASE("global standardisation gives mean 0 and deviation 1 over all inputs together") {
    const auto x = gather(*set(bytes(), "global").train, first(4)).x;
    double sum = 0, squares = 0;
    for (float value : x) sum += value, squares += value * value;
    CHECK(sum / 12 == Approx(0).margin(1e-6));
    CHECK(squares / 12 == Approx(1).epsilon(1e-6));
    CHECK(x[0] < x[4]);  // 0 < 10: order is kept
}

TEST_CASE("feature standardisation does so for each input, and leaves constant ones at zero") {
    const auto x = gather(*set(bytes(), "feature").train, first(4)).x;
    CHECK(std::vector<float>(x.begin(), x.begin() + 4) == std::vector<float>{-1, 1, -1, 1});
    CHECK(x[4] == Approx(-15 / std::sqrt(125)));
    CHECK(std::vector<float>(x.begin() + 8, x.end()) == std::vector<float>{0, 0, 0, 0});
}

TEST_CASE("channel standardisation scales equal stretches of the inputs, each alone") {
    auto records = *doubles({1, 3, 100, 300, 5, 7, 500, 700}, 4);
    records.channels = 2;
    const auto x = gather(*set(std::make_shared<const Records>(records), "channel").train, first(2)).x;
    // Both stretches are 1 3 5 7 but for a factor, and of mean 4 and variance 5 times that.
    for (const std::size_t feature : {0, 2}) {
        CHECK(x[2 * feature] == Approx(-3 / std::sqrt(5)));
        CHECK(x[2 * feature + 1] == Approx(1 / std::sqrt(5)));
        CHECK(x[2 * feature + 2] == Approx(-1 / std::sqrt(5)));
    }
}

TEST_CASE("constant inputs become zero whatever their size, also all of them") {
    for (double value : {0.1, 1e30, 1e-300}) {
        const auto records = doubles({value, value, value, value, value, value}, 2);
        for (const std::string kind : {"feature", "global"})
            CHECK(gather(*set(records, kind).train, first(3)).x == std::vector<float>(6, 0));
    }
}

TEST_CASE("a mean far from zero costs no digits") {
    const auto x = gather(*set(doubles({1e12 - 1, 1e12 + 1}, 1), "feature").train, first(2)).x;
    CHECK(x == std::vector<float>{-1, 1});
}

TEST_CASE("the statistics are those of the training part that is used, for both parts") {
    const DataSet limited = set(doubles({-1, 1, 1000, 2000}, 1), "feature", 2);
    CHECK(limited.train->size() == 2);
    CHECK(gather(*limited.train, first(2)).x == std::vector<float>{-1, 1});
    CHECK(limited.test->size() == 4);
    CHECK(gather(*limited.test, {3}).x == std::vector<float>{2000});
}

TEST_CASE("a training limit beyond the set keeps all of it") { CHECK(set(bytes(), "none", 100).train->size() == 4); }
