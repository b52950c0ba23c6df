#include "analysis/metrics/surrogate_gradient.hpp"

#include <algorithm>
#include <cmath>

namespace apical {

namespace {

using Matrices = std::vector<Matrix<double>>;

/// phi(u) of every cell, times its sign.
Matrix<double> gate(const Matrix<double>& u, std::size_t l, const SpikingCells& cells) {
    const Matrix<double> phi = (1 + cells.beta * (u.array() - 1).abs()).square().inverse();
    return cells.signs[l - 1].asDiagonal() * phi;
}

Matrices zeros(const Matrices& like) {
    Matrices all;
    for (const auto& one : like) all.emplace_back(Matrix<double>::Zero(one.rows(), one.cols()));
    return all;
}

}  // namespace

std::vector<Matrix<double>> van_rossum_gradient(const Matrices& W, const std::vector<SpikingStep>& steps,
                                                const SpikingCells& cells) {
    const double km = cells.keep_membrane, ks = cells.keep_synapse;
    const std::size_t L = W.size() - 1;
    Matrices descent = zeros(W), of_a = zeros(steps[0].a), of_u = of_a;  // -dE/da and -dE/du of the step after
    for (std::size_t t = steps.size(); t-- > 0;) {
        const SpikingStep& now = steps[t];
        for (std::size_t l = L; l >= 1; --l) {
            of_a[l] *= ks;
            if (l == L && t >= cells.onset) of_a[l] += now.target - now.a[l];
            if (l < L) of_a[l].noalias() += (1 - km) * W[l + 1].transpose() * of_u[l + 1];
            const Matrix<double> kept =
                now.z[l].unaryExpr([&cells](double spike) { return cells.subtracts || spike == 0 ? 1.0 : 0.0; });
            of_u[l] =
                gate(now.u[l], l, cells).array() * (1 - ks) * of_a[l].array() + km * kept.array() * of_u[l].array();
            descent[l].noalias() += (1 - km) * of_u[l] * now.a[l - 1].transpose();
        }
    }
    return descent;
}

double rate_under_current(double current, const SpikingCells& cells) {
    if (!(current > cells.threshold)) return 0;
    return std::min(1.0, std::log(cells.keep_membrane) / std::log1p(-cells.threshold / current));
}

std::vector<Matrix<double>> rate_network_update(const Matrices& W, const std::vector<SpikingStep>& steps,
                                                const SpikingCells& cells) {
    const std::size_t L = W.size() - 1;
    Matrices r = zeros(steps[0].a), I = r, update = zeros(W);
    Matrix<double> target = Matrix<double>::Zero(steps[0].target.rows(), steps[0].target.cols());
    const double part = 1 / static_cast<double>(steps.size() - cells.onset);
    for (std::size_t t = cells.onset; t < steps.size(); ++t) {
        r[0] += part * steps[t].a[0];
        target += part * steps[t].target;
    }
    for (std::size_t l = 1; l <= L; ++l) {
        I[l].noalias() = W[l] * r[l - 1];
        r[l] = cells.signs[l - 1].asDiagonal() *
               I[l].unaryExpr([&](double current) { return rate_under_current(current, cells); });
    }
    Matrix<double> delta = gate(I[L], L, cells).cwiseProduct(target - r[L]);
    for (std::size_t l = L; l >= 1; --l) {
        update[l].noalias() = delta * r[l - 1].transpose();
        if (l > 1) delta = gate(I[l - 1], l - 1, cells).cwiseProduct(W[l].transpose() * delta);
    }
    return update;
}

}  // namespace apical
