// In every step, n cells an ensemble, e and b: 1 for those that have an event or a burst; currents for 1 ms:
//   soma of in_i:      I_one or I_zero of the example + noise
//   soma of hidden_k:  I_hidden_k + sum over inputs i and cells: (W1_ik - inhibition_1) e_i + noise
//   soma of output:    I_output + sum over k and cells: (W2_k - inhibition_2_k) e_k + noise
//   dendrite of hidden_k:  I_d + Y_k sum b_out / n - p_b Y_k sum e_out / n + noise
//   dendrite of output:    I_d + what the teacher makes of the cell's own rate of events + noise
//   dW = eta K (b - p_b e), K the trace of presynaptic events; or with the share of bursts of late in place of p_b
// One step from an ensemble to the next one.
#include "models/burst_ccn/exclusive_or.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include "models/neurons/burst.hpp"
#include "models/neurons/burst_pyramidal.hpp"
#include "models/plasticity/burst_events.hpp"
#include "models/references.hpp"
#include "models/upstream.hpp"

namespace apical::burst_ccn {

namespace {

using burst_pyramidal::adaptation, burst_pyramidal::recovery, burst_pyramidal::V_dendrite, lif::V;

inline constexpr Tag<"threshold_shift"> threshold_shift;
inline constexpr Tag<"since_event"> since_event;
inline constexpr Tag<"pending"> pending;
inline constexpr Tag<"draw"> draw;
inline constexpr Tag<"chance_x"> chance_x;
inline constexpr Tag<"chance_y"> chance_y;
inline constexpr Tag<"dt"> dt_;

inline constexpr Tag<"wanted"> wanted;                  // 1, 0, or -1 for 0 that is asked for
inline constexpr Tag<"own_event_rate"> own_event_rate;  // low-passed, per step
inline constexpr Tag<"taught"> taught;

/// A soma that starts events and a dendrite that decides whether they become bursts. No event follows another within
/// 27 ms, so that intervals tell events from bursts (in the specification: 20 ms, and a second spike after 5 to 15).
struct ByChance {
    static constexpr Info info{
        "bursting_by_chance", "A soma that starts events, and a dendrite that decides how likely they become bursts.",
        "C_s dV/dt = -C_s/tau_s (V - E) + I_s - w, C_d dV_d/dt = -C_d/tau_d (V_d - E) + I_d - r; an event at the "
        "moving threshold, 27 ms after the last one at the soonest; a second spike 10 ms later with the probability "
        "1/(1 + exp(-(V_d - E_d)/D))",
        "Payeur et al. 2021"};
    static constexpr std::tuple parameters{};
    static constexpr std::tuple<> inputs{};
    static constexpr std::tuple<> receptors{};
    static constexpr std::tuple states{lif::potential,
                                       column(threshold_shift, "mV", "threshold above that long after an event"),
                                       column(adaptation, "pA", "outward current of the soma"),
                                       column(V_dendrite, "mV", "potential of the dendrite"),
                                       column(recovery, "pA", "outward current of the dendrite"),
                                       column(since_event, "ms", "time since the last event"),
                                       column(pending, "ms", "time until the second spike of a burst; 0: none comes"),
                                       column(draw, "1", "uniform number of the step")};
    static constexpr auto sees = tags(basal, apical::apical, chance_x, chance_y);
    static constexpr auto coefficients_are = tags(dt_);
    // mV, ms, pF, pA, nS
    static constexpr double rest = -70, threshold = -50, E_d = -57, D = 6, tau_s = 16, C_s = 370, tau_d = 7, C_d = 170;
    static constexpr double tau_th = 27, jump_th = 2, tau_w = 100, jump_w = 200, tau_recovery = 30, a = 13;
    static constexpr double shortest = 27, second = 10, never = 1e4;
    template <class P>
    static std::array<double, 1> coefficients(const P&, double dt) {
        return {dt};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        const auto dt = k[dt_];
        const auto soma = c[V] + dt / tau_s * (rest - c[V]) + dt / C_s * (c[basal] - c[adaptation]);
        const auto dendrite =
            c[V_dendrite] + dt / tau_d * (rest - c[V_dendrite]) + dt / C_d * (c[apical::apical] - c[recovery]);
        return std::tuple{soma,
                          c[threshold_shift] - dt / tau_th * c[threshold_shift],
                          c[adaptation] - dt / tau_w * c[adaptation],
                          dendrite,
                          c[recovery] + dt / tau_recovery * (a * (dendrite - rest) - c[recovery]),
                          min(c[since_event] + dt, never),
                          max(c[pending] - dt, 0),
                          exp(-0.5 * (square(c[chance_x]) + square(c[chance_y])))};
    }
    template <class C, class K>
    static auto starts(const C& c, const K&) {
        return c[V] >= threshold + c[threshold_shift] && c[since_event] >= shortest;
    }
    template <class C, class K>
    static auto fires(const C& c, const K& k) {
        return starts(c, k) || (c[pending] > 0 && c[pending] <= k[dt_]);
    }
    template <class C, class K>
    static auto reset(const C& c, const K& k) {
        const auto event = starts(c, k);
        const auto bursts = c[draw] < 1.0 / (1.0 + exp(-(c[V_dendrite] - E_d) / D));
        return std::tuple{rest,
                          c[threshold_shift] + select(event, jump_th, 0),
                          c[adaptation] + select(event, jump_w, 0),
                          c[V_dendrite],
                          c[recovery],
                          select(event, 0, c[since_event]),
                          select(event && bursts, second + k[dt_], 0),
                          c[draw]};
    }
    template <class P>
    static std::array<double, 8> initial(const P&) {
        return {rest, 0, 0, rest, 0, never, 0, 0};
    }
    template <class P>
    static std::string refuse(const P&) {
        return "";
    }
    /// Longer ones take the soma past rest, or a second spike for an event.
    template <class P>
    static std::string refuse_step(const P&, double dt) {
        return dt <= 1 ? "" : fmt::format("a step of {} ms, expected at most 1 ms", dt);
    }
};

/// The teacher's current into the dendrite of an output cell, from its own rate of events: pushes up to 10 Hz where 1
/// is asked, down to 2 Hz where 0 is, by 1000 pA at the most.
struct Teaches {
    double hertz;  ///< of one event a step
    static constexpr auto sees = tags(wanted, own_event_rate);
    static constexpr auto writes = tags(taught);
    template <class C>
    auto operator()(const C& c) const {
        const auto e = hertz * c[own_event_rate];
        const auto up = select(e >= 9.0, 0, 1000.0 / max(e - 2.0, 1.0));
        const auto down = select(e <= 3.0, 0, -1000.0 / max(10.0 - e, 1.0));
        return select(c[wanted] > 0.5, up, select(c[wanted] < -0.5, down, 0));
    }
};

class Builder {
   public:
    Builder(const ExclusiveOr& parameters, double step, std::int64_t examples)
        : p_(parameters), step_(step), examples_(examples) {}

    Circuit build() {
        circuit_.name = "burst_xor";
        ensemble("in1", 0), ensemble("in2", 0);
        for (std::size_t k = 0; k < 2; ++k) ensemble(hidden(k), p_.I_hidden[k]);
        ensemble("output", p_.I_output);
        for (const char* in : {"in1", "in2"})
            for (std::size_t k = 0; k < 2; ++k) forward(in, hidden(k), p_.W_1, p_.inhibition_1);
        for (std::size_t k = 0; k < 2; ++k) forward(hidden(k), "output", p_.W_2[k], p_.inhibition_2[k]);
        for (std::size_t k = 0; k < 2; ++k) {
            const double synapse = p_.Y[k] / static_cast<double>(p_.cells);
            connect("Y_" + hidden(k), "output", bursts::burst, hidden(k), apical::apical, synapse);
            connect("Q_" + hidden(k), "output", bursts::event, hidden(k), apical::apical, -p_.p_b * synapse);
        }
        patterns();
        teach();
        return std::move(circuit_);
    }

   private:
    static std::string hidden(std::size_t k) { return "hidden" + std::to_string(k + 1); }

    void ensemble(const std::string& name, double current) {
        constexpr double infinite = std::numeric_limits<double>::infinity();
        Population cells{.name = name,
                         .units = static_cast<std::size_t>(p_.cells),
                         .compartments = {basal, apical::apical},
                         .cells = event_neuron(ByChance{}),
                         .parameters = {{"tau_burst_share", p_.tau_baseline}, {"burst_share_initially", p_.p_b}},
                         .events = {event_neuron(bursts::Event{}), event_neuron(bursts::Burst{})},
                         .traces = {{.column = "event_count", .event = bursts::event, .tau = infinite},
                                    {.column = "burst_count", .event = bursts::burst, .tau = infinite}}};
        for (const char* column : {"chance_x", "chance_y"})  // of the deviation 1, held for a step
            cells.noise.push_back({.column = column, .law = NoiseCurrent::Law::white, .sigma = std::sqrt(step_)});
        id_[name] = circuit_.add(std::move(cells));
        for (const auto& [part, into, rate, weight] :
             {std::tuple{"_s", basal.name, p_.rate_s, p_.noise_s}, {"_d", apical::apical.name, p_.rate_d, p_.noise_d}})
            for (const double sign : {1., -1.})
                circuit_.add(PoissonDrive{.name = name + part + (sign > 0 ? "+" : "-"),
                                          .target = id_[name],
                                          .receptor = std::string(into),
                                          .rate = rate,
                                          .weight = sign * weight / step_,
                                          .at_most_one = true});
        drive(name, std::string(basal.name), current);
        drive(name, std::string(apical::apical.name), p_.I_d);
    }

    void drive(const std::string& name, const std::string& into, double current) {
        circuit_.add(
            CurrentDrive{.name = name + "_" + into, .target = id_[name], .receptor = into, .amplitude = current});
    }

    void connect(const std::string& name, const std::string& from, const std::string& event, const std::string& to,
                 const std::string& into, double weight, Plastic plastic = {}) {
        circuit_.add(EventProjection{.name = name,
                                     .source = id_[from],
                                     .target = id_[to],
                                     .receptor = into,
                                     .event = event,
                                     .weight = weight / step_,
                                     .delay = step_,
                                     .plastic = std::move(plastic)});
    }

    /// Excitation that learns, and inhibition that does not, by events.
    void forward(const std::string& from, const std::string& to, double excitation, double inhibition) {
        Plastic plastic;
        if (p_.eta > 0) {
            plastic.rule = event_rule(burst_events::BurstDependent<false>{});
            if (p_.baseline == "running") {
                plastic.rule = event_rule(burst_events::BurstDependent<true>{});
                plastic.delay = Attribution::axonal;  // it sees the share of bursts of now
            }
            plastic.parameters = {{"eta", p_.eta / step_}, {"w_max", p_.W_max / step_}};
            if (p_.baseline == "constant") plastic.parameters["p_b"] = p_.p_b;
        }
        connect(from + "_" + to, from, bursts::event, to, std::string(basal.name), excitation, std::move(plastic));
        connect(from + "_" + to + "_inhibition", from, bursts::event, to, std::string(basal.name), -inhibition);
    }

    void patterns() {
        std::vector<double> times;
        std::array<std::vector<double>, 3> values;
        for (std::int64_t k = 0; k < examples_; ++k) {
            times.push_back(p_.example * static_cast<double>(k));
            const auto& row = ExclusiveOr::table[static_cast<std::size_t>(k % 4)];
            for (std::size_t i = 0; i < 2; ++i) values[i].push_back(row[i] == 1 ? p_.I_one : p_.I_zero);
            values[2].push_back(k >= p_.taught ? 0 : row[2] == 1 ? 1 : -1);
        }
        for (std::size_t i = 0; i < 2; ++i)
            circuit_.add(CurrentDrive{.name = "pattern" + std::to_string(i),
                                      .target = id_["in" + std::to_string(i + 1)],
                                      .receptor = std::string(basal.name),
                                      .amplitude = 1,
                                      .course = TimeCourse::steps(times, values[i])});
        circuit_.populations[id_["output"]].compartments.emplace_back("wanted");
        circuit_.add(CurrentDrive{.name = "asked",
                                  .target = id_["output"],
                                  .receptor = "wanted",
                                  .amplitude = 1,
                                  .course = TimeCourse::steps(times, values[2])});
    }

    void teach() {
        Population& output = circuit_.populations[id_["output"]];
        output.filters.push_back({own_event_rate, bursts::event, p_.tau_rate});
        output.signals.push_back(signal(Teaches{1000 / step_}));
        circuit_.add(Projection{.source = id_["output"],
                                .signal = taught,
                                .target = id_["output"],
                                .compartment = apical::apical,
                                .delay = step_});
    }

    const ExclusiveOr& p_;
    double step_;
    std::int64_t examples_;
    Circuit circuit_;
    std::map<std::string, PopulationId> id_;
};

}  // namespace

const Table<ExclusiveOr>& exclusive_or_table() {
    using P = ExclusiveOr;
    static const Table<ExclusiveOr> keys{
        {"cells", &P::cells, "1", "Cells of each ensemble.", between(1, 1e4)},
        {"example", &P::example, "ms", "How long each of the four examples is shown, in turn.", positive},
        {"taught", &P::taught, "1",
         "Examples with a teacher, from the first on; in the rest of `run.duration` there is none.", between(0, 1e6)},
        {"p_b", &P::p_b, "1", "Burst probability at baseline.", fraction},
        {"baseline", &P::baseline, "1",
         "What bursts are compared with where weights learn: p_b (constant), or the share of bursts in the cell's own "
         "events of late (running): the negative control, which does not learn in a single phase.",
         one_of("constant", "running")},
        {"tau_baseline", &P::tau_baseline, "ms", "Time constant over which the running share of bursts is taken.",
         positive},
        {"eta", &P::eta, "pA", "Learning rate: what a burst and a coincident event add to a weight. 0: fixed.",
         non_negative},
        {"W_max", &P::W_max, "pA", "Largest weight of a plastic synapse, for 1 ms; the smallest is 0.", positive},
        {"I_one", &P::I_one, "pA", "Current into the somata of an input that is 1.", {}},
        {"I_zero", &P::I_zero, "pA", "Current into the somata of an input that is 0.", {}},
        {"I_hidden", &P::I_hidden, "pA", "Constant current into the somata of each hidden ensemble.", {}},
        {"I_output", &P::I_output, "pA", "Constant current into the somata of the output.", {}},
        {"I_d", &P::I_d, "pA", "Constant current into all dendrites.", {}},
        {"W_1", &P::W_1, "pA", "Initial weight from a cell of an input to a hidden one, for 1 ms.", non_negative},
        {"inhibition_1", &P::inhibition_1, "pA", "Fixed inhibition by an event of a cell of an input, for 1 ms.",
         non_negative},
        {"W_2", &P::W_2, "pA", "Initial weight from a cell of each hidden ensemble to one of the output, for 1 ms.",
         non_negative},
        {"inhibition_2", &P::inhibition_2, "pA",
         "Fixed inhibition by an event of a cell of each hidden ensemble, for 1 ms.", non_negative},
        {"Y",
         &P::Y,
         "pA",
         "Current into the dendrites of each hidden ensemble, for 1 ms, if all output cells have a burst; events take "
         "p_b times as much away.",
         {}},
        {"noise_s", &P::noise_s, "pA", "Excitatory and inhibitory currents into each soma, for 1 ms.", non_negative},
        {"rate_s", &P::rate_s, "Hz", "Rate of the noise of each sign into each soma; at most one a step.",
         non_negative},
        {"noise_d", &P::noise_d, "pA", "Excitatory and inhibitory currents into each dendrite, for 1 ms.",
         non_negative},
        {"rate_d", &P::rate_d, "Hz", "Rate of the noise of each sign into each dendrite; at most one a step.",
         non_negative},
        {"tau_rate", &P::tau_rate, "ms", "Time constant of the rate of events that the teacher sees.", positive},
    };
    static const Table<ExclusiveOr> rows =
        Table<ExclusiveOr>(keys).where({has("baseline", "running")}, {"tau_baseline"});
    return rows;
}

Circuit exclusive_or(const ExclusiveOr& parameters, double step, std::int64_t examples) {
    return Builder(parameters, step, examples).build();
}

Model exclusive_or_model() {
    return {.name = "burst_xor",
            .text = "Five ensembles of bursting cells that learn the exclusive or from bursts, in one phase.",
            .reference = std::string(references::greedy),
            .equations =
                "cells: events where the soma reaches its threshold, of which the share 1/(1 + exp(-(V_d - E_d)/D)) "
                "becomes bursts\n"
                "soma: I + sum (W - inhibition) e of the layer below; dendrite of hidden ensemble k: I_d + Y_k b - "
                "p_b Y_k e of the output, that of the output: I_d + the teacher's current\n"
                "dW = eta K (b - p_b e), K the trace of presynaptic events",
            .modes = {Mode::spiking},
            .needs_task = false,
            .shared = {},
            .own = exclusive_or_table().descriptors(),
            .build = [](const Node& experiment, const TaskShape&) {
                const Node section = own_section(experiment, "burst_xor");
                const ExclusiveOr p = exclusive_or_table().read(section);
                for (const auto& [key, values] : {std::pair{"I_hidden", &p.I_hidden},
                                                  {"W_2", &p.W_2},
                                                  {"inhibition_2", &p.inhibition_2},
                                                  {"Y", &p.Y}}) {
                    if (values->size() == 2) continue;
                    const Node* node = section.find(key);
                    throw InputError({node == nullptr ? section.place : node->place, std::string("burst_xor.") + key,
                                      fmt::format("{} values", values->size()), "2, one a hidden ensemble", ""});
                }
                const double duration = run_time(experiment, "duration", p.example * static_cast<double>(p.taught + 8));
                return ModelCircuit(exclusive_or(p, run_time(experiment, "step", 0.1),
                                                 static_cast<std::int64_t>(std::ceil(duration / p.example))));
            }};
}

}  // namespace apical::burst_ccn
