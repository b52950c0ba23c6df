#include <fmt/format.h>

#include "models/shared_section.hpp"
#include "models/sign_concordant/circuit.hpp"

namespace apical::sign_concordant {

namespace {

/// Combinations that the single keys cannot rule out.
void check(const Node& section, const Layers& layers, const Parameters& p, const Timing& timing) {
    const auto refuse = [&](const char* key, const std::string& found, const std::string& expected) {
        const Node* node = section.find(key);
        throw InputError({node == nullptr ? section.place : node->place, std::string("sign_concordant.") + key, found,
                          expected, ""});
    };
    const std::size_t layers_above = layers.hidden.size() + 1;
    if (p.scale_W.size() != 1 && p.scale_W.size() != layers_above)
        refuse("scale_W", fmt::format("{} values", p.scale_W.size()),
               fmt::format("one value, or {} (one a layer)", layers_above));
    if (p.dale() && p.error_code == "analog")
        refuse("error_code", "'analog' with feedback = \"dale\"", "'spikes' or 'many'");
    const bool spikes = p.encoding == "regular" || p.encoding == "poisson";
    for (const auto& [key, rate, is_used] : {std::tuple("drive", p.drive, spikes), {"target", p.target, true}})
        if (is_used && rate * timing.step > 1)
            refuse(key, fmt::format("{}/ms", rate), fmt::format("at most one spike in a step of {} ms", timing.step));
    if (p.encoding == "latency" && p.anew == "nothing")
        refuse("anew", "'nothing'", "'activity' or 'everything': a latency is counted from the beginning of a sample");
}

}  // namespace

Model model() {
    return {.name = "sign_concordant",
            .text = "Spiking microcircuit whose error cells send spikes back through weights of the right signs.",
            .reference = "a reconstruction after Yang and Li 2022, arXiv 2205.07292, not the authors' equations",
            .equations =
                "k = exp(-dt / tau): a_l = k_s a_l + (1 - k_s) z_l,  p_l = k_m p_l + (1 - k_m) a_l\n"
                "u_l = k_m u_l + (1 - k_m) W_l a_(l-1),  z_l = (u_l >= 1), then u_l = 0\n"
                "A_L = a* - a_L,  A_l = B_l q_(l+1),  d_l = phi(u_l) A_l,  phi(u) = 1 / (1 + beta |u - 1|)^2\n"
                "v+_l <- v+_l + max(d_l, 0) dt,  v-_l <- v-_l + max(-d_l, 0) dt,  each gives off a quantum when it has "
                "one\n"
                "e_l = quantum (E+_l - E-_l),  q_l = k_e q_l + (1 - k_e) e_l,  dW_l = eta e_l p_(l-1)^T\n"
                "frsf: B_ji = |N_ji| sign(W_ij)",
            .modes = {Mode::spiking},
            .shared = layers_table().descriptors(),
            .own = table().descriptors(),
            .build = [](const Node& experiment, const TaskShape& task) {
                const Layers layers = read_shared(layers_table(), experiment, "sign_concordant", table().descriptors());
                const Node section = own_section(experiment, "sign_concordant");
                const Parameters parameters = table().read(section, names_of(layers_table().descriptors()));
                const Timing timing{run_time(experiment, "step", Timing{}.step),
                                    run_time(experiment, "presentation", Timing{}.presentation)};
                check(section, layers, parameters, timing);
                require_squared_error(experiment, task, "sign_concordant");
                return circuit(layers, parameters, timing, task);
            }};
}

}  // namespace apical::sign_concordant
