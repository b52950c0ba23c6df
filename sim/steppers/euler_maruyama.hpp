#pragma once
#include "sim/steppers/one_step.hpp"

namespace apical {

/// x <- x + dt f(x) + sqrt(dt) G(x) xi, the noise being xi / sqrt(dt) in the slope: explicit Euler's arithmetic. With
/// noise it is Ito's interpretation, strong order 1/2 (1 if G is constant), weak order 1.
template <class S>
class EulerMaruyama : public OneStep<EulerMaruyama<S>, S, 1> {
    using Base = OneStep<EulerMaruyama<S>, S, 1>;

   public:
    using typename Base::deriv_type, typename Base::state_type, Base::do_step;

    template <class System>
    void do_step(System, state_type& x, const deriv_type& dxdt, S, S dt) {
        x += dt * dxdt;
    }
};

}  // namespace apical
