#pragma once
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

#include "sim/steppers/one_step.hpp"

namespace apical {

/// x <- x + slope (1 - e^(-leak dt)) / leak, entry by entry: what leaks, slope = leak (target - x), is exact at any
/// step while its target is constant; the target is taken as of the step's beginning, so the rest is of order 1. With
/// noise it is Ito's interpretation, of strong order 1 if the noise is additive, else 1/2.
template <class S>
class ExponentialEuler : public OneStep<ExponentialEuler<S>, S, 1> {
    using Base = OneStep<ExponentialEuler<S>, S, 1>;

   public:
    using typename Base::deriv_type, typename Base::state_type, Base::do_step;

    /// 1/ms, of every entry of the state.
    explicit ExponentialEuler(Eigen::VectorXd leak) : leak_(std::move(leak)) {}

    template <class System>
    void do_step(System, state_type& x, const deriv_type& dxdt, S, S dt) {
        if (dt != dt_ || x.size() != gain_.size()) prepare(x.size(), dt);
        x.array() += gain_.array() * dxdt.array();
    }

   private:
    void prepare(Eigen::Index entries, S dt) {
        if (leak_.size() != entries)
            throw std::invalid_argument("exponential_euler was given " + std::to_string(leak_.size()) +
                                        " leaks for a state of " + std::to_string(entries));
        const double step = dt_ = dt;
        const auto gain = [step](double leak) { return leak == 0 ? step : -std::expm1(-leak * step) / leak; };
        gain_ = leak_.unaryExpr(gain).template cast<S>();
    }

    Eigen::VectorXd leak_;
    S dt_ = 0;
    state_type gain_;  ///< (1 - e^(-leak dt)) / leak
};

}  // namespace apical
