#pragma once
#include "models/self_assembly/circuit.hpp"
#include "sim/protocol/training.hpp"

namespace apical {

/// The linear 20-30-30-5 self_assembly circuit, dense and of free sign, with rates so small that a presentation hardly
/// changes it; `plastic` names the groups that learn.
inline Circuit linear_circuit(const std::vector<std::string>& plastic, double eta) {
    Upstream upstream;
    upstream.hidden = {30, 30};
    upstream.activation = "linear";
    upstream.scale_W = upstream.scale_W_output = 1;
    upstream.eta_W = eta;
    upstream.gamma_W = 0.2;
    self_assembly::Parameters parameters;
    parameters.motif = "dense";
    parameters.signs = "free";
    parameters.gate = "linear";
    parameters.scaling = false;
    parameters.plastic = plastic;
    parameters.gamma_V = {0.06};
    return self_assembly::circuit(upstream, parameters, {20, 5, Loss::squared_error, 1000});
}

/// One sample a lane, the same for every simulation.
template <class S>
struct Batch {
    Matrix<S> inputs, targets;
    explicit Batch(std::size_t lanes) : inputs(20, lanes), targets(5, lanes) {
        const Random random(23);
        std::uint32_t entity = 0;
        for (S& x : inputs.reshaped()) x = static_cast<S>(random.normal(Random::stream("inputs"), entity++));
        for (S& y : targets.reshaped()) y = static_cast<S>(random.normal(Random::stream("targets"), entity++));
    }
};

}  // namespace apical
