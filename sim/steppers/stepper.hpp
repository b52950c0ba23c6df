#pragma once
#include <Eigen/Core>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace apical {

/// One way to advance the fast state by a step. It never sees a model. After its first steps it allocates nothing.
template <class S>
class Stepper {
   public:
    using Vector = Eigen::Matrix<S, Eigen::Dynamic, 1>;
    /// slope <- dx/dt at (x, t)
    using System = std::function<void(const Vector& x, Vector& slope, S t)>;

    virtual ~Stepper() = default;
    /// Advances x from t to t + dt. `slope` is dx/dt at (x, t), which the engine has already evaluated. With noise, the
    /// system is f(x, t) + G(x, t) xi / sqrt(dt), the normal numbers xi being held throughout the step.
    virtual void step(const System& system, Vector& x, const Vector& slope, S t, S dt) = 0;
    /// Forgets its history, since an input has jumped. From here on it does as a new stepper would, so that a run
    /// resumed here is exact.
    virtual void restart() {}
};

struct StepperInfo {
    std::string name, text, reference;
    int order;                ///< for a smooth right side, without noise
    double largest_step;      ///< largest step x leak that is allowed: on the negative real axis, where leaks are
    bool controlled = false;  ///< takes as many steps within a step as its tolerance asks for
    bool takes_noise = false;
    std::string why_no_noise = {};
};

/// What some of them have to be told.
struct StepperOptions {
    Eigen::VectorXd leak = {};  ///< 1/ms, of every entry of the state (exponential_euler)
    double tolerance = 1e-6;    ///< of a step's error, against 1 + |x| + |dt slope| (controlled ones)
};

/// What `make_stepper` knows.
const std::vector<StepperInfo>& steppers();

/// In ms, for a state with these leaks (1/ms); infinite if nothing leaks.
double largest_step(const StepperInfo& stepper, const Eigen::VectorXd& leak);

/// Throws std::invalid_argument for an unknown name, or if an option that it needs is missing.
template <class S>
std::unique_ptr<Stepper<S>> make_stepper(const std::string& name, const StepperOptions& options = {});

}  // namespace apical
