#pragma once
#include <string>
#include <vector>

#include "sim/core/table.hpp"

namespace apical::self_assembly::spiking {

/// Section [circuit]: what has the same meaning for the circuit of rates.
struct Layers {
    std::vector<std::int64_t> hidden{100};
    double scale_W = 3, scale_W_output = 2;
    double eta_W = 0.01, gamma_W = 0;
    double rate_factor = 1, rate_period = 1;
};

/// Section [spiking_self_assembly].
struct Parameters {
    std::string motif = "topographic";
    bool mask = false;
    std::int64_t ratio = 2;
    std::string feedback = "assembled";
    std::string error_code = "pair";
    std::string gate = "partner";
    double gate_open = 0.01, gate_saturation = 0.3;
    double slope = 1;
    double quantum_hidden = 0.4, quantum_output = 0.3;
    double baseline = 0.43;
    double tau_relaxation = 4, apical_leak = 0, quantum_relaxation = 0.2;
    std::vector<std::string> plastic{"W", "Wbar", "V", "Vbar"};
    double eta_V = 3e-4, gamma_V = 0;
    bool scaling = true;
    std::string signs = "excitatory";
    std::string start = "independent";
    double scale_Wbar = 0.5, scale_V = 0.6;
    std::int64_t development = 16000;
    std::string spontaneous = "rates";
    double tau_m = 5, tau_s = 3, tau_e = 3;
    double delay = 0, delay_across = 0;  ///< ms
    double drive = 0.8, target = 0.5;

    /// If not, feedback is one of those for comparison, and W alone learns.
    bool assembles() const { return feedback == "assembled"; }
    /// Backpropagation through time: no cells carry errors.
    bool through_time() const { return feedback == "bptt"; }
    bool dense() const { return motif == "dense"; }
    bool relaxes() const { return gate == "relaxed"; }
    bool analog() const { return error_code == "analog"; }
    /// Spikes of upstream cells say when hidden layers send errors. Output cells that should fire may be silent: theirs
    /// are sent by pairs.
    bool bursts() const { return error_code == "burst"; }
    bool learns(const std::string& group) const;
};

/// How a presentation is cut into steps.
struct Timing {
    double step = 1, presentation = 20;  ///< ms
    double onset = 0;                    ///< of the teacher and of the answer, ms
    double steps() const { return presentation / step; }
};

const Table<Layers>& layers_table();
const Table<Parameters>& table();

}  // namespace apical::self_assembly::spiking
