#include "analysis/metrics/agreement.hpp"

#include <cmath>
#include <limits>

#include "analysis/metrics/assembly.hpp"
#include "tests/support/catch.hpp"

using namespace apical;

namespace {

Matrix<double> matrix(Eigen::Index rows, Eigen::Index columns, double seed) {
    Matrix<double> A(rows, columns);
    for (Eigen::Index k = 0; k < A.size(); ++k) A.data()[k] = std::sin(seed + 1.7 * static_cast<double>(k * k));
    return A;
}

/// Entry (i, j) of A B, summed by hand.
double entry(const Matrix<double>& A, const Matrix<double>& B, Eigen::Index i, Eigen::Index j) {
    double sum = 0;
    for (Eigen::Index k = 0; k < A.cols(); ++k) sum += A(i, k) * B(k, j);
    return sum;
}

}  // namespace

TEST_CASE("cosine, relative error and distance of two small matrices by hand") {
    const Matrix<double> A = (Matrix<double>(1, 2) << 3, 4).finished(), B = (Matrix<double>(1, 2) << 0, 2).finished();
    CHECK(cosine(A, B) == Approx(0.8));
    CHECK(relative_error(A, B) == Approx(std::sqrt(13.0) / 5));
    CHECK(relative_distance(A, B) == Approx(std::sqrt(13.0) / 7));
    CHECK(cosine(A, -2 * A) == Approx(-1));
    CHECK(tangent(A, B) == Approx(0.75));
    CHECK(tangent(A, -B) == Approx(-0.75));
    CHECK(tangent(1e-200 * A, 1e200 * B) == Approx(0.75));
    const Matrix<double> close = (Matrix<double>(1, 2) << 3 - 4e-9, 4 + 3e-9).finished();
    CHECK(tangent(A, close) == Approx(1e-9).epsilon(1e-6));
    CHECK(relative_distance(A, -A) == Approx(1));
    CHECK(cosine(1e-200 * A, 1e200 * B) == Approx(0.8));
    CHECK(frobenius_norm(1e-200 * A) == Approx(5e-200));
    CHECK(frobenius_norm(Matrix<double>(0, 3)) == 0);
}

TEST_CASE("a zero matrix has no direction, and what is not finite agrees with nothing") {
    const Matrix<double> A = matrix(2, 3, 1), zero = Matrix<double>::Zero(2, 3);
    CHECK(std::isnan(cosine(A, zero)));
    CHECK(std::isnan(tangent(A, zero)));
    CHECK(std::isnan(relative_error(zero, zero)));
    CHECK(std::isnan(relative_distance(zero, zero)));
    CHECK(relative_error(A, zero) == Approx(1));
    CHECK(relative_distance(A, zero) == Approx(1));
    Matrix<double> bad = A;
    bad(1, 1) = std::numeric_limits<double>::infinity();
    CHECK(std::isnan(cosine(A, bad)));
    CHECK(std::isnan(relative_distance(bad, A)));
    CHECK(std::isnan(relative_error(bad, A)));
    CHECK(std::isnan(relative_error(A, bad)));
    CHECK(std::isnan(relative_length(A, bad)));
    CHECK(std::isnan(frobenius_norm(bad)));
    CHECK(std::isnan(relative_error(zero, A)));
    CHECK(std::isnan(relative_length(A, zero)));
    CHECK(relative_length(3 * A, A) == Approx(3));
    CHECK(cosine(1e-310 * A, -1e-320 * A) == Approx(-1).epsilon(1e-2));
}

TEST_CASE("the motif residual sums R = Vbar Wbar^T - W V^T with every index in its place") {
    // d_l = 3, dbar_l = 5, d_{l-1} = 2, dbar_{l-1} = 4
    const Matrix<double> W = matrix(3, 2, 1), Wbar = matrix(4, 5, 2), Vbar = matrix(3, 5, 3), V = matrix(4, 2, 4);
    double R = 0, down = 0, up = 0;
    for (Eigen::Index i = 0; i < 3; ++i)
        for (Eigen::Index j = 0; j < 4; ++j) {
            const double a = entry(Vbar, Wbar.transpose(), i, j), b = entry(W, V.transpose(), i, j);
            R += (a - b) * (a - b);
            down += a * a;
            up += b * b;
        }
    CHECK(motif_residual(product(Vbar, Wbar.transpose()), W, V) ==
          Approx(std::sqrt(R) / (std::sqrt(down) + std::sqrt(up))));
    // Wbar = V W^T solves R = 0 with Vbar = I.
    CHECK(motif_residual(W * V.transpose(), W, V) < 1e-15);
}

TEST_CASE("a product with a matrix that is mostly zeros is the same product") {
    const Matrix<double> dense = matrix(12, 10, 1), B = matrix(10, 3, 2);
    Matrix<double> sparse = Matrix<double>::Zero(12, 10);
    sparse(0, 9) = 2, sparse(11, 0) = -1, sparse(11, 4) = 3;
    for (const Matrix<double>& A : {dense, sparse, Matrix<double>(Matrix<double>::Zero(12, 10))}) {
        const Matrix<double> AB = product(A, B);
        REQUIRE(AB.rows() == 12);
        REQUIRE(AB.cols() == 3);
        for (Eigen::Index i = 0; i < 12; ++i)
            for (Eigen::Index j = 0; j < 3; ++j) CHECK(AB(i, j) == Approx(entry(A, B, i, j)));
    }
}

TEST_CASE("the cross asymmetry is 0 for a transpose and 1 for its negative") {
    const Matrix<double> V = matrix(6, 3, 1);
    CHECK(cross_asymmetry(V, V.transpose()) == 0);
    CHECK(cross_asymmetry(V, -V.transpose()) == Approx(1));
}

TEST_CASE("partner factors are the diagonals of V^T V and Vbar V") {
    const Matrix<double> V = matrix(6, 3, 1), Vbar = matrix(3, 6, 2), W = matrix(3, 4, 3);
    const PartnerFactors factors(V, Vbar);
    for (Eigen::Index i = 0; i < 3; ++i) {
        CHECK(factors.A[i] == Approx(entry(V.transpose(), V, i, i)));
        CHECK(factors.C[i] == Approx(entry(Vbar, V, i, i)));
    }
    const Matrix<double> B = reweighted_feedback(W, factors);
    CHECK(B(1, 2) == Approx(W(2, 1) * factors.A[2] / factors.C[2]));
    CHECK_FALSE(PartnerFactors(V, -V.transpose()).are_positive());
    CHECK(PartnerFactors(V, V.transpose()).are_positive());
    CHECK_FALSE(PartnerFactors(Matrix<double>::Zero(6, 3), Vbar).are_positive());
}
