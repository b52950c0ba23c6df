#pragma once
#include <Eigen/Core>
#include <boost/numeric/odeint/stepper/stepper_categories.hpp>

namespace apical {

/// What odeint's concept of a stepper asks for beside the method itself, do_step(system, x, dxdt, t, dt).
template <class Method, class S, unsigned short order_of_method>
class OneStep {
   public:
    using state_type = Eigen::Matrix<S, Eigen::Dynamic, 1>;
    using deriv_type = state_type;
    using value_type = S;
    using time_type = S;
    using order_type = unsigned short;
    using stepper_category = boost::numeric::odeint::stepper_tag;

    order_type order() const { return order_of_method; }

    template <class System>
    void do_step(System system, state_type& x, S t, S dt) {
        dxdt_.resize(x.size());
        system(x, dxdt_, t);
        static_cast<Method&>(*this).do_step(system, x, dxdt_, t, dt);
    }

   private:
    deriv_type dxdt_;
};

}  // namespace apical
