#include "sim/synapses/update.hpp"

#include <cmath>

namespace apical {

namespace {

bool has_trace(const Plasticity& plasticity, const PlasticStep& step) {
    return step.duration > 0 && plasticity.low_pass > 0;
}

double trace_decay_of(const Plasticity& plasticity, const PlasticStep& step) {
    const double z = step.duration / plasticity.low_pass;
    return step.is_exact ? std::exp(-z) : 1 - z;
}

/// Of a step with both sides constant, mean over lanes.
double gain_of_step(double gain, double r, const PlasticStep& step, std::size_t lanes) {
    gain = gain * step.factor / static_cast<double>(lanes);
    return step.is_exact && r > 0 ? gain * -std::expm1(-r) / r : gain;
}

}  // namespace

Update update_of(const Plasticity& plasticity, double gain, const PlasticStep& step, std::size_t lanes) {
    const double r = plasticity.decay_rate * step.factor;
    Update update{step.is_exact ? std::exp(-r) : 1 - r};
    if (!has_trace(plasticity, step)) return update;
    update.has_trace = true;
    update.trace_decay = trace_decay_of(plasticity, step);
    update.trace_gain = gain_of_step(gain, r, step, lanes);
    update.lanes = static_cast<double>(lanes);
    return update;
}

double gain_of(double gain, std::size_t terms, const Plasticity& plasticity, const PlasticStep& step,
               std::size_t lanes) {
    if (!has_trace(plasticity, step)) return gain_of_step(gain, plasticity.decay_rate * step.factor, step, lanes);
    const double mix = (1 - trace_decay_of(plasticity, step)) / static_cast<double>(lanes);
    return terms == 1 ? mix : mix * gain;
}

}  // namespace apical
