#include "models/cells.hpp"

#include <algorithm>

#include "models/neurons/leaky.hpp"
#include "models/neurons/low_pass.hpp"
#include "models/neurons/prospective.hpp"
#include "models/plasticity/tags.hpp"

namespace apical {

namespace {

template <auto tag>
using TypeOf = std::remove_cvref_t<decltype(tag)>;

/// The soma as the state `soma`; or as `membrane`, and `soma` what looks ahead of it.
template <template <class> class Soma, class Make>
void add_soma(Population& population, bool prospective, const Make& make) {
    if (!prospective) {
        population.neurons.push_back(neuron(make(Soma<TypeOf<soma>>{})));
        return;
    }
    const auto cell = make(Soma<TypeOf<membrane>>{});
    population.neurons.push_back(neuron(cell));
    const Prospective<std::remove_cvref_t<decltype(cell)>> ahead{cell, 1 / cell.rates()[0]};
    population.signals.insert(population.signals.begin(), signal(ahead));
}

template <class Basal, class... Second>
struct PyramidalWith {
    template <class State>
    using Soma = Pyramidal<State, Basal, Second...>;
};

template <class Basal, class... Second>
void add_pyramidal(Population& population, const CellKind& kind, double gain) {
    add_soma<PyramidalWith<Basal, Second...>::template Soma>(population, kind.prospective, [&](auto cell) {
        cell.m = kind.membrane;
        cell.gain = gain;
        return cell;
    });
}

template <class Basal>
void add_pyramidal(Population& population, const CellKind& kind, double gain, bool downstream) {
    if (kind.membrane.g_A == 0) add_pyramidal<Basal>(population, kind, gain);
    else if (downstream) add_pyramidal<Basal, TypeOf<lateral>>(population, kind, gain);
    else add_pyramidal<Basal, TypeOf<apical>>(population, kind, gain);
}

}  // namespace

void give_soma(Population& population, const CellKind& kind, double tau, bool downstream) {
    if (kind.tau_A > 0 && !downstream) {
        std::replace(population.compartments.begin(), population.compartments.end(), std::string("apical"),
                     std::string("apical_drive"));
        population.neurons.push_back(low_pass(apical_drive, apical, kind.tau_A));
    }
    if (!kind.pyramidal) {
        add_soma<Leaky>(population, kind.prospective, [&](auto cell) {
            cell.tau = tau;
            return cell;
        });
        return;
    }
    population.compartments.emplace_back("current");
    const Membrane& m = kind.membrane;
    const double gain = kind.compensated ? m.total() / m.g_B : 1;
    if (kind.tau_B > 0) {
        population.neurons.push_back(low_pass(basal, basal_potential, kind.tau_B, gain));
        add_pyramidal<TypeOf<basal_potential>>(population, kind, 1, downstream);
    } else {
        add_pyramidal<TypeOf<basal>>(population, kind, gain, downstream);
    }
    if (kind.adaptation > 0) population.neurons.push_back(low_pass(rate, adaptation, kind.tau_adaptation));
}

void lead_into_dendrites(Circuit& circuit) {
    const auto has = [&](PopulationId p, const char* compartment) {
        const auto& all = circuit.populations[p].compartments;
        return std::find(all.begin(), all.end(), compartment) != all.end();
    };
    for (Projection& projection : circuit.projections)
        if (projection.compartment == "apical" && has(projection.target, "apical_drive"))
            projection.compartment = "apical_drive";
}

}  // namespace apical
