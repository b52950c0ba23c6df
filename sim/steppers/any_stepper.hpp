#pragma once
#include <functional>
#include <memory>
#include <utility>

#include "sim/steppers/stepper.hpp"

namespace apical {

/// A stepper out of whatever has odeint's do_step(system, x, dxdt, t, dt).
template <class S, class Method>
std::unique_ptr<Stepper<S>> any_stepper(Method method) {
    class Any final : public Stepper<S> {
       public:
        using typename Stepper<S>::System, typename Stepper<S>::Vector;
        explicit Any(Method taken) : method_(std::move(taken)) {}
        void step(const System& system, Vector& x, const Vector& slope, S t, S dt) override {
            method_.do_step(std::cref(system), x, slope, t, dt);  // it would copy the system itself at every call
        }

       private:
        Method method_;
    };
    return std::make_unique<Any>(std::move(method));
}

}  // namespace apical
