#include "analysis/metrics/spectrum.hpp"

#include <Eigen/QR>
#include <cmath>
#include <limits>

#include "tests/support/catch.hpp"
#include "tests/support/normal_matrix.hpp"

using namespace apical;

namespace {

/// U diag(s) V^T with orthonormal U and V: a matrix whose singular values are known.
Matrix<double> with_singular_values(const Eigen::VectorXd& s, Eigen::Index rows, Eigen::Index columns) {
    const auto orthonormal = [&](Eigen::Index n, std::uint32_t stream) -> Eigen::MatrixXd {
        const Eigen::MatrixXd A = normal_matrix(n, s.size(), stream);
        return Eigen::HouseholderQR<Eigen::MatrixXd>(A).householderQ() * Eigen::MatrixXd::Identity(n, s.size());
    };
    return orthonormal(rows, 1) * s.asDiagonal() * orthonormal(columns, 2).transpose();
}

}  // namespace

TEST_CASE("singular values of a product of known ones, for wide, tall and square matrices") {
    const Eigen::VectorXd s = Eigen::VectorXd::LinSpaced(20, 3, 0.5);
    const auto [rows, columns] = GENERATE(table<int, int>({{20, 20}, {20, 45}, {45, 20}}));
    const Matrix<double> A = with_singular_values(s, rows, columns);
    CHECK((singular_values(A) - s).cwiseAbs().maxCoeff() < 1e-13);
    CHECK((squared_singular_values(A) - s.cwiseAbs2()).cwiseAbs().maxCoeff() < 1e-13 * 9);
    CHECK((symmetric_eigenvalues(A * A.transpose()).head(20) - s.cwiseAbs2()).cwiseAbs().maxCoeff() < 1e-13 * 9);
}

TEST_CASE("the squared ones of a singular matrix are noise of the size of rounding, and not below zero") {
    const Eigen::VectorXd s = (Eigen::VectorXd(4) << 1e3, 1, 1e-9, 0).finished();
    const Spectrum squared = squared_singular_values(with_singular_values(s, 4, 9));
    CHECK(squared.minCoeff() >= 0);
    CHECK(squared[0] == Approx(1e6));
    CHECK(squared[3] < 1e-9);
}

TEST_CASE("A A^T has as many eigenvalues as A has rows") {
    const Matrix<double> A = normal_matrix(6, 4, 3);
    const Spectrum expected = symmetric_eigenvalues(A * A.transpose());
    CHECK((with_zeros(squared_singular_values(A), 6) - expected).cwiseAbs().maxCoeff() < 1e-13);
    CHECK(with_zeros(squared_singular_values(A), 6)[5] == 0);
}

TEST_CASE("ranks of a spectrum of m equal values are m") {
    const Spectrum s = (Spectrum(7) << 2, 2, 2, 2, 0, 0, 0).finished();
    CHECK(effective_rank(s) == Approx(4));
    CHECK(participation_ratio(s) == Approx(4));
    CHECK(stable_rank(s) == Approx(4));
}

TEST_CASE("ranks of the spectrum 2, 1, 1 by hand") {
    const Spectrum s = (Spectrum(3) << 2, 1, 1).finished();
    // p = 1/2, 1/4, 1/4: entropy (ln 2) / 2 + 2 (ln 4) / 4 = 3/2 ln 2
    CHECK(effective_rank(s) == Approx(std::pow(2, 1.5)));
    CHECK(participation_ratio(s) == Approx(36.0 / 18));
    CHECK(stable_rank(s) == Approx(6.0 / 4));
}

TEST_CASE("ranks do not depend on scale, even where squares overflow or vanish") {
    const Spectrum s = (Spectrum(3) << 2, 1, 1).finished();
    const double scale = GENERATE(1e-300, 1e-20, 1e20, 1e300);
    CHECK(effective_rank(scale * s) == Approx(effective_rank(s)));
    CHECK(participation_ratio(scale * s) == Approx(participation_ratio(s)));
    CHECK(stable_rank(scale * s) == Approx(stable_rank(s)));
}

TEST_CASE("a zero or empty matrix has rank 0, one that is not finite has none") {
    for (const Matrix<double>& A :
         {Matrix<double>(Matrix<double>::Zero(3, 5)), Matrix<double>(0, 5), Matrix<double>(0, 0)}) {
        CHECK(effective_rank(singular_values(A)) == 0);
        CHECK(participation_ratio(squared_singular_values(A)) == 0);
        CHECK(stable_rank(singular_values(A)) == 0);
    }
    for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        Matrix<double> A = normal_matrix(4, 4, 1);
        A(2, 1) = bad;
        CHECK(singular_values(A).size() == 4);
        CHECK(std::isnan(effective_rank(singular_values(A))));
        CHECK(std::isnan(participation_ratio(squared_singular_values(A))));
        CHECK(std::isnan(stable_rank(symmetric_eigenvalues(A))));
    }
}

TEST_CASE("columns that are orthogonal give their lengths, largest first, as the decomposition does") {
    Matrix<double> A = Matrix<double>::Zero(6, 3);  // two cells a partner, as in the topographic motif
    for (Eigen::Index j = 0; j < 6; ++j) A(j, j / 2) = 0.5 + 0.25 * static_cast<double>(j * j % 5);
    for (const Matrix<double>& matrix : {A, Matrix<double>(A.transpose())}) {
        const Spectrum found = squared_singular_values(matrix).cwiseSqrt();
        CHECK((found - singular_values(matrix)).cwiseAbs().maxCoeff() < 1e-14);
    }
}
