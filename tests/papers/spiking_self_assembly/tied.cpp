#include "tests/papers/spiking_self_assembly/tied.hpp"

#include <cmath>

namespace apical::self_assembly::spiking::test {

Tied::Tied(const Net& net, Training<double>& training) : net_(net), training_(training) {
    const std::size_t L = net.depth();
    for (std::vector<MatrixD>* all : {&W_, &V_, &Vbar_, &sent_, &tied_}) all->resize(L + 1);
    B_.resize(L + 1);
    for (std::size_t l = 1; l <= L; ++l) {
        const std::string number = std::to_string(l);
        W_[l] = training.weights("W" + number);
        sent_[l] = tied_[l] = MatrixD::Zero(W_[l].rows(), W_[l].cols());
        if (l == L) continue;
        V_[l] = training.weights("V" + number);
        Vbar_[l] = training.weights("Vbar" + number);
        B_[l] = VectorD::Zero(V_[l].rows());
    }
    Vbar_[L] = MatrixD::Identity(W_[L].rows(), W_[L].rows());
}

VectorD Tied::column(const std::string& population, const char* name) const {
    const auto values = training_.column(population, name);
    return Eigen::Map<const VectorD>(values.data(), static_cast<Eigen::Index>(values.size()));
}

void Tied::observe() {
    const Parameters& p = net_.parameters;
    const double keep = std::exp(-net_.step / p.tau_e), root = std::sqrt(static_cast<double>(p.ratio));
    const std::size_t L = net_.depth();
    VectorD e = net_.step * column("error", "basal");
    for (std::size_t l = L; l >= 1; --l) {
        const std::string number = std::to_string(l);
        const VectorD a = column(l == 1 ? "in" : "up" + std::to_string(l - 1), "rate");
        if (l < L) {
            const VectorD lateral = column("down" + number, "lateral");
            B_[l] = keep * B_[l] + (1 - keep) / net_.step * (V_[l] * (W_[l + 1].transpose() * (Vbar_[l + 1] * e)));
            e = p.slope * net_.step * B_[l];
            for (Eigen::Index k = 0; k < e.size(); ++k) {
                if (lateral[k] <= p.gate_open) e[k] = 0;
                if (p.gate == "saturating") e[k] /= std::pow(1 + lateral[k] * root / p.gate_saturation, 2);
            }
        }
        sent_[l] += column("up" + number, "apical") * a.transpose();
        tied_[l] += Vbar_[l] * e * a.transpose();
    }
}

Tied tied_over(const Net& net, Training<double>& training, std::uint64_t first, std::uint64_t samples) {
    Tied tied(net, training);
    for (std::uint64_t k = first; k < first + samples; ++k)
        present(training, net, k, true, [&](std::uint64_t) { tied.observe(); });
    return tied;
}

}  // namespace apical::self_assembly::spiking::test
