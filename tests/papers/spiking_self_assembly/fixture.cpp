#include "tests/papers/spiking_self_assembly/fixture.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace apical::self_assembly::spiking::test {

namespace {

std::string name(const char* group, std::size_t l) { return group + std::to_string(l); }

std::pair<std::vector<double>, std::vector<double>> gathered(const Net& net, std::uint64_t k) {
    std::pair found{std::vector<double>(net.inputs), std::vector<double>(net.outputs)};
    net.samples->gather(std::span(&k, 1), found.first.data(), found.second.data());
    return found;
}

}  // namespace

Net::Net() {
    layers.hidden = {24, 20};
    layers.scale_W = layers.scale_W_output = 5;
    layers.eta_W = 0.05;
    parameters.development = 0;
    parameters.eta_V = 0.02;
    parameters.slope = 0.5;
    parameters.quantum_hidden = 0.1;
}

Setup Net::setup() const {
    Setup setup;
    setup.mode = Mode::spiking;
    setup.lanes = 1;
    setup.seed = seed;
    setup.threads = threads;
    setup.clock.step = step;
    setup.clock.presentation = presentation;
    setup.clock.error_onset = onset;
    return setup;
}

ModelCircuit Net::circuit() const {
    return spiking::circuit(layers, parameters, {step, presentation, onset},
                            {inputs, outputs, Loss::squared_error, 1000});
}

std::vector<double> inputs_of(const Net& net, std::uint64_t k) {
    if (net.samples) return gathered(net, k).first;
    const Random random(7);  // which `drawn` refers to
    const Entries drawn = uniform(0, 1)(random, "inputs", 1 << 20, net.inputs);
    std::vector<double> x(net.inputs);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = drawn(k, i);
    return x;
}

std::vector<double> targets_of(const Net& net, std::uint64_t k) {
    if (net.samples) return gathered(net, k).second;
    std::vector<double> y(net.outputs, 0);
    y[k % net.outputs] = 1;
    return y;
}

void present(Training<double>& training, const Net& net, std::uint64_t k, bool taught, const Observer& observe) {
    const std::vector<double> x = inputs_of(net, k), y = targets_of(net, k);
    training.present(x.data(), taught ? y.data() : nullptr, observe);
}

std::vector<MatrixD> weights_of(const Training<double>& training) {
    std::vector<MatrixD> all;
    for (const Weights& w : training.circuit().weights) all.emplace_back(training.weights(w.name));
    return all;
}

double residual(const Training<double>& training, std::size_t depth) {
    double sum = 0;
    for (std::size_t l = 2; l <= depth; ++l) {
        const MatrixD W = training.weights(name("W", l)), V = training.weights(name("V", l - 1));
        MatrixD path = training.weights(name("Wbar", l)).transpose();
        if (l < depth) path = training.weights(name("Vbar", l)) * path;
        sum += (path - W * V.transpose()).squaredNorm();
    }
    return std::sqrt(sum);
}

double asymmetry(const Training<double>& training, std::size_t depth) {
    double sum = 0;
    for (std::size_t l = 1; l < depth; ++l)
        sum += (training.weights(name("V", l)) - training.weights(name("Vbar", l)).transpose()).squaredNorm();
    return std::sqrt(sum);
}

double cosine(const MatrixD& a, const MatrixD& b) { return a.cwiseProduct(b).sum() / (a.norm() * b.norm()); }

ByHand::ByHand(const Net& net, const Training<double>& training) : net_(net), layers_(net.depth() + 1) {
    const auto phases = training.column("in", "phase");
    phase_ = Eigen::Map<const VectorD>(phases.data(), static_cast<Eigen::Index>(phases.size()));
    const std::size_t L = net.depth();
    for (std::size_t l = 0; l <= L; ++l) {
        Layer& layer = layers_[l];
        if (l > 0) layer.W = training.weights(name("W", l));
        if (l > 1) layer.Wbar = training.weights(name("Wbar", l));
        if (l > 0 && l < L) layer.V = training.weights(name("V", l)), layer.Vbar = training.weights(name("Vbar", l));
        layer.a = layer.u = VectorD::Zero(l == 0 ? phase_.size() : layer.W.rows());
        if (l == L) layer.Vbar = MatrixD::Identity(layer.a.size(), layer.a.size());
        layer.B = layer.positive = layer.negative = layer.e = layer.held = VectorD::Zero(layer.Vbar.cols());
        layer.potential = layer.unsent = layer.sent = VectorD::Zero(layer.a.size());
    }
}

void ByHand::present(std::uint64_t k) {
    const std::vector<double> x = inputs_of(net_, k), y = targets_of(net_, k);
    const auto steps = static_cast<int>(std::lround(net_.presentation / net_.step));
    for (int t = 0; t < steps; ++t)
        step(Eigen::Map<const VectorD>(x.data(), static_cast<Eigen::Index>(x.size())),
             Eigen::Map<const VectorD>(y.data(), static_cast<Eigen::Index>(y.size())), t * net_.step >= net_.onset);
}

void ByHand::step(const VectorD& x, const VectorD& y, bool taught) {
    const Parameters& p = net_.parameters;
    const double dt = net_.step, km = std::exp(-dt / p.tau_m), ks = std::exp(-dt / p.tau_s),
                 ke = std::exp(-dt / p.tau_e);
    const std::size_t L = net_.depth();
    const auto fire = [](VectorD& u) {
        VectorD z = VectorD::Zero(u.size());
        for (Eigen::Index i = 0; i < u.size(); ++i)
            if (u[i] >= 1) z[i] = 1, u[i] -= 1;
        return z;
    };
    phase_ += p.drive * dt * x;
    layers_[0].a = ks * layers_[0].a + (1 - ks) * fire(phase_) / dt;
    for (std::size_t l = 1; l <= L; ++l) {
        Layer& up = layers_[l];
        up.u = (km * up.u + (1 - km) * up.W * layers_[l - 1].a).cwiseMax(-3);
        up.z = fire(up.u);
        up.a = ks * up.a + (1 - ks) * up.z / dt;
        if (l < L) up.lateral = up.V * up.a;
    }
    VectorD d = VectorD::Zero(layers_[L].a.size());
    if (taught) d = p.target * y - layers_[L].a;
    send(layers_[L], d * dt, p.quantum_output);
    const double r = std::sqrt(static_cast<double>(p.ratio));
    for (std::size_t l = L - 1; l >= 1; --l) {
        Layer& down = layers_[l];
        down.B = ke * down.B + (1 - ke) / dt * layers_[l + 1].Wbar * layers_[l + 1].e;
        d = p.gate == "relaxed" ? relax(down) : down.B;
        for (Eigen::Index k = 0; k < d.size(); ++k) {
            if (p.gate != "relaxed" && down.lateral[k] <= p.gate_open) d[k] = 0;
            if (p.gate == "saturating") d[k] /= std::pow(1 + down.lateral[k] * r / p.gate_saturation, 2);
        }
        const VectorD heard = down.V * down.z;
        send(down, p.slope * dt * d, p.quantum_hidden / r, &heard);
    }
    learn();
}

VectorD ByHand::relax(Layer& of) {
    const Parameters& p = net_.parameters;
    const double dt = net_.step, quantum = p.quantum_relaxation;
    const auto taken = [&](VectorD& x, double of_a_spike) {
        VectorD spikes(x.size());
        for (Eigen::Index k = 0; k < x.size(); ++k) {
            if (p.error_code != "many") x[k] = std::clamp(x[k], -2 * of_a_spike, 2 * of_a_spike);
            double n = std::trunc(x[k] / of_a_spike);
            if (p.error_code != "many") n = std::clamp(n, -1.0, 1.0);
            spikes[k] = n * of_a_spike;
            quanta += static_cast<std::size_t>(std::abs(n));
        }
        x -= spikes;
        return spikes;
    };
    of.held += dt * of.B - of.V * of.sent;
    const VectorD unexplained = taken(of.held, quantum / std::sqrt(static_cast<double>(p.ratio)));
    of.potential =
        std::exp(-p.apical_leak * dt / p.tau_relaxation) * of.potential + of.Vbar * unexplained / p.tau_relaxation;
    of.unsent += dt * of.potential;
    of.sent = taken(of.unsent, quantum);
    return of.V * of.sent.cwiseProduct((of.a.array() > p.gate_open).cast<double>().matrix()) / dt;
}

void ByHand::send(Layer& of, const VectorD& d, double quantum, const VectorD* fires) {
    of.d = d;
    const std::string& code = net_.parameters.error_code;
    if (code == "baseline" || (code == "burst" && fires != nullptr)) {
        const double rest = code == "baseline" ? net_.parameters.baseline * quantum : 0;
        for (Eigen::Index k = 0; k < d.size(); ++k) {
            double& v = of.positive[k];
            v = std::clamp(v + d[k] + rest, code == "baseline" ? -quantum : -2 * quantum, 2 * quantum);
            double spike = code == "baseline" ? (v >= quantum ? quantum : 0) : (v > 0 ? quantum : -quantum);
            if (code == "burst" && (*fires)[k] == 0) spike = 0;
            v -= spike;
            quanta += static_cast<std::size_t>(spike != 0);
            of.e[k] = spike - rest;
        }
        return;
    }
    const bool many = net_.parameters.error_code == "many";
    of.positive += d.cwiseMax(0);
    of.negative += (-d).cwiseMax(0);
    const auto carried = [&](VectorD& v, Eigen::Index k) {
        if (!many) v[k] = std::min(v[k], 2 * quantum);
        const double n = many ? std::floor(v[k] / quantum) : (v[k] >= quantum ? 1.0 : 0.0);
        quanta += static_cast<std::size_t>(n);
        v[k] -= n * quantum;
        return n * quantum;
    };
    for (Eigen::Index k = 0; k < d.size(); ++k)
        of.e[k] = net_.parameters.analog() ? d[k] : carried(of.positive, k) - carried(of.negative, k);
}

void ByHand::learn() {
    const double eta = net_.layers.eta_W, eta_V = net_.parameters.eta_V;
    const std::size_t L = net_.depth();
    for (std::size_t l = 1; l <= L; ++l) {
        const VectorD& seen = net_.parameters.error_code == "graded" ? layers_[l].d : layers_[l].e;
        VectorD apical = layers_[l].Vbar * seen;
        if (net_.parameters.mask && l < L)
            apical = apical.cwiseProduct((layers_[l].a.array() > net_.parameters.gate_open).cast<double>().matrix());
        layers_[l].W += eta * apical * layers_[l - 1].a.transpose();
        if (l > 1) layers_[l].Wbar += eta * layers_[l - 1].lateral * layers_[l].e.transpose();
    }
    for (std::size_t l = 1; l < L; ++l) {
        Layer& layer = layers_[l];
        if (layer.e.isZero(0)) continue;
        const MatrixD mask = layer.V.unaryExpr([](double v) { return v != 0 ? 1.0 : 0.0; });
        const MatrixD dV = (eta_V * layer.e * layer.a.transpose()).cwiseProduct(mask);
        layer.V += dV;
        layer.Vbar += dV.transpose();
        if (net_.parameters.signs == "excitatory") {
            layer.V = layer.V.cwiseMax(0);
            layer.Vbar = layer.Vbar.cwiseMax(0);
        }
        if (!net_.parameters.scaling) continue;
        layer.V.array().rowwise() /= layer.V.colwise().norm().array();
        layer.Vbar.array().colwise() /= layer.Vbar.rowwise().norm().array();
    }
}

std::vector<MatrixD> ByHand::weights() const {
    const std::size_t L = net_.depth();
    std::vector<MatrixD> all;
    for (std::size_t l = 1; l <= L; ++l) all.push_back(layers_[l].W);
    for (std::size_t l = 1; l < L; ++l) all.push_back(layers_[l].V), all.push_back(layers_[l].Vbar);
    for (std::size_t l = 2; l <= L; ++l) all.push_back(layers_[l].Wbar);
    return all;
}

}  // namespace apical::self_assembly::spiking::test
