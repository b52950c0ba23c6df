#include "sim/dynamics/coupled.hpp"

#include "sim/dynamics/strang.hpp"

namespace apical {

template <class S>
Coupled<S>::Coupled(const Setup& setup, const Circuit& circuit, Network<S>& network, WeightUpdate<S>& update,
                    const std::string& stream)
    : Continuous<S>(setup, circuit, network, stream), update_(update) {
    require_smooth(circuit, update.weights(), Splitting::coupled);
    Eigen::Index size = network.states().size();
    for (const auto& plastic : update.synapses().all()) size += update.weights()[plastic.weights].values().size();
    z_ = slope_ = Vector::Zero(size);
    Eigen::VectorXd leak = Eigen::VectorXd::Zero(size);
    leak.head(network.leaks().size()) = network.leaks().template cast<double>();
    whole_ = make_stepper<S>(setup.clock.stepper, {leak, setup.clock.tolerance});
}

template <class S>
void Coupled<S>::step(std::uint64_t k, const Context& context) {
    this->accept(k, context);
    if (context.observe) context.observe(k);
    Eigen::Index at = this->network_.states().size();
    z_.head(at) = this->network_.states();
    for (const auto& plastic : update_.synapses().all()) {
        const auto values = update_.weights()[plastic.weights].values();
        z_.segment(at, values.size()) = values;
        at += values.size();
    }
    whole_->restart();  // a multi-step method would remember weights that others may have changed
    slope(z_, slope_, context);
    const auto stage = [&](const Vector& z, Vector& dz, S t) {
        this->move(static_cast<double>(t), context);
        slope(z, dz, context);
    };
    whole_->step(stage, z_, slope_, static_cast<S>(static_cast<double>(k) * this->clock_.step),
                 static_cast<S>(this->clock_.step));
    this->network_.states() = z_.head(this->network_.states().size());
    spread(z_);
    this->pass();
}

template <class S>
void Coupled<S>::spread(const Vector& z) {
    Eigen::Index at = this->network_.states().size();
    for (const auto& plastic : update_.synapses().all()) {
        auto values = update_.weights()[plastic.weights].values();
        values = z.segment(at, values.size());
        at += values.size();
    }
}

template <class S>
void Coupled<S>::slope(const Vector& z, Vector& slope, const Context& context) {
    Eigen::Index at = this->network_.states().size();
    x_ = z.head(at);
    spread(z);
    this->network_.accept(x_, x_slope_, context.pool);
    slope.resize(z.size());
    at = x_.size();
    slope.head(at) = x_slope_;
    for (auto& plastic : update_.synapses().all()) {
        const WeightState<S>& weights = update_.weights()[plastic.weights];
        const std::vector<double> direction = Synapses<S>::direction(plastic, weights, this->network_.lanes());
        // Gains and decays are per presentation; the direction of several terms holds their gains.
        const double share = context.rate / this->clock_.presentation, decay = share * plastic.plasticity.decay_rate,
                     gain = plastic.terms.size() == 1 ? share * plastic.terms.front().gain : share;
        for (Eigen::Index k = 0; k < weights.values().size(); ++k)
            slope[at + k] =
                static_cast<S>(gain * direction[static_cast<std::size_t>(k)] - decay * static_cast<double>(z[at + k]));
        at += weights.values().size();
    }
}

template class Coupled<float>;
template class Coupled<double>;

}  // namespace apical
