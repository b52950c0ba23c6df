// The limit of prospective cells without latency, and of weak nudging: the error moves no potential. Layer l = 1 .. L:
//   u_l = W_l r_(l-1) + b_l + xi_l,  r_l = phi_l(u_l)
//   e_L = beta phi'_L o (t - r_L),   e_(l-1) = phi'_(l-1) o (B_l e_l)
//   dW_l = eta_W <e_l r_(l-1)^T>,    db_l = eta_W <e_l>,   low-passed with tau_LO
//   dB_l = eta_B (<xi_(l-1) r_HP,l^T> - alpha B_l)
#include "models/pal/layers.hpp"

#include <fmt/format.h>

#include <cmath>

#include "models/baselines/local_error.hpp"
#include "models/neurons/activation.hpp"
#include "models/neurons/low_pass.hpp"
#include "models/pal/cells.hpp"
#include "models/plasticity/delta.hpp"
#include "models/plasticity/microcircuit.hpp"
#include "models/roles.hpp"
#include "models/upstream.hpp"

namespace apical::pal {

namespace {

/// Of layer l; lists begin with that of layer `first`.
template <class T>
const T& of_layer(const std::vector<T>& list, std::size_t l, std::size_t first = 1) {
    return list.size() == 1 ? list[0] : list.at(l - first);
}

/// u = W r + b + xi: what reaches the basal dendrite, at once.
struct SomaIsBasal {
    static constexpr auto is = basal;
    static constexpr auto writes = tags(soma);
};

/// e_L = beta phi'(u) o (t - r)
template <class Phi>
struct OutputError {
    Phi phi;
    double beta;
    static constexpr auto sees = tags(soma, apical);
    static constexpr auto writes = tags(error);
    template <class C>
    auto operator()(const C& c) const {
        return beta * (phi.slope(c[soma]) * c[apical]);
    }
};

std::shared_ptr<const Rule> slow(std::shared_ptr<const Rule> rule, double tau) {
    return tau > 0 ? low_passed(std::move(rule), tau) : rule;
}

class Builder {
   public:
    Builder(const std::vector<std::int64_t>& hidden, const LayerParameters& parameters, const TaskShape& task)
        : p_(parameters), sizes_(task.sizes(hidden)), L_(sizes_.size() - 1) {}

    Circuit build() {
        circuit_.name = "pal_layers";
        up_.push_back(circuit_.add(Population{.name = "in", .units = sizes_[0], .clamped = {rate}}));
        circuit_.open(ports::input, up_[0], rate);
        for (std::size_t l = 1; l <= L_; ++l) up_.push_back(circuit_.add(layer(l)));
        circuit_.open(ports::answer, up_[L_], soma);
        const PopulationId target = circuit_.add(Population{.name = "target", .units = sizes_[L_], .clamped = {rate}});
        circuit_.open(ports::target, target, rate);
        circuit_.add(Teacher{.loss = Loss::squared_error,
                             .readout = up_[L_],
                             .signal = rate,
                             .target = target,
                             .target_column = rate,
                             .error = up_[L_],
                             .compartment = apical});
        const PopulationId one = circuit_.add(Population{.name = "one", .units = 1, .clamped = {rate}, .constant = 1});
        for (std::size_t l = 1; l <= L_; ++l) forward(l, one);
        for (std::size_t l = 2; l <= L_; ++l) feedback(l);
        // Layers may differ in their activation: the gradient is no concern of the instruments then.
        circuit_.anatomy.sizes = sizes_;
        return std::move(circuit_);
    }

   private:
    bool learns_feedback(std::size_t l) const { return p_.variant == "pal" && of_layer(p_.eta_B, l, 2) > 0; }

    Population layer(std::size_t l) const {
        Population cells{.name = "up" + std::to_string(l), .units = sizes_[l], .compartments = {basal, apical}};
        cells.signals.push_back(signal(SomaIsBasal{}));
        with_activation(of_layer(p_.activations, l), 0, [&](auto phi) {
            using Phi = decltype(phi);
            if constexpr (std::is_same_v<Phi, Linear>) cells.signals.push_back(signal(RateIsSoma{}));
            else cells.signals.push_back(signal(RateOf<Phi>{phi}));
            if (l == L_) cells.signals.push_back(signal(OutputError<Phi>{phi, p_.beta}));
            else cells.signals.push_back(signal(LocalError<Phi>{phi}));
        });
        const bool noisy = p_.variant == "pal" && l < L_;
        if (noisy)
            cells.noise.push_back({"noise", NoiseCurrent::Law::ornstein_uhlenbeck,
                                   of_layer(p_.sigma, l) / std::sqrt(2.0), p_.tau_xi, nullptr});
        if (l > 1 && learns_feedback(l)) {
            cells.neurons.push_back(low_pass(rate, slow_rate, p_.tau_HP));
            cells.signals.push_back(signal(HighPassed{}));
        }
        return cells;
    }

    void forward(std::size_t l, PopulationId one) {
        const double eta = of_layer(p_.eta_W, l);
        const std::string n = std::to_string(l);
        Weights W{.name = "W" + n, .post = up_[l], .pre = up_[l - 1], .initial = normal(p_.scale)};
        Weights b{.name = "b" + n, .post = up_[l], .pre = one, .initial = normal(p_.scale)};
        if (eta > 0) W.rule = b.rule = slow(rule(Delta{eta, 0}), p_.tau_LO);
        circuit_.anatomy.layers.push_back(
            {.population = circuit_.populations[up_[l]].name, .weights = W.name, .bias = b.name});
        W_.push_back(circuit_.add(std::move(W)));
        const WeightsId bias = circuit_.add(std::move(b));
        circuit_.add(Projection{
            .weights = W_.back(), .source = up_[l - 1], .signal = rate, .target = up_[l], .compartment = basal});
        circuit_.add(
            Projection{.weights = bias, .source = one, .signal = rate, .target = up_[l], .compartment = basal});
        if (!circuit_.populations[up_[l]].noise.empty())
            circuit_.add(Projection{.source = up_[l], .signal = noise, .target = up_[l], .compartment = basal});
    }

    void feedback(std::size_t l) {
        if (p_.variant == "backprop") {
            circuit_.add(Projection{.weights = W_[l - 1],
                                    .source = up_[l],
                                    .signal = error,
                                    .target = up_[l - 1],
                                    .compartment = apical,
                                    .transposed = true});
            return;
        }
        Weights B{.name = "B" + std::to_string(l), .post = up_[l - 1], .pre = up_[l], .initial = normal(p_.scale)};
        if (learns_feedback(l)) B.rule = rule(NoiseCorrelation<>{of_layer(p_.eta_B, l, 2), p_.alpha});
        circuit_.anatomy.layers[l - 1].further.assign(roles::feedback, B.name);
        circuit_.add(Projection{.weights = circuit_.add(std::move(B)),
                                .source = up_[l],
                                .signal = error,
                                .target = up_[l - 1],
                                .compartment = apical});
    }

    const LayerParameters& p_;
    std::vector<std::size_t> sizes_;
    std::size_t L_;
    Circuit circuit_;
    std::vector<PopulationId> up_;  ///< [l]
    std::vector<WeightsId> W_;      ///< W_l at [l - 1]
};

struct Hidden {
    std::vector<std::int64_t> hidden{100};
};

const Table<Hidden>& hidden_table() {
    static const Table<Hidden> rows{
        {"hidden", &Hidden::hidden, "1", "Units of each hidden layer, from the input on.", between(1, 1e6)}};
    return rows;
}

void check(const Node& section, std::size_t layers, const LayerParameters& p) {
    const auto fits = [&](const char* key, std::size_t found, std::size_t expected, const char* of) {
        if (found == 1 || found == expected) return;
        const Node* node = section.find(key);
        throw InputError({node == nullptr ? section.place : node->place, std::string("pal_layers.") + key,
                          fmt::format("{} values", found), fmt::format("one value, or {} (one a {})", expected, of),
                          ""});
    };
    fits("activations", p.activations.size(), layers, "layer above the input");
    fits("eta_W", p.eta_W.size(), layers, "layer above the input");
    fits("sigma", p.sigma.size(), layers - 1, "hidden layer");
    fits("eta_B", p.eta_B.size(), layers - 1, "layer above the first hidden one");
}

}  // namespace

const Table<LayerParameters>& layer_table() {
    using P = LayerParameters;
    static const Table<LayerParameters> keys{
        {"variant", &P::variant, "1",

         "What feedback does: it learns from noise (pal), stays as it starts, without noise "
         "(feedback_alignment), or is the transpose of W (backprop: not local).",
         one_of("pal", "feedback_alignment", "backprop")},
        {"activations", &P::activations, "1", "Activation of every layer above the input; one a layer, or one for all.",
         one_of("tanh", "logistic", "relu", "linear")},
        {"eta_W", &P::eta_W, "1", "Learning rate of W and b, per presentation. One a layer, or one for all.",
         non_negative},
        {"eta_B", &P::eta_B, "1",
         "Learning rate of B, per presentation. One a layer from the second on, or one for all.", non_negative},
        {"alpha", &P::alpha, "1", "Decay of B, in units of its learning rate.", non_negative},
        {"beta", &P::beta, "1", "Strength of the error at the output.", non_negative},
        {"sigma", &P::sigma, "1",

         "Strength of the noise in hidden cells; its deviation is sigma / sqrt(2). One a hidden layer, or "
         "one for all.",
         non_negative},
        {"tau_xi", &P::tau_xi, "ms", "Correlation time of the noise in hidden cells.", positive},
        {"tau_HP", &P::tau_HP, "ms", "Time constant of the high-pass through which the update of B sees rates.",
         positive},
        {"tau_LO", &P::tau_LO, "ms", "Time constant of a low-pass through which every update of W and b goes; 0: none.",
         non_negative},
        {"scale", &P::scale, "1", "Deviation of all initial weights, biases and feedback weights.", non_negative},
    };
    static const Table<LayerParameters> rows =
        Table<LayerParameters>(keys).where({has("variant", "pal")}, {"eta_B", "alpha", "sigma", "tau_xi", "tau_HP"});
    return rows;
}

Circuit layers_circuit(const std::vector<std::int64_t>& hidden, const LayerParameters& parameters,
                       const TaskShape& task) {
    return Builder(hidden, parameters, task).build();
}

Model layers_model() {
    return {.name = "pal_layers",
            .text = "The same learning of feedback weights, in layers whose errors are carried beside the potentials.",
            .reference = "Max, Kriener, Pineda Garcia, Nowotny, Jaras, Senn, Petrovici 2024, arXiv 2212.10249, Fig. 5",
            .equations =
                "u_l = W_l r_(l-1) + b_l + xi_l, r_l = phi_l(u_l), e_L = beta phi'_L o (t - r_L)\n"
                "e_(l-1) = phi'_(l-1) o (B_l e_l), dW_l = eta_W <e_l r_(l-1)^T>, db_l = eta_W <e_l>\n"
                "dB_l = eta_B (<xi_(l-1) r_HP,l^T> - alpha B_l), r_HP = r - r_lp, tau_HP dr_lp/dt = r - r_lp",
            .modes = {Mode::continuous},
            .shared = hidden_table().descriptors(),
            .own = layer_table().descriptors(),
            .build = [](const Node& experiment, const TaskShape& task) {
                const auto hidden = hidden_table().read(own_section(experiment, "circuit"), {"model"}).hidden;
                const Node section = own_section(experiment, "pal_layers");
                const LayerParameters parameters = layer_table().read(section, names_of(hidden_table().descriptors()));
                check(section, hidden.size() + 1, parameters);
                require_slow_noise(experiment, "pal_layers", parameters.tau_xi);
                require_squared_error(experiment, task, "pal_layers");
                return layers_circuit(hidden, parameters, task);
            }};
}

}  // namespace apical::pal
