#pragma once
#include <Eigen/Core>
#include <cstdint>
#include <optional>

#include "sim/dynamics/running_network.hpp"

namespace apical {

/// Samples shown to a network, one after the other, through its ports `input` and, if it has one, `target`. Settled:
/// one step a sample. Continuous, by the clock: `presentation / step` steps, the input at once or within `ramp`, the
/// target for teachers from `error_onset` on.
template <class S>
class Presentation final : private Stimulus<S> {
   public:
    /// Keeps a reference. Throws std::out_of_range if the circuit has no port `input`.
    explicit Presentation(RunningNetwork<S>& network);

    /// Before the first sample: `Clock::settling` with its input.
    void settle(const S* inputs);
    /// Shows one sample a lane, (d_0 x lanes) and (d_L x lanes), row-major: the ports, then all steps. Without targets
    /// there is no teacher. `set` is the first half of it.
    void show(const S* inputs, const S* targets, const Observer& observe = {});
    void set(const S* inputs, const S* targets);
    /// What a teacher compares with, for who shows without one. Throws std::out_of_range if there is no such port.
    void set_target(const S* targets);
    /// The columns at the end of what was shown.
    void look() { network_.evaluate(RunningNetwork<S>::Extent::all, this); }

   private:
    void before_step(std::uint64_t k, Inlet<S>& inlet) override {
        if (k == onset_ && k > 0) inlet.teach(taught_);
    }
    bool moves() const override { return ramp_ > 0; }
    void move(double time, Inlet<S>& inlet) override;

    RunningNetwork<S>& network_;
    PortHandle input_;
    std::optional<PortHandle> target_;
    std::uint64_t steps_ = 1, onset_ = 0;
    double ramp_ = 0, step_ = 0;  ///< ms
    bool taught_ = false;
    Eigen::Matrix<S, Eigen::Dynamic, 1> from_, to_, now_;  ///< of an input that moves
};

extern template class Presentation<float>;
extern template class Presentation<double>;

}  // namespace apical
