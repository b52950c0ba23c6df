#include "analysis/metrics/activity.hpp"

#include <cmath>

#include "analysis/metrics/agreement.hpp"
#include "analysis/metrics/spectrum.hpp"

namespace apical {

double root_mean_square(const Matrix<double>& rates) {
    if (rates.size() == 0) return 0;
    return frobenius_norm(rates) / std::sqrt(static_cast<double>(rates.size()));
}

double largest_correlation(const Matrix<double>& post, const Matrix<double>& pre) {
    const Matrix<double> mean = post * pre.transpose() / static_cast<double>(pre.cols());
    return std::sqrt(squared_singular_values(mean)[0]);
}

}  // namespace apical
