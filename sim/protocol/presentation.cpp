#include "sim/protocol/presentation.hpp"

#include <algorithm>
#include <stdexcept>

namespace apical {

template <class S>
Presentation<S>::Presentation(RunningNetwork<S>& network) : network_(network), input_(network.port(ports::input)) {
    const auto& all = network.circuit().ports;
    if (std::ranges::find(all, ports::target, &Port::name) != all.end()) target_ = network.port(ports::target);
    if (network.setup().mode == Mode::settled) return;
    const Clock& clock = network.setup().clock;
    steps_ = clock.steps();
    onset_ = clock.steps_before_error();
    ramp_ = clock.ramp;
    step_ = clock.step;
}

template <class S>
void Presentation<S>::settle(const S* inputs) {
    if (network_.setup().mode == Mode::settled || network_.setup().clock.settling == 0) return;
    network_.set(input_, {inputs, input_.cells});
    network_.relax(network_.setup().clock.steps_of_settling());
}

template <class S>
void Presentation<S>::show(const S* inputs, const S* targets, const Observer& observe) {
    set(inputs, targets);
    network_.advance(steps_, observe, this);
}

template <class S>
void Presentation<S>::set(const S* inputs, const S* targets) {
    network_.begin_presentation();
    if (ramp_ > 0) {
        using Values = Eigen::Map<const Eigen::Matrix<S, Eigen::Dynamic, 1>>;
        from_ = Values(network_.column(input_).data(), static_cast<Eigen::Index>(input_.cells));
        to_ = Values(inputs, from_.size());
        network_.set(input_, {from_.data(), input_.cells});
    } else {
        network_.set(input_, {inputs, input_.cells});
    }
    taught_ = targets != nullptr;
    if (taught_) set_target(targets);
    network_.teach(taught_ && onset_ == 0);
}

template <class S>
void Presentation<S>::set_target(const S* targets) {
    if (!target_) throw std::out_of_range("the circuit has no port 'target'");
    network_.set(*target_, {targets, target_->cells});
}

template <class S>
void Presentation<S>::move(double time, Inlet<S>& inlet) {
    // One step more than the ramp lasts: then it has arrived, and a stage need not move it.
    if (time > ramp_ + step_) return;
    const auto way = static_cast<S>(std::min(1.0, time / ramp_));
    now_ = (S(1) - way) * from_ + way * to_;
    inlet.set(input_, {now_.data(), input_.cells});
}

template class Presentation<float>;
template class Presentation<double>;

}  // namespace apical
