#include "data/readers/array.hpp"

#include <limits>

#include "tests/unit/data/fixtures.hpp"

using namespace apical;
using Catch::Matchers::Contains;

namespace {

Array array(std::vector<std::size_t> shape, Numbers values, bool is_whole = false) {
    return {"file: x", std::move(shape), std::move(values), is_whole};
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
    CHECK(regression.targets == std::vector<float>{1, 2, 3, 4, 5, 6});
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
