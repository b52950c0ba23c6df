#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/table.hpp"

namespace apical::sign_concordant {

/// Section [circuit]: what a network that is compared with this one has too.
struct Layers {
    std::vector<std::int64_t> hidden{100};
};

/// Section [sign_concordant]. Lists have one entry a layer, or one for all.
struct Parameters {
    std::string feedback = "frsf";
    double concordance = 0.75;
    std::string encoding = "regular";
    double drive = 0.8, latest = 10;
    std::string error_code = "spikes";
    std::string anew = "activity";
    double eta = 0.06;
    double rate_factor = 1, rate_period = 1;
    double tau_m = 5, tau_s = 3, tau_e = 3;
    double threshold = 1, beta = 2;
    double quantum_hidden = 0.1, quantum_output = 0.3;
    double target = 0.6;
    std::vector<double> scale_W{2};

    bool dale() const { return feedback == "dale"; }
    /// Feedback weights take signs of W at every time.
    bool follows_signs() const {
        return feedback != "dale" && feedback != "bp" && feedback != "fa" && feedback != "none";
    }
};

/// How a presentation is cut into steps.
struct Timing {
    double step = 1, presentation = 20;  ///< ms
    double steps() const { return presentation / step; }
};

const Table<Layers>& layers_table();
const Table<Parameters>& table();

}  // namespace apical::sign_concordant
