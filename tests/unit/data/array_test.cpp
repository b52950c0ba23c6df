#include "data/readers/array.hpp"

#include <cmath>
#include <limits>

#include "tests/unit/data/fixtures.hpp"

using namespace apical;
using Catch::Matchers::Contains;

namespace {

Array array(std::vector<std::size_t> shape, Numbers values, bool is_whole = false) {
    return {"file: x", std::move(shape), std::move(values), is_whole, false};
}
Array labels(std::vector<double> values) {
    const std::size_t n = values.size();
    return array({n}, std::move(values), true);
}
const Array two = array({2, 1, 2}, std::vector<float>{1, 2, 3, 4});

InputError::Parts refusal(const Array& inputs, const Array& outputs, std::int64_t classes = 0) {
    return error_of([&] { array_records(inputs, outputs, classes); });
}

}  // namespace

TEST_CASE("arrays: inputs of any shape become rows; integers are labels, floating point is a regression") {
    const Records classes = array_records(two, labels({0, 4}));
    CHECK(classes.features == 2);
    CHECK(classes.outputs == 5);
    CHECK(classes.full_scale == 1);
    CHECK(std::get<std::vector<float>>(classes.inputs) == std::vector<float>{1, 2, 3, 4});
    const Records regression = array_records(two, array({2, 3}, std::vector<double>{1, 2, 3, 4, 5, 6}));
    CHECK_FALSE(regression.has_classes());
    CHECK(regression.outputs == 3);
    CHECK(regression.targets == Numbers(std::vector<double>{1, 2, 3, 4, 5, 6}));
    CHECK(array_records(two, array({2}, std::vector<float>{1, 2})).outputs == 1);
    CHECK(array_records(array({1, 2}, std::vector<std::uint8_t>{1, 2}, true), labels({0})).full_scale == 255);
    CHECK(array_records(two, array({2, 1}, std::vector<std::uint8_t>{1, 0}, true), 3).outputs == 3);
}

TEST_CASE("arrays: shapes that do not fit are refused") {
    CHECK(refusal(two, labels({0})).found == "1 rows");
    CHECK(refusal(array({}, std::vector<double>{1}), labels({0})).found == "a single number");
    CHECK(refusal(array({0, 2}, std::vector<double>{}), labels({})).found == "0 x 2");
    CHECK(refusal(array({2, 0}, std::vector<double>{}), labels({0, 1})).found == "2 x 0");
    CHECK_THAT(refusal(two, array({2, 2}, std::vector<double>{1, 0, 0, 1}, true)).hint, Contains("floating-point"));
    CHECK(refusal(two, array({2, 1, 2}, std::vector<float>{1, 2, 3, 4})).found == "2 x 1 x 2");
}

TEST_CASE("arrays: labels out of range and numbers that are not finite are refused with their sample") {
    for (const double label : {-1.0, 65536.0, 1e300})
        CHECK_THAT(refusal(two, labels({0, label})).found, Contains("of sample 2"));
    CHECK(refusal(two, labels({3, 0}), 3).expected == "0 to 2");
    for (const double bad :
         {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), -1e39}) {
        CHECK_THAT(refusal(array({2, 2}, std::vector<double>{1, 2, bad, 3}), labels({0, 1})).found,
                   Contains("in sample 2"));
        CHECK_THAT(refusal(two, array({2}, std::vector<double>{bad, 1})).found, Contains("in sample 1"));
    }
}

TEST_CASE("arrays: a key says classes or regression; floating-point numbers that look like labels are warned of") {
    const Array whole = array({2}, std::vector<double>{1, 2}), other = array({2}, std::vector<double>{1, 2.5});
    const Records by_data = array_records(two, whole);
    CHECK_FALSE(by_data.has_classes());
    REQUIRE(by_data.warnings.size() == 1);
    CHECK_THAT(by_data.warnings[0], Contains("task.targets = \"classes\""));
    CHECK(array_records(two, other).warnings.empty());
    CHECK(array_records(two, array({2}, std::vector<double>{1, -2})).warnings.empty());
    const Records regression = array_records(two, whole, 0, Targets::regression);
    CHECK_FALSE(regression.has_classes());
    CHECK(regression.warnings.empty());
    CHECK(array_records(two, labels({3, 4}), 0, Targets::regression).targets == Numbers(std::vector<double>{3, 4}));
    const Records classes = array_records(two, whole, 0, Targets::classes);
    CHECK(classes.labels == std::vector<std::uint16_t>{1, 2});
    CHECK(classes.warnings.empty());
    const auto refused = [](const Array& outputs) {
        return error_of([&] { array_records(two, outputs, 0, Targets::classes); });
    };
    CHECK(refused(other).found == "label 2.5 of sample 2");
    CHECK(refused(other).expected == "a whole number from 0 to 65535");
    CHECK(refused(array({2}, std::vector<double>{1, std::nan("")})).found == "label nan of sample 2");
    CHECK_THAT(refused(array({2, 2}, std::vector<float>{1, 0, 0, 1})).hint, Contains("argmax"));
    CHECK_THAT(refusal(two, labels({1, -1})).hint, Contains("0 and 1"));
}

TEST_CASE("arrays: samples along the last axis are recognised as transposed") {
    const Array x = array({4, 6}, std::vector<float>(24));
    for (const auto& shape : {std::vector<std::size_t>{1, 6}, {6}, {6, 1}, {2, 6}, {1, 4}}) {
        const Array y = array(shape, std::vector<float>(element_count(shape, 100)));
        CHECK_THAT(refusal(x, y).hint, Contains("transposed?"));
    }
    CHECK(refusal(x, array({5}, std::vector<float>(5))).hint.empty());
}
