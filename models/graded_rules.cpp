#include "models/graded.hpp"
#include "models/neurons/activation.hpp"
#include "models/plasticity/delta.hpp"
#include "models/plasticity/hebbian.hpp"
#include "models/plasticity/heterosynaptic.hpp"
#include "models/plasticity/microcircuit.hpp"
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
    return {info, std::move(rows), [make](const Node& given) { return make(numbers().read(given)); }};
}

template <class R>
GradedRule with_decay() {
    return with_keys(R::info, {"eta", "gamma"}, [](const Numbers& n) { return rule(R{n.eta, n.gamma}); });
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
    };
    return all;
}

}  // namespace apical
