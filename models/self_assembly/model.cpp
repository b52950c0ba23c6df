#include <fmt/format.h>

#include <stdexcept>

#include "models/self_assembly/circuit.hpp"
#include "models/self_assembly/development.hpp"

namespace apical::self_assembly {

namespace {

[[noreturn]] void refuse(const Node& section, const std::string& key, const std::string& found,
                         const std::string& expected, const std::string& hint = "") {
    const Node* node = section.find(key);
    throw InputError({node == nullptr ? section.place : node->place, "self_assembly." + key, found, expected, hint});
}

void check_relaxation(const Node& experiment, const Node& section, const Parameters& p) {
    if (!relaxes(p)) {
        if (p.steer != "apical" && p.gate != "loop")
            refuse(section, "steer", p.steer, "apical", "only a gate that relaxes has the potential to steer by");
        return;
    }
    if (p.gate != "relaxed" && p.settling_steps == 0 && is_settled(experiment))
        refuse(section, "settling_steps", "0", "at least 1 with gate = \"" + p.gate + "\" in settled mode",
               "who takes part differs from sample to sample, so there is no common fixed point");
    for (double r : p.ratio)
        if (p.motif == "dense" && r < 1.1 && p.apical_leak == 0)
            refuse(section, "ratio", fmt::format("{}", r), "at least 1.1 with a gate that relaxes and no apical_leak",
                   "dense Vbar V of as many downstream as upstream cells cannot be inverted; apical_leak = 0.03 helps");
}

/// Combinations that the single keys cannot rule out.
void check(const Node& experiment, const Node& section, const Upstream& upstream, const Parameters& p) {
    const std::size_t hidden = upstream.hidden.size();
    const auto fits = [&](const char* key, const std::vector<double>& list) {
        if (list.size() > 1 && list.size() != hidden)
            refuse(section, key, std::to_string(list.size()) + " values",
                   "one value, or " + std::to_string(hidden) + " (one a hidden layer)");
    };
    fits("ratio", p.ratio);
    fits("eta_Wbar", p.eta_Wbar);
    fits("eta_V", p.eta_V);
    fits("eta_Vbar", p.eta_Vbar);
    fits("gamma_Wbar", p.gamma_Wbar);
    fits("gamma_V", p.gamma_V);
    fits("gamma_Vbar", p.gamma_Vbar);
    if (p.ratio.empty()) refuse(section, "ratio", "an empty list", "one value, or one a hidden layer");
    if (p.motif == "topographic")
        for (double r : p.ratio)
            if (r != static_cast<double>(static_cast<long>(r)))
                refuse(section, "ratio", std::to_string(r), "a whole number for the topographic motif");
    if (p.development > 0 && !can_develop(p))
        refuse(section, "development", std::to_string(p.development),
               "0 unless scaling = true, all four groups are plastic, and motif = \"topographic\" with signs = "
               "\"excitatory\", gate = \"partner\" and mask = false, or motif = \"dense\" with signs = \"free\"");
    check_relaxation(experiment, section, p);
    if (p.pairing_during_learning > 0 && !can_pair(p))
        refuse(section, "pairing_during_learning", std::to_string(p.pairing_during_learning),
               "0 unless scaling = true and V and Vbar are plastic",
               "what pairing adds to V has to be taken back by scaling");
    if (p.start == "orthonormal" && (p.motif != "dense" || p.signs != "free"))
        refuse(section, "start", "orthonormal", "motif = \"dense\" and signs = \"free\" with it");
    if (p.g_A_downstream > 0 && (upstream.neuron != "pyramidal" || is_settled(experiment)))
        refuse(section, "g_A_downstream", fmt::format("{} nS", p.g_A_downstream),
               "0 unless circuit.neuron = \"pyramidal\" and run.mode = \"continuous\"");
}

/// Weights from a file are to stay what they are: a development would draw every one of them anew.
std::int64_t events_of_development(const Node& section, const Node& experiment, const Parameters& p) {
    constexpr std::int64_t standard = 96000;
    const Node* init = experiment.find("init");
    const Node* file = init == nullptr ? nullptr : init->find("file");
    const bool given = file != nullptr && !std::get<std::string>(file->value).empty();
    if (given && p.development > 0)
        refuse(
            section, "development", std::to_string(p.development) + " events beside weights from init.file", "0",
            "spontaneous activity would draw the weights of the file anew: self_assembly.development = 0 keeps them");
    if (p.development >= 0) return p.development;
    return develops_by_itself(p) && !given ? standard : 0;
}

}  // namespace

Model model() {
    return {
        .name = "self_assembly",
        .text =
            "Upstream and downstream pathways whose four groups of plastic synapses assemble into a gradient learner.",
        .reference = "Reconstruction of Liao, Ziyin, Gan, Cheung, Harnett, Poggio 2024, arXiv 2412.20018",
        .equations =
            "p^l = W^l h^(l-1), h^l = phi(p^l), u^(l-1) = Wbar^l hbar^l, hbar^l = G^l u^l, hbar^L = e = -dLoss/dp^L\n"
            "gate relaxed: tau_a da^l/dt = Vbar^l (u^l - V^l a^l) - leak a^l, hbar^l = V^l D^l a^l, D = diag phi'\n"
            "dW^l    = eta   (Vbar^l hbar^l) (h^(l-1))^T    - eta gamma_W W^l\n"
            "dWbar^l = eta   (V^(l-1) h^(l-1)) (hbar^l)^T   - eta gamma_Wbar Wbar^l\n"
            "dV^l    = eta_V hbar^l (h^l)^T (act) or u^l (h^l)^T (drive)       - eta_V gamma_V V^l\n"
            "dVbar^l = eta_V h^l (hbar^l)^T (act) or p^l (hbar^l)^T (drive)    - eta_V gamma_V Vbar^l\n"
            "Development: layers take turns; one cell of h^l active and hbar^l = V^l h^l, or h^l = 0 and hbar^l noise.",
        .modes = {Mode::settled, Mode::continuous},
        .shared = upstream_table().descriptors(),
        .own = table().descriptors(),
        .build = [](const Node& experiment, const TaskShape& task) {
            const Node section = own_section(experiment, "self_assembly");
            const Upstream upstream = read_upstream(experiment, "self_assembly", table().descriptors());
            Parameters parameters = table().read(section, upstream_keys());
            check(experiment, section, upstream, parameters);
            parameters.development = events_of_development(section, experiment, parameters);
            return circuit(upstream, parameters, task);
        }};
}

}  // namespace apical::self_assembly
