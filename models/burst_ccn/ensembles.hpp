#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/circuit/model.hpp"
#include "sim/core/table.hpp"

namespace apical::burst_ccn {

/// Section [burst_ensembles]. Defaults: the authors' published program.
struct Ensembles {
    std::int64_t cells = 100;
    double p_b = 0.375;
    double drive = 200, W_1 = 0.4, W_1_max = 1.5, eta = 2.3e-4;
    std::string baseline = "constant";
    double tau_baseline = 2000;
    double W_2 = 22000, Y = 4.2;
    std::string transmission = "ideal";
    double tau_W_2 = 30, tau_Q = 10, tau_Y = 50, tau_facilitation = 10, Q = 0.21;
    double I_s = 50, compensation = -143;
    double I_d_hidden = -10, I_d_output = 32, silencing = -1.71;
    double noise_s = 2000, rate_s = 150, noise_d = 4000.0 / 3, rate_d = 300;
    double tau_ensemble = 1000;
    double burst_interval = 16;
    bool tie_bursts = true;
    std::vector<double> teacher_times{20e3, 40e3, 60e3, 80e3}, teacher_gains{80, 0, 100, 0},
        teacher_targets{10, 0, 5, 0};
};

const Table<Ensembles>& ensembles_table();

/// Two ensembles of bursting cells (see README.md): `up1`, whose weight W1 on the input is plastic, `up2`, what their
/// cells do together as `ensemble1` and `ensemble2`. Steps of `step` ms, gains of rules per `presentation`. Throws
/// std::invalid_argument for times of the teacher that are none.
Circuit ensembles(const Ensembles& parameters, double step, double presentation);

Model ensembles_model();

}  // namespace apical::burst_ccn
