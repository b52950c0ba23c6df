// Layer l = 1 .. L, in every step, without delay; k_x = exp(-dt / tau_x), a = `rate`, p = `membrane`, q = `feedback`:
//   a_l = k_s a_l + (1 - k_s) z_l,            p_l = k_m p_l + (1 - k_m) a_l              (l = 0: z is the input)
//   u_l = k_m u_l + (1 - k_m) W_l a_(l-1),    z_l = (u_l >= 1), then u_l = 0
//   A_L = a* - a_L,  A_l = B_l q_(l+1),       d_l = phi(u_l before reset) A_l
//   v+- += max(+-d_l, 0) dt,                  e_l = quantum (E+ - E-),   q_l = k_e q_l + (1 - k_e) e_l
//   dW_l = eta e_l p_(l-1)^T
#include "models/sign_concordant/circuit.hpp"

#include <cmath>
#include <limits>

#include "models/roles.hpp"
#include "models/sign_concordant/cells.hpp"

namespace apical::sign_concordant {

namespace {

/// `concordance` of all entries of what `magnitudes` draws, the others with the other sign.
Initial mixed(Initial magnitudes, double concordance) {
    return [magnitudes = std::move(magnitudes), concordance](const Random& random, const std::string& name,
                                                             std::size_t post, std::size_t pre) -> Entries {
        return
            [of = magnitudes(random, name, post, pre), chance = uniform(0, 1)(random, name + "/signs", post, pre),
             concordance](std::size_t i, std::size_t j) { return chance(i, j) < concordance ? of(i, j) : -of(i, j); };
    };
}

class Builder {
   public:
    Builder(const Layers& layers, const Parameters& parameters, const Timing& timing, const TaskShape& task)
        : p_(parameters), timing_(timing), sizes_(task.sizes(layers.hidden)), L_(sizes_.size() - 1), W_(L_ + 1) {
        const auto period = static_cast<std::uint64_t>(std::llround(p_.rate_period * static_cast<double>(task.epoch)));
        circuit_.rates = {0, p_.rate_factor, p_.rate_factor == 1 ? 0 : period};
    }

    ModelCircuit build() {
        circuit_.name = "sign_concordant";
        up_.push_back(circuit_.add(input()));
        circuit_.open(ports::input, up_[0], drive);
        for (std::size_t l = 1; l <= L_; ++l) up_.push_back(circuit_.add(layer(l)));
        circuit_.open(ports::answer, up_[L_], answer);
        teach();
        for (std::size_t l = 1; l <= L_; ++l) forward(l);
        for (std::size_t l = 1; l < L_; ++l) back(l);
        describe();
        return std::move(circuit_);
    }

   private:
    bool begins_anew() const { return p_.anew != "nothing"; }
    bool analog() const { return p_.error_code == "analog"; }

    /// a and p of what fires, or of a current.
    void filter(Population& cells, const std::string& of) const {
        cells.filters = {{rate, of, p_.tau_s}, {membrane, rate, p_.tau_m}};
        if (begins_anew()) cells.anew = {rate, membrane};
    }

    /// Phases go on from sample to sample, so that they are as good as random.
    Population input() const {
        Population cells{.name = "in", .units = sizes_[0], .clamped = {drive}};
        filter(cells, p_.encoding == "direct" ? current : std::string(spike));
        if (p_.encoding == "direct") cells.signals = {signal(DirectCurrent{p_.drive})};
        if (p_.encoding == "regular") {
            cells.cells = event_neuron(Regular{});
            cells.parameters = {{"frequency", p_.drive}};
            cells.initial = {{"phase", Quantity::uniform(0, 1)}};
        }
        if (p_.encoding == "poisson") {
            cells.cells = event_neuron(Poisson{});
            cells.parameters = {{"frequency", p_.drive}};
            for (const char* column : {"chance_x", "chance_y"})  // of the deviation 1, held for a step
                cells.noise.push_back(
                    {.column = column, .law = NoiseCurrent::Law::white, .sigma = std::sqrt(timing_.step)});
        }
        if (p_.encoding == "latency") {
            cells.cells = event_neuron(Latency{});
            cells.parameters = {{"latest", p_.latest}};
            for (const char* column : {"clock", "phase"}) cells.anew.emplace_back(column);
        }
        return cells;
    }

    /// Every second cell inhibits, but in the output.
    Quantity signs(std::size_t l) const {
        if (!p_.dale() || l == L_) return 1.0;
        std::vector<double> all(sizes_[l], 1);
        for (std::size_t i = 1; i < all.size(); i += 2) all[i] = -1;
        return Quantity::list(std::move(all));
    }

    Population layer(std::size_t l) const {
        Population cells{.name = "up" + std::to_string(l),
                         .units = sizes_[l],
                         .compartments = {basal, apical},
                         .cells = event_neuron(Pyramidal{}),
                         .parameters = {{"tau_m", p_.tau_m}, {"threshold", p_.threshold}, {"sign", signs(l)}}};
        filter(cells, spike);
        if (begins_anew()) cells.anew.insert(cells.anew.end(), {soma, crest});
        if (analog()) {
            cells.signals.push_back(signal(AnalogError{p_.beta, timing_.step}));
        } else {
            if (p_.error_code == "many") cells.events = {event_neuron(ErrorPair<true>{})};
            else cells.events = {event_neuron(ErrorPair<false>{})};
            cells.parameters.insert({{"quantum", l < L_ ? p_.quantum_hidden : p_.quantum_output}, {"beta", p_.beta}});
            if (p_.anew == "everything") cells.anew.insert(cells.anew.end(), {positive, negative});
            if (l > 1) {
                cells.filters.push_back({feedback, error, p_.tau_e});
                if (begins_anew()) cells.anew.emplace_back(feedback);
            }
        }
        if (l < L_) return cells;
        cells.traces = {{.column = count, .tau = std::numeric_limits<double>::infinity()}};
        cells.anew.emplace_back(count);
        cells.signals.push_back(signal(Answer{}));
        return cells;
    }

    /// A_L = a* - a_L; nothing until the teacher is there.
    void teach() {
        Population cells{.name = "target",
                         .units = sizes_[L_],
                         .clamped = {drive},
                         .cells = event_neuron(Regular{}),
                         .parameters = {{"frequency", p_.target}},
                         .filters = {{rate, spike, p_.tau_s}}};
        if (begins_anew()) cells.anew = {phase, rate};
        const PopulationId target = circuit_.add(std::move(cells));
        circuit_.open(ports::target, target, drive);
        circuit_.add(Teacher{.loss = Loss::squared_error,
                             .readout = up_[L_],
                             .signal = rate,
                             .target = target,
                             .target_column = rate,
                             .error = up_[L_],
                             .compartment = apical});
    }

    double deviation(std::size_t l) const {
        const double scale = p_.scale_W.size() == 1 ? p_.scale_W[0] : p_.scale_W.at(l - 1);
        return scale * std::sqrt(2 / static_cast<double>(sizes_[l - 1]));
    }

    /// W of layer l; of cells of one sign they are sizes of synapses, and at least 0.
    WeightsId add_forward(std::size_t l, const std::string& name, double gain) {
        Weights W{.name = name, .post = up_[l], .pre = up_[l - 1], .initial = normal(deviation(l))};
        if (p_.eta > 0) W.rule = rule(ErrorTriggered{gain * p_.eta * timing_.steps()});
        if (p_.dale()) {
            W.lower = 0;
            W.initial = half_normal(deviation(l));
        }
        const WeightsId id = circuit_.add(std::move(W));
        circuit_.add(Projection{.weights = id,
                                .source = up_[l - 1],
                                .signal = rate,
                                .target = up_[l],
                                .compartment = basal,
                                .scale = gain});
        return id;
    }

    void forward(std::size_t l) {
        W_[l] = add_forward(l, "W" + std::to_string(l), 1);
        // Inputs excite; as much is taken away by inhibitory cells that fire with them.
        if (p_.dale() && l == 1) add_forward(l, "W1_inhibitory", -1);
    }

    /// A_l = B_l q_(l+1), or B_l e_(l+1) of an analog error.
    void back(std::size_t l) {
        if (p_.feedback == "none") return;
        const char* const carried = analog() ? "error" : "feedback";
        const double scale = 1 / timing_.step;
        if (p_.feedback == "bp") {
            circuit_.add(Projection{.weights = W_[l + 1],
                                    .source = up_[l + 1],
                                    .signal = carried,
                                    .target = up_[l],
                                    .compartment = apical,
                                    .transposed = true,
                                    .scale = scale});
            return;
        }
        Weights B{.name = "B" + std::to_string(l), .post = up_[l], .pre = up_[l + 1]};
        const double size = deviation(l + 1);
        Initial magnitudes = p_.feedback == "usf" ? constant(size) : half_normal(size);
        if (p_.feedback == "anti") magnitudes = multiple_of(std::move(magnitudes), -1);
        if (p_.feedback == "mix") magnitudes = mixed(std::move(magnitudes), p_.concordance);
        if (p_.follows_signs()) {
            Weights M = B;
            M.name = "M" + std::to_string(l);
            M.initial = std::move(magnitudes);
            B.derived = Derived{W_[l + 1], Derived::As::transposed_signs, circuit_.add(std::move(M))};
            if (p_.feedback == "brsf") circuit_.redrawn.push_back(B.derived->magnitudes);
        } else {
            B.initial = p_.dale() ? half_normal(size) : normal(size);  // fa
        }
        circuit_.add(Projection{.weights = circuit_.add(std::move(B)),
                                .source = up_[l + 1],
                                .signal = carried,
                                .target = up_[l],
                                .compartment = apical,
                                .scale = scale});
    }

    /// For instruments; no gradient of a rate network is meant.
    void describe() {
        circuit_.anatomy.sizes = sizes_;
        for (std::size_t l = 1; l <= L_; ++l) {
            Anatomy::Layer layer{.population = "up" + std::to_string(l), .weights = "W" + std::to_string(l)};
            if (l > 1 && p_.feedback != "none" && p_.feedback != "bp")
                layer.further.assign(roles::feedback, "B" + std::to_string(l - 1));
            circuit_.anatomy.layers.push_back(std::move(layer));
        }
    }

    const Parameters& p_;
    const Timing& timing_;
    ModelCircuit circuit_;
    std::vector<std::size_t> sizes_;
    std::size_t L_;
    std::vector<PopulationId> up_;
    std::vector<WeightsId> W_;
};

}  // namespace

ModelCircuit circuit(const Layers& layers, const Parameters& parameters, const Timing& timing, const TaskShape& task) {
    return Builder(layers, parameters, timing, task).build();
}

}  // namespace apical::sign_concordant
