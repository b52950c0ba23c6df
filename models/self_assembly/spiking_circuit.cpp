// In every step, without delay between layers; k_x = exp(-dt / tau_x); z, e: events; a = `rate`, B = `soma` downstream:
//   upstream, l = 1..L:   u^l = k_m u^l + (1 - k_m) W^l a^(l-1),  z^l = (u^l >= 1), then u^l -= 1
//                         a^l = k_s a^l + (1 - k_s) z^l / dt                            (l = 0: z is the input)
//   error:                d^L = a* - a^L while there is a teacher
//   downstream, l < L:    B^l = k_e B^l + (1 - k_e) Wbar^(l+1) e^(l+1) / dt,  d^l = slope B^l [V^l a^l > open]
//                         gate "relaxed": d^l = slope V^l [a^l > open] alpha^l / dt  (spiking_relaxation.hpp)
//   both:                 v+- += max(+-d^l, 0) dt,  e^l = quantum (E+ - E-), which is taken from v+-
//   at a quantum:         dW^l = eta (Vbar^l e^l) a^(l-1)^T,  dWbar^l = eta (V^(l-1) a^(l-1)) e^l^T,  Vbar^L = I
//                         dV^l = eta_V e^l a^l^T,  dVbar^l = eta_V a^l e^l^T,  at least 0, then scaled
#include "models/self_assembly/spiking_circuit.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <type_traits>

#include "models/plasticity/delta.hpp"
#include "models/plasticity/heterosynaptic.hpp"
#include "models/roles.hpp"
#include "models/self_assembly/development.hpp"
#include "models/self_assembly/error_codes.hpp"
#include "models/self_assembly/spiking_cells.hpp"
#include "models/self_assembly/spiking_development.hpp"
#include "models/self_assembly/spiking_relaxation.hpp"

namespace apical::self_assembly::spiking {

namespace {

class Builder {
   public:
    Builder(const Layers& layers, const Parameters& parameters, const Timing& timing, const TaskShape& task)
        : layers_(layers),
          p_(parameters),
          timing_(timing),
          task_(task),
          sizes_(task.sizes(layers.hidden)),
          L_(sizes_.size() - 1),
          down_(L_ + 1),
          W_(L_ + 1),
          V_(L_),
          Vbar_(L_) {
        const auto period =
            static_cast<std::uint64_t>(std::llround(layers.rate_period * static_cast<double>(task.epoch)));
        circuit_.rates = {0, layers.rate_factor, layers.rate_factor == 1 ? 0 : period};
    }

    ModelCircuit build() {
        circuit_.name = "spiking_self_assembly";
        up_.push_back(circuit_.add(input()));
        circuit_.open(ports::input, up_[0], drive);
        for (std::size_t l = 1; l <= L_; ++l) up_.push_back(circuit_.add(upstream(l)));
        circuit_.open(ports::answer, up_[L_], answer);
        teach();
        if (p_.through_time()) {
            for (std::size_t l = 1; l <= L_; ++l) up(l);
            go_back_through_time();
        } else {
            for (std::size_t l = 1; l < L_; ++l) down_[l] = circuit_.add(downstream(l));
            for (std::size_t l = 1; l <= L_; ++l) up(l);
            for (std::size_t l = 1; l < L_; ++l) across(l);
            for (std::size_t l = 2; l <= L_; ++l) p_.assembles() ? down(l) : compare(l);
        }
        describe();
        if (p_.assembles() && p_.development > 0) {
            // The same weights without axons in between: its events are longer than they are.
            Parameters at_once = p_;
            at_once.delay = at_once.delay_across = 0;
            at_once.development = 0;
            const ModelCircuit other =
                p_.delay > 0 ? Builder(layers_, at_once, timing_, task_).build() : ModelCircuit();
            circuit_.development = std::make_shared<Development>(spontaneous(p_.delay > 0 ? other : circuit_));
        }
        return std::move(circuit_);
    }

   private:
    Development spontaneous(const Circuit& circuit) const {
        if (p_.spontaneous == "spikes") return development(circuit, layers_, p_, timing_);
        self_assembly::Parameters scales;
        scales.developed_scale_W = layers_.scale_W;
        scales.developed_scale_W_output = layers_.scale_W_output;
        return self_assembly::development(circuit, scales, static_cast<std::uint64_t>(p_.development));
    }

    /// a: a trace of spikes with their rate as its mean.
    EventTrace rate_of_spikes() const {
        return {.column = rate, .tau = p_.tau_s, .gain = -std::expm1(-timing_.step / p_.tau_s) / timing_.step};
    }

    /// Phases go on from sample to sample, so that they are as good as random.
    Population input() const {
        return {.name = "in",
                .units = sizes_[0],
                .clamped = {drive},
                .cells = event_neuron(sign_concordant::Regular{}),
                .parameters = {{"frequency", p_.drive}},
                .initial = {{"phase", Quantity::uniform(0, 1)}},
                .traces = {rate_of_spikes()}};
    }

    Population upstream(std::size_t l) const {
        Population cells{.name = "up" + std::to_string(l),
                         .units = sizes_[l],
                         .compartments = {basal, apical},
                         .cells = event_neuron(Upstream{}),
                         .parameters = {{"tau_m", p_.tau_m}},
                         .traces = {rate_of_spikes()}};
        if (l < L_) return cells;
        cells.events = {event_neuron(Integral{})};
        cells.parameters.emplace("onset", timing_.onset);
        cells.anew = {clock, sum};
        cells.signals = {signal(Answer{})};
        return cells;
    }

    /// The cells that carry d: pairs that fire, or, for comparison, columns.
    template <class Drive>
    void give_errors(Population& cells, double quantum_of_a_spike, double slope_of_cells) const {
        const double saturates =
            p_.gate == "saturating" ? p_.gate_saturation / std::sqrt(static_cast<double>(p_.ratio)) : 0;
        const double scale = slope_of_cells * timing_.step, inverse = saturates > 0 ? 1 / saturates : 0;
        using Error = std::remove_const_t<decltype(error)>;
        using Graded = std::remove_const_t<decltype(graded)>;
        if (p_.analog()) {
            cells.signals.push_back(signal(AnalogError<Drive, Error>{scale, p_.gate_open, inverse}));
            return;
        }
        if (p_.error_code == "graded")
            cells.signals.push_back(signal(AnalogError<Drive, Graded>{scale, p_.gate_open, inverse}));
        cells.parameters = {{"quantum", quantum_of_a_spike},
                            {"slope", slope_of_cells},
                            {"open", p_.gate_open},
                            {"saturation", saturates}};
        if (p_.error_code == "many") {
            cells.cells = event_neuron(ErrorPair<Drive, true>{});
        } else if (p_.error_code == "poisson") {
            cells.cells = event_neuron(PoissonPair<Drive>{});
            for (const char* column : {"chance_x", "chance_y"})  // of the deviation 1, held for a step
                cells.noise.push_back(
                    {.column = column, .law = NoiseCurrent::Law::white, .sigma = std::sqrt(timing_.step)});
        } else if (p_.error_code == "baseline") {
            cells.cells = event_neuron(Baseline<Drive>{});
            cells.parameters.emplace("baseline", p_.baseline);
        } else {
            cells.cells = event_neuron(ErrorPair<Drive, false>{});
        }
    }

    /// What apical dendrites of the same area see of an error.
    std::string local_error() const { return p_.error_code == "graded" ? std::string(graded) : std::string(error); }

    /// Of r cells to one partner each carries errors of 1 / sqrt(r), in quanta as much smaller.
    Population downstream(std::size_t l) const {
        const auto r = static_cast<std::size_t>(p_.ratio);
        Population cells{.name = "down" + std::to_string(l),
                         .units = r * sizes_[l],
                         .compartments = {basal, lateral},
                         .filters = {{soma, basal, p_.tau_e}}};
        const double quantum_of_a_spike = p_.quantum_hidden / std::sqrt(static_cast<double>(r));
        if (p_.relaxes()) give_errors<Relaxed>(cells, quantum_of_a_spike, p_.slope);
        else give_errors<Gated>(cells, quantum_of_a_spike, p_.slope);
        if (p_.bursts()) {
            cells.cells = event_neuron(Burst{});
            cells.compartments.emplace_back(partner);
        }
        return cells;
    }

    /// d^L = a* - a^L, and its cells.
    void teach() {
        const PopulationId target = circuit_.add(Population{
            .name = "target", .units = sizes_[L_], .clamped = {drive}, .signals = {signal(TargetRate{p_.target})}});
        circuit_.open(ports::target, target, drive);
        Population cells{.name = "error", .units = sizes_[L_], .compartments = {basal}};
        if (!p_.through_time()) give_errors<Taught>(cells, p_.quantum_output, 1);
        down_[L_] = circuit_.add(std::move(cells));
        circuit_.add(Teacher{.loss = Loss::squared_error,
                             .readout = up_[L_],
                             .signal = rate,
                             .target = target,
                             .target_column = rate,
                             .error = down_[L_],
                             .compartment = basal});
        if (p_.through_time()) return;
        // Vbar^L = I: the error reaches the output cells' apical dendrites as it is.
        project({}, down_[L_], local_error(), up_[L_], apical);
    }

    void project(std::optional<WeightsId> weights, PopulationId from, const std::string& signal, PopulationId to,
                 const std::string& compartment, bool transposed = false, double scale = 1, double delay = 0) {
        circuit_.add(Projection{.weights = weights,
                                .source = from,
                                .signal = signal,
                                .target = to,
                                .compartment = compartment,
                                .transposed = transposed,
                                .scale = scale,
                                .delay = delay});
    }

    /// Where a column of another area is after its axons: their ends, which synapses there transmit and learn from.
    PopulationId ends_of_axons(PopulationId from, const char* column) {
        if (p_.delay == 0) return from;
        const Population& cells = circuit_.populations[from];
        const PopulationId ends =
            circuit_.add(Population{.name = cells.name + "_axon", .units = cells.units, .compartments = {column}});
        project({}, from, column, ends, column, false, 1, p_.delay);
        return ends;
    }

    /// Gains of rules are per presentation, those of the parameters per quantum; decays are per presentation. `more`
    /// are further numbers of the rule.
    template <class R, class... More>
    std::shared_ptr<const Rule> learning(const char* group, double eta, double gamma, More... more) const {
        if (!p_.learns(group) || eta == 0) return nullptr;
        return rule(R{eta * timing_.steps(), gamma / timing_.steps(), more...});
    }

    /// Of W. The output is taught also while it is silent.
    std::shared_ptr<const Rule> steered(std::size_t l) const {
        if (!p_.mask || l == L_) return learning<ApicalSteered>("W", layers_.eta_W, layers_.gamma_W);
        return learning<ApicalSteeredWhileActive>("W", layers_.eta_W, layers_.gamma_W, p_.gate_open);
    }

    bool dense() const { return p_.assembles() && p_.dense(); }

    double deviation(std::size_t l) const {
        return (l < L_ ? layers_.scale_W : layers_.scale_W_output) / std::sqrt(static_cast<double>(sizes_[l - 1]));
    }

    void up(std::size_t l) {
        const bool learns = !p_.through_time() && (l == L_ || p_.feedback != "none");
        const PopulationId below = ends_of_axons(up_[l - 1], "rate");
        W_[l] = circuit_.add(Weights{.name = "W" + std::to_string(l),
                                     .post = up_[l],
                                     .pre = below,
                                     .rule = learns ? steered(l) : nullptr,
                                     .initial = normal(deviation(l))});
        project(W_[l], below, rate, up_[l], basal);
    }

    /// Synapses of V^l: r neighbouring downstream cells share a partner, or hear all cells.
    Connectivity partners(std::size_t l) const {
        if (dense()) return Connectivity::dense();
        const std::size_t cells = circuit_.populations[down_[l]].units, r = cells / sizes_[l];
        std::vector<std::uint32_t> post(cells), pre(cells);
        std::iota(post.begin(), post.end(), 0U);
        for (std::size_t j = 0; j < cells; ++j) pre[j] = static_cast<std::uint32_t>(j / r);
        return Connectivity::list(std::move(post), std::move(pre));
    }

    void across(std::size_t l) {
        double spread = 1 / std::sqrt(static_cast<double>(p_.ratio));
        if (dense()) spread = p_.scale_V / std::sqrt(static_cast<double>(circuit_.populations[down_[l]].units));
        const bool excitatory = p_.signs == "excitatory";
        Initial drawn = excitatory ? half_normal(spread) : normal(spread);
        if (!p_.assembles()) drawn = constant(spread);  // Vbar V = 1, so that B alone makes a difference
        Weights V{.name = "V" + std::to_string(l),
                  .post = down_[l],
                  .pre = up_[l],
                  .connectivity = partners(l),
                  .rule = learning<Delta>("V", p_.eta_V, p_.gamma_V)};
        Weights Vbar{.name = "Vbar" + std::to_string(l),
                     .post = up_[l],
                     .pre = down_[l],
                     .connectivity = dense() ? V.connectivity : Connectivity::transpose_of(V.name, V.connectivity),
                     .rule = learning<MirroredDelta>("Vbar", p_.eta_V, p_.gamma_V),
                     .initial = drawn};
        V.initial = p_.start == "tied" ? transpose_of(Vbar.name, drawn) : drawn;
        if (excitatory) V.lower = Vbar.lower = 0;
        if (p_.scaling) {  // sum_k V_ki^2 = 1 over what cell i sends, sum_k Vbar_ik^2 = 1 over what it receives
            V.scaling = Scaling::outgoing;
            Vbar.scaling = Scaling::incoming;
        }
        V_[l] = circuit_.add(std::move(V));
        Vbar_[l] = circuit_.add(std::move(Vbar));
        project(V_[l], up_[l], rate, down_[l], lateral, false, 1, p_.delay_across);
        project(Vbar_[l], down_[l], local_error(), up_[l], apical);
        if (p_.bursts()) project(V_[l], up_[l], spike, down_[l], partner, false, 1, p_.delay_across);
        if (p_.relaxes()) relax(l);
    }

    /// The loop of apical potentials and of what they leave unexplained takes a step, and what V takes.
    void relax(std::size_t l) {
        Population &up = circuit_.populations[up_[l]], &down = circuit_.populations[down_[l]];
        up.compartments.emplace_back(returned);
        down.compartments.insert(down.compartments.end(), {expected, gated});
        if (p_.error_code == "many") {
            up.events.push_back(event_neuron(RelaxingApical<true>{}));
            down.events.push_back(event_neuron(Unexplained<true>{}));
        } else {
            up.events.push_back(event_neuron(RelaxingApical<false>{}));
            down.events.push_back(event_neuron(Unexplained<false>{}));
        }
        up.parameters.insert(
            {{relaxation_quantum, p_.quantum_relaxation}, {tau_a, p_.tau_relaxation}, {apical_leak, p_.apical_leak}});
        down.parameters.emplace(relaxation_quantum, p_.quantum_relaxation / std::sqrt(static_cast<double>(p_.ratio)));
        up.signals.push_back(signal(SentWhileActive{p_.gate_open}));
        project(V_[l], up_[l], explained, down_[l], expected, false, 1, p_.delay_across + timing_.step);
        project(Vbar_[l], down_[l], unexplained, up_[l], returned);
        project(V_[l], up_[l], gated, down_[l], gated, false, 1 / timing_.step, p_.delay_across);
    }

    /// What arrives at B^(l-1): Wbar^l e^l, as a rate.
    void down(std::size_t l) {
        const double spread = 1 / std::sqrt(static_cast<double>(circuit_.populations[down_[l]].units));
        const PopulationId above = ends_of_axons(down_[l], "error");
        const WeightsId Wbar =
            circuit_.add(Weights{.name = "Wbar" + std::to_string(l),
                                 .post = down_[l - 1],
                                 .pre = above,
                                 .rule = learning<LateralAtErrors>("Wbar", layers_.eta_W, layers_.gamma_W),
                                 .initial = normal(p_.scale_Wbar * spread)});
        project(Wbar, above, error, down_[l - 1], basal, false, 1 / timing_.step);
    }

    /// For comparison, V^(l-1) B Vbar^l e^l in place of Wbar^l e^l. Magnitudes of B are those of W at the start.
    void compare(std::size_t l) {
        if (p_.feedback == "none") return;
        circuit_.populations[up_[l - 1]].compartments.emplace_back(returned);
        project(V_[l - 1], up_[l - 1], returned, down_[l - 1], basal, false, 1 / timing_.step);
        if (p_.feedback == "transported") {
            const PopulationId below = circuit_.weights[W_[l]].pre;
            project(W_[l], up_[l], apical, below, returned, true, 1, p_.delay);
            if (below == up_[l - 1]) return;
            circuit_.populations[below].compartments.emplace_back(returned);  // back along the axons of W
            return project({}, below, returned, up_[l - 1], returned);
        }
        Weights B{.name = "B" + std::to_string(l - 1), .post = up_[l - 1], .pre = up_[l]};
        B.initial = normal(deviation(l));
        if (p_.feedback == "frsf") {
            Weights M = B;
            M.name = "M" + std::to_string(l - 1);
            M.initial = half_normal(deviation(l));
            B.derived = Derived{W_[l], Derived::As::transposed_signs, circuit_.add(std::move(M))};
        }
        project(circuit_.add(std::move(B)), up_[l], apical, up_[l - 1], returned, false, 1, p_.delay);
    }

    /// In place of all cells that carry errors: the basal dendrite of `error` holds a* - a^L in every step.
    void go_back_through_time() {
        if (layers_.eta_W == 0) return;
        ThroughTime learning;
        learning.trace = "rate";
        learning.potential = "soma";
        learning.spike = "spike";
        learning.error = down_[L_];
        learning.of_error = "basal";
        learning.layers.assign(W_.begin() + 1, W_.end());
        learning.keep_potential = std::exp(-timing_.step / p_.tau_m);
        learning.potential_of_input = 1 - learning.keep_potential;
        learning.keep_trace = std::exp(-timing_.step / p_.tau_s);
        learning.trace_of_a_spike = (1 - learning.keep_trace) / timing_.step;
        learning.gain = layers_.eta_W * timing_.step;
        learning.decay = layers_.eta_W * layers_.gamma_W;
        circuit_.through_time = std::make_shared<ThroughTime>(std::move(learning));
    }

    /// For instruments; no gradient of a rate network is meant.
    void describe() {
        circuit_.anatomy.sizes = sizes_;
        for (std::size_t l = 1; l <= L_; ++l) {
            const std::string number = std::to_string(l);
            Anatomy::Layer layer{.population = "up" + number, .weights = "W" + number};
            if (l > 1 && p_.assembles()) layer.further.assign(roles::down, "Wbar" + number);
            if (l > 1 && (p_.feedback == "frsf" || p_.feedback == "fixed"))
                layer.further.assign(roles::feedback, "B" + std::to_string(l - 1));
            if (l < L_ && !p_.through_time()) {
                layer.further.assign(roles::across, "V" + number);
                layer.further.assign(roles::back_across, "Vbar" + number);
            }
            circuit_.anatomy.layers.push_back(std::move(layer));
        }
    }

    const Layers& layers_;
    const Parameters& p_;
    const Timing& timing_;
    const TaskShape& task_;
    ModelCircuit circuit_;
    std::vector<std::size_t> sizes_;
    std::size_t L_;
    std::vector<PopulationId> up_, down_;  ///< [l]; down_[L] are the cells of the output's error
    std::vector<WeightsId> W_, V_, Vbar_;
};

}  // namespace

ModelCircuit circuit(const Layers& layers, const Parameters& parameters, const Timing& timing, const TaskShape& task) {
    return Builder(layers, parameters, timing, task).build();
}

}  // namespace apical::self_assembly::spiking
