// The only file that sees the steppers of Boost.Odeint, whose headers are slow and not self-contained: steppers first,
// Eigen's glue last.
#include <boost/numeric/odeint/algebra/vector_space_algebra.hpp>
#include <boost/numeric/odeint/stepper/adams_bashforth_moulton.hpp>
#include <boost/numeric/odeint/stepper/controlled_runge_kutta.hpp>
#include <boost/numeric/odeint/stepper/euler.hpp>
#include <boost/numeric/odeint/stepper/modified_midpoint.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta4.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_cash_karp54.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>

#include <boost/numeric/odeint/external/eigen/eigen.hpp>

#include <cmath>
#include <functional>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <type_traits>

#include "sim/steppers/any_stepper.hpp"
#include "sim/steppers/odeint_steppers.hpp"

namespace apical {

namespace {

namespace odeint = boost::numeric::odeint;

/// Odeint's arithmetic, but for one operation that would copy a whole state into new memory.
struct Operations : odeint::default_operations {
    template <class A, class B>
    struct scale_sum_swap2 {  // NOLINT(readability-identifier-naming): odeint calls it so
        A a;
        B b;
        scale_sum_swap2(A of_second, B of_third) : a(of_second), b(of_third) {}
        template <class State, class Slope>
        void operator()(State& x, State& y, const Slope& slope) const {
            y = a * y + b * slope;
            x.swap(y);
        }
    };
};

template <class S>
using VectorOf = typename Stepper<S>::Vector;

template <class S, template <class...> class Method>
using With = Method<VectorOf<S>, S, VectorOf<S>, S, odeint::vector_space_algebra, Operations>;

/// Dormand-Prince 5(4) with a fixed step. First same as last: it also asks for the slope at the end, which it is not
/// given, because plasticity changes the weights between two steps.
template <class S>
class DormandPrince5 final : public Stepper<S> {
   public:
    using typename Stepper<S>::System, typename Stepper<S>::Vector;
    void step(const System& system, Vector& x, const Vector& slope, S t, S dt) override {
        const auto stages = [&](const Vector& at, Vector& result, S when) {
            if (&result != &last_) system(at, result, when);
        };
        from_ = x;
        method_.do_step(std::cref(stages), from_, slope, t, x, last_, dt);
    }

   private:
    Vector from_, last_;
    With<S, odeint::runge_kutta_dopri5> method_;
};

/// Adams-Bashforth's prediction and Adams-Moulton's correction, both of order 4, from the slopes of four steps; the
/// first three steps after a restart are Runge-Kutta's.
template <class S>
class AdamsBashforthMoulton final : public Stepper<S> {
   public:
    using typename Stepper<S>::System, typename Stepper<S>::Vector;
    void step(const System& system, Vector& x, const Vector& slope, S t, S dt) override {
        const auto others = [&](const Vector& at, Vector& result, S when) {
            if (&at == &x) result = slope;
            else system(at, result, when);
        };
        method_.adjust_size(x);
        method_.do_step(std::cref(others), x, t, dt);
    }
    void restart() override { method_.reset(); }

   private:
    odeint::adams_bashforth_moulton<4, Vector, S, Vector, S, odeint::vector_space_algebra, Operations> method_;
};

/// Odeint's judge of a step, without its temporaries. What is no number is a step too large.
template <class S>
struct ErrorAgainst {
    S tolerance;
    template <class Algebra, class Vector>
    S error(Algebra&, const Vector& x, const Vector& slope, const Vector& error_of_x, S dt) const {
        const auto scale = S(1) + x.array().abs() + std::abs(dt) * slope.array().abs();
        const auto relative = error_of_x.array().abs() / scale;
        if (!relative.isFinite().all()) return std::numeric_limits<S>::infinity();
        return relative.size() == 0 ? S(0) : relative.maxCoeff() / tolerance;
    }
};

/// As many substeps from t to t + dt as the tolerance asks for. The first tries the whole step, whatever the step
/// before has found, so that nothing is carried from one step to the next.
template <class S, class Method>
class Controlled final : public Stepper<S> {
    using Tried = odeint::controlled_runge_kutta<Method, ErrorAgainst<S>>;
    static constexpr bool gives_last_slope =
        std::is_same_v<typename Tried::stepper_category, odeint::explicit_controlled_stepper_fsal_tag>;

   public:
    using typename Stepper<S>::System, typename Stepper<S>::Vector;
    explicit Controlled(double tolerance) : tolerance_(tolerance), tried_(ErrorAgainst<S>{static_cast<S>(tolerance)}) {
        if (!(tolerance > 0)) throw std::invalid_argument("a controlled stepper needs a positive tolerance");
    }

    void step(const System& system, Vector& x, const Vector& slope, S t, S dt) override {
        // Odeint counts time from the beginning of the step: late in a long run, t + substep may be t.
        const auto local = [&](const Vector& at, Vector& result, S elapsed) { system(at, result, t + elapsed); };
        slope_ = slope;
        S elapsed = 0, substep = dt;
        for (;;) {
            const S left = dt - elapsed;
            const bool last = substep >= left;
            if (last) substep = left;
            if (tried_.try_step(std::cref(local), x, slope_, elapsed, substep) == odeint::success) {
                if (last) return;
                if constexpr (!gives_last_slope) local(x, slope_, elapsed);
            } else if (substep < smallest_part * dt) give_up(t + elapsed, substep);
        }
    }

   private:
    static constexpr S smallest_part = S(1e-6);  ///< of a step; a few roundings of a float

    [[noreturn]] void give_up(S t, S substep) const {
        std::ostringstream text;
        text << "at " << t << " ms no step down to " << substep << " ms keeps the error below the tolerance of "
             << tolerance_ << ": a state diverges or jumps, or the tolerance is too small for the precision";
        throw std::runtime_error(text.str());
    }

    double tolerance_;
    Vector slope_;
    Tried tried_;
};

}  // namespace

template <class S>
std::unique_ptr<Stepper<S>> make_odeint_stepper(const std::string& name, double tolerance) {
    using CashKarp = With<S, odeint::runge_kutta_cash_karp54>;
    using DormandPrince = With<S, odeint::runge_kutta_dopri5>;
    if (name == "euler") return any_stepper<S>(With<S, odeint::euler>());
    if (name == "midpoint") return any_stepper<S>(With<S, odeint::modified_midpoint>());
    if (name == "rk4") return any_stepper<S>(With<S, odeint::runge_kutta4>());
    if (name == "cash_karp54") return any_stepper<S>(CashKarp());
    if (name == "dopri5") return std::make_unique<DormandPrince5<S>>();
    if (name == "cash_karp54_controlled") return std::make_unique<Controlled<S, CashKarp>>(tolerance);
    if (name == "dopri5_controlled") return std::make_unique<Controlled<S, DormandPrince>>(tolerance);
    if (name == "adams_bashforth_moulton") return std::make_unique<AdamsBashforthMoulton<S>>();
    return nullptr;
}

template std::unique_ptr<Stepper<float>> make_odeint_stepper(const std::string&, double);
template std::unique_ptr<Stepper<double>> make_odeint_stepper(const std::string&, double);

}  // namespace apical
