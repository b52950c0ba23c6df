#include <fmt/format.h>

#include "models/self_assembly/spiking_circuit.hpp"
#include "models/shared_section.hpp"
#include "models/upstream.hpp"
#include "sim/core/whole_steps.hpp"

namespace apical::self_assembly::spiking {

namespace {

[[noreturn]] void refuse(const Node& section, const char* key, const std::string& found, const std::string& expected,
                         const std::string& hint = "") {
    const Node* const node = section.find(key);
    throw InputError({node == nullptr ? section.place : node->place, std::string("spiking_self_assembly.") + key, found,
                      expected, hint});
}

/// Combinations that the single keys cannot rule out.
void check(const Node& experiment, const Node& section, const Parameters& p, const Timing& timing) {
    for (const auto& [key, rate] : {std::pair("drive", p.drive), {"target", p.target}})
        if (rate * timing.step > 1)
            refuse(section, key, fmt::format("{}/ms", rate),
                   fmt::format("at most one spike in a step of {} ms", timing.step));
    for (const auto& [key, delay] : {std::pair("delay", p.delay), {"delay_across", p.delay_across}})
        if (delay > timing.presentation || !whole_steps(delay, timing.step))
            refuse(
                section, key, fmt::format("{} ms", delay),
                fmt::format("whole steps of {} ms, at most a presentation, {} ms", timing.step, timing.presentation));
    if (p.error_code == "graded" && !p.assembles() && !p.through_time())
        refuse(section, "error_code", fmt::format("'graded' with feedback = \"{}\"", p.feedback),
               "another one: by that feedback the graded error itself would travel between areas");
    if (p.through_time() && p.delay > 0)
        refuse(section, "delay", fmt::format("{} ms with feedback = \"bptt\"", p.delay), "0 ms");
    if (p.relaxes() && !(p.assembles() && p.dense() && (p.error_code == "pair" || p.error_code == "many")))
        refuse(section, "gate", "relaxed",
               "another one unless feedback = \"assembled\", motif = \"dense\" and error_code = \"pair\" or \"many\"",
               "a unit with a partner need not ask others whose errors should pass");
    if (!p.assembles()) return;
    if (p.dense() && (p.signs != "free" || p.gate == "saturating"))
        refuse(section, "motif", "dense", "topographic unless signs = \"free\" and gate = \"partner\" or \"relaxed\"",
               "with excitatory synapses to all cells nothing would be inhibited, and no unit has a partner");
    if (p.dense() && p.bursts())
        refuse(section, "error_code", "'burst' with motif = \"dense\"", "another one",
               "a unit that hears all cells of its area has no partner whose spikes could carry its errors");
    if (p.development == 0) return;
    const std::string found = fmt::format("{} events", p.development);
    if (p.plastic.size() != 4 || !p.scaling || (p.signs != "excitatory" && !p.dense()))
        refuse(section, "development", found,
               "0 unless all four groups are plastic, scaling = true, and signs = \"excitatory\" or motif = \"dense\"");
    const Node init = own_section(experiment, "init");
    const Node* const file = init.find("file");
    if (file != nullptr && !std::get<std::string>(file->value).empty())
        refuse(section, "development", found + " beside weights from init.file", "0",
               "spontaneous activity would draw the weights of the file anew");
}

}  // namespace

Model model() {
    return {
        .name = "spiking_self_assembly",
        .text = "Self-assembly of a gradient learner from cells that fire, with errors as spikes, always on.",
        .reference = "this project, 2026, after Liao et al. 2024, arXiv 2412.20018",
        .equations =
            "k = exp(-dt / tau): u_l = k_m u_l + (1 - k_m) W_l a_(l-1), z_l = (u_l >= 1), then u_l -= 1; "
            "a_l = k_s a_l + (1 - k_s) z_l / dt\n"
            "d_L = a* - a_L;  B_l = k_e B_l + (1 - k_e) Wbar_(l+1) e_(l+1) / dt,  d_l = slope B_l [V_l a_l > open]\n"
            "v+_l <- v+_l + max(d_l, 0) dt,  v-_l <- v-_l + max(-d_l, 0) dt,  e_l = quantum (E+_l - E-_l)\n"
            "dW_l = eta (Vbar_l e_l) a_(l-1)^T,  dWbar_l = eta (V_(l-1) a_(l-1)) e_l^T,  Vbar_L = I\n"
            "dV_l = eta_V e_l a_l^T,  dVbar_l = eta_V a_l e_l^T,  both at least 0, then scaled to norm 1",
        .modes = {Mode::spiking},
        .shared = layers_table().descriptors(),
        .own = table().descriptors(),
        .build = [](const Node& experiment, const TaskShape& task) {
            const Layers layers =
                read_shared(layers_table(), experiment, "spiking_self_assembly", table().descriptors());
            const Node section = own_section(experiment, "spiking_self_assembly");
            const Parameters parameters = table().read(section, names_of(layers_table().descriptors()));
            const Timing timing{run_time(experiment, "step", Timing{}.step),
                                run_time(experiment, "presentation", Timing{}.presentation),
                                run_time(experiment, "error_onset", Timing{}.onset, non_negative)};
            check(experiment, section, parameters, timing);
            require_squared_error(experiment, task, "spiking_self_assembly");
            return circuit(layers, parameters, timing, task);
        }};
}

}  // namespace apical::self_assembly::spiking
