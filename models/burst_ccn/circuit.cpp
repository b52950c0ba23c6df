// Layer l = 1..L:    v_l = W_l e_(l-1) + b_l,  e_l = f(v_l)
// l < L:             u_l = Y_l b_(l+1) + Q_l e_(l+1),  p_l = 2 p_b sigma((2 / p_b) u_l o h(e_l)),  b_l = p_l o e_l
// l = L:             p_L = p_b (1 + s (t - e_L) o h(e_L)),  h(e) = f'(v) / e
// Learning:          dW_l = eta ((p_l - p_b) o e_l) e_(l-1)^T,  dQ_l = -eta_Q u_l e_(l+1)^T
#include "models/burst_ccn/circuit.hpp"

#include <cmath>

#include "models/burst_ccn/cells.hpp"
#include "models/neurons/leaky.hpp"
#include "models/neurons/low_pass.hpp"
#include "models/plasticity/burst_dependent.hpp"
#include "models/plasticity/microcircuit.hpp"

namespace apical::burst_ccn {

namespace {

class Builder {
   public:
    Builder(const Layers& layers, const Parameters& parameters, const TaskShape& task)
        : activation_(layers.activation), p_(parameters), loss_(task.loss) {
        sizes_.push_back(task.inputs);
        for (const std::int64_t n : layers.hidden) sizes_.push_back(static_cast<std::size_t>(n));
        sizes_.push_back(task.outputs);
        L_ = sizes_.size() - 1;
    }

    Circuit build() {
        circuit_.name = "burst_ccn";
        cells();
        teacher();
        circuit_.anatomy.sizes = sizes_;
        circuit_.anatomy.activation = activation_;
        circuit_.anatomy.output_activation = softmax() ? "linear" : "logistic";
        for (std::size_t l = 1; l <= L_; ++l) forward(l);
        for (std::size_t l = 1; l < L_; ++l) feedback(l);
        return std::move(circuit_);
    }

   private:
    bool updates_trace() const { return !p_.tau_trace.empty() && p_.input_trace == "updated"; }
    bool softmax() const { return loss_ == Loss::softmax_cross_entropy; }

    void cells() {
        for (std::size_t l = 0; l <= L_; ++l) {
            Population cells = l == 0   ? Population{.name = "in", .units = sizes_[0], .clamped = {"rate"}}
                               : l < L_ ? hidden(l)
                                        : output();
            // The trace through which W_(l+1) sees this layer.
            if (l < L_ && !p_.tau_trace.empty()) cells.neurons.push_back(low_pass(rate, slow_rate, p_.tau_trace.at(l)));
            if (l == 0 && updates_trace()) cells.signals.push_back(signal(UpdatedTrace{p_.step / p_.tau_trace.at(0)}));
            up_.push_back(circuit_.add(std::move(cells)));
        }
        one_ = circuit_.add(Population{.name = "one", .units = 1, .clamped = {"rate"}, .constant = 1});
        circuit_.input = up_[0];
        circuit_.readout = up_[L_];
    }

    Population layer(std::size_t l) const {
        return {.name = "up" + std::to_string(l),
                .units = sizes_[l],
                .compartments = {"basal", "apical"},
                .neurons = {neuron(Leaky<>{p_.tau_z})}};
    }

    Population hidden(std::size_t l) const {
        Population cells = layer(l);
        const auto with = [&](auto phi) {
            using Phi = decltype(phi);
            cells.signals.push_back(signal(RateOf<Phi>{phi}));
            cells.neurons.push_back(neuron(Dendrite<Phi>{p_.tau_u, p_.p_b, phi}));
        };
        if (activation_ == "relu") with(Relu{});
        else with(Logistic{});
        cells.signals.push_back(signal(Bursts{p_.p_b}));
        return cells;
    }

    Population output() const {
        Population cells = layer(L_);
        if (softmax()) {
            cells.compartments.emplace_back("target");
            cells.signals = {signal(SoftmaxRate{}), signal(SoftmaxBursts{p_.p_b, p_.error_scale})};
        } else {
            cells.signals = {signal(RateOf<Logistic>{{}}), signal(TaughtBursts{p_.p_b, p_.error_scale})};
        }
        return cells;
    }

    /// Emits t - e into the apical dendrites of the output.
    void teacher() {
        circuit_.target = circuit_.add(Population{.name = "target", .units = sizes_[L_], .clamped = {"rate"}});
        circuit_.teachers.push_back(
            {loss_, up_[L_], softmax() ? "soma" : "rate", circuit_.target, "rate", up_[L_], "apical"});
        if (softmax()) circuit_.projections.push_back({std::nullopt, circuit_.target, "rate", up_[L_], "target"});
    }

    /// N(0, 2 gain^2 / (fan-in + fan-out))
    Initial initial_forward(std::size_t l) const {
        return normal(p_.gain_W * std::sqrt(2 / static_cast<double>(sizes_[l - 1] + sizes_[l])));
    }

    void forward(std::size_t l) {
        const std::string n = std::to_string(l);
        Weights W{.name = "W" + n, .post = up_[l], .pre = up_[l - 1], .initial = initial_forward(l)};
        Weights b{.name = "b" + n, .post = up_[l], .pre = one_};
        if (p_.eta_W > 0) {
            const double eta = p_.forward_rate();
            if (p_.tau_trace.empty()) W.rule = rule(BurstDependent<>{eta, p_.gamma_W});
            else if (l == 1 && updates_trace()) W.rule = rule(BurstDependent<Tag<"updated_trace">>{eta, p_.gamma_W});
            else W.rule = rule(BurstDependent<Tag<"slow_rate">>{eta, p_.gamma_W});
            b.rule = rule(BurstDependent<>{eta, 0});
        }
        circuit_.anatomy.layers.push_back({.population = "up" + n, .up = W.name, .bias = b.name});
        W_.push_back(circuit_.add(std::move(W)));
        const WeightsId bias = circuit_.add(std::move(b));
        circuit_.projections.push_back({W_.back(), up_[l - 1], "rate", up_[l], "basal"});
        circuit_.projections.push_back({bias, one_, "rate", up_[l], "basal"});
    }

    void feedback(std::size_t l) {
        const bool tied = p_.Y == "tied";
        const WeightsId Y = tied ? W_[l] : add_feedback(l);
        // With Q = -p_b Y: u = Y b + Q e = Y (b - p_b e). One product, and exactly 0 where there is no error.
        if (p_.Q == "tied") {
            circuit_.projections.push_back({Y, up_[l + 1], "burst_excess", up_[l], "apical", tied});
            return;
        }
        circuit_.projections.push_back({Y, up_[l + 1], "burst", up_[l], "apical", tied});
        circuit_.projections.push_back({add_cancelling(l), up_[l + 1], "rate", up_[l], "apical"});
    }

    Initial initial_feedback(std::size_t l) const {
        if (p_.Y == "random") return normal(p_.scale_Y);
        return transpose_of("W" + std::to_string(l + 1), initial_forward(l + 1));
    }

    WeightsId add_feedback(std::size_t l) {
        Weights Y{.name = "Y" + std::to_string(l), .post = up_[l], .pre = up_[l + 1], .initial = initial_feedback(l)};
        if (p_.Y_learns == "kolen_pollack") Y.rule = rule(MirroredBurst{p_.forward_rate(), p_.gamma_W});
        if (p_.Y_learns == "silencing") Y.rule = rule(ApicalSilencing<Tag<"apical">, Tag<"burst">>{p_.eta_Y});
        if (p_.Y_learns == "silencing_events") Y.rule = rule(ApicalSilencing<Tag<"apical">, Tag<"rate">>{p_.eta_Y});
        circuit_.anatomy.layers[l].feedback = Y.name;
        return circuit_.add(std::move(Y));
    }

    WeightsId add_cancelling(std::size_t l) {
        Weights Q{.name = "Q" + std::to_string(l), .post = up_[l], .pre = up_[l + 1]};
        Q.initial =
            p_.Q == "random" ? normal(p_.scale_Q) : multiple_of("Y" + std::to_string(l), initial_feedback(l), -p_.p_b);
        if (p_.eta_Q > 0) Q.rule = rule(ApicalSilencing<Tag<"apical">, Tag<"rate">>{p_.eta_Q});
        return circuit_.add(std::move(Q));
    }

    std::string activation_;
    const Parameters& p_;
    Loss loss_;
    std::vector<std::size_t> sizes_;
    std::size_t L_ = 0;
    Circuit circuit_;
    std::vector<PopulationId> up_;  ///< [l]
    PopulationId one_ = 0;
    std::vector<WeightsId> W_;  ///< W_l at [l - 1]
};

}  // namespace

Circuit circuit(const Layers& layers, const Parameters& parameters, const TaskShape& task) {
    return Builder(layers, parameters, task).build();
}

}  // namespace apical::burst_ccn
