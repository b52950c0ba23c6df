// Matrices and what is measured on them, for measures.py to compute anew.
#include "analysis/metrics/agreement.hpp"
#include "analysis/metrics/representation.hpp"
#include "analysis/metrics/spectrum.hpp"
#include "sim/hdf5/file.hpp"
#include "tests/support/normal_matrix.hpp"

using namespace apical;

namespace {

template <class Values>
void write(hdf5::File& file, const std::string& path, const Values& values, bool is_matrix = false) {
    hdf5::Shape shape{static_cast<std::uint64_t>(values.rows())};
    if (is_matrix) shape.push_back(static_cast<std::uint64_t>(values.cols()));
    file.make_data_set(path, {hdf5::Kind::float64, shape})
        .template write<double>({values.data(), static_cast<std::size_t>(values.size())});
}

void write(hdf5::File& file, const std::string& path, double value) {
    write(file, path, Eigen::VectorXd(Eigen::VectorXd::Constant(1, value)));
}

void measure(hdf5::File& file, const std::string& group, const Matrix<double>& A) {
    const Spectrum s = singular_values(A);
    write(file, group + "/A", A, true);
    write(file, group + "/singular_values", s);
    write(file, group + "/squared_singular_values", squared_singular_values(A));
    write(file, group + "/eigenvalues_AAT", with_zeros(s.cwiseAbs2(), A.rows()));
    write(file, group + "/effective_rank", effective_rank(s));
    write(file, group + "/participation_ratio", participation_ratio(s));
    write(file, group + "/stable_rank", stable_rank(s));
    write(file, group + "/norm", frobenius_norm(A));
}

}  // namespace

int main(int, char** arguments) {
    hdf5::File file = hdf5::File::create(arguments[1], hdf5::Layout::finished);
    measure(file, "/square", normal_matrix(60, 60, 1));
    measure(file, "/wide", normal_matrix(40, 130, 2));
    measure(file, "/tall", normal_matrix(130, 40, 3));
    measure(file, "/one_row", normal_matrix(1, 9, 4));
    measure(file, "/two_columns", normal_matrix(50, 2, 5));
    measure(file, "/low_rank", normal_matrix(50, 3, 6) * normal_matrix(3, 70, 7));
    measure(file, "/graded",
            Eigen::VectorXd::LinSpaced(50, 0, -12).unaryExpr([](double x) { return std::pow(10, x); }).asDiagonal() *
                normal_matrix(50, 50, 8));
    measure(file, "/equal", Matrix<double>::Identity(30, 45));

    const Matrix<double> rates = normal_matrix(25, 90, 10).cwiseMax(0),
                         others = normal_matrix(100, 90, 11) + normal_matrix(100, 25, 12) * rates;
    Matrix<double> targets = Matrix<double>::Zero(4, 90);
    for (Eigen::Index k = 0; k < 90; ++k) {
        Eigen::Index class_of = 0;
        (normal_matrix(4, 25, 13) * rates.col(k)).maxCoeff(&class_of);
        targets(class_of, k) = 1;
    }
    write(file, "/activity/rates", rates, true);
    write(file, "/activity/others", others, true);
    write(file, "/activity/targets", targets, true);
    write(file, "/activity/correlation", mean_correlation(rates));
    write(file, "/activity/correlation_others", mean_correlation(others));
    write(file, "/activity/cka", linear_cka(rates, others));
    write(file, "/activity/cka_targets", linear_cka(rates, targets));
    write(file, "/activity/separability", linear_separability(rates, targets));
    write(file, "/activity/separability_others", linear_separability(others, targets));
    file.flush();
}
