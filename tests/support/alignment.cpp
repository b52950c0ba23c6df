#include "tests/support/alignment.hpp"
#include "models/roles.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/SVD>
#include <cmath>
#include <limits>

#include "models/baselines/baselines.hpp"

namespace apical::theorem {

namespace {

std::string of_layer(const char* name, std::size_t l) { return name + std::to_string(l); }

double cosine(const Matrix<double>& a, const Matrix<double>& b) {
    return a.cwiseProduct(b).sum() / (a.norm() * b.norm());
}

/// C^l dtilde^l (h^{l-1})^T for l = 1 .. L-1 (spec 3.6), from the activities of the circuit itself:
/// dtilde^L = e, dtilde^{l-1} = D^{l-1} W^{lT} (A^l / C^l) dtilde^l, A^l = diag(V^T V), C^l = diag(Vbar V), A^L = C^L =
/// I.
std::vector<Matrix<double>> reweighted_gradients(const Training<double>& simulation, const Evaluator<double>& seen,
                                                 std::size_t L) {
    std::vector<Matrix<double>> gradients(L - 1);
    Matrix<double> carried = seen.column("error", "rate");  // (A^l / C^l) dtilde^l
    for (std::size_t l = L; l-- > 1;) {
        const Matrix<double> V = simulation.weights(of_layer("V", l)), Vbar = simulation.weights(of_layer("Vbar", l));
        const Eigen::VectorXd A = V.colwise().squaredNorm(), C = V.transpose().cwiseProduct(Vbar).rowwise().sum();
        const Matrix<double> D = (seen.column(of_layer("up", l), "soma").array() > 0).cast<double>();
        const Matrix<double> dtilde = D.cwiseProduct(simulation.weights(of_layer("W", l + 1)).transpose() * carried);
        const Matrix<double> h = seen.column(l == 1 ? "in" : of_layer("up", l - 1), "rate");
        gradients[l - 1] = C.asDiagonal() * dtilde * h.transpose() / static_cast<double>(h.cols());
        carried = A.cwiseQuotient(C).asDiagonal() * dtilde;
    }
    return gradients;
}

}  // namespace

double effective_rank(const Matrix<double>& m) {
    const Eigen::VectorXd s = Eigen::JacobiSVD<Eigen::MatrixXd>(m).singularValues();
    const double sum = s.sum();
    double entropy = 0;
    for (double value : s)
        if (value > 0) entropy -= value / sum * std::log(value / sum);
    return std::exp(entropy);
}

std::vector<LayerAlignment> measure_alignment(const Training<double>& simulation, const Upstream& upstream,
                                              const TeacherStudent& task) {
    Matrix<double> x, t;
    task.evaluation_batch(x, t);
    const auto lanes = static_cast<std::size_t>(x.cols());
    const std::size_t L = upstream.hidden.size() + 1;

    Training<double> backpropagation(backpropagation_circuit(upstream, TeacherStudent::shape()), {.lanes = lanes});
    for (std::size_t l = 1; l <= L; ++l) backpropagation.assign(of_layer("W", l), simulation.weights(of_layer("W", l)));
    Evaluator<double> seen(simulation, lanes), gradient(backpropagation, lanes);
    seen.evaluate(x.data(), t.data());
    gradient.evaluate(x.data(), t.data());

    std::vector<Matrix<double>> reweighted;
    if (simulation.circuit().anatomy.layers.front().further.has(roles::partner))
        reweighted = reweighted_gradients(simulation, seen, L);

    std::vector<LayerAlignment> layers;
    for (std::size_t l = 1; l < L; ++l) {
        const Matrix<double> dW = seen.plastic_direction(of_layer("W", l)),
                             dW_sgd = gradient.plastic_direction(of_layer("W", l));
        const Matrix<double> V = simulation.weights(of_layer("V", l)), Vbar = simulation.weights(of_layer("Vbar", l));
        const Matrix<double> W = simulation.weights(of_layer("W", l));
        const Eigen::MatrixXd H = Vbar * Vbar.transpose();
        const Matrix<double> H_dW_sgd = H * dW_sgd;
        const Eigen::VectorXd eigenvalues =
            Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(H, Eigen::EigenvaluesOnly).eigenvalues();
        layers.push_back({.rel = (dW - H_dW_sgd).norm() / dW.norm(),
                          .rel_sgd = (dW - dW_sgd).norm() / dW.norm(),
                          .rel_reweighted = reweighted.empty() ? std::numeric_limits<double>::quiet_NaN()
                                                               : (dW - reweighted[l - 1]).norm() / dW.norm(),
                          .cos_h = cosine(dW, H_dW_sgd),
                          .cos_sgd = cosine(dW, dW_sgd),
                          .rank_Vbar = effective_rank(Vbar),
                          .rank_W = effective_rank(W),
                          .smallest_eigenvalue_H = eigenvalues.minCoeff(),
                          .largest_eigenvalue_H = eigenvalues.maxCoeff(),
                          .norm_V = V.norm(),
                          .norm_W = W.norm(),
                          .asymmetry = (V - Vbar.transpose()).norm() / (V.norm() + Vbar.norm())});
    }
    return layers;
}

}  // namespace apical::theorem
