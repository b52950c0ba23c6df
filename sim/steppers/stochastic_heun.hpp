#pragma once
#include "sim/steppers/one_step.hpp"

namespace apical {

/// Heun's trapezoid, x <- x + dt/2 (slope(x) + slope(x + dt slope(x))), with the same noise in both slopes: the noise
/// is Stratonovich's. Order 2 without noise; with it strong order 1 if there is one noise for each entry that depends
/// on it (or if the noises commute), weak order 1.
template <class S>
class StochasticHeun : public OneStep<StochasticHeun<S>, S, 2> {
    using Base = OneStep<StochasticHeun<S>, S, 2>;

   public:
    using typename Base::deriv_type, typename Base::state_type, Base::do_step;

    template <class System>
    void do_step(System system, state_type& x, const deriv_type& dxdt, S t, S dt) {
        predicted_ = x + dt * dxdt;
        slope_.resize(x.size());
        system(predicted_, slope_, t + dt);
        x += dt / 2 * (dxdt + slope_);
    }

   private:
    state_type predicted_;
    deriv_type slope_;
};

}  // namespace apical
