// Layer l = 1..N, all rates r = phi(soma):
//   v_bas = W_l r_{l-1},  v_api = B_l r_{l+1} + B_PI_l r^I_l,  v_den = W_IP_l r_l        (spec 1.2)
//   soma answers F of its conductances, interneurons are nudged by the soma of their partner above (1.3)
//   all four groups of synapses learn at all times (3.1 - 3.3)
#include "models/pal/circuit.hpp"

#include <cmath>

#include "models/neurons/activation.hpp"
#include "models/neurons/low_pass.hpp"
#include "models/pal/cells.hpp"
#include "models/plasticity/microcircuit.hpp"
#include "models/roles.hpp"

namespace apical::pal {

namespace {

double of_layer(const std::vector<double>& list, std::size_t l) { return list.size() == 1 ? list[0] : list.at(l - 1); }

class Builder {
   public:
    Builder(const Layers& layers, const Parameters& parameters, const TaskShape& task)
        : activation_(layers.activation), p_(parameters), sizes_(task.sizes(layers.hidden)), N_(sizes_.size() - 1) {}

    Circuit build() {
        circuit_.name = "pal";
        cells();
        for (std::size_t l = 1; l <= N_; ++l) forward(l);
        for (std::size_t l = 1; l < N_; ++l) {
            interneurons_listen(l);
            if (p_.variant == "backprop") transposed_feedback(l);
            else feedback(l);
        }
        circuit_.anatomy.sizes = sizes_;
        circuit_.anatomy.activation = circuit_.anatomy.output_activation = activation_;
        return std::move(circuit_);
    }

   private:
    bool is_noisy() const { return p_.variant == "pal" || p_.variant == "frozen_feedback"; }

    template <template <bool> class Cell, class... Numbers>
    void add_soma(Population& cells, double G, Numbers... numbers) const {
        if (p_.prospective) cells.neurons.push_back(neuron(Cell<true>{{G, p_.tau_r}, numbers...}));
        else cells.neurons.push_back(neuron(Cell<false>{{G, p_.tau_r}, numbers...}));
    }
    void add_rate(Population& cells) const {
        with_activation(activation_, 0, [&](auto phi) {
            if constexpr (std::is_same_v<decltype(phi), Linear>) cells.signals.push_back(signal(RateIsSoma{}));
            else cells.signals.push_back(signal(RateOf<decltype(phi)>{phi}));
        });
    }

    void cells() {
        pyr_.push_back(circuit_.add(Population{.name = "in", .units = sizes_[0], .clamped = {rate}}));
        circuit_.open(ports::input, pyr_[0], rate);
        for (std::size_t l = 1; l <= N_; ++l) pyr_.push_back(circuit_.add(pyramidal(l)));
        inter_.emplace_back();
        for (std::size_t l = 1; l < N_; ++l) {
            Population cells{
                .name = "inter" + std::to_string(l), .units = sizes_[l + 1], .compartments = {basal, nudge}};
            add_soma<Interneuron>(cells, p_.total_interneuron(), p_.g_den, p_.g_nudge);
            add_rate(cells);
            inter_.push_back(circuit_.add(std::move(cells)));
        }
        circuit_.open(ports::answer, pyr_[N_], soma);
        const PopulationId target =
            circuit_.add(Population{.name = "target",
                                    .units = sizes_[N_],
                                    .clamped = {rate},
                                    .signals = {signal(TargetPotential{p_.target_off, p_.target_on})}});
        circuit_.open(ports::target, target, rate);
        // Emits u_tgt - v^ into the output cells themselves.
        circuit_.add(Teacher{.loss = Loss::squared_error,
                             .readout = pyr_[N_],
                             .signal = prediction,
                             .target = target,
                             .target_column = potential,
                             .error = pyr_[N_],
                             .compartment = nudge});
    }

    Population pyramidal(std::size_t l) const {
        const bool output = l == N_;
        Population cells{.name = "pyr" + std::to_string(l), .units = sizes_[l], .compartments = {basal}};
        cells.compartments.emplace_back(output ? "nudge" : "apical");
        if (output) {
            add_soma<Output>(cells, p_.total_output(), p_.g_tgt / p_.total_output());
            cells.signals.push_back(signal(Prediction{p_.left_of_drive(true)}));
        } else {
            add_soma<Hidden>(cells, p_.total_hidden(), p_.g_bas, p_.g_api);
            const auto scheme =
                p_.scheme == "exact" ? NoiseCurrent::Scheme::exact : NoiseCurrent::Scheme::euler_maruyama;
            cells.noise.push_back({"noise", NoiseCurrent::Law::ornstein_uhlenbeck,
                                   is_noisy() ? p_.sigma / std::sqrt(2.0) : 0, p_.tau_xi, nullptr, scheme});
        }
        add_rate(cells);
        if (l > 1 && learns_feedback(l - 1)) {
            cells.neurons.push_back(low_pass(rate, slow_rate, p_.tau_HP));
            cells.signals.push_back(signal(HighPassed{}));
        }
        return cells;
    }

    bool learns_feedback(std::size_t l) const { return p_.variant == "pal" && of_layer(p_.eta_B, l) > 0; }

    /// The rule of W and W_IP; none at a rate of 0.
    std::shared_ptr<const Rule> predictive(double eta, double k) const {
        std::shared_ptr<const Rule> learning;
        if (eta == 0) return learning;
        with_activation(activation_, 0, [&](auto phi) {
            learning = rule(DendriticPrediction<decltype(phi)>{eta, k, phi});
        });
        return learning;
    }

    Initial initial_forward() const { return uniform(p_.range_W[0], p_.range_W[1]); }
    Initial initial_feedback() const { return uniform(p_.range_B[0], p_.range_B[1]); }

    void forward(std::size_t l) {
        const std::string name = "W" + std::to_string(l);
        const double k = p_.left_of_drive(l == N_);
        Weights W{.name = name, .post = pyr_[l], .pre = pyr_[l - 1], .initial = initial_forward()};
        W.rule = predictive(of_layer(p_.eta_W, l), k);
        if (W.rule && p_.tau_LO > 0) W.rule = low_passed(W.rule, p_.tau_LO);
        W_.push_back(circuit_.add(std::move(W)));
        circuit_.add(Projection{
            .weights = W_.back(), .source = pyr_[l - 1], .signal = rate, .target = pyr_[l], .compartment = basal});
        circuit_.anatomy.layers.push_back(
            {.population = circuit_.populations[pyr_[l]].name, .weights = name, .gain = k});
    }

    void interneurons_listen(std::size_t l) {
        Weights W_IP{.name = "W_IP" + std::to_string(l), .post = inter_[l], .pre = pyr_[l]};
        // Self-predicting: k_I W_IP = k W_{l+1}
        const double k = p_.left_at_interneuron(), share = p_.left_of_drive(l + 1 == N_) / k;
        W_IP.initial =
            p_.self_predicting ? multiple_of("W" + std::to_string(l + 1), initial_forward(), share) : initial_forward();
        W_IP.rule = predictive(of_layer(p_.eta_IP, l), k);
        const WeightsId id = circuit_.add(std::move(W_IP));
        circuit_.add(
            Projection{.weights = id, .source = pyr_[l], .signal = rate, .target = inter_[l], .compartment = basal});
        circuit_.add(Projection{.source = pyr_[l + 1], .signal = soma, .target = inter_[l], .compartment = nudge});
    }

    void feedback(std::size_t l) {
        const std::string name = "B" + std::to_string(l);
        Weights B{.name = name, .post = pyr_[l], .pre = pyr_[l + 1], .initial = initial_feedback()};
        if (learns_feedback(l))
            B.rule = rule(NoiseCorrelation<std::remove_cvref_t<decltype(previous(high_passed))>>{of_layer(p_.eta_B, l),
                                                                                                 p_.alpha});
        Weights B_PI{.name = "B_PI" + std::to_string(l), .post = pyr_[l], .pre = inter_[l]};
        B_PI.initial = p_.self_predicting ? multiple_of(name, initial_feedback(), -1) : initial_feedback();
        if (is_noisy() && of_layer(p_.eta_PI, l) > 0) B_PI.rule = rule(ApicalSilencing<>{of_layer(p_.eta_PI, l)});
        circuit_.add(Projection{.weights = circuit_.add(std::move(B)),
                                .source = pyr_[l + 1],
                                .signal = rate,
                                .target = pyr_[l],
                                .compartment = apical});
        circuit_.add(Projection{.weights = circuit_.add(std::move(B_PI)),
                                .source = inter_[l],
                                .signal = rate,
                                .target = pyr_[l],
                                .compartment = apical});
        circuit_.anatomy.layers[l].further.assign(roles::feedback, name);
    }

    /// B_l = W_{l+1}^T, B_PI_l = -W_{l+1}^T
    void transposed_feedback(std::size_t l) {
        circuit_.add(Projection{.weights = W_[l],
                                .source = pyr_[l + 1],
                                .signal = rate,
                                .target = pyr_[l],
                                .compartment = apical,
                                .transposed = true});
        circuit_.add(Projection{.weights = W_[l],
                                .source = inter_[l],
                                .signal = rate,
                                .target = pyr_[l],
                                .compartment = apical,
                                .transposed = true,
                                .scale = -1});
    }

    std::string activation_;
    const Parameters& p_;
    std::vector<std::size_t> sizes_;
    std::size_t N_;
    Circuit circuit_;
    std::vector<PopulationId> pyr_, inter_;  ///< [l]
    std::vector<WeightsId> W_;               ///< W_l at [l - 1]
};

}  // namespace

Circuit circuit(const Layers& layers, const Parameters& parameters, const TaskShape& task) {
    return Builder(layers, parameters, task).build();
}

}  // namespace apical::pal
