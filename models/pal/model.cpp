#include <fmt/format.h>

#include "models/pal/circuit.hpp"
#include "models/upstream.hpp"

namespace apical::pal {

namespace {

[[noreturn]] void refuse(const Node& section, const std::string& key, const std::string& found,
                         const std::string& expected) {
    const Node* node = section.find(key);
    throw InputError({node == nullptr ? section.place : node->place, "pal." + key, found, expected, ""});
}

/// Combinations that the single keys cannot rule out.
void check(const Node& section, std::size_t hidden, const Parameters& p) {
    const auto fits = [&](const char* key, const std::vector<double>& list, std::size_t layers, const char* of) {
        if (list.size() != 1 && list.size() != layers)
            refuse(section, key, fmt::format("{} values", list.size()),
                   fmt::format("one value, or {} (one a {})", layers, of));
    };
    fits("eta_W", p.eta_W, hidden + 1, "layer");
    fits("eta_B", p.eta_B, hidden, "hidden layer");
    fits("eta_IP", p.eta_IP, hidden, "hidden layer");
    fits("eta_PI", p.eta_PI, hidden, "hidden layer");
    for (const auto& [key, range] : {std::pair("range_W", &p.range_W), {"range_B", &p.range_B}})
        if (range->size() != 2 || (*range)[0] > (*range)[1])
            refuse(section, key, fmt::format("{} values", range->size()), "the lowest and the highest");
}

}  // namespace

void require_slow_noise(const Node& experiment, const std::string& model, double tau_xi) {
    const Node run = own_section(experiment, "run");
    const Node* const given = run.find("step");
    if (given == nullptr) return;  // not resolved: whoever resolves it fills it in
    const double step = std::get<double>(read_value(*given, {"step", "ms", 0.0, positive, {}, {}}));
    if (tau_xi >= step * (1 - 1e-9)) return;
    const Node section = own_section(experiment, model);
    const Node* node = section.find("tau_xi");
    throw InputError({node == nullptr ? section.place : node->place, model + ".tau_xi", fmt::format("{} ms", tau_xi),
                      fmt::format("at least run.step, {} ms", step), ""});
}

Model model() {
    return {
        .name = "pal",
        .text =
            "Microcircuit of pyramidal cells and interneurons whose feedback weights learn from noise, at all times.",
        .reference = "Max, Kriener, Pineda Garcia, Nowotny, Jaras, Senn, Petrovici 2024, arXiv 2212.10249",
        .equations =
            "du_l/dt = G (F_l - u_l), r_l = phi(u_l + (1/G) du_l/dt)\n"
            "F_l = [g_bas W_l r_(l-1) + g_api (B_l r_(l+1) + B_PI_l rI_l + xi_l)] / G,  F_N = [g_bas W_N r_(N-1) + "
            "g_tgt u_tgt] / G\n"
            "FI_l = [g_den W_IP_l r_l + g_nudge u_(l+1)] / G,  tau_xi dxi = -xi dt + sigma sqrt(tau_xi) dW\n"
            "tau_LO dD_l/dt = -D_l + eta_W (r_l - phi(v^_l)) r_(l-1)^T,  dW_l/dt = D_l\n"
            "dW_IP_l/dt = eta_IP (rI_l - phi(v^I_l)) r_l^T,  dB_PI_l/dt = -eta_PI v_api_l (rI_l)^T\n"
            "dB_l/dt = eta_B (xi_l (r_HP_(l+1))^T - alpha B_l),  r_HP = r - r_lp,  tau_HP dr_lp/dt = r - r_lp",
        .modes = {Mode::continuous},
        .shared = layers_table().descriptors(),
        .own = table().descriptors(),
        .build = [](const Node& experiment, const TaskShape& task) {
            const Layers layers = layers_table().read(own_section(experiment, "circuit"), {"model"});
            const Node section = own_section(experiment, "pal");
            const Parameters parameters = table().read(section, names_of(layers_table().descriptors()));
            check(section, layers.hidden.size(), parameters);
            require_slow_noise(experiment, "pal", parameters.tau_xi);
            require_squared_error(experiment, task, "pal");
            return circuit(layers, parameters, task);
        }};
}

}  // namespace apical::pal
