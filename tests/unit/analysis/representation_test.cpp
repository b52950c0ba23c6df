#include "analysis/metrics/representation.hpp"

#include <Eigen/QR>
#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/support/normal_matrix.hpp"

using namespace apical;

TEST_CASE("correlation: 1 for cells that follow each other up or down, 0 for orthogonal ones, by hand between") {
    Matrix<double> rates(3, 4);
    rates << 0, 1, 0, 1, 5, 3, 5, 3, 10, 20, 10, 20;
    CHECK(mean_correlation(rates) == Approx(1));
    rates << 1, -1, 1, -1, 1, 1, -1, -1, 1, -1, -1, 1;
    CHECK(mean_correlation(rates) == Approx(0).margin(1e-15));
    // r = sum of products of deviations: (-1.5 * -1 + ...) / sqrt(5 * 4): 1 2 3 4 against 0 0 2 2 gives 4 / sqrt(5 * 4)
    Matrix<double> two(2, 4);
    two << 1, 2, 3, 4, 0, 0, 2, 2;
    CHECK(mean_correlation(two) == Approx(4 / std::sqrt(20.0)));
}

TEST_CASE("correlation: of a layer of any width, as pair by pair") {
    constexpr Eigen::Index n = 2100, first = 1300;
    Matrix<double> rates(n, 4);
    for (Eigen::Index i = 0; i < n; ++i)
        rates.row(i) << (i < first ? Eigen::RowVector4d(1, 2, 3, 4) : Eigen::RowVector4d(0, 0, 2, 2));
    const auto pairs = [](double a, double b) { return a * b; };
    const double second = n - first, between = 4 / std::sqrt(20.0);
    CHECK(mean_correlation(rates) ==
          Approx((pairs(first, first - 1) + pairs(second, second - 1) + between * 2 * pairs(first, second)) /
                 pairs(n, n - 1)));
}

TEST_CASE("correlation: cells whose rate never changes are left out, and one cell has no other") {
    Matrix<double> rates(3, 4);
    rates << 1, 2, 3, 4, 0.1, 0.1, 0.1, 0.1, 0, 0, 2, 2;
    CHECK(mean_correlation(rates) == Approx(4 / std::sqrt(20.0)));
    CHECK(std::isnan(mean_correlation(rates.topRows(2))));
    rates(0, 0) = NAN;
    CHECK(std::isnan(mean_correlation(rates)));
}

TEST_CASE("CKA is 1 for a rotation, a scale and a shift, and 0 for what shares no direction over samples") {
    const Eigen::Index samples = GENERATE(8, 40);  // fewer and more than units
    const Matrix<double> X = normal_matrix(12, samples, 1);
    const Eigen::MatrixXd Q = Eigen::HouseholderQR<Eigen::MatrixXd>(normal_matrix(12, 12, 2)).householderQ() *
                              Eigen::MatrixXd::Identity(12, 12);
    const Matrix<double> Y = ((3 * (Q * X)).colwise() + Eigen::VectorXd::LinSpaced(12, -1, 5)).eval();
    CHECK(linear_cka(X, Y) == Approx(1));
    CHECK(linear_cka(X, normal_matrix(5, samples, 3)) < 0.9);
    Matrix<double> a(1, 4), b(2, 4);
    a << 1, -1, 1, -1;
    b << 1, 1, -1, -1, 1, -1, -1, 1;
    CHECK(linear_cka(a, b) == Approx(0).margin(1e-15));
    CHECK(std::isnan(linear_cka(a, Matrix<double>::Ones(2, 4))));
}

TEST_CASE("CKA of one unit with n orthonormal ones, itself among them, is 1 / sqrt(n)") {
    Matrix<double> a(1, 4), b(3, 4);
    a << 1, -1, 1, -1;
    b << 1, -1, 1, -1, 1, 1, -1, -1, 1, -1, -1, 1;
    CHECK(linear_cka(a, b) == Approx(1 / std::sqrt(3.0)));
    CHECK(linear_cka(b, a) == Approx(1 / std::sqrt(3.0)));
}

TEST_CASE("classes on a line are separable; exclusive or is not, until its product is a rate") {
    const Eigen::Index samples = 200;
    Matrix<double> rates = normal_matrix(2, samples, 4), targets = Matrix<double>::Zero(2, samples);
    for (Eigen::Index k = 0; k < samples; ++k) targets(rates(0, k) > 0.3 * rates(1, k) ? 1 : 0, k) = 1;
    CHECK(linear_separability(rates, targets) > 0.95);

    targets.setZero();
    for (Eigen::Index k = 0; k < samples; ++k) {
        rates.col(k) = rates.col(k).cwiseSign();
        targets(rates(0, k) * rates(1, k) > 0 ? 1 : 0, k) = 1;
    }
    CHECK(linear_separability(rates, targets) < 0.75);
    Matrix<double> longer(3, samples);
    longer << rates, rates.row(0).cwiseProduct(rates.row(1));
    CHECK(linear_separability(longer, targets) == 1);
}

TEST_CASE("separability: more cells than samples, each class a corner of its own") {
    Matrix<double> rates = Matrix<double>::Zero(30, 12), targets = Matrix<double>::Zero(3, 12);
    for (Eigen::Index k = 0; k < 12; ++k) {
        rates(k / 2 % 3, k) = 1;
        rates(10 + k, k) = 0.1;
        targets(k / 2 % 3, k) = 1;
    }
    CHECK(linear_separability(rates, targets) == 1);
    CHECK(std::isnan(linear_separability(rates.leftCols(1), targets.leftCols(1))));
    // Nothing to go by: the commonest answer, which is right for a third.
    CHECK(linear_separability(Matrix<double>::Zero(30, 12), targets) == Approx(1.0 / 3));
}

TEST_CASE("separability: what can only be learnt by heart is not separable, as other samples are asked for") {
    const Eigen::Index samples = 400, cells = 250;  // more numbers than the 200 samples that are fitted
    const Matrix<double> rates = normal_matrix(cells, samples, 5), coins = normal_matrix(1, samples, 6);
    Matrix<double> targets = Matrix<double>::Zero(2, samples);
    for (Eigen::Index k = 0; k < samples; ++k) targets(coins(0, k) > 0 ? 1 : 0, k) = 1;
    const double guessed = linear_separability(rates, targets);
    CHECK(guessed == Approx(0.5).margin(4 * std::sqrt(0.25 / 200)));
}
