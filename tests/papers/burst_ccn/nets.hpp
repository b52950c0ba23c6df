#pragma once
#include <cmath>
#include <string>
#include <vector>

#include "models/burst_ccn/circuit.hpp"
#include "sim/protocol/training.hpp"

namespace apical::burst_ccn {

inline Circuit net(std::vector<std::int64_t> sizes, const Parameters& parameters, Loss loss = Loss::squared_error,
                   const std::string& activation = "logistic") {
    const auto inputs = static_cast<std::size_t>(sizes.front()), outputs = static_cast<std::size_t>(sizes.back());
    return circuit({{sizes.begin() + 1, sizes.end() - 1}, activation}, parameters, {inputs, outputs, loss, 100});
}

/// Of the accepted columns (units x lanes).
template <class S>
Matrix<double> column(const Training<S>& simulation, const std::string& population, const std::string& name) {
    const PopulationId p = simulation.circuit().population(population);
    const auto lanes = static_cast<Eigen::Index>(simulation.setup().lanes);
    return Eigen::Map<const Matrix<S>>(simulation.network().column(p, name),
                                       static_cast<Eigen::Index>(simulation.network().cells(p)) / lanes, lanes)
        .template cast<double>();
}

/// In degrees.
inline double angle(const Matrix<double>& a, const Matrix<double>& b) {
    return std::acos(std::min(1.0, (a.array() * b.array()).sum() / (a.norm() * b.norm()))) * 180 / M_PI;
}

/// What backpropagation, with B_l in place of W_(l+1)^T, makes of the rates and errors that stand in the simulation:
/// delta_l at [l], and the mean over lanes of delta_l e_(l-1)^T. Logistic layers.
struct Gradient {
    std::vector<Matrix<double>> delta, W;
};
template <class S>
Gradient gradient(const Training<S>& s, const std::vector<Matrix<double>>& B) {
    const std::size_t L = s.circuit().anatomy.layers.size();
    const auto rate = [&](std::size_t l) { return column(s, l == 0 ? "in" : "up" + std::to_string(l), "rate"); };
    const auto slope = [&](std::size_t l) { return (rate(l).array() * (1 - rate(l).array())).matrix().eval(); };
    Gradient found{std::vector<Matrix<double>>(L + 1), std::vector<Matrix<double>>(L + 1)};
    found.delta[L] = slope(L).cwiseProduct(column(s, "up" + std::to_string(L), "apical"));
    for (std::size_t l = L; l >= 1; --l) {
        found.W[l] = found.delta[l] * rate(l - 1).transpose() / static_cast<double>(s.setup().lanes);
        if (l > 1) found.delta[l - 1] = slope(l - 1).cwiseProduct(B[l - 1] * found.delta[l]);
    }
    return found;
}

}  // namespace apical::burst_ccn
