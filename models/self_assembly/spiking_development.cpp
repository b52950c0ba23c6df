// Layers l = 0..L take turns, event by event; traces have decayed before the next begins. Those whose turn it is: one
// upstream cell fires three spikes, and its downstream pairs are driven by their lateral dendrite, d^l = V^l a^l. The
// others: upstream cells are silent, and of every pair, that of the output too, E+ or E- fires with a probability p a
// ms. The same cells and the same rules at error spikes:
//   dW^l  = kappa_l (Vbar^l e^l) a^(l-1)T  - lambda W^l an event,   dWbar^l = kappa_l (V^(l-1) a^(l-1)) e^lT - ...
//   dV^l  = eta c e^l a^lT,  dVbar^l = eta c a^l e^lT,  both at least 0, then scaled;  c = 2 (1 - t / events)^2
// A pulls Vbar to V: sum_t e a = V E_a in an event, E_a = integral of a^2. Noise then gives W and Wbar that fit, of
// Var W_ij = s_l^2 / d_(l-1) in the long run, kappa_l = s_l (4 lambda / (p quantum_l^2 E_a))^(1/2): half of the events
// are the turn of layer l - 1, and one in d_(l-1) of them is of cell j.
#include "models/self_assembly/spiking_development.hpp"

#include <cmath>

#include "models/plasticity/heterosynaptic.hpp"
#include "models/roles.hpp"
#include "models/self_assembly/development.hpp"
#include "models/self_assembly/spontaneous_cells.hpp"

namespace apical::self_assembly::spiking {

namespace {

constexpr double forgetting = 7.5;  // lambda times the events: exp(-7.5) = 5e-4 is left of the weights before
constexpr double e_folds = 40;      // as many times a synapse of Vbar is pulled to its partner in V if c = 1
constexpr double eagerness = 2;     // c at the start
constexpr double chance = 0.1;      // p, 1/ms

class Builder {
   public:
    Builder(const Circuit& circuit, const Layers& layers, const Parameters& parameters, const Timing& timing)
        : circuit_(circuit),
          layers_(layers),
          p_(parameters),
          dt_(timing.step),
          steps_(static_cast<std::size_t>(volley + std::ceil(4 * parameters.tau_s / timing.step))),
          events_(static_cast<double>(parameters.development)) {
        const double keeps = std::exp(-dt_ / p_.tau_s);
        double a = 0;
        for (std::size_t step = 0; step < steps_; ++step) {
            a = keeps * a + (step < volley ? (1 - keeps) / dt_ : 0);
            squares_ += a * a * dt_;
        }
    }

    Development build() {
        result_.events = static_cast<std::uint64_t>(p_.development);
        result_.circuit = at_rest(circuit_);
        result_.step = dt_;
        result_.duration = dt_ * static_cast<double>(steps_);
        Circuit& c = result_.circuit;
        const auto& layers = c.anatomy.layers;
        const std::size_t L = layers.size();

        std::vector<PopulationId> up{circuit_.port(ports::input).population};
        for (const auto& layer : layers) up.push_back(c.population(layer.population));
        for (std::size_t l = 0; l < L; ++l) fire_in_turn(up[l], l);
        for (std::size_t l = 1; l <= L; ++l) {
            c.populations[up[l]].compartments = {apical};
            const double scale = l < L ? layers_.scale_W : layers_.scale_W_output,
                         quantum =
                             l < L ? p_.quantum_hidden / std::sqrt(static_cast<double>(p_.ratio)) : p_.quantum_output,
                         lambda = forgetting / events_,
                         kappa = scale * std::sqrt(4 * lambda / (chance * quantum * quantum * squares_));
            const auto& layer = layers[l - 1];
            c.weights[c.weights_named(layer.weights)].rule = learning<ApicalSteered>(kappa, lambda);
            if (l > 1)
                c.weights[c.weights_named(layer.further[roles::down])].rule = learning<LateralAtErrors>(kappa, lambda);
            if (l < L) {
                pair(l, up[l], quantum);
                continue;
            }
            const PopulationId cells = c.population("error");
            errors(cells, l, quantum);
            c.add(Projection{.source = cells, .signal = error, .target = up[l], .compartment = apical});
        }
        return std::move(result_);
    }

   private:
    /// One cell of the layer, when it is its turn.
    void fire_in_turn(PopulationId cells, std::size_t l) {
        Population& population = result_.circuit.populations[cells];
        population.clamped = {drive};
        population.cells = event_neuron(Volley{});
        population.anew = {clock};
        population.traces = circuit_.populations[cells].traces;
        result_.activity.push_back({cells, drive, Spontaneous::Law::sparse, 1, l % 2});
    }

    void errors(PopulationId cells, std::size_t l, double quantum_of_a_spike) {
        Population& population = result_.circuit.populations[cells];
        population.compartments = {lateral};
        population.clamped = {restless};
        population.cells = event_neuron(SpontaneousPair{});
        population.parameters = {{"quantum", quantum_of_a_spike}, {"chance", chance}};
        for (const char* column : {"spontaneous_x", "spontaneous_y"})  // of the deviation 1, held for a step
            population.noise.push_back({.column = column, .law = NoiseCurrent::Law::white, .sigma = std::sqrt(dt_)});
        result_.activity.push_back({cells, restless, Spontaneous::Law::all, 1, (l + 1) % 2});
    }

    void pair(std::size_t l, PopulationId up, double quantum_of_a_spike) {
        Circuit& c = result_.circuit;
        const auto& layer = c.anatomy.layers[l - 1];
        const WeightsId V = c.weights_named(layer.further[roles::across]),
                        Vbar = c.weights_named(layer.further[roles::back_across]);
        const PopulationId down = c.weights[V].post;
        errors(down, l, quantum_of_a_spike);
        for (const PopulationId cells : {up, down}) {
            c.populations[cells].clamped.emplace_back(eager);
            result_.activity.push_back({cells, eager, Spontaneous::Law::waning, eagerness, l % 2});
        }
        c.add(Projection{.weights = V, .source = up, .signal = rate, .target = down, .compartment = lateral});
        c.add(Projection{.weights = Vbar, .source = down, .signal = error, .target = up, .compartment = apical});
        const double eta = 2 * e_folds * static_cast<double>(c.populations[up].units) / (squares_ * events_);
        c.weights[V].rule = rule(EagerDelta{eta * static_cast<double>(steps_)});
        c.weights[Vbar].rule = rule(MirroredEagerDelta{eta * static_cast<double>(steps_)});
    }

    /// Of a gain per quantum, and a decay per event; rules ask for both per event.
    template <class R>
    std::shared_ptr<const Rule> learning(double per_quantum, double decay) const {
        const double gain = per_quantum * static_cast<double>(steps_);
        return rule(R{gain, decay / gain});
    }

    static constexpr std::size_t volley = 3;  ///< spikes, one a step

    const Circuit& circuit_;
    const Layers& layers_;
    const Parameters& p_;
    double dt_;
    std::size_t steps_;  ///< of an event
    double events_;
    double squares_ = 0;  ///< E_a, 1/ms
    Development result_;
};

}  // namespace

Development development(const Circuit& circuit, const Layers& layers, const Parameters& parameters,
                        const Timing& timing) {
    return Builder(circuit, layers, parameters, timing).build();
}

}  // namespace apical::self_assembly::spiking
