#include <Eigen/SVD>
#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/unit/analysis/observed_circuit.hpp"

using namespace apical;
using namespace apical::test;
using RowMajor = Matrix<double>;

TEST_CASE("spectra are those of the matrices they name, largest first, and end in numbers that are none") {
    Observed<double> seen(self_assembly::circuit(small_network(), independent_motif(), small_task()));
    const auto measured = seen.measure();
    // 6-5-4-3 with 10 and 8 downstream cells: at most 5 singular values (W1, V1, Vbar1) but for Wbar2 (10 x 8).
    const auto check = [&](const std::string& name, std::size_t row, std::size_t length, const RowMajor& A,
                           bool square) {
        INFO(name << " " << row);
        const Eigen::VectorXd s = Eigen::JacobiSVD<Eigen::MatrixXd>(A).singularValues();
        const std::vector<double>& found = measured.at(name);
        const auto count = static_cast<std::size_t>(square ? A.rows() : s.size());
        for (std::size_t k = 0; k < length; ++k) {
            const double value = found.at(row * length + k);
            if (k >= count) CHECK(std::isnan(value));
            else if (k >= static_cast<std::size_t>(s.size())) CHECK(value == 0);
            else CHECK(value == Approx(square ? s[k] * s[k] : s[k]).epsilon(1e-9).margin(1e-12));
        }
    };
    const auto weights = [&](const char* group, std::size_t l) {
        return seen.simulation.weights(group + std::to_string(l));
    };
    for (std::size_t l = 1; l <= 3; ++l) {
        check("singular_values_W", l - 1, 8, weights("W", l), false);
        check("eigenvalues_WWT", l - 1, 5, weights("W", l), true);
    }
    for (std::size_t l = 2; l <= 3; ++l) check("singular_values_Wbar", l - 2, 8, weights("Wbar", l), false);
    for (std::size_t l = 1; l <= 2; ++l) {
        check("singular_values_V", l - 1, 8, weights("V", l), false);
        check("singular_values_Vbar", l - 1, 8, weights("Vbar", l), false);
        check("eigenvalues_H", l - 1, 5, weights("Vbar", l), true);
    }
    CHECK(measured.at("eigenvalues_H").size() == 10);
    CHECK(measured.at("singular_values_Wbar").size() == 16);
}

TEST_CASE("where potentials relax through V and back, the least real part of Vbar V says whether they settle") {
    self_assembly::Parameters parameters;
    parameters.motif = "dense";
    parameters.signs = "free";
    parameters.gate = "relaxed";
    parameters.start = "tied";
    Observed<double> seen(self_assembly::circuit(small_network(), parameters, small_task()));
    const auto measured = seen.measure();
    for (std::size_t l = 1; l <= 2; ++l)
        CHECK(measured.at("cross_stability")[l - 1] == Approx(measured.at("smallest_eigenvalue_H")[l - 1]));
    parameters.gate = "linear";
    CHECK(Observed<double>(self_assembly::circuit(small_network(), parameters, small_task()))
              .measure()
              .count("cross_stability") == 0);
}
