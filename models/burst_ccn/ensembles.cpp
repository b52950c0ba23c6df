// In every step of dt, n cells an ensemble, e and b: 1 for those that have an event or a burst:
//   soma 1:      W1 drive + I_s + compensation p_1 + noise
//   dendrite 1:  I_d + Y sum b_2 / n - p_b Y sum e_2 / n + noise
//   soma 2:      W_2 sum e_1 / n + I_s + compensation p_2 + noise
//   dendrite 2:  I_d + silencing rate_2 + gain (target - <e>_2) + noise
// Of b and e between ensembles: or spikes through short-term plasticity (`transmission`).
//   rate = 1000 / dt sum e / n,  <e>: low-passed rate,  p = <b> / <e>
//   dW1 = eta drive (b_1 - p_b e_1), or with the share of bursts in events of late in place of p_b
// One step from ensemble 1 to 2 and within them, two from 2 back to 1.
#include "models/burst_ccn/ensembles.hpp"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "models/burst_ccn/parameters.hpp"
#include "models/neurons/burst.hpp"
#include "models/neurons/burst_pyramidal.hpp"
#include "models/neurons/tags.hpp"
#include "models/plasticity/burst_dependent.hpp"
#include "models/references.hpp"
#include "models/upstream.hpp"

namespace apical::burst_ccn {

namespace {

inline constexpr Tag<"events"> events;          // of the cells of an ensemble in this step, Hz
inline constexpr Tag<"bursts"> bursts_of_step;  // likewise
inline constexpr Tag<"event_rate"> event_rate;  // low-passed, Hz
inline constexpr Tag<"burst_rate"> burst_rate;  // likewise
inline constexpr Tag<"somatic_bias"> somatic_bias;
inline constexpr Tag<"teaching_gain"> teaching_gain;    // pA/Hz; 0: no teacher
inline constexpr Tag<"teaching_drive"> teaching_drive;  // gain times target, pA
inline constexpr Tag<"teaching_current"> teaching_current;

/// p = <b> / <e>, or p_b as long as there was no event; the soma is spared what its dendrite sends on average.
struct Together {
    double p_b, compensation;
    static constexpr auto sees = tags(event_rate, burst_rate);
    static constexpr auto writes = tags(burst_probability, somatic_bias);
    template <class C>
    auto operator()(const C& c) const {
        const auto fires = c[event_rate] > 0;
        const auto p = select(fires, c[burst_rate] / select(fires, c[event_rate], 1), p_b);
        return std::tuple{p, compensation * p};
    }
};

struct Teaches {
    static constexpr auto sees = tags(event_rate, teaching_gain, teaching_drive);
    static constexpr auto writes = tags(teaching_current);
    template <class C>
    auto operator()(const C& c) const {
        return c[teaching_drive] - c[teaching_gain] * c[event_rate];
    }
};

class Builder {
   public:
    Builder(const Ensembles& parameters, double step, double presentation)
        : p_(parameters), n_(static_cast<std::size_t>(parameters.cells)), step_(step), steps_(presentation / step) {}

    Circuit build() {
        circuit_.name = "burst_ensembles";
        const PopulationId in =
            circuit_.add(Population{.name = "in", .units = 1, .clamped = {rate}, .constant = p_.drive});
        const PopulationId up1 = layer("1", p_.I_d_hidden), up2 = layer("2", p_.I_d_output);
        add_input(in, up1);
        together("1", up1);
        teach(together("2", up2), up2);
        const double synapse = p_.W_2 / static_cast<double>(n_);
        // Spikes, of which depressing synapses pass on the first and facilitating ones those that come soon after it;
        // or what these come to where bursts are short and far between.
        const bool ideal = p_.transmission == "ideal";
        const std::string_view first = ideal ? bursts::event.name : spike.name,
                               second = ideal ? bursts::burst.name : spike.name;
        const auto depressing = [&](double tau) -> std::optional<ShortTerm> {
            if (ideal) return {};
            return ShortTerm{.U = 1, .tau_depression = tau};
        };
        std::optional<ShortTerm> facilitating;
        if (!ideal)
            facilitating =
                ShortTerm{.U = 0, .tau_depression = p_.tau_Y, .tau_facilitation = p_.tau_facilitation, .f = 1};
        connect("W2", up1, first, up2, basal, synapse, step_, depressing(p_.tau_W_2));
        connect("Y1", up2, second, up1, apical::apical, p_.Y * synapse, 2 * step_, facilitating);
        connect("Q1", up2, first, up1, apical::apical, -(ideal ? p_.p_b : p_.Q) * p_.Y * synapse, 2 * step_,
                depressing(p_.tau_Q));
        const double hertz = 1000 / step_;
        connect("silencing", up2, bursts::event.name, up2, apical::apical,
                p_.silencing * hertz / static_cast<double>(n_), step_);
        return std::move(circuit_);
    }

   private:
    PopulationId layer(const std::string& l, double I_d) {
        using burst_pyramidal::BurstPyramidal, burst_pyramidal::Driven;
        const PopulationId cells =
            circuit_.add(Population{.name = "up" + l,
                                    .units = n_,
                                    .compartments = {basal, apical::apical},
                                    .cells = event_neuron(BurstPyramidal<Driven::by_compartments>{}),
                                    .parameters = {{"I_s", p_.I_s},
                                                   {"I_d", I_d},
                                                   {"burst_interval", p_.burst_interval},
                                                   {"tie_bursts", p_.tie_bursts ? 1 : 0},
                                                   {"tau_burst_share", p_.tau_baseline},
                                                   {"burst_share_initially", p_.p_b}},
                                    .events = {event_neuron(bursts::Event{}), event_neuron(bursts::Burst{})}});
        for (const auto& [name, into, rate, weight] : {std::tuple{"noise_s", basal.name, p_.rate_s, p_.noise_s},
                                                       {"noise_d", apical::apical.name, p_.rate_d, p_.noise_d}})
            for (const auto& [sign, jump] : {std::pair{"+", weight}, {"-", -weight}})
                circuit_.add(PoissonDrive{.name = name + l + sign,
                                          .target = cells,
                                          .receptor = std::string(into),
                                          .rate = rate,
                                          .weight = jump,
                                          .at_most_one = true});
        return cells;
    }

    void add_input(PopulationId in, PopulationId up1) {
        Weights W{.name = "W1", .post = up1, .pre = in, .lower = 0, .upper = p_.W_1_max, .initial = constant(p_.W_1)};
        if (p_.eta > 0 && p_.baseline == "constant") W.rule = rule(BurstDependentEvents<>{p_.eta * steps_, p_.p_b});
        if (p_.eta > 0 && p_.baseline == "running") W.rule = rule(BurstDependentRunning<>{p_.eta * steps_});
        circuit_.add(Projection{
            .weights = circuit_.add(std::move(W)), .source = in, .signal = rate, .target = up1, .compartment = basal});
    }

    /// What the cells of an ensemble do on average, in one cell that tells them a step later.
    PopulationId together(const std::string& l, PopulationId up) {
        const PopulationId all = circuit_.add(Population{
            .name = "ensemble" + l,
            .units = 1,
            .compartments = {events, bursts_of_step},
            .signals = {signal(Together{p_.p_b, p_.compensation})},
            .filters = {{event_rate, events, p_.tau_ensemble}, {burst_rate, bursts_of_step, p_.tau_ensemble}}});
        one_.push_back(circuit_.add(Weights{.name = "all" + l, .post = all, .pre = up, .initial = constant(1)}));
        const double hertz = 1000 / (step_ * static_cast<double>(n_));
        for (const auto& [event, into] :
             {std::pair<std::string, std::string>{bursts::event, events}, {bursts::burst, bursts_of_step}})
            circuit_.add(Projection{.weights = one_.back(),
                                    .source = up,
                                    .signal = event,
                                    .target = all,
                                    .compartment = into,
                                    .scale = hertz});
        tell(all, somatic_bias, up, basal);
        return all;
    }

    /// All cells of an ensemble, what is found of it.
    void tell(PopulationId all, const std::string& what, PopulationId up, const std::string& into) {
        circuit_.add(Projection{.weights = one_.back(),
                                .source = all,
                                .signal = what,
                                .target = up,
                                .compartment = into,
                                .transposed = true,
                                .delay = step_});
    }

    void teach(PopulationId all, PopulationId up) {
        if (p_.teacher_times.empty()) return;
        std::vector<double> drives = p_.teacher_targets;
        for (std::size_t k = 0; k < drives.size(); ++k) drives[k] *= p_.teacher_gains.at(k);
        for (const auto& [into, values] : {std::pair<std::string, std::vector<double>>{teaching_gain, p_.teacher_gains},
                                           {teaching_drive, std::move(drives)}}) {
            circuit_.populations[all].compartments.push_back(into);
            circuit_.add(CurrentDrive{.name = into,
                                      .target = all,
                                      .receptor = into,
                                      .amplitude = 1,
                                      .course = TimeCourse::steps(p_.teacher_times, values)});
        }
        circuit_.populations[all].signals.push_back(signal(Teaches{}));
        tell(all, teaching_current, up, apical::apical);
    }

    void connect(const char* name, PopulationId source, std::string_view event, PopulationId target,
                 const std::string& into, double weight, double delay,
                 const std::optional<ShortTerm>& short_term = {}) {
        circuit_.add(EventProjection{.name = name,
                                     .source = source,
                                     .target = target,
                                     .receptor = into,
                                     .event = std::string(event),
                                     .weight = weight,
                                     .delay = delay,
                                     .short_term = short_term});
    }

    const Ensembles& p_;
    std::size_t n_;
    double step_, steps_;
    Circuit circuit_;
    std::vector<WeightsId> one_;
};

}  // namespace

const Table<Ensembles>& ensembles_table() {
    using P = Ensembles;
    static const Table<Ensembles> keys{
        {"cells", &P::cells, "1", "Cells of each ensemble.", between(1, 1e5)},
        {"p_b", &P::p_b, "1", "Burst probability at baseline.", fraction},
        {"drive", &P::drive, "pA", "Input of ensemble 1.", non_negative},
        {"W_1", &P::W_1, "1", "Initial weight of the input in every cell of ensemble 1.", non_negative},
        {"W_1_max", &P::W_1_max, "1", "Largest weight; the smallest is 0.", positive},
        {"eta", &P::eta, "1/pA", "Learning rate: a burst adds eta drive to the weight of its cell. 0: fixed.",
         non_negative},
        {"baseline", &P::baseline, "1",
         "What bursts are compared with where weights learn: p_b (constant), or the share of bursts in the cell's own "
         "events of late (running), which takes phases with and without a teacher, and is here to show that.",
         one_of("constant", "running")},
        {"tau_baseline", &P::tau_baseline, "ms", "Time constant over which the running share of bursts is taken.",
         positive},
        {"W_2",
         &P::W_2,
         "pA",
         "Current into the somata of ensemble 2, for one step, if all cells of 1 have an event.",
         {}},
        {"Y",
         &P::Y,
         "1",
         "Current into the dendrites of ensemble 1 by bursts of 2, over that of W_2; events take p_b times as much "
         "away.",
         {}},
        {"transmission", &P::transmission, "1",
         "What ensembles send each other: W_2 and Q events, Y bursts, as in all published code (ideal); or spikes, "
         "through short-term plasticity that depresses W_2 and Q and facilitates Y (synapses). W_2 and Y are then what "
         "a synapse with all its resources carries; the defaults of Q and of time constants go with Y = 7.1.",
         one_of("ideal", "synapses")},
        {"tau_W_2", &P::tau_W_2, "ms",
         "Recovery of the synapses W_2 from depression: long beside intervals in a burst, short beside those between "
         "events.",
         positive},
        {"tau_Q", &P::tau_Q, "ms",
         "Recovery of the synapses Q from depression. Where it is short, Q takes bursts away too, but as much for "
         "every event at any rate.",
         positive},
        {"tau_Y", &P::tau_Y, "ms",
         "Recovery of the resources of Y: long beside a burst, so that only the second spike of it counts.", positive},
        {"tau_facilitation", &P::tau_facilitation, "ms",
         "Time constant of the facilitation of Y: short beside intervals between events, or these count as bursts.",
         positive},
        {"Q", &P::Q, "1", "Current into the dendrites of ensemble 1 that depressing synapses take away, over Y.",
         non_negative},
        {"I_s", &P::I_s, "pA", "Constant current into somata.", {}},
        {"compensation",
         &P::compensation,
         "pA",
         "Current into the somata of an ensemble per unit of its burst probability, for what dendrites send them.",
         {}},
        {"I_d_hidden", &P::I_d_hidden, "pA", "Constant current into dendrites of ensemble 1.", {}},
        {"I_d_output", &P::I_d_output, "pA", "Constant current into dendrites of ensemble 2.", {}},
        {"silencing", &P::silencing, "pA/Hz", "Current into the dendrites of ensemble 2 by its rate of events.", {}},
        {"noise_s", &P::noise_s, "pA", "Excitatory and inhibitory currents of one step into each soma.", non_negative},
        {"rate_s", &P::rate_s, "Hz", "Rate of the noise of each sign into each soma; at most one a step.",
         non_negative},
        {"noise_d", &P::noise_d, "pA", "Excitatory and inhibitory currents of one step into each dendrite.",
         non_negative},
        {"rate_d", &P::rate_d, "Hz", "Rate of the noise of each sign into each dendrite; at most one a step.",
         non_negative},
        {"tau_ensemble", &P::tau_ensemble, "ms", "Time constant of the averages of events and bursts over an ensemble.",
         positive},
        {"burst_interval", &P::burst_interval, "ms", "Longest interval between spikes of a burst.", non_negative},
        {"tie_bursts", &P::tie_bursts, "1", "Whether an interval of just that length is within a burst.", {}},
        {"teacher_times", &P::teacher_times, "ms", "When the teacher changes; none: there is no teacher.",
         non_negative},
        {"teacher_gains", &P::teacher_gains, "pA/Hz",
         "Current into the dendrites of ensemble 2 per Hz of error from each of these times on; 0: none.",
         non_negative},
        {"teacher_targets", &P::teacher_targets, "Hz", "Rate of events asked of ensemble 2 from then on.",
         non_negative},
    };
    static const Table<Ensembles> rows =
        Table<Ensembles>(keys)
            .where({has("baseline", "running")}, {"tau_baseline"})
            .where({has("transmission", "synapses")}, {"tau_W_2", "tau_Q", "tau_Y", "tau_facilitation", "Q"});
    return rows;
}

Circuit ensembles(const Ensembles& parameters, double step, double presentation) {
    return Builder(parameters, step, presentation).build();
}

Model ensembles_model() {
    return {.name = "burst_ensembles",
            .text = "Two ensembles of bursting cells that learn a rate of events from bursts, in one phase.",
            .reference =
                "Greedy et al., Cell-type-specific cortical feedback coordinates hierarchical credit "
                "assignment, doi 10.64898/2026.06.16.732595",
            .equations =
                "cells: burst_pyramidal; event: a spike more than burst_interval after the one before, burst: "
                "the next one if it comes sooner\n"
                "soma 1: W1 drive + I_s + compensation p_1, dendrite 1: I_d + Y b_2 - p_b Y e_2\n"
                "soma 2: W_2 e_1 + I_s + compensation p_2, dendrite 2: I_d + silencing rate_2 + gain (target "
                "- <e>_2)\n"
                "p = <b> / <e>,  dW1 = eta drive (b_1 - p_b e_1)",
            .modes = {Mode::spiking},
            .needs_task = false,
            .shared = {},
            .own = ensembles_table().descriptors(),
            .build = [](const Node& experiment, const TaskShape&) {
                const Node section = own_section(experiment, "burst_ensembles");
                const Ensembles parameters = ensembles_table().read(section);
                const auto refuse = [&](const char* key, const std::string& found, const std::string& expected) {
                    const Node* node = section.find(key);
                    throw InputError({node == nullptr ? section.place : node->place,
                                      std::string("burst_ensembles.") + key, found, expected, ""});
                };
                const std::size_t times = parameters.teacher_times.size();
                for (const auto& [key, values] : {std::pair{"teacher_gains", &parameters.teacher_gains},
                                                  {"teacher_targets", &parameters.teacher_targets}})
                    if (values->size() != times)
                        refuse(key, fmt::format("{} values", values->size()),
                               fmt::format("{}, as many as teacher_times", times));
                for (std::size_t k = 1; k < times; ++k)
                    if (!(parameters.teacher_times[k - 1] < parameters.teacher_times[k]))
                        refuse("teacher_times",
                               fmt::format("{} ms after {} ms", parameters.teacher_times[k],
                                           parameters.teacher_times[k - 1]),
                               "times that rise");
                return ModelCircuit(ensembles(parameters, run_time(experiment, "step", 0.1),
                                              run_time(experiment, "presentation", 100)));
            }};
}

}  // namespace apical::burst_ccn
