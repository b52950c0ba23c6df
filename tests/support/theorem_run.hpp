#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/self_assembly/parameters.hpp"
#include "models/upstream.hpp"
#include "tests/support/alignment.hpp"

namespace apical::theorem {

/// A row of section 4 of the specification: a circuit and how long it learns.
struct Row {
    std::string name;
    Upstream upstream;
    self_assembly::Parameters parameters;
    int steps = 10000;
    /// Of the teacher's weights, TeacherStudent. 1 for linear networks, 2 for ReLU: with He's 1.4 the decay of these
    /// rows leaves backpropagation itself, for some seeds, one direction in W and little more than the mean output.
    double teacher = 1;
    std::optional<Clock> clock{};  ///< none: settled
};

constexpr double he = 1.4;  ///< sqrt(2), as the specification rounds it

// Rows start from one of these: eta = 5e-3, g_W = 1e-3 a step, dbar = 2 d, scales as the specification has them.
Row linear_row();  ///< linear network, dense V = Vbar^T of free sign, frozen
Row relu_row();    ///< ReLU, the same; the gate is the caller's
Row motif_row();   ///< ReLU, excitatory topographic motif, V and Vbar independent and frozen (3.6)
Row scaled_row();  ///< ReLU, the same with synaptic scaling and everything plastic, all parameters the product's own
                   ///< (3.7)

/// The same circuit in continuous time.
Row in_time(Row row, const Clock& clock);

/// Makes V and Vbar plastic. The specification counts decay a step, g_V; the product in units of the rate, gamma_V.
Row plastic_cross(Row row, double eta_V, double g_V);

struct Outcome {
    bool diverged = false;
    std::string why;                  ///< of a divergence
    double loss = 0;                  ///< on the evaluation batch
    double loss_mean_output = 0;      ///< of the constant that fits best: what a dead circuit reaches
    double loss_backpropagation = 0;  ///< same seed, data, initial W, rate and decay
    std::vector<LayerAlignment> layers;
};

Outcome run(const Row& row, std::uint64_t seed, bool with_backpropagation = false);
/// Seeds 1 .. n.
std::vector<Outcome> run_seeds(const Row& row, int n, bool with_backpropagation = false);

struct Spread {
    double median, low, high;
};
Spread spread(std::vector<double> values);
/// Over seeds, of one layer (1 .. L-1).
Spread spread(const std::vector<Outcome>& outcomes, std::size_t layer, double LayerAlignment::*quantity);
/// Over seeds: loss / loss of backpropagation.
Spread relative_loss(const std::vector<Outcome>& outcomes);
/// The smallest (or largest) value over seeds and layers.
double least(const std::vector<Outcome>& outcomes, double LayerAlignment::*quantity);
double most(const std::vector<Outcome>& outcomes, double LayerAlignment::*quantity);

/// Prints `| name | quantity per layer: median (range) | loss ratio | effective ranks, eigenvalues of H |`.
void print(const Row& row, const std::vector<Outcome>& outcomes, const char* label, double LayerAlignment::*quantity);

}  // namespace apical::theorem
