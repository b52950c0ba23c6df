#include "analysis/metrics/bidiagonal.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "tests/support/catch.hpp"

using apical::bidiagonal_singular_values;
using Numbers = std::vector<double>;

TEST_CASE("bidiagonal: two by two by hand, and what is diagonal already") {
    // [1 1; 0 1]: s^2 = (3 +- sqrt 5) / 2, so s = (sqrt 5 +- 1) / 2
    const Numbers golden = bidiagonal_singular_values({1, 1}, {1});
    CHECK(golden[0] == Approx((std::sqrt(5) + 1) / 2));
    CHECK(golden[1] == Approx((std::sqrt(5) - 1) / 2));
    CHECK(bidiagonal_singular_values({2, -3, 1}, {0, 0}) == Numbers{3, 2, 1});
    CHECK(bidiagonal_singular_values({-4}, {}) == Numbers{4});
    CHECK(bidiagonal_singular_values({0, 0}, {0}) == Numbers{0, 0});
}

TEST_CASE("bidiagonal: ones on both diagonals, s_k = 2 cos(k pi / (2 n + 1))") {
    const std::size_t n = GENERATE(3, 10, 200);
    const Numbers s = bidiagonal_singular_values(Numbers(n, 1), Numbers(n - 1, 1));
    for (std::size_t k = 1; k <= n; ++k)
        CHECK(std::abs(s[k - 1] - 2 * std::cos(static_cast<double>(k) * std::numbers::pi /
                                               static_cast<double>(2 * n + 1))) < 1e-14 * static_cast<double>(n));
}

TEST_CASE("bidiagonal: zeros on the diagonal, wherever they stand") {
    // With a zero at place k, the row above and the column beside it stay coupled; the product of all values is 0, and
    // the sum of squares is that of the entries.
    const std::size_t zero = GENERATE(0, 2, 4);
    Numbers d{5, 4, 3, 2, 1}, e{1, 2, 3, 4};
    d[zero] = 0;
    const Numbers s = bidiagonal_singular_values(d, e);
    double squares = 0, expected = 0;
    for (const double x : s) squares += x * x;
    for (const double x : d) expected += x * x;
    for (const double x : e) expected += x * x;
    CHECK(squares == Approx(expected));
    CHECK(s.back() < 1e-15);
    CHECK(s[3] > 0.1);
}

TEST_CASE("bidiagonal: graded either way, and in any unit") {
    const double unit = GENERATE(1e-300, 1.0, 1e300);
    Numbers d, e;
    for (int k = 0; k < 12; ++k) d.push_back(std::pow(10.0, -k) * unit);
    for (int k = 0; k < 11; ++k) e.push_back(std::pow(10.0, -k - 1) * unit);
    const Numbers down = bidiagonal_singular_values(d, e);
    std::reverse(d.begin(), d.end());
    std::reverse(e.begin(), e.end());
    const Numbers up = bidiagonal_singular_values(d, e);  // the reversed transpose
    double determinant = 0;                               // its logarithm
    for (std::size_t k = 0; k < d.size(); ++k) {
        CHECK(std::abs(up[k] - down[k]) <= 1e-15 * down[0]);
        determinant += std::log10(down[k] / unit) + static_cast<double>(k);
    }
    CHECK(determinant == Approx(0).margin(1e-3));
}
