#pragma once
#include <memory>

#include "sim/dynamics/continuous.hpp"

namespace apical {

/// States and weights as one system of differential equations, z = (x, W): what the splittings converge to. For
/// validation on small circuits: every stage writes all weights and computes every outer product.
template <class S>
class Coupled final : public Continuous<S> {
   public:
    using typename Dynamics<S>::Context;

    /// Throws ClockError also as `require_smooth`.
    Coupled(const Setup& setup, const Circuit& circuit, Network<S>& network, WeightUpdate<S>& update,
            const std::string& stream);
    void step(std::uint64_t k, const Context& context) override;

   private:
    using typename Continuous<S>::Vector;
    /// Puts the weights of z where others look for them.
    void spread(const Vector& z);
    /// dz/dt at z.
    void slope(const Vector& z, Vector& slope, const Context& context);

    WeightUpdate<S>& update_;
    std::unique_ptr<Stepper<S>> whole_;  ///< of z
    Vector z_, slope_, x_, x_slope_;
};

extern template class Coupled<float>;
extern template class Coupled<double>;

}  // namespace apical
