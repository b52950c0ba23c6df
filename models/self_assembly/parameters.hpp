#pragma once
#include <string>
#include <vector>

#include "sim/core/table.hpp"

namespace apical::self_assembly {

/// Section [self_assembly]. Lists have one entry a hidden layer, or one for all. Empty rates and decays are those of W
/// (of V for Vbar).
struct Parameters {
    std::vector<double> ratio{2};
    std::string motif = "topographic";
    std::string signs = "excitatory";
    std::string start = "independent";
    std::string gate = "partner";
    bool mask = false;
    double apical_leak = 0;
    std::int64_t settling_steps = 0;
    double settling_gain = 0.5;
    double tau_relaxation = 10;
    std::string steer = "apical";
    bool rate_by_H = false;
    bool scaling = true;
    std::string rule_V = "act";
    std::string rule_Vbar = "act";
    std::vector<std::string> plastic{"W", "Wbar", "V", "Vbar"};
    std::vector<double> eta_Wbar, eta_V, eta_Vbar;
    std::vector<double> gamma_Wbar, gamma_V{0}, gamma_Vbar;
    double scale_Wbar = 0.5;
    double scale_V = 1;
    double scale_Vbar = 1;
    double tau_downstream = 10;
    double g_A_downstream = 0;
    std::int64_t development = -1;  ///< -1: none for `circuit`; the model chooses
    std::int64_t pairing_during_learning = 0;
    double developed_scale_W = 1.2;
    double developed_scale_W_output = 0.6;
};

/// Whether upstream apical potentials relax: one of the gates relaxed, relaxed_active, veto.
bool relaxes(const Parameters& parameters);

const Table<Parameters>& table();

}  // namespace apical::self_assembly
