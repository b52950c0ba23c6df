#include "models/graded.hpp"
#include "models/neurons/activation.hpp"
#include "models/plasticity/delta.hpp"
#include "models/plasticity/hebbian.hpp"
#include "models/plasticity/heterosynaptic.hpp"
#include "models/plasticity/microcircuit.hpp"
#include "models/plasticity/spike_prediction.hpp"
#include "sim/core/table.hpp"

namespace apical {
namespace {

/// The numbers that rules of graded cells have, and the activation of the postsynaptic cell, where a rule knows it.
struct Numbers {
    double eta = 0, gamma = 0, k = 1;
    std::string activation = "relu";
    double leak = 0.01;
};

const Table<Numbers>& numbers() {
    using N = Numbers;
    static const Table<Numbers> rows{
        {"eta", &N::eta, "1", "Learning rate, per presentation (run.presentation of time).", non_negative, true},
        {"gamma", &N::gamma, "1", "Decay of the weights, in units of eta.", non_negative},
        {"k", &N::k, "1", "How much of the drive is left at the soma if nothing else is there.", non_negative},
        {"activation", &N::activation, "1", "That of the postsynaptic cells.",
         one_of("relu", "leaky_relu", "tanh", "logistic", "linear")},
        {"leak", &N::leak, "1", "Slope of the activation leaky_relu for negative potentials.", fraction},
    };
    return rows;
}

template <class Make>
GradedRule with_keys(const Info& info, const std::vector<std::string>& keys, const Make& make) {
    std::vector<Descriptor> rows;
    rows.reserve(keys.size());
    for (const std::string& key : keys) rows.push_back(*find_named(numbers().descriptors(), key));
    return {info, std::move(rows), [make](const Node& given, double) { return make(numbers().read(given)); }};
}

template <class R>
GradedRule with_decay() {
    return with_keys(R::info, {"eta", "gamma"}, [](const Numbers& n) { return rule(R{n.eta, n.gamma}); });
}

/// Rates in Hz, as traces of cells that fire have them, in place of 1/ms.
struct Prediction {
    double eta = 0, phi_max = 150, k = SomaticTransfer{}.k, beta = SomaticTransfer{}.beta,
           theta = SomaticTransfer{}.theta, attenuation = SomaticTransfer{}.attenuation;
};

const Table<Prediction>& prediction() {
    using P = Prediction;
    static const Table<Prediction> rows{
        {"eta", &P::eta, "1", "Learning rate, per presentation (run.presentation of time).", non_negative, true},
        {"phi_max", &P::phi_max, "Hz", "Largest rate of the soma.", non_negative},
        {"k", &P::k, "1", "Factor of the transfer function of the soma.", non_negative},
        {"beta", &P::beta, "1/mV", "Steepness of the transfer function.", non_negative},
        {"theta", &P::theta, "mV", "Potential of the transfer function, above rest.", {}},
        {"attenuation", &P::attenuation, "1",
         "How much of the potential of the dendrite reaches the soma, g_D / (g_D + g_L).", fraction},
    };
    return rows;
}

GradedRule spike_prediction() {
    return {SpikePrediction::info, prediction().descriptors(), [](const Node& given, double step) {
                const Prediction p = prediction().read(given);
                const SomaticTransfer soma{p.phi_max / 1000, p.k, p.beta, p.theta, p.attenuation};
                return rule(SpikePrediction{.eta = p.eta, .step = step, .soma = soma});
            }};
}

}  // namespace

const std::vector<GradedRule>& graded_rules() {
    static const std::vector<GradedRule> all{
        with_decay<Hebbian>(),
        with_decay<ApicalSteered>(),
        with_keys(ApicalSteeredMasked<Relu>::info, {"eta", "gamma", "activation", "leak"},
                  [](const Numbers& n) {
                      return with_activation(n.activation, n.leak, [&](auto phi) {
                          return rule(ApicalSteeredMasked<decltype(phi)>{n.eta, n.gamma, phi});
                      });
                  }),
        with_decay<LateralSteered>(),
        with_decay<BasalSteered>(),
        with_decay<ReturnSteered>(),
        with_decay<Delta>(),
        with_decay<MirroredDelta>(),
        with_keys(DendriticPrediction<Relu>::info, {"eta", "k", "activation", "leak"},
                  [](const Numbers& n) {
                      return with_activation(n.activation, n.leak, [&](auto phi) {
                          return rule(DendriticPrediction<decltype(phi)>{n.eta, n.k, phi});
                      });
                  }),
        with_keys(ApicalSilencing<>::info, {"eta"}, [](const Numbers& n) { return rule(ApicalSilencing<>{n.eta}); }),
        spike_prediction(),
    };
    return all;
}

}  // namespace apical
