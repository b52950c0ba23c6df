// Whether eigenvalues have positive real parts: for every matrix what its eigenvalues say, though few are computed.
#include "sim/network/real_parts.hpp"

#include "sim/core/random.hpp"
#include "tests/support/catch.hpp"

using namespace apical;

namespace {

using M = Matrix<double>;

M drawn(Eigen::Index n, std::uint32_t stream) {
    const Random random(11);
    M m(n, n);
    for (Eigen::Index k = 0; k < m.size(); ++k) m.data()[k] = random.normal(stream, static_cast<std::uint32_t>(k));
    return m / std::sqrt(static_cast<double>(n));
}

/// Looks at A + k / steps (B - A) for k = 0 .. steps, and counts those that are not positive.
int count_not_positive(const M& A, const M& B, int steps) {
    RealParts real_parts;
    int count = 0;
    for (int k = 0; k <= steps; ++k) {
        const M C = A + k / static_cast<double>(steps) * (B - A);
        const double least = least_real_part(C);
        const auto found = real_parts.not_positive(C);
        CHECK(found.has_value() == !(least > 0));
        if (found) CHECK(*found == Approx(least).margin(1e-12));
        count += found.has_value() ? 1 : 0;
    }
    return count;
}

}  // namespace

TEST_CASE("real parts of a matrix that moves from positive to negative and back") {
    const Eigen::Index n = 20;
    const M identity = M::Identity(n, n), away = identity + 0.3 * drawn(n, 1);
    CHECK(count_not_positive(away, -0.5 * away, 200) > 50);
    CHECK(count_not_positive(-0.5 * away, away, 200) > 50);
    CHECK(count_not_positive(identity, away, 200) == 0);
}

TEST_CASE("real parts of a matrix whose symmetric part is not positive although its eigenvalues are") {
    M shear = M::Identity(12, 12);
    shear.block(0, 6, 6, 6) = 8 * M::Identity(6, 6) + drawn(6, 2);  // all eigenvalues are 1
    M apart = shear;
    for (Eigen::Index k = 0; k < 12; ++k) apart(k, k) += 0.1 * static_cast<double>(k);
    CHECK(count_not_positive(apart, shear, 100) == 0);
    M broken = apart;
    broken(11, 0) = -3;  // over 8, back over -3
    broken(6, 0) = 3;
    CHECK(count_not_positive(apart, broken, 400) > 100);
}

TEST_CASE("real parts: a jump, another size, nothing, and numbers that are none") {
    RealParts real_parts;
    const M one = M::Identity(5, 5);
    CHECK_FALSE(real_parts.not_positive(one));
    CHECK(real_parts.not_positive(M(-one)) == Approx(-1));
    CHECK(real_parts.not_positive(M(-M::Identity(6, 6))) == Approx(-1));
    CHECK(real_parts.not_positive(M(M::Zero(5, 5))) == Approx(0));
    CHECK_FALSE(real_parts.not_positive(M(M::Identity(7, 7))));
    CHECK_FALSE(real_parts.not_positive(Matrix<float>(Matrix<float>::Identity(7, 7) * 1e-6F)));
    CHECK(real_parts.not_positive(Matrix<float>(Matrix<float>::Identity(7, 7) * -1e-6F)));
    CHECK_FALSE(real_parts.not_positive(M(0, 0)));
    CHECK(std::isnan(least_real_part(one * std::numeric_limits<double>::quiet_NaN())));
    CHECK(least_real_part(M(0, 0)) == 0);
}
