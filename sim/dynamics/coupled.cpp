#include "sim/dynamics/coupled.hpp"

namespace apical {

template <class S>
Coupled<S>::Coupled(std::vector<WeightState<S>>& weights, Network<S>& network, Synapses<S>& synapses,
                    const Clock& clock)
    : weights_(weights), network_(network), synapses_(synapses), clock_(clock) {
    Eigen::Index size = network.states().size();
    for (const auto& plastic : synapses.all()) size += weights[plastic.weights].values().size();
    z_ = slope_ = Vector::Zero(size);
    Eigen::VectorXd leak = Eigen::VectorXd::Zero(size);
    leak.head(network.leaks().size()) = network.leaks().template cast<double>();
    stepper_ = make_stepper<S>(clock.stepper, {leak, clock.tolerance});
}

template <class S>
void Coupled<S>::step(std::uint64_t k, double factor, Motion<S>& motion, ThreadPool& pool) {
    Eigen::Index at = network_.states().size();
    z_.head(at) = network_.states();
    for (const auto& plastic : synapses_.all()) {
        const auto values = weights_[plastic.weights].values();
        z_.segment(at, values.size()) = values;
        at += values.size();
    }
    stepper_->restart();  // a multi-step method would remember weights that others may have changed
    slope(z_, slope_, factor, pool);
    const auto stage = [&](const Vector& z, Vector& dz, S t) {
        motion.look(static_cast<double>(t));
        slope(z, dz, factor, pool);
    };
    stepper_->step(stage, z_, slope_, static_cast<S>(static_cast<double>(k) * clock_.step),
                   static_cast<S>(clock_.step));
    network_.states() = z_.head(network_.states().size());
    spread(z_);
}

template <class S>
void Coupled<S>::spread(const Vector& z) {
    Eigen::Index at = network_.states().size();
    for (const auto& plastic : synapses_.all()) {
        auto values = weights_[plastic.weights].values();
        values = z.segment(at, values.size());
        at += values.size();
    }
}

template <class S>
void Coupled<S>::slope(const Vector& z, Vector& slope, double factor, ThreadPool& pool) {
    Eigen::Index at = network_.states().size();
    x_ = z.head(at);
    spread(z);
    network_.accept(x_, x_slope_, pool);
    slope.resize(z.size());
    at = x_.size();
    slope.head(at) = x_slope_;
    for (auto& plastic : synapses_.all()) {
        const WeightState<S>& weights = weights_[plastic.weights];
        const std::vector<double> direction = Synapses<S>::direction(plastic, weights, network_.lanes());
        // Gains and decays are per presentation; the direction of several terms holds their gains.
        const double share = factor / clock_.presentation, decay = share * plastic.plasticity.decay_rate,
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
