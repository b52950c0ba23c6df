#pragma once
#include <string>
#include <vector>

#include "sim/core/table.hpp"

namespace apical::burst_ccn {

/// Section [circuit]: what a network that is compared with this one has too.
struct Layers {
    std::vector<std::int64_t> hidden{500, 500, 500};
    std::string activation = "logistic";
};

/// Section [burst_ccn]. Rates are per presentation. Defaults: the published notebook for MNIST.
struct Parameters {
    double eta_W = 0.3, gamma_W = 0, gamma_b = 0;
    bool normalised = false;
    double p_b = 0.5, error_scale = 1;
    double gain_W = 3.6;
    std::string Y = "random", Y_learns = "never";
    double eta_Y = 0, scale_Y = 0.5;
    std::int64_t branches = 1;
    std::string Q = "symmetric";
    double eta_Q = 7.31e-4, scale_Q = 0.5, misalignment_Q = 0;
    double tau_z = 100, tau_u = 100;
    std::vector<double> tau_trace;
    std::int64_t trace_updates = 1;
    std::string input_trace = "state", start = "rest";
    /// No key: run.step (ms), for the keys that repeat what the authors' code does once or twice a step.
    double step = 0;

    /// Learning rate of W in front of Eq. (1).
    double forward_rate() const { return normalised ? eta_W / (p_b * error_scale) : eta_W; }
    /// Of the trace of layer l, ms. Two Euler steps a step with a = step / tau are one with 1 - (1 - a)^2.
    double trace_constant(std::size_t l) const {
        const double tau = tau_trace.at(l);
        return l == 0 || trace_updates == 1 || step == 0 ? tau : step / (1 - (1 - step / tau) * (1 - step / tau));
    }
};

const Table<Layers>& layers_table();
const Table<Parameters>& table();

}  // namespace apical::burst_ccn
