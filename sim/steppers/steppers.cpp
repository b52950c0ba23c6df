#include <limits>
#include <stdexcept>

#include "sim/steppers/any_stepper.hpp"
#include "sim/steppers/euler_maruyama.hpp"
#include "sim/steppers/exponential_euler.hpp"
#include "sim/steppers/odeint_steppers.hpp"
#include "sim/steppers/stochastic_heun.hpp"

namespace apical {

namespace {

constexpr double anything = std::numeric_limits<double>::infinity();

}  // namespace

const std::vector<StepperInfo>& steppers() {
    static const std::string instead = "; use euler_maruyama, stochastic_heun or exponential_euler";
    static const std::string not_smooth = "its order assumes a smooth right side" + instead;
    static const std::string by_the_noise = "it would choose its steps by the noise" + instead;
    // Largest steps: where the factor of one step on dx/dt = -leak x leaves [-1, 1], rounded down. Euler's is 2, but
    // beyond 1 it overshoots. What controls its steps keeps within the limit by itself.
    static const std::vector<StepperInfo> all{
        {"euler", "Explicit Euler.", "Euler 1768", 1, 1, false, false,
         "use euler_maruyama, the same arithmetic under a name that says how noise is read"},
        {"midpoint", "Modified midpoint rule, two substeps.", "Gragg 1965", 2, 3.087, false, false, not_smooth},
        {"rk4", "The classical Runge-Kutta method.", "Kutta 1901", 4, 2.785, false, false, not_smooth},
        {"cash_karp54", "Cash-Karp 5(4), fixed step.", "Cash and Karp 1990", 5, 3.734, false, false, not_smooth},
        {"dopri5", "Dormand-Prince 5(4), fixed step.", "Dormand and Prince 1980", 5, 3.306, false, false, not_smooth},
        {"cash_karp54_controlled", "Cash-Karp 5(4), substeps by the tolerance.", "Cash and Karp 1990", 5, anything,
         true, false, by_the_noise},
        {"dopri5_controlled", "Dormand-Prince 5(4), substeps by the tolerance.", "Dormand and Prince 1980", 5, anything,
         true, false, by_the_noise},
        {"adams_bashforth_moulton", "Adams-Bashforth-Moulton, four steps; starts anew when an input changes.",
         "Moulton 1926", 4, 1.284, false, false, "it remembers slopes with the noise of earlier steps" + instead},
        {"exponential_euler", "Explicit Euler, but exact for the leak; noise is read as Ito does.", "Certaine 1960", 1,
         anything, false, true},
        {"euler_maruyama", "Explicit Euler with noise, read as Ito does.", "Maruyama 1955", 1, 1, false, true},
        {"stochastic_heun", "Heun's trapezoid with noise, read as Stratonovich does.", "Heun 1900; Ruemelin 1982", 2, 2,
         false, true},
    };
    return all;
}

double largest_step(const StepperInfo& stepper, const Eigen::VectorXd& leak) {
    const double fastest = leak.size() == 0 ? 0 : leak.maxCoeff();
    return fastest > 0 ? stepper.largest_step / fastest : anything;
}

template <class S>
std::unique_ptr<Stepper<S>> make_stepper(const std::string& name, const StepperOptions& options) {
    if (name == "exponential_euler") {
        if (options.leak.size() == 0)
            throw std::invalid_argument("exponential_euler needs the leak of every entry of the state");
        return any_stepper<S>(ExponentialEuler<S>(options.leak));
    }
    if (name == "euler_maruyama") return any_stepper<S>(EulerMaruyama<S>());
    if (name == "stochastic_heun") return any_stepper<S>(StochasticHeun<S>());
    if (auto stepper = make_odeint_stepper<S>(name, options.tolerance)) return stepper;
    throw std::invalid_argument("unknown stepper '" + name + "'");
}

template std::unique_ptr<Stepper<float>> make_stepper(const std::string&, const StepperOptions&);
template std::unique_ptr<Stepper<double>> make_stepper(const std::string&, const StepperOptions&);

}  // namespace apical
