#pragma once
#include <string>
#include <vector>

#include "sim/circuit/model.hpp"
#include "sim/core/table.hpp"

namespace apical::pal {

/// Section [circuit]: what a network that is compared with this one has too.
struct Layers {
    std::vector<std::int64_t> hidden{30};
    std::string activation = "logistic";
};

/// Section [pal]. Rates are per presentation: the authors', in 1/ms, times the presentation, which they let last 1 ms
/// but in their ablation of prospective coding. Lists have one entry a layer, or one for all.
struct Parameters {
    std::string variant = "pal";
    bool prospective = true;
    std::vector<double> eta_W{1}, eta_B{20}, eta_IP{10}, eta_PI{0.5};
    double alpha = 1e-6;
    double sigma = 0.01;
    std::string scheme = "exact";
    double tau_xi = 0.1, tau_HP = 0.1, tau_LO = 100, tau_r = 0.01;
    double g_l = 0.03, g_bas = 0.1, g_api = 0.06, g_den = 0.1, g_nudge = 0.06, g_tgt = 0.06;
    std::vector<double> range_W{-1, 1}, range_B{-1, 1};
    bool self_predicting = true;
    double target_on = 1, target_off = 0;

    double total_hidden() const { return g_l + g_bas + g_api; }
    double total_output() const { return g_l + g_bas + g_tgt; }
    double total_interneuron() const { return g_l + g_den + g_nudge; }
    /// How much of a layer's basal drive is left at its soma if nothing else is there.
    double left_of_drive(bool output) const { return g_bas / (output ? g_l + g_bas : total_hidden()); }
    double left_at_interneuron() const { return g_den / (g_l + g_den); }
};

/// The noise must be the same for a step at least: nothing is learnt from what is new in every step. Throws InputError.
void require_slow_noise(const Node& experiment, const std::string& model, double tau_xi);

const Table<Layers>& layers_table();
const Table<Parameters>& table();

}  // namespace apical::pal
