#include "analysis/metrics/activity.hpp"

#include <cmath>

#include "analysis/metrics/agreement.hpp"
#include "analysis/metrics/spectrum.hpp"
#include "models/neurons/activation.hpp"

namespace apical {

double root_mean_square(const Matrix<double>& rates) {
    if (rates.size() == 0) return 0;
    return frobenius_norm(rates) / std::sqrt(static_cast<double>(rates.size()));
}

Matrix<double> slopes_at(const std::string& activation, double leak, const Matrix<double>& u) {
    Matrix<double> slopes(u.rows(), u.cols());
    with_activation(activation, leak, [&](auto phi) {
        double side_by_side[Pack<double>::size];
        for (Eigen::Index k = 0; k < u.size(); ++k) {
            Pack<double>(phi.slope(Pack<double>(u.data()[k]))).store_anywhere(side_by_side);
            slopes.data()[k] = side_by_side[0];
        }
    });
    return slopes;
}

double largest_correlation(const Matrix<double>& post, const Matrix<double>& pre) {
    const Matrix<double> mean = post * pre.transpose() / static_cast<double>(pre.cols());
    return std::sqrt(squared_singular_values(mean)[0]);
}

}  // namespace apical
