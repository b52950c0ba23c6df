// The only file that sees Boost.Odeint, whose headers are slow and not self-contained: steppers first, Eigen's glue
// last.
#include <boost/numeric/odeint/algebra/vector_space_algebra.hpp>
#include <boost/numeric/odeint/stepper/euler.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta4.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>

#include <boost/numeric/odeint/external/eigen/eigen.hpp>

#include <stdexcept>

#include "sim/dynamics/stepper.hpp"

namespace apical {

namespace {

namespace odeint = boost::numeric::odeint;

template <class S, template <class...> class Method>
using With = Method<Eigen::Matrix<S, Eigen::Dynamic, 1>, S, Eigen::Matrix<S, Eigen::Dynamic, 1>, S,
                    odeint::vector_space_algebra>;

template <class S>
class Euler final : public Stepper<S> {
   public:
    using typename Stepper<S>::System, typename Stepper<S>::Vector;
    void step(const System& system, Vector& x, const Vector& slope, S t, S dt) override {
        method_.do_step(system, x, slope, t, dt);
    }

   private:
    With<S, odeint::euler> method_;
};

template <class S>
class RungeKutta4 final : public Stepper<S> {
   public:
    using typename Stepper<S>::System, typename Stepper<S>::Vector;
    void step(const System& system, Vector& x, const Vector& slope, S t, S dt) override {
        method_.do_step(system, x, slope, t, dt);
    }

   private:
    With<S, odeint::runge_kutta4> method_;
};

/// Dormand-Prince 5(4) with a fixed step. First same as last: it also gives the slope at the end, which is not used,
/// because plasticity changes the weights between two steps.
template <class S>
class DormandPrince5 final : public Stepper<S> {
   public:
    using typename Stepper<S>::System, typename Stepper<S>::Vector;
    void step(const System& system, Vector& x, const Vector& slope, S t, S dt) override {
        from_ = x;
        last_.resize(x.size());
        method_.do_step(system, from_, slope, t, x, last_, dt);
    }

   private:
    Vector from_, last_;
    With<S, odeint::runge_kutta_dopri5> method_;
};

}  // namespace

const std::vector<StepperInfo>& steppers() {
    static const std::vector<StepperInfo> all{
        {"euler", "explicit Euler", "Euler 1768", 1},
        {"rk4", "the classical Runge-Kutta method", "Kutta 1901", 4},
        {"dopri5", "Dormand-Prince 5(4), fixed step", "Dormand and Prince 1980", 5},
    };
    return all;
}

template <class S>
std::unique_ptr<Stepper<S>> make_stepper(const std::string& name) {
    if (name == "euler") return std::make_unique<Euler<S>>();
    if (name == "rk4") return std::make_unique<RungeKutta4<S>>();
    if (name == "dopri5") return std::make_unique<DormandPrince5<S>>();
    throw std::invalid_argument("unknown stepper '" + name + "'");
}

template std::unique_ptr<Stepper<float>> make_stepper(const std::string&);
template std::unique_ptr<Stepper<double>> make_stepper(const std::string&);

}  // namespace apical
