#include "analysis/metrics/activity.hpp"

#include <cmath>
#include <limits>

#include "tests/support/catch.hpp"

using namespace apical;

TEST_CASE("root mean square and largest correlation by hand") {
    const Matrix<double> pre = (Matrix<double>(2, 2) << 1, 3, 0, 4).finished();
    const Matrix<double> post = (Matrix<double>(1, 2) << 2, -1).finished();
    CHECK(root_mean_square(pre) == Approx(std::sqrt(26.0 / 4)));
    CHECK(root_mean_square(Matrix<double>(0, 2)) == 0);
    // <post pre^T> = (2 - 3, -4) / 2
    CHECK(largest_correlation(post, pre) == Approx(std::sqrt(17.0) / 2));
    CHECK(largest_correlation(pre, post) == Approx(std::sqrt(17.0) / 2));
}

TEST_CASE("rates that are not finite have no size") {
    Matrix<double> rates = Matrix<double>::Ones(2, 2);
    rates(0, 1) = std::numeric_limits<double>::quiet_NaN();
    CHECK(std::isnan(root_mean_square(rates)));
    CHECK(std::isnan(largest_correlation(rates, Matrix<double>::Ones(1, 2))));
}
