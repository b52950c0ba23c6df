#pragma once
#include <string>
#include <vector>

#include "models/cells.hpp"
#include "sim/circuit/circuit.hpp"
#include "sim/circuit/model.hpp"
#include "sim/core/table.hpp"

namespace apical {

/// The network that every circuit here trains, and the keys they share: section [circuit] of an experiment. The same
/// seed gives the same initial W to all of them.
struct Upstream {
    std::vector<std::int64_t> hidden{100, 100};
    std::string activation = "relu";
    double leak = 0.01;
    bool biases = false;
    double scale_W = 1.4142135623730951;
    double scale_W_output = 1;
    double eta_W = 0.1;
    double gamma_W = 1e-3;
    std::int64_t warm_up = 0;
    double rate_factor = 1;
    double rate_period = 1;
    double tau = 10;
    std::string neuron = "leaky";
    double C_m = Membrane{}.C_m, g_L = Membrane{}.g_L, g_B = Membrane{}.g_B, g_A = Membrane{}.g_A, E_L = Membrane{}.E_L;
    bool compensated = true;
    double tau_B = 0, tau_A = 0;
    bool prospective = false;
    double adaptation = 0, tau_adaptation = 100;
    double delay = 0, tau_plasticity = 0;
    /// No key: of the error at the output, delta^L = phi'(p^L) o e, for who compares with a circuit that has it so.
    std::string output_activation = "linear";
    /// No key either: the error is that of the output's rate, e = t - phi(p^L), not of its potential.
    bool error_of_rate = false;

    CellKind cells() const;
};

const Table<Upstream>& upstream_table();

/// Section [circuit], overridden by the keys that section [<model>] also has; `own` are the keys of that section that
/// are not upstream keys. Throws InputError.
Upstream read_upstream(const Node& experiment, const std::string& model, const std::vector<Descriptor>& own);

/// The model's own section ([<model>], or an empty table), for `Table::read(section, upstream_keys())`.
Node own_section(const Node& experiment, const std::string& model);
/// A time of [run] in ms; `standard` if it is not given, as while the experiment is not resolved.
double run_time(const Node& experiment, const char* key, double standard, const Range& range = positive);
/// Throws InputError for another loss.
void require_squared_error(const Node& experiment, const TaskShape& task, const std::string& model);
std::vector<std::string> upstream_keys();

/// Whether the experiment runs in settled mode, the default.
bool is_settled(const Node& experiment);

/// Populations `in`, `up1` .. `upL` (compartments basal and apical), weights `W1` .. `WL` and, if asked for, biases
/// `b1` .. `bL` without rules, the projections between them, and the teacher, which emits e into `error.rate`. The
/// caller gives W its rule and the populations what else they need.
struct UpstreamParts {
    std::vector<PopulationId> up;  ///< [l] for l = 0 (the input) .. L
    std::vector<WeightsId> W, b;   ///< [l] for l = 1 .. L; [0] is unused; b is empty without biases
    PopulationId error{};          ///< population whose rate is e
};
/// The last touch, when all projections and rules are there: dendrites, adaptation, delays, slow plasticity.
void finish_cells(Circuit& circuit, const Upstream& upstream);
UpstreamParts add_upstream(ModelCircuit& circuit, const Upstream& upstream, const TaskShape& task);

}  // namespace apical
