// A rule of one's own in a shipped network, and the program with all of its command line. The rule: the delta rule with
// presynaptic rates counted from a baseline,
//     dW^l = eta delta^l (h^(l-1) - baseline)^T - eta gamma W^l.
#include <models/baselines/baselines.hpp>
#include <models/plasticity/tags.hpp>
#include <program/shipped.hpp>
#include <sim/app/main.hpp>
#include <sim/circuit/rule.hpp>
#include <sim/core/table.hpp>

namespace {

using namespace apical;

struct CentredDelta {
    double eta, gamma, baseline;
    static constexpr Info info{"centred_delta", "Local error times the presynaptic rate beyond a baseline.",
                               "dW = eta delta_post (rate_pre - baseline)^T - eta gamma W", "an example"};
    static constexpr auto post_is = error;
    static constexpr auto pre_sees = tags(rate);
    double gain() const { return eta; }
    double decay_rate() const { return eta * gamma; }
    template <class C>
    auto pre(const C& c) const {
        return c[rate] - baseline;
    }
};

struct Keys {
    double baseline = 0.5;
};

const Table<Keys>& keys() {
    static const Table<Keys> table{
        {"baseline", &Keys::baseline, "1", "Rate from which presynaptic rates are counted.", non_negative}};
    return table;
}

Model centred() {
    return {.name = "centred",
            .text = "Feedback alignment whose W learn from presynaptic rates beyond a baseline.",
            .reference = "an example",
            .equations = "dW^l = eta delta^l (h^(l-1) - baseline)^T - eta gamma_W W^l",
            .modes = {Mode::settled, Mode::continuous},
            .shared = upstream_table().descriptors(),
            .own = keys().descriptors(),
            .build = [](const Node& experiment, const TaskShape& task) {
                const Upstream upstream = read_upstream(experiment, "centred", keys().descriptors());
                const Keys own = keys().read(own_section(experiment, "centred"), upstream_keys());
                Circuit circuit = feedback_circuit(upstream, 1, false, task);
                circuit.name = "centred";
                for (Weights& weights : circuit.weights)
                    if (weights.rule) weights.rule = rule(CentredDelta{upstream.eta_W, upstream.gamma_W, own.baseline});
                return circuit;
            }};
}

}  // namespace

int main(int argc, char** argv) {
    Catalogue catalogue = shipped();
    catalogue.models.push_back(centred());
    catalogue.rules.push_back(component(CentredDelta::info));
    catalogue.extensions.push_back({"own_rule", "1.0"});
    return apical::main(argc, argv, catalogue);
}
