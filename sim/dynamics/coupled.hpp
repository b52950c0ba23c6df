#pragma once
#include <memory>
#include <vector>

#include "sim/dynamics/continuous.hpp"
#include "sim/network/network.hpp"
#include "sim/steppers/stepper.hpp"
#include "sim/synapses/plasticity.hpp"

namespace apical {

/// States and weights as one system of differential equations, z = (x, W): what the splittings converge to. For
/// validation on small circuits: every stage writes all weights and computes every outer product.
template <class S>
class Coupled {
   public:
    /// Keeps references to all but the clock.
    Coupled(std::vector<WeightState<S>>& weights, Network<S>& network, Synapses<S>& synapses, const Clock& clock);

    /// Step k of a presentation, whose input `motion` knows; `factor` multiplies all gains and decays.
    void step(std::uint64_t k, double factor, Motion<S>& motion, ThreadPool& pool);

   private:
    using Vector = typename Network<S>::Vector;
    /// Puts the weights of z where others look for them.
    void spread(const Vector& z);
    /// dz/dt at z
    void slope(const Vector& z, Vector& slope, double factor, ThreadPool& pool);

    std::vector<WeightState<S>>& weights_;
    Network<S>& network_;
    Synapses<S>& synapses_;
    Clock clock_;
    std::unique_ptr<Stepper<S>> stepper_;
    Vector z_, slope_, x_, x_slope_;
};

extern template class Coupled<float>;
extern template class Coupled<double>;

}  // namespace apical
