#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/circuit/model.hpp"
#include "sim/core/table.hpp"

namespace apical::burst_ccn {

/// Section [burst_xor]. Lists have an entry for each of the two hidden ensembles. Weights and currents of synapses are
/// those of a whole ensemble for 1 ms, but for W_1 and W_2, which are those of one synapse.
struct ExclusiveOr {
    std::int64_t cells = 200;
    double example = 8000;
    std::int64_t taught = 160;
    double p_b = 0.401;
    std::string baseline = "constant";
    double tau_baseline = 2000;
    double eta = 1.5, W_max = 800;
    double I_one = 350, I_zero = -250;
    std::vector<double> I_hidden{0, -200};
    double I_output = 100, I_d = 370;
    double W_1 = 100, inhibition_1 = 30;
    std::vector<double> W_2{100, 50}, inhibition_2{50, 900};
    std::vector<double> Y{1e5, -1e5};
    double noise_s = 2000, rate_s = 150, noise_d = 1333, rate_d = 300;
    double tau_rate = 500;

    /// The two inputs and what the output should be, of examples 0, 1, 2, 3, which come again and again in turn.
    static constexpr std::array<std::array<int, 3>, 4> table{{{0, 0, 0}, {1, 0, 1}, {0, 1, 1}, {1, 1, 0}}};
};

const Table<ExclusiveOr>& exclusive_or_table();

/// Ensembles `in1`, `in2`, `hidden1`, `hidden2` and `output` of cells that fire events and bursts, in steps of `step`
/// ms, for so many examples, of which the first `taught` have a teacher. `event_count` and `burst_count` of every cell
/// go on from the beginning. See README.md.
Circuit exclusive_or(const ExclusiveOr& parameters, double step, std::int64_t examples);

Model exclusive_or_model();

}  // namespace apical::burst_ccn
