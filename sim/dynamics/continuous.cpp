#include "sim/dynamics/continuous.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace apical {

namespace {

/// Where ports that move are set: in the accepted columns, or in those of the next stage.
template <class S>
class MovingPorts final : public Inlet<S> {
   public:
    MovingPorts(Network<S>& network, bool stage) : network_(network), stage_(stage) {}
    void set(PortHandle port, std::span<const S> values) override {
        if (stage_) network_.columns().set_in_stage(port.place, values);
        else network_.columns().set(port.place, values);
    }
    void teach(bool) override { throw std::logic_error("a teacher comes and goes between steps, not within one"); }

   private:
    Network<S>& network_;
    bool stage_;
};

}  // namespace

template <class S>
Continuous<S>::Continuous(const Setup& setup, const Circuit& circuit, Network<S>& network, const std::string& stream)
    : network_(network), clock_(setup.clock), noise_(circuit, network, clock_.step, setup.seed, stream) {
    check(circuit);
    if (network_.states().size() == 0) return;
    stepper_ = make_stepper<S>(clock_.stepper, {network.leaks().template cast<double>(), clock_.tolerance});
}

template <class S>
void Continuous<S>::check(const Circuit& circuit) const {
    const auto& all = steppers();
    const auto info =
        std::find_if(all.begin(), all.end(), [&](const StepperInfo& one) { return one.name == clock_.stepper; });
    if (info == all.end()) throw ClockError("stepper", "'" + clock_.stepper + "'", "a known one");
    const bool takes_part = network_.states().size() != 0;  // cells that fire advance by themselves
    if (takes_part && !noise_.empty() && !info->takes_noise)
        throw ClockError("stepper", "'" + clock_.stepper + "' with noise", "another one: " + info->why_no_noise);
    for (const Population& population : circuit.populations)
        for (const NoiseCurrent& noise : population.noise)
            if (noise.sigma > 0 && noise.scheme == NoiseCurrent::Scheme::euler_maruyama &&
                clock_.step > noise.tau * (1 + 1e-9))
                throw ClockError("step", fmt::format("{} ms", clock_.step),
                                 fmt::format("at most {} ms, the correlation time of {}.{}, with euler_maruyama",
                                             noise.tau, population.name, noise.column));
    const double largest = largest_step(*info, network_.leaks().template cast<double>());
    const double rounding = std::max(1e-9, 4.0 * static_cast<double>(std::numeric_limits<S>::epsilon()));  // of leaks
    if (clock_.step > largest * (1 + rounding))
        throw ClockError("step", fmt::format("{} ms", clock_.step),
                         fmt::format("at most {:.4g} ms for '{}' and the shortest time constant, {:.4g} ms", largest,
                                     clock_.stepper, 1 / static_cast<double>(network_.leaks().maxCoeff())));
}

template <class S>
void Continuous<S>::begin(const Context& context) {
    share_ = context.rate / static_cast<double>(clock_.steps());
    moving_ = context.stimulus != nullptr && context.stimulus->moves();
    network_.hold(context.pool);
}

template <class S>
void Continuous<S>::step(std::uint64_t k, const Context& context) {
    accept(k, context);
    if (context.observe) context.observe(k);
    advance(k, context);
    if (context.update != nullptr) context.update->run(share_, context.pool);
    pass();
}

template <class S>
void Continuous<S>::accept(std::uint64_t k, const Context& context, double gone) {
    move((static_cast<double>(k) + gone) * clock_.step, context);
    if (!noise_.empty()) noise_.draw(steps_, context.pool);
    network_.accept(network_.states(), slope_, context.pool);
}

template <class S>
void Continuous<S>::move(double time, const Context& context) {
    if (!moving_) return;
    MovingPorts<S> ports(network_, false);
    context.stimulus->move(time, ports);
}

template <class S>
void Continuous<S>::advance(std::uint64_t k, const Context& context, double gone, double part) {
    if (!stepper_) return;
    const auto t = static_cast<S>((static_cast<double>(k) + gone) * clock_.step),
               dt = static_cast<S>(part * clock_.step);
    if (!moving_) {
        const auto stage = [&](const auto& x, auto& slope, S) { network_.stage(x, slope, context.pool); };
        stepper_->step(stage, network_.states(), slope_, t, dt);
        return;
    }
    MovingPorts<S> ports(network_, true);
    const auto moved = [&](const auto& x, auto& slope, S at) {
        context.stimulus->move(static_cast<double>(at), ports);
        network_.stage(x, slope, context.pool);
    };
    // By reference: a std::function that holds more than two pointers takes memory.
    stepper_->step(std::ref(moved), network_.states(), slope_, t, dt);
}

template <class S>
void Continuous<S>::relax(std::uint64_t k, ThreadPool& pool) {
    network_.accept(network_.states(), slope_, pool);
    advance(k, {nullptr, 0, nullptr, {}, pool});
    network_.pass();
}

template <class S>
void Continuous<S>::pass() {
    network_.pass();
    ++steps_;
}

template <class S>
void Continuous<S>::rest() {
    steps_ = 0;
    network_.rest();
    noise_.rest(0);
}

template <class S>
void Continuous<S>::save(ArchiveWriter& archive, const std::string& prefix) const {
    const std::uint64_t steps[] = {steps_};
    archive.put(prefix + "/motion/steps", std::span<const std::uint64_t>(steps));
    network_.save(archive, prefix + "/motion");
    noise_.save(archive, prefix + "/motion/noise");
}

template <class S>
void Continuous<S>::load(const ArchiveReader& archive, const std::string& prefix) {
    std::uint64_t steps[1];
    archive.take(prefix + "/motion/steps", std::span<std::uint64_t>(steps));
    steps_ = steps[0];
    network_.load(archive, prefix + "/motion");
    noise_.load(archive, prefix + "/motion/noise", steps_);
}

template class Continuous<float>;
template class Continuous<double>;

}  // namespace apical
