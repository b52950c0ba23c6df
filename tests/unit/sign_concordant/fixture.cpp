#include "tests/unit/sign_concordant/fixture.hpp"

#include <cmath>
#include <string>

namespace apical::sign_concordant::test {

Setup Net::setup() const {
    Setup setup;
    setup.mode = Mode::spiking;
    setup.lanes = lanes;
    setup.seed = seed;
    setup.threads = threads;
    setup.clock.step = 1;
    setup.clock.presentation = presentation;
    setup.clock.error_onset = onset;
    return setup;
}

ModelCircuit Net::circuit() const {
    return sign_concordant::circuit(layers, parameters, {1, presentation},
                                    {inputs, outputs, Loss::squared_error, 1000});
}

std::vector<double> inputs_of(const Net& net, std::uint64_t k) {
    const Random random(7);
    std::vector<double> x(net.inputs);
    const Entries drawn = uniform(0, 1)(random, "inputs", 1 << 20, net.inputs);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = drawn(k, i);
    return x;
}

std::vector<double> targets_of(const Net& net, std::uint64_t k) {
    std::vector<double> y(net.outputs, 0);
    y[k % net.outputs] = 1;
    return y;
}

void present(Training<double>& training, const Net& net, std::uint64_t k, const Observer& observe) {
    std::vector<double> x, y;
    const auto into = [&](std::vector<double>& all, const auto& of) {
        std::vector<std::vector<double>> lanes;
        for (std::size_t lane = 0; lane < net.lanes; ++lane) lanes.push_back(of(net, k * net.lanes + lane));
        for (std::size_t unit = 0; unit < lanes[0].size(); ++unit)
            for (const auto& one : lanes) all.push_back(one[unit]);
    };
    into(x, inputs_of);
    into(y, targets_of);
    training.present(x.data(), y.data(), observe);
}

std::vector<MatrixD> weights_of(const Training<double>& training, std::size_t layers) {
    std::vector<MatrixD> all;
    for (std::size_t l = 1; l <= layers; ++l) all.emplace_back(training.weights("W" + std::to_string(l)));
    return all;
}

double cosine(const MatrixD& a, const MatrixD& b) { return a.cwiseProduct(b).sum() / (a.norm() * b.norm()); }

ByHand::ByHand(const Net& net, const Training<double>& training)
    : W(weights_of(training, net.layers.hidden.size() + 1)), net_(net), p_(net.parameters) {
    const auto phases = training.column("in", "phase");
    phase_ = Eigen::Map<const VectorD>(phases.data(), static_cast<Eigen::Index>(phases.size()));
    if (p_.follows_signs())
        for (std::size_t l = 1; l < W.size(); ++l) M_.emplace_back(training.weights("M" + std::to_string(l)));
    if (p_.feedback == "fa")
        for (std::size_t l = 1; l < W.size(); ++l) M_.emplace_back(training.weights("B" + std::to_string(l)));
}

MatrixD ByHand::feedback(std::size_t l) const {
    if (p_.feedback == "bp") return W[l].transpose();
    if (p_.feedback == "none") return MatrixD::Zero(W[l].cols(), W[l].rows());
    if (p_.feedback == "fa") return M_[l - 1];
    return M_[l - 1].cwiseProduct(W[l].transpose().unaryExpr([](double w) { return w < 0 ? -1.0 : 1.0; }));
}

void ByHand::present(std::uint64_t k) {
    const std::vector<double> x = inputs_of(net_, k), y = targets_of(net_, k);
    layers_.assign(W.size() + 1, {});
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        const Eigen::Index units = l == 0 ? W[0].cols() : W[l - 1].rows();
        for (VectorD Layer::*column : {&Layer::a, &Layer::p, &Layer::u, &Layer::crest, &Layer::q})
            layers_[l].*column = VectorD::Zero(units);
    }
    target_phase_ = target_ = VectorD::Zero(W.back().rows());
    for (int t = 0; t < net_.presentation; ++t)
        step(Eigen::Map<const VectorD>(x.data(), static_cast<Eigen::Index>(x.size())),
             Eigen::Map<const VectorD>(y.data(), static_cast<Eigen::Index>(y.size())), t >= net_.onset);
}

void ByHand::step(const VectorD& x, const VectorD& y, bool taught) {
    const double km = std::exp(-1 / p_.tau_m), ks = std::exp(-1 / p_.tau_s), ke = std::exp(-1 / p_.tau_e);
    const auto fire = [](VectorD& phase) {
        VectorD spikes = VectorD::Zero(phase.size());
        for (Eigen::Index i = 0; i < phase.size(); ++i)
            if (phase[i] >= 1) spikes[i] = 1, phase[i] -= 1;
        return spikes;
    };
    phase_ += p_.drive * x;
    target_phase_ += p_.target * y;
    target_ = ks * target_ + (1 - ks) * fire(target_phase_);
    layers_[0].a = ks * layers_[0].a + (1 - ks) * fire(phase_);
    for (std::size_t l = 1; l < layers_.size(); ++l) {
        Layer& up = layers_[l];
        up.u = km * up.u + (1 - km) * W[l - 1] * layers_[l - 1].a;
        up.crest = up.u;
        VectorD z = VectorD::Zero(up.u.size());
        for (Eigen::Index i = 0; i < z.size(); ++i)
            if (up.u[i] >= 1) z[i] = 1, up.u[i] = 0;
        up.a = ks * up.a + (1 - ks) * z;
    }
    for (Layer& each : layers_) each.p = km * each.p + (1 - km) * each.a;
    std::vector<MatrixD> change;
    for (std::size_t l = W.size(); l >= 1; --l) {
        Layer& up = layers_[l];
        VectorD A = VectorD::Zero(up.a.size());
        if (l == W.size() && taught) A = target_ - up.a;
        if (l < W.size()) A = feedback(l) * layers_[l + 1].q;
        const VectorD e = A.cwiseQuotient((1 + p_.beta * (up.crest.array() - 1).abs()).square().matrix());
        up.q = is_filtered ? VectorD(ke * up.q + (1 - ke) * e) : e;
        change.emplace_back(p_.eta * e * layers_[l - 1].p.transpose());
    }
    for (std::size_t l = 1; l <= W.size(); ++l) W[l - 1] += change[W.size() - l];
}

}  // namespace apical::sign_concordant::test
