// Layers l = 0..L take turns. Those whose turn it is:  h^l: one cell of rate 1,          hbar^l = V^l h^l
//                             The others:             h^l = 0,  hbar^l ~ N(0, sigma_l^2), hbar^L in place of e
// Every synapse as always (per event):  dW^l    = (Vbar^l hbar^l) (h^{l-1})^T    - g W^l,     l = 1..L, Vbar^L = I
//                                       dWbar^l = (V^{l-1} h^{l-1}) (hbar^l)^T   - g Wbar^l,  l = 2..L
//                                       dV^l = eta hbar^l (h^l)^T,  dVbar^l = eta h^l (hbar^l)^T,  both then scaled
// V^l h^l pulls Vbar^l to V^lT; the noise then gives W^l = Vbar^l N^l and Wbar^l = V^{l-1} N^lT with one random N^l.
#include "models/self_assembly/development.hpp"

#include <algorithm>
#include <cmath>

#include "models/plasticity/hebbian.hpp"
#include "models/plasticity/heterosynaptic.hpp"
#include "models/roles.hpp"
#include "models/self_assembly/gates.hpp"

namespace apical::self_assembly {

namespace {

constexpr double active = 1;        // cells of a layer in an event: more would give W a common direction
constexpr double forgetting = 7.5;  // g times the events: exp(-7.5) = 5e-4 is left of the weights before
constexpr double e_folds = 40;      // as many times a synapse of Vbar is pulled to its partner in V, in e-folds

struct Across {
    WeightsId V, Vbar;
    PopulationId up, down;
};
Across across(const Circuit& c, std::size_t l) {
    const auto& layer = c.anatomy.layers[l - 1];
    const WeightsId V = c.weights_named(layer.further[roles::across]);
    return {V, c.weights_named(layer.further[roles::back_across]), c.population(layer.population), c.weights[V].post};
}

/// One cell of h^l is active when it is the layer's turn; h̄^l = V^l h^l + noise.
void pair(Development& d, std::size_t l) {
    Circuit& c = d.circuit;
    const auto [V, Vbar, up, down] = across(c, l);
    c.populations[up].clamped = {rate};
    d.activity.push_back({up, "rate", Spontaneous::Law::sparse, active, l % 2});
    c.populations[down].compartments = {lateral};
    c.populations[down].clamped = {noise};
    c.populations[down].signals = {signal(DrivenByPartner{})};
    c.add(Projection{.weights = V, .source = up, .signal = rate, .target = down, .compartment = lateral});
}

}  // namespace

Circuit at_rest(Circuit c) {
    c.ports.clear();
    c.projections.clear();
    c.teachers.clear();
    for (Population& population : c.populations) {
        population.compartments.clear();
        population.neurons.clear();
        population.signals.clear();
        population.cells.reset();
        population.events.clear();
        population.parameters.clear();
        population.initial.clear();
        population.traces.clear();
        population.filters.clear();
        population.anew.clear();
    }
    for (Weights& w : c.weights) w.rule.reset();
    return c;
}

bool can_develop(const Parameters& p) {
    const bool one_partner = p.motif == "topographic" && p.signs == "excitatory" && p.gate == "partner" && !p.mask;
    const bool all_to_all = p.motif == "dense" && p.signs == "free";
    return (one_partner || all_to_all) && p.scaling && p.plastic.size() == 4;
}

bool can_pair(const Parameters& p) {
    const auto learns = [&](const char* group) { return std::ranges::find(p.plastic, group) != p.plastic.end(); };
    return p.scaling && learns("V") && learns("Vbar");
}

bool develops_by_itself(const Parameters& p) { return can_develop(p) && (p.motif == "topographic" || relaxes(p)); }

Development development(const Circuit& circuit, const Parameters& p, std::uint64_t events) {
    const PopulationId input = circuit.port(ports::input).population;
    Development result{events, at_rest(circuit), {}};
    Circuit& c = result.circuit;

    const auto& sizes = c.anatomy.sizes;
    const auto& layers = c.anatomy.layers;
    const std::size_t L = layers.size();
    const double g = forgetting / static_cast<double>(events);
    // Var W_ij = sigma^2 (active / d) / (4 g) in the long run, half of the events being the turn of j: scale^2 / d.
    const auto add_noise = [&](std::size_t l, PopulationId cells, const char* column) {
        const double scale = l < L ? p.developed_scale_W : p.developed_scale_W_output;
        result.activity.push_back(
            {cells, column, Spontaneous::Law::normal, scale * std::sqrt(4 * g / active), (l + 1) % 2});
    };

    std::vector<PopulationId> up{input};
    for (const auto& layer : layers) up.push_back(c.population(layer.population));
    const PopulationId error = c.population("error");
    c.populations[error].clamped = {rate};
    add_noise(L, error, "rate");
    c.populations[up[L]].compartments = {apical};
    c.add(Projection{.source = error, .signal = rate, .target = up[L], .compartment = apical});

    for (std::size_t l = 0; l < L; ++l) {
        if (l == 0) {
            c.populations[input].clamped = {rate};
            result.activity.push_back({input, "rate", Spontaneous::Law::sparse, active, l % 2});
        }
        c.weights[c.weights_named(layers[l].weights)].rule = rule(ApicalSteered{1, g});
        if (l > 0) c.weights[c.weights_named(layers[l].further[roles::down])].rule = rule(LateralSteered{1, g});
        if (l == 0) continue;

        pair(result, l);
        const auto [V, Vbar, cells, down] = across(c, l);
        c.populations[cells].compartments = {apical};
        add_noise(l, down, "noise");
        c.add(Projection{.weights = Vbar, .source = down, .signal = rate, .target = cells, .compartment = apical});
        const double eta = 2 * e_folds * static_cast<double>(sizes[l]) / (active * static_cast<double>(events));
        c.weights[V].rule = c.weights[Vbar].rule = rule(Hebbian{eta, 0});
    }
    return result;
}

Development pairing(const Circuit& circuit, const std::vector<CrossRates>& rates, std::uint64_t events) {
    Development result{events, at_rest(circuit), {}, "pairing"};
    Circuit& c = result.circuit;
    for (std::size_t l = 1; l < c.anatomy.layers.size(); ++l) {
        pair(result, l);
        const auto [V, Vbar, up, down] = across(c, l);
        // Layers take turns, so that of both sides of W and of Wbar one is silent: they have nothing to learn.
        c.weights[V].rule = rule(Hebbian{rates[l - 1].V, 0});
        c.weights[Vbar].rule = rule(Hebbian{rates[l - 1].Vbar, 0});
    }
    return result;
}

}  // namespace apical::self_assembly
