#pragma once
#include <Eigen/Core>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace apical {

/// One way to advance the fast state by a fixed step. It never sees a model.
template <class S>
class Stepper {
   public:
    using Vector = Eigen::Matrix<S, Eigen::Dynamic, 1>;
    /// slope <- dx/dt at (x, t)
    using System = std::function<void(const Vector& x, Vector& slope, S t)>;

    virtual ~Stepper() = default;
    /// Advances x from t to t + dt. `slope` is dx/dt at (x, t), which the engine has already evaluated.
    virtual void step(const System& system, Vector& x, const Vector& slope, S t, S dt) = 0;
};

struct StepperInfo {
    std::string name, text, reference;
    int order;
};

/// What `make_stepper` knows.
const std::vector<StepperInfo>& steppers();

/// Throws std::invalid_argument for an unknown name.
template <class S>
std::unique_ptr<Stepper<S>> make_stepper(const std::string& name);

}  // namespace apical
