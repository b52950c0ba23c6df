#include "models/components.hpp"

#include <stdexcept>

#include "models/burst_ccn/cells.hpp"
#include "models/neurons/activation.hpp"
#include "models/neurons/adex.hpp"
#include "models/neurons/burst.hpp"
#include "models/neurons/burst_pyramidal.hpp"
#include "models/neurons/izhikevich.hpp"
#include "models/neurons/leaky.hpp"
#include "models/neurons/lif.hpp"
#include "models/neurons/lif_rising.hpp"
#include "models/neurons/low_pass.hpp"
#include "models/neurons/parrot.hpp"
#include "models/neurons/pyramidal.hpp"
#include "models/neurons/two_compartment.hpp"
#include "models/pal/cells.hpp"
#include "models/plasticity/burst_dependent.hpp"
#include "models/plasticity/burst_events.hpp"
#include "models/plasticity/delta.hpp"
#include "models/plasticity/error_triggered.hpp"
#include "models/plasticity/hebbian.hpp"
#include "models/plasticity/heterosynaptic.hpp"
#include "models/plasticity/inhibitory.hpp"
#include "models/plasticity/microcircuit.hpp"
#include "models/plasticity/reward.hpp"
#include "models/plasticity/spike_prediction.hpp"
#include "models/plasticity/stdp.hpp"
#include "models/plasticity/triplet.hpp"
#include "models/plasticity/voltage_based.hpp"
#include "models/self_assembly/gates.hpp"
#include "models/self_assembly/spiking_cells.hpp"
#include "models/self_assembly/spontaneous_cells.hpp"
#include "models/sign_concordant/cells.hpp"

namespace apical {

std::vector<std::shared_ptr<const Rule>> every_rule() {
    const double eta = 1e-2, gamma = 0.1;
    return {rule(ApicalSteered{eta, gamma}),
            rule(ApicalSteeredMasked<Relu>{eta, gamma, {}}),
            rule(ApicalSteeredMasked<LeakyRelu>{eta, gamma, {0.1}}),
            rule(ApicalSteeredMasked<Tanh>{eta, gamma, {}}),
            rule(ApicalSteeredMasked<Logistic>{eta, gamma, {}}),
            rule(ApicalSteeredMasked<Linear>{eta, gamma, {}}),
            rule(LateralSteered{eta, gamma}),
            rule(self_assembly::spiking::LateralAtErrors{eta, gamma}),
            rule(self_assembly::spiking::ApicalSteeredWhileActive{eta, gamma, 0.01}),
            rule(self_assembly::spiking::EagerDelta{eta}),
            rule(self_assembly::spiking::MirroredEagerDelta{eta}),
            rule(BasalSteered{eta, gamma}),
            rule(ReturnSteered{eta, gamma}),
            rule(Hebbian{eta, gamma}),
            rule(Delta{eta, gamma}),
            rule(MirroredDelta{eta, gamma}),
            rule(DendriticPrediction<Logistic>{eta, 0.5, {}}),
            rule(ApicalSilencing<>{eta}),
            rule(ApicalSilencing<Tag<"apical">, Tag<"burst">>{eta}),
            rule(NoiseCorrelation<>{eta, gamma}),
            rule(BurstDependent<>{eta, gamma}),
            rule(BurstDependent<Tag<"slow_rate">>{eta, gamma}),
            rule(BurstDependentEvents<>{eta, 0.4}),
            rule(BurstDependentRunning<>{eta}),
            rule(MirroredBurst{eta, gamma}),
            rule(SpikePrediction{.eta = eta, .step = 0.1}),
            rule(sign_concordant::ErrorTriggered{eta})};
}

std::vector<std::shared_ptr<const Neuron>> every_neuron() {
    using Soma = std::remove_cvref_t<decltype(soma)>;
    using Basal = std::remove_cvref_t<decltype(basal)>;
    using Apical = std::remove_cvref_t<decltype(apical::apical)>;
    return {neuron(Leaky{10}),
            neuron(Pyramidal<Soma, Basal, Apical>{{300, 30, 300, 240, -1}, 1.9}),
            low_pass(basal, soma, 3, 2),
            neuron(pal::Hidden<true>{{0.19, 0.01}, 0.1, 0.06}),
            neuron(pal::Output<true>{{0.19, 0.01}, 0.3}),
            neuron(pal::Interneuron<true>{{0.19, 0.01}, 0.1, 0.06}),
            neuron(pal::Interneuron<false>{{0.19, 0.01}, 0.1, 0.06}),
            self_assembly::relaxing(returned, 10, {}),
            neuron(burst_ccn::Dendrite<Logistic>{20, 0.3, {}}),
            neuron(burst_ccn::Dendrite<Relu>{20, 0.3, {}}),
            neuron(burst_ccn::Awakening{10})};
}

std::vector<std::shared_ptr<const EventNeuron>> every_event_neuron() {
    return {event_neuron(lif::Current{}),
            event_neuron(lif::Delta{}),
            event_neuron(lif::Conductance{}),
            event_neuron(lif::CurrentAlpha{}),
            event_neuron(lif::CurrentDoubleExponential{}),
            event_neuron(lif::ConductanceAlpha{}),
            event_neuron(lif::ConductanceDoubleExponential{}),
            event_neuron(adex::AdEx<adex::Currents>{}),
            event_neuron(adex::AdEx<adex::Conductances>{}),
            event_neuron(izhikevich::Izhikevich{}),
            event_neuron(burst_pyramidal::BurstPyramidal<>{}),
            event_neuron(two_compartment::TwoCompartment{}),
            event_neuron(parrot::Parrot{})};
}

std::vector<std::shared_ptr<const EventNeuron>> every_kind_of_event() {
    return {event_neuron(bursts::Event{}), event_neuron(bursts::Burst{})};
}

std::vector<std::shared_ptr<const EventRule>> every_event_rule() {
    return {event_rule(stdp::PowerLaw{}),
            event_rule(stdp::Pair<Pairing::all>{}),
            event_rule(stdp::Pair<Pairing::nearest>{}),
            event_rule(triplet::Triplet<Pairing::all>{}),
            event_rule(triplet::Triplet<Pairing::nearest>{}),
            event_rule(inhibitory::Vogels{}),
            event_rule(error_triggered::ErrorTriggered{}),
            event_rule(burst_events::BurstDependent<false>{}),
            event_rule(burst_events::BurstDependent<true>{}),
            event_rule(reward::RewardModulated{}),
            event_rule(voltage_based::VoltageBased{})};
}

namespace {

template <class Parts>
std::vector<std::string> names_in(const Parts& parts) {
    std::vector<std::string> names;
    names.reserve(parts.size());
    for (const auto& part : parts) names.emplace_back(part->info().name);
    return names;
}

template <class Parts>
auto named_in(const Parts& parts, const std::string& name) {
    for (const auto& part : parts)
        if (part->info().name == name) return part;
    throw std::out_of_range("nothing is called '" + name + "'");
}

}  // namespace

std::vector<std::string> names_of_event_neurons() { return names_in(every_event_neuron()); }
std::shared_ptr<const EventNeuron> event_neuron_named(const std::string& name) {
    return named_in(every_event_neuron(), name);
}
std::shared_ptr<const EventNeuron> event_neuron_in_compartments(const std::string& name) {
    using burst_pyramidal::BurstPyramidal, burst_pyramidal::Driven;
    const auto cells = event_neuron(BurstPyramidal<Driven::by_compartments>{});
    return cells->info().name == name ? cells : nullptr;
}
std::vector<std::string> names_of_kinds_of_events() { return names_in(every_kind_of_event()); }
std::shared_ptr<const EventNeuron> kind_of_event_named(const std::string& name) {
    return named_in(every_kind_of_event(), name);
}
std::vector<std::string> names_of_event_rules() { return names_in(every_event_rule()); }
std::shared_ptr<const EventRule> event_rule_named(const std::string& name) {
    return named_in(every_event_rule(), name);
}

}  // namespace apical
