// 2.5 and 5.9 of the specification: five ensembles learn the exclusive or in one phase, from bursts; and what becomes
// of it if bursts are compared with their share of late. The authors' program is not public: what is not known is ours.
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "models/neurons/burst.hpp"
#include "models/neurons/burst_pyramidal.hpp"
#include "models/neurons/tags.hpp"
#include "models/plasticity/burst_events.hpp"
#include "sim/circuit/circuit.hpp"
#include "sim/dynamics/setup.hpp"
#include "sim/dynamics/simulation.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;

inline constexpr Tag<"V"> V;
inline constexpr Tag<"moved"> moved;  ///< threshold above rest
inline constexpr Tag<"weary"> weary;  ///< adaptation, pA
inline constexpr Tag<"V_dendrite"> V_dendrite;
inline constexpr Tag<"recovery"> recovery;
inline constexpr Tag<"since"> since;      ///< steps since the last event
inline constexpr Tag<"pending"> pending;  ///< steps until the second spike of a burst; 0: none
inline constexpr Tag<"draw"> draw;        ///< uniform, of this step
inline constexpr Tag<"chance_x"> chance_x;
inline constexpr Tag<"chance_y"> chance_y;
inline constexpr Tag<"step"> step_;

/// A soma that starts events and a dendrite that decides whether they become bursts: with the probability
/// S = 1 / (1 + exp(-(V_d - E_d) / D)) a second spike follows, 10 ms later (Naud & Sprekeler 2018; theirs: 5 to 15 ms).
/// No event follows another within 27 ms, so that intervals tell events from bursts (theirs: 20 ms, and events are told
/// by what started them).
struct Member {
    static constexpr Info info{"bursting_by_chance", "A soma that starts events, some of which are bursts.",
                               "see above", "Payeur et al. 2021"};
    static constexpr std::tuple parameters{};
    static constexpr std::tuple<> inputs{};
    static constexpr std::tuple<> receptors{};
    static constexpr std::tuple states{column(V, "mV", "soma"),
                                       column(moved, "mV", "of the threshold"),
                                       column(weary, "pA", "adaptation"),
                                       column(V_dendrite, "mV", "dendrite"),
                                       column(recovery, "pA", "of the dendrite"),
                                       column(since, "1", "steps"),
                                       column(pending, "1", "steps"),
                                       column(draw, "1", "uniform")};
    static constexpr auto sees = tags(basal, apical::apical, chance_x, chance_y);
    static constexpr auto coefficients_are = tags(step_);
    static constexpr double rest = -70, E_d = -57, D = 6;
    template <class P>
    static std::array<double, 1> coefficients(const P&, double dt) {
        return {dt};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        const auto dt = k[step_];
        const auto soma = c[V] + dt / 16.0 * (rest - c[V]) + dt / 370.0 * (c[basal] - c[weary]);
        const auto dendrite =
            c[V_dendrite] + dt / 7.0 * (rest - c[V_dendrite]) + dt / 170.0 * (c[apical::apical] - c[recovery]);
        return std::tuple{soma,
                          c[moved] - dt / 27.0 * c[moved],
                          c[weary] - dt / 100.0 * c[weary],
                          dendrite,
                          c[recovery] + dt / 30.0 * (13.0 * (dendrite - rest) - c[recovery]),
                          min(c[since] + dt, 1e4),
                          max(c[pending] - dt, 0),
                          exp(-0.5 * (square(c[chance_x]) + square(c[chance_y])))};
    }
    template <class C, class K>
    static auto starts(const C& c, const K&) {
        return c[V] >= -50.0 + c[moved] && c[since] >= 27.0;
    }
    template <class C, class K>
    static auto fires(const C& c, const K& k) {
        return starts(c, k) || (c[pending] > 0 && c[pending] <= k[step_]);
    }
    template <class C, class K>
    static auto reset(const C& c, const K& k) {
        const auto event = starts(c, k);
        const auto bursts = c[draw] < 1.0 / (1.0 + exp(-(c[V_dendrite] - E_d) / D));
        return std::tuple{-70.0,
                          c[moved] + select(event, 2, 0),
                          c[weary] + select(event, 200, 0),
                          c[V_dendrite],
                          c[recovery],
                          select(event, 0, c[since]),
                          select(event && bursts, 10.0 + k[step_], 0),
                          c[draw]};
    }
    template <class P>
    static std::array<double, 8> initial(const P&) {
        return {rest, 0, 0, rest, 0, 1e4, 0, 0};
    }
    template <class P>
    static std::string refuse(const P&) {
        return "";
    }
};

/// The teacher's current into the dendrite of an output cell, from its own rate of events: pushes up to 10 Hz where 1
/// is asked, down to 2 Hz where 0 is, by 1000 pA at the most.
inline constexpr Tag<"wanted"> wanted;
inline constexpr Tag<"rate_of_events"> rate_of_events;
inline constexpr Tag<"taught"> taught;
struct Teaches {
    double hertz;  ///< of one event a step
    static constexpr auto sees = tags(wanted, rate_of_events);
    static constexpr auto writes = tags(taught);
    template <class C>
    auto operator()(const C& c) const {
        const auto e = hertz * c[rate_of_events];
        const auto up = select(e >= 9.0, 0, 1000.0 / max(e - 2.0, 1.0));
        const auto down = select(e <= 3.0, 0, -1000.0 / max(10.0 - e, 1.0));
        return select(c[wanted] > 0.5, up, select(c[wanted] < -0.5, down, 0));
    }
};

/// pA held for a ms, Hz, s. Cells, connections and rates are ours, found by hand in three trials: see README.md.
struct Xor {
    std::size_t cells = 200;
    double step = 1, example = 8;   ///< ms, s
    int examples = 160, tests = 8;  ///< taught ones; then without a teacher, and still plastic
    double p_b = 0.401;
    double noise_s = 2000, rate_s = 150, noise_d = 1333, rate_d = 300;
    double one = 350, zero = -250;  ///< into somata of inputs
    double I_hidden1 = 0, I_hidden2 = -200, I_output = 100, I_d = 370;
    double in = 100, in_inhibition = 30;
    std::array<double, 2> out{100, 50}, out_inhibition{50, 900};
    double eta = 1.5, w_max = 800;
    double Y1 = 1e5, Y2 = -1e5;  ///< of a burst in every cell of the output
    double tau_rate = 500;       ///< ms: rate of events as the teacher takes it
    bool running = false;
    std::uint64_t seed = 1;
};

class Network {
   public:
    explicit Network(const Xor& p) : p_(p) {
        ensemble("in1", 0), ensemble("in2", 0), ensemble("hidden1", p.I_hidden1), ensemble("hidden2", p.I_hidden2);
        ensemble("output", p.I_output);
        for (const char* in : {"in1", "in2"})
            for (const char* hidden : {"hidden1", "hidden2"}) forward(in, hidden, p.in, p.in_inhibition, p.eta);
        for (std::size_t k = 0; k < 2; ++k)
            forward("hidden" + std::to_string(k + 1), "output", p.out[k], p.out_inhibition[k], p.eta);
        for (const auto& [hidden, Y] : {std::pair{"hidden1", p.Y1}, {"hidden2", p.Y2}}) {
            connect(std::string("Y_") + hidden, "output", bursts::burst, hidden, apical::apical, Y / n());
            connect(std::string("Q_") + hidden, "output", bursts::event, hidden, apical::apical, -p.p_b * Y / n());
        }
        patterns();
        teach();
    }
    Circuit circuit;

    static constexpr std::array<std::array<int, 3>, 4> table{{{0, 0, 0}, {1, 0, 1}, {0, 1, 1}, {1, 1, 0}}};

   private:
    double n() const { return static_cast<double>(p_.cells); }

    void ensemble(const std::string& name, double current) {
        Population cells{.name = name,
                         .units = p_.cells,
                         .compartments = {basal, apical::apical},
                         .cells = event_neuron(Member{}),
                         .parameters = {{"tau_burst_share", 2000}, {"burst_share_initially", p_.p_b}},
                         .events = {event_neuron(bursts::Event{}), event_neuron(bursts::Burst{})},
                         .traces = {{.column = name + "_events", .event = bursts::event, .tau = 1e15},
                                    {.column = name + "_bursts", .event = bursts::burst, .tau = 1e15}}};
        for (const char* column : {"chance_x", "chance_y"})
            cells.noise.push_back({.column = column, .law = NoiseCurrent::Law::white, .sigma = std::sqrt(p_.step)});
        id_[name] = circuit.add(std::move(cells));
        for (const auto& [part, into, rate, weight] :
             {std::tuple{"_s", basal.name, p_.rate_s, p_.noise_s}, {"_d", apical::apical.name, p_.rate_d, p_.noise_d}})
            for (const double sign : {1., -1.})
                circuit.add(PoissonDrive{.name = name + part + (sign > 0 ? "+" : "-"),
                                         .target = id_[name],
                                         .receptor = std::string(into),
                                         .rate = rate,
                                         .weight = sign * weight / p_.step,
                                         .at_most_one = true});
        drive(name, std::string(basal.name), current);
        drive(name, std::string(apical::apical.name), p_.I_d);
    }

    void drive(const std::string& name, const std::string& into, double current) {
        circuit.add(
            CurrentDrive{.name = name + "_" + into, .target = id_[name], .receptor = into, .amplitude = current});
    }

    void connect(const std::string& name, const std::string& from, const std::string& event, const std::string& to,
                 const std::string& into, double weight, Plastic plastic = {}) {
        circuit.add(EventProjection{.name = name,
                                    .source = id_[from],
                                    .target = id_[to],
                                    .receptor = into,
                                    .event = event,
                                    .weight = weight / p_.step,
                                    .delay = p_.step,
                                    .plastic = std::move(plastic)});
    }

    /// Excitation that learns, and inhibition that does not, by events; in pA of a ms.
    void forward(const std::string& from, const std::string& to, double excitation, double inhibition, double eta) {
        Plastic plastic;
        plastic.rule = event_rule(burst_events::BurstDependent<false>{});
        if (p_.running) {
            plastic.rule = event_rule(burst_events::BurstDependent<true>{});
            plastic.delay = Attribution::axonal;  // it sees the share of bursts of now
        }
        plastic.parameters = {{"eta", eta / p_.step}, {"w_max", p_.w_max / p_.step}};
        if (!p_.running) plastic.parameters["p_b"] = p_.p_b;
        connect(from + "_" + to, from, bursts::event, to, std::string(basal.name), excitation,
                eta > 0 ? plastic : Plastic{});
        connect(from + "_" + to + "_inhibition", from, bursts::event, to, std::string(basal.name), -inhibition);
    }

    void patterns() {
        std::vector<double> times;
        std::array<std::vector<double>, 3> values;
        for (int k = 0; k < p_.examples + p_.tests; ++k) {
            times.push_back(1000 * p_.example * k);
            const auto& row = table[static_cast<std::size_t>(k % 4)];
            for (std::size_t i = 0; i < 2; ++i) values[i].push_back(row[i] == 1 ? p_.one : p_.zero);
            values[2].push_back(k >= p_.examples ? 0 : row[2] == 1 ? 1 : -1);
        }
        for (std::size_t i = 0; i < 2; ++i)
            circuit.add(CurrentDrive{.name = "pattern" + std::to_string(i),
                                     .target = id_["in" + std::to_string(i + 1)],
                                     .receptor = std::string(basal.name),
                                     .amplitude = 1,
                                     .course = TimeCourse::steps(times, values[i])});
        Population& output = circuit.populations[id_["output"]];
        output.compartments.emplace_back("wanted");
        circuit.add(CurrentDrive{.name = "asked",
                                 .target = id_["output"],
                                 .receptor = "wanted",
                                 .amplitude = 1,
                                 .course = TimeCourse::steps(times, values[2])});
    }

    void teach() {
        Population& output = circuit.populations[id_["output"]];
        output.filters.push_back({rate_of_events, bursts::event, p_.tau_rate});
        output.signals.push_back(signal(Teaches{1000 / p_.step}));
        circuit.add(Projection{.source = id_["output"],
                               .signal = taught,
                               .target = id_["output"],
                               .compartment = apical::apical,
                               .delay = p_.step});
    }

    const Xor& p_;
    std::map<std::string, PopulationId> id_;
};

/// Late rates of events (Hz) and burst probabilities of an ensemble, pattern by pattern.
struct Ensemble {
    std::array<double, 4> rate{}, p{};
};

/// What ensembles do in the second half of every example.
class Watch {
   public:
    Watch(const Xor& p, Simulation<float>& simulation) : p_(p), simulation_(simulation) {}

    /// The next four examples.
    std::map<std::string, Ensemble> epoch() {
        std::map<std::string, Ensemble> seen;
        const auto half = static_cast<std::uint64_t>(std::llround(500 * p_.example / p_.step));
        for (std::size_t pattern = 0; pattern < 4; ++pattern) {
            simulation_.advance(half);
            const auto before = sums();
            simulation_.advance(half);
            for (const auto& [name, sum] : sums()) {
                const double events = sum[0] - before.at(name)[0], bursts = sum[1] - before.at(name)[1];
                seen[name].rate[pattern] = events / static_cast<double>(p_.cells) / (p_.example / 2);
                seen[name].p[pattern] = events > 0 ? bursts / events : p_.p_b;
            }
        }
        return seen;
    }

   private:
    std::map<std::string, std::array<double, 2>> sums() const {
        std::map<std::string, std::array<double, 2>> all;
        for (const char* name : {"in1", "hidden1", "hidden2", "output"})
            for (std::size_t k = 0; k < 2; ++k)
                for (const float one : simulation_.column(name, std::string(name) + (k == 0 ? "_events" : "_bursts")))
                    all[name][k] += static_cast<double>(one);
        return all;
    }
    const Xor& p_;
    Simulation<float>& simulation_;
};

void print(int epoch, const std::map<std::string, Ensemble>& seen) {
    for (const auto& [name, one] : seen) {
        std::printf("5.9 %4d %-8s", epoch, name.c_str());
        for (const double rate : one.rate) std::printf(" %5.2f", rate);
        std::printf("  p");
        for (const double p : one.p) std::printf(" %.3f", p);
        std::printf("\n");
    }
    std::fflush(stdout);
}

/// Rates of the output in the test after learning.
Ensemble learnt(const Xor& p) {
    const Network network(p);
    Setup setup;
    setup.mode = Mode::spiking;
    setup.lanes = 1;
    setup.clock.step = p.step;
    setup.seed = p.seed;
    Simulation<float> simulation(network.circuit, setup);
    Watch watch(p, simulation);
    Ensemble mean;
    for (int epoch = 0; epoch < (p.examples + p.tests) / 4; ++epoch) {
        const auto seen = watch.epoch();
        if (epoch % 10 == 0 || epoch >= p.examples / 4) print(epoch, seen);
        if (epoch < p.examples / 4) continue;
        for (std::size_t k = 0; k < 4; ++k) {
            mean.rate[k] += seen.at("output").rate[k] / (p.tests / 4);
            mean.p[k] += seen.at("output").p[k] / (p.tests / 4);
        }
    }
    return mean;
}

}  // namespace

TEST_CASE("BurstCCN 5.9: five ensembles learn the exclusive or in one phase", "[paper]") {
    const std::uint64_t seed = GENERATE(1, 2, 3);
    std::printf("seed %d\n", static_cast<int>(seed));
    const Ensemble seen = learnt({.seed = seed});
    print(-1, {{"test", seen}});
    // Asked: 8 Hz or more, 5 Hz or less. The reference has 4.55, 8.72, 9.20, 2.56 for (0, 0), (0, 1), (1, 0), (1, 1).
    CHECK((seen.rate[1] >= 8 && seen.rate[2] >= 8));
    CHECK((seen.rate[0] <= 5 && seen.rate[3] <= 5));
}

TEST_CASE("BurstCCN 5.9, negative control: with the share of bursts of late in place of p_b nothing is learnt",
          "[paper]") {
    const Ensemble seen = learnt({.examples = 40, .running = true});
    print(-1, {{"test", seen}});
    CHECK((seen.rate[1] < 4 && seen.rate[2] < 4));
}
