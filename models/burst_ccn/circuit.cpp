// Layer l = 1..L:    v_l = W_l e_(l-1) + b_l,  e_l = f(v_l)
// l < L:             u_l = Y_l b_(l+1) + Q_l e_(l+1),  p_l = 2 p_b sigma((2 / p_b) u_l o h(e_l)),  b_l = p_l o e_l
// l = L:             p_L = p_b (1 + s (t - e_L) o h(e_L)),  h(e) = f'(v) / e
// Learning:          dW_l = eta ((p_l - p_b) o e_l) e_(l-1)^T,  dQ_l = -eta_Q u_l e_(l+1)^T
#include "models/burst_ccn/circuit.hpp"

#include <cmath>
#include <numeric>

#include "models/burst_ccn/cells.hpp"
#include "models/neurons/leaky.hpp"
#include "models/neurons/low_pass.hpp"
#include "models/plasticity/burst_dependent.hpp"
#include "models/plasticity/microcircuit.hpp"
#include "models/roles.hpp"

namespace apical::burst_ccn {

namespace {

/// `other`, and noise of `share` of its root mean square, drawn for the weights' own name: turned by arctan(share).
Initial disturbed(Initial other, double share) {
    return [other = std::move(other), share](const Random& random, const std::string& name, std::size_t post,
                                             std::size_t pre) -> Entries {
        const double mean_square = whole(other, random, name, post, pre).array().square().mean();
        return [entry = other(random, name, post, pre),
                noise = normal(share * std::sqrt(mean_square))(random, name, post, pre)](std::size_t i, std::size_t j) {
            return entry(i, j) + noise(i, j);
        };
    };
}

class Builder {
   public:
    Builder(const Layers& layers, const Parameters& parameters, const TaskShape& task)
        : activation_(layers.activation),
          p_(parameters),
          loss_(task.loss),
          sizes_(task.sizes(layers.hidden)),
          L_(sizes_.size() - 1) {}

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
            Population cells = l == 0   ? Population{.name = "in", .units = sizes_[0], .clamped = {rate}}
                               : l < L_ ? hidden(l)
                                        : output();
            // The trace through which W_(l+1) sees this layer.
            if (l < L_ && !p_.tau_trace.empty())
                cells.neurons.push_back(low_pass(rate, slow_rate, p_.trace_constant(l)));
            if (l == 0 && updates_trace()) cells.signals.push_back(signal(UpdatedTrace{p_.step / p_.tau_trace.at(0)}));
            up_.push_back(circuit_.add(std::move(cells)));
        }
        one_ = circuit_.add(Population{.name = "one", .units = 1, .clamped = {rate}, .constant = 1});
        circuit_.open(ports::input, up_[0], rate);
        circuit_.open(ports::answer, up_[L_], soma);
    }

    Population layer(std::size_t l) const {
        return {.name = "up" + std::to_string(l),
                .units = sizes_[l],
                .compartments = {basal, apical},
                .neurons = {neuron(Leaky<>{p_.tau_z})}};
    }

    void give_logistic_rate(Population& cells) const {
        if (p_.start != "silent" || p_.step == 0) {
            cells.signals.push_back(signal(RateOf<Logistic>{{}}));
            return;
        }
        cells.neurons.push_back(neuron(Awakening{p_.step}));
        cells.signals.push_back(signal(AwakeRate{}));
    }

    Population hidden(std::size_t l) const {
        Population cells = layer(l);
        if (activation_ == "relu") {
            cells.signals.push_back(signal(RateOf<Relu>{{}}));
            cells.neurons.push_back(neuron(Dendrite<Relu>{p_.tau_u, p_.p_b, {}}));
        } else {
            give_logistic_rate(cells);
            cells.neurons.push_back(neuron(Dendrite<Logistic>{p_.tau_u, p_.p_b, {}}));
        }
        cells.signals.push_back(signal(Bursts{p_.p_b}));
        return cells;
    }

    Population output() const {
        Population cells = layer(L_);
        if (softmax()) {
            cells.compartments.emplace_back("target");
            cells.signals = {signal(SoftmaxRate{}), signal(SoftmaxBursts{p_.p_b, p_.error_scale})};
        } else {
            give_logistic_rate(cells);
            cells.signals.push_back(signal(TaughtBursts{p_.p_b, p_.error_scale}));
        }
        return cells;
    }

    /// Emits t - e into the apical dendrites of the output.
    void teacher() {
        const PopulationId target = circuit_.add(Population{.name = "target", .units = sizes_[L_], .clamped = {rate}});
        circuit_.open(ports::target, target, rate);
        circuit_.add(Teacher{.loss = loss_,
                             .readout = up_[L_],
                             .signal = softmax() ? "soma" : "rate",
                             .target = target,
                             .target_column = rate,
                             .error = up_[L_],
                             .compartment = apical});
        if (softmax())
            circuit_.add(Projection{.source = target, .signal = rate, .target = up_[L_], .compartment = "target"});
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
            b.rule = rule(BurstDependent<>{eta, p_.gamma_b});
        }
        circuit_.anatomy.layers.push_back({.population = "up" + n, .weights = W.name, .bias = b.name});
        W_.push_back(circuit_.add(std::move(W)));
        const WeightsId bias = circuit_.add(std::move(b));
        circuit_.add(Projection{
            .weights = W_.back(), .source = up_[l - 1], .signal = rate, .target = up_[l], .compartment = basal});
        circuit_.add(
            Projection{.weights = bias, .source = one_, .signal = rate, .target = up_[l], .compartment = basal});
    }

    void feedback(std::size_t l) {
        if (p_.branches > 1) {
            for (std::size_t k = 0; k < branches(); ++k) branch(l, k);
            return;
        }
        const Pathway whole{std::to_string(l), up_[l], up_[l + 1]};
        const bool tied = p_.Y == "tied";
        const WeightsId Y = tied ? W_[l] : add_feedback(l, whole);
        if (!tied) circuit_.anatomy.layers[l].further.assign(roles::feedback, circuit_.weights[Y].name);
        // With Q = -p_b Y: u = Y b + Q e = Y (b - p_b e). One product, and exactly 0 where there is no error.
        if (p_.Q == "tied") {
            circuit_.add(Projection{.weights = Y,
                                    .source = up_[l + 1],
                                    .signal = burst_excess,
                                    .target = up_[l],
                                    .compartment = apical,
                                    .transposed = tied});
            return;
        }
        circuit_.add(Projection{.weights = Y,
                                .source = up_[l + 1],
                                .signal = burst,
                                .target = up_[l],
                                .compartment = apical,
                                .transposed = tied});
        const WeightsId Q = add_cancelling(l, whole);
        if (!tied) circuit_.anatomy.layers[l].further.assign(roles::cancelling, circuit_.weights[Q].name);
        circuit_.add(
            Projection{.weights = Q, .source = up_[l + 1], .signal = rate, .target = up_[l], .compartment = apical});
    }

    /// From (part of) a layer to (a branch of) the apical dendrites below.
    struct Pathway {
        std::string name;
        PopulationId post, pre;
    };

    std::size_t branches() const { return static_cast<std::size_t>(p_.branches); }

    /// Branch k of the apical dendrites of layer l hears its share of the layer above, u^k = Y_k b_k + Q_k e_k, and
    /// leads to u.
    void branch(std::size_t l, std::size_t k) {
        const std::size_t first = k * sizes_[l + 1] / branches(), end = (k + 1) * sizes_[l + 1] / branches();
        const std::string n = std::to_string(l) + "_" + std::to_string(k + 1);
        const PopulationId share =
            circuit_.add(Population{.name = "share" + n, .units = end - first, .compartments = {rate, burst}});
        const PopulationId dendrite =
            circuit_.add(Population{.name = "branch" + n, .units = sizes_[l], .compartments = {apical}});
        Weights axons{.name = "axons" + n, .post = share, .pre = up_[l + 1], .initial = constant(1)};
        std::vector<std::uint32_t> post(end - first), pre(end - first);
        std::iota(post.begin(), post.end(), 0U);
        std::iota(pre.begin(), pre.end(), static_cast<std::uint32_t>(first));
        axons.connectivity = Connectivity::list(std::move(post), std::move(pre));
        const WeightsId lead = circuit_.add(std::move(axons));
        for (const char* said : {"rate", "burst"})
            circuit_.add(Projection{
                .weights = lead, .source = up_[l + 1], .signal = said, .target = share, .compartment = said});
        const Pathway own{n, dendrite, share};
        circuit_.add(Projection{.weights = add_feedback(l, own),
                                .source = share,
                                .signal = burst,
                                .target = dendrite,
                                .compartment = apical});
        circuit_.add(Projection{.weights = add_cancelling(l, own),
                                .source = share,
                                .signal = rate,
                                .target = dendrite,
                                .compartment = apical});
        circuit_.add(Projection{.source = dendrite, .signal = apical, .target = up_[l], .compartment = apical});
    }

    Initial initial_feedback(std::size_t l) const {
        if (p_.Y == "random") return normal(p_.scale_Y);
        return transpose_of("W" + std::to_string(l + 1), initial_forward(l + 1));
    }

    /// Of the whole dendrite, or of a branch that hears fewer cells and learns as much faster from each.
    double feedback_rate(std::size_t l, const Pathway& of) const {
        const auto heard = static_cast<double>(circuit_.populations[of.pre].units);
        return p_.eta_Y * std::sqrt(static_cast<double>(sizes_[l + 1]) / heard);
    }

    WeightsId add_feedback(std::size_t l, const Pathway& of) {
        const double eta_Y = feedback_rate(l, of);
        Weights Y{.name = "Y" + of.name, .post = of.post, .pre = of.pre, .initial = initial_feedback(l)};
        if (p_.Y_learns == "kolen_pollack") Y.rule = rule(MirroredBurst{p_.forward_rate(), p_.gamma_W});
        if (p_.Y_learns == "silencing") Y.rule = rule(ApicalSilencing<Tag<"apical">, Tag<"burst">>{eta_Y});
        if (p_.Y_learns == "silencing_events") Y.rule = rule(ApicalSilencing<Tag<"apical">, Tag<"rate">>{eta_Y});
        return circuit_.add(std::move(Y));
    }

    WeightsId add_cancelling(std::size_t l, const Pathway& of) {
        Weights Q{.name = "Q" + of.name, .post = of.post, .pre = of.pre, .initial = normal(p_.scale_Q)};
        if (p_.Q == "symmetric") Q.initial = multiple_of("Y" + of.name, initial_feedback(l), -p_.p_b);
        if (p_.misalignment_Q > 0) Q.initial = disturbed(Q.initial, p_.misalignment_Q);
        if (p_.eta_Q > 0) Q.rule = rule(ApicalSilencing<Tag<"apical">, Tag<"rate">>{p_.eta_Q});
        return circuit_.add(std::move(Q));
    }

    std::string activation_;
    const Parameters& p_;
    Loss loss_;
    std::vector<std::size_t> sizes_;
    std::size_t L_;
    Circuit circuit_;
    std::vector<PopulationId> up_;  ///< [l]
    PopulationId one_{};
    std::vector<WeightsId> W_;  ///< W_l at [l - 1]
};

}  // namespace

Circuit circuit(const Layers& layers, const Parameters& parameters, const TaskShape& task) {
    return Builder(layers, parameters, task).build();
}

}  // namespace apical::burst_ccn
