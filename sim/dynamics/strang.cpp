#include "sim/dynamics/strang.hpp"

#include <algorithm>

namespace apical {

template <class S>
void require_smooth(const Circuit& circuit, std::vector<WeightState<S>>& weights, Splitting splitting) {
    const std::string found = splitting == Splitting::strang ? "strang" : "coupled";
    const auto refuse = [&](const std::string& reason) {
        throw ClockError("splitting", found, "lie, since " + reason);
    };
    if (needs_history(circuit)) refuse("something reads the previous step");
    for (const Population& population : circuit.populations)
        if (!population.noise.empty()) refuse("'" + population.name + "' has noise");
    for (const Projection& projection : circuit.projections)
        if (projection.delay > 0) refuse("a projection has a delay");
    for (WeightsId k{}; k < weights.size(); ++k) {
        const std::string of = "weights '" + circuit.weights[k].name + "' ";
        if (weights[k].eligibility().size() != 0) refuse(of + "have a low-passed plasticity");
    }
    if (splitting != Splitting::coupled) return;
    for (WeightsId k{}; k < weights.size(); ++k)
        if (weights[k].has_limits() || circuit.weights[k].derived)
            refuse("weights '" + circuit.weights[k].name + "' have bounds or scaling, or follow from others");
}

template <class S>
Strang<S>::Strang(const Setup& setup, const Circuit& circuit, Network<S>& network, WeightUpdate<S>& update,
                  const std::string& stream)
    : Continuous<S>(setup, circuit, network, stream) {
    require_smooth(circuit, update.weights(), Splitting::strang);
}

template <class S>
void Strang<S>::step(std::uint64_t k, const Context& context) {
    this->accept(k, context);
    if (context.observe) context.observe(k);
    this->advance(k, context, 0, 0.5);
    this->accept(k, context, 0.5);
    std::vector<WeightState<S>>& weights = context.update->weights();
    const std::vector<WeightState<S>> before = weights;
    context.update->run(this->share_ / 2, context.pool);
    this->accept(k, context, 0.5);
    std::copy(before.begin(), before.end(), weights.begin());
    context.update->run(this->share_, context.pool);
    this->accept(k, context, 0.5);
    this->advance(k, context, 0.5, 0.5);
    this->pass();
}

template class Strang<float>;
template class Strang<double>;
template void require_smooth(const Circuit&, std::vector<WeightState<float>>&, Splitting);
template void require_smooth(const Circuit&, std::vector<WeightState<double>>&, Splitting);

}  // namespace apical
