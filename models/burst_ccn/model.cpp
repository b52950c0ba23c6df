#include <fmt/format.h>

#include <algorithm>

#include "models/burst_ccn/circuit.hpp"
#include "models/shared_section.hpp"

namespace apical::burst_ccn {

namespace {

[[noreturn]] void refuse(const Node& section, const std::string& key, const std::string& found,
                         const std::string& expected) {
    const Node* node = section.find(key);
    throw InputError({node == nullptr ? section.place : node->place, "burst_ccn." + key, found, expected, ""});
}

/// Combinations that the single keys cannot rule out.
void check(const Node& section, const Layers& layers, std::size_t outputs, const Parameters& p) {
    const std::size_t hidden = layers.hidden.size();
    const auto needs_step = [&](const char* key, const std::string& found, double longest) {
        if (p.step > longest)
            refuse(section, "tau_trace", fmt::format("{} ms", longest),
                   fmt::format("at least run.step, {} ms, with {} = {}", p.step, key, found));
    };
    if (p.Y == "tied" && p.Y_learns != "never")
        refuse(section, "Y_learns", p.Y_learns, "never with Y = \"tied\", or another Y: tied weights are those of W");
    const bool silences = p.Y_learns == "silencing" || p.Y_learns == "silencing_events";
    if (silences && p.Q == "tied")
        refuse(section, "Q", p.Q, "symmetric or random with Y_learns = \"" + p.Y_learns + "\": Y is to meet Q");
    if (silences && p.eta_Y == 0)
        refuse(section, "eta_Y", "0", "a positive rate with Y_learns = \"" + p.Y_learns + "\"");
    if (!silences && p.eta_Y > 0)
        refuse(section, "eta_Y", fmt::format("{}", p.eta_Y), "0 with Y_learns = \"" + p.Y_learns + "\"");
    if (p.branches > 1 && (!silences || p.Y != "random"))
        refuse(section, "branches", fmt::format("{}", p.branches),
               "1, or Y = \"random\" and Y_learns = \"silencing\" or \"silencing_events\"");
    auto fewest = static_cast<std::int64_t>(outputs);
    for (std::size_t l = 1; l < hidden; ++l) fewest = std::min(fewest, layers.hidden[l]);
    if (p.branches > fewest)
        refuse(section, "branches", fmt::format("{}", p.branches),
               fmt::format("at most {}, the cells of the smallest layer above a hidden one", fewest));
    if (p.misalignment_Q > 0 && p.Q != "symmetric")
        refuse(section, "misalignment_Q", fmt::format("{}", p.misalignment_Q), "0, or Q = \"symmetric\"");
    if (p.normalised && p.error_scale == 0)
        refuse(section, "error_scale", "0", "a positive number with normalised = true");
    if (p.tau_trace.empty() && p.input_trace == "updated")
        refuse(section, "input_trace", p.input_trace, "state without burst_ccn.tau_trace");
    if (p.tau_trace.empty() && p.trace_updates > 1)
        refuse(section, "trace_updates", fmt::format("{}", p.trace_updates), "1 without burst_ccn.tau_trace");
    if (!p.tau_trace.empty() && p.tau_trace.size() != hidden + 1)
        refuse(section, "tau_trace", fmt::format("{} values", p.tau_trace.size()),
               fmt::format("{} (one a layer of W), or none", hidden + 1));
    if (p.input_trace == "updated") needs_step("input_trace", "\"updated\"", p.tau_trace.at(0));
    if (p.trace_updates > 1 && hidden > 0)
        needs_step("trace_updates", "2", *std::min_element(p.tau_trace.begin() + 1, p.tau_trace.end()));
}

/// Continuous mode with outputs that see each other makes no sense without a teacher.
void check_mode(const Node& experiment, const TaskShape& task) {
    if (is_settled(experiment) || task.loss == Loss::squared_error) return;
    const Node section = own_section(experiment, "task");
    const Node* loss = section.find("loss");
    throw InputError({loss == nullptr ? section.place : loss->place, "task.loss", "softmax_cross_entropy",
                      "squared_error in continuous mode: a softmax output knows its rate from its teacher alone", ""});
}

}  // namespace

Model model() {
    return {.name = "burst_ccn",
            .text = "Events carry what comes from below, bursts the error from above; one phase, plasticity always on.",
            .reference = "Greedy, Zhu, Pemberton, Mellor, Costa 2022 (NeurIPS), arXiv 2206.11769",
            .equations =
                "v_l = W_l e_(l-1) + b_l, e_l = f(v_l), u_l = Y_l b_(l+1) + Q_l e_(l+1), h(e) = f'(v) / e\n"
                "p_l = 2 p_b sigma((2 / p_b) u_l o h(e_l)), p_L = p_b (1 + s (t - e_L) o h(e_L)), b_l = p_l o "
                "e_l\n"
                "dW_l = eta_W ((p_l - p_b) o e_l) e_(l-1)^T - eta_W gamma_W W_l, db_l = eta_W (p_l - p_b) o "
                "e_l\n"
                "dQ_l = -eta_Q u_l e_(l+1)^T,  dY_l = eta_W e_l ((p_(l+1) - p_b) o e_(l+1))^T - eta_W gamma_W "
                "Y_l (kolen_pollack), -eta_Y u_l b_(l+1)^T (silencing)\n"
                "Continuous: tau_z dz_l/dt = -z_l + v_l, e_l = f(z_l), tau_u da_l/dt = -a_l + (2 / p_b) u_l o "
                "h(e_l), p_l = 2 p_b sigma(a_l)",
            .modes = {Mode::settled, Mode::continuous},
            .shared = layers_table().descriptors(),
            .own = table().descriptors(),
            .build = [](const Node& experiment, const TaskShape& task) {
                const Layers layers = read_shared(layers_table(), experiment, "burst_ccn", table().descriptors());
                const Node section = own_section(experiment, "burst_ccn");
                Parameters parameters = table().read(section, names_of(layers_table().descriptors()));
                parameters.step = run_time(experiment, "step", 0);
                check(section, layers, task.outputs, parameters);
                check_mode(experiment, task);
                return circuit(layers, parameters, task);
            }};
}

}  // namespace apical::burst_ccn
