// What each rule and neuron that `list` names makes of a cell's columns, in plain numbers against its formula. A new
// one is a line here.
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "models/burst_ccn/cells.hpp"
#include "models/components.hpp"
#include "models/graded.hpp"
#include "models/neurons/activation.hpp"
#include "models/neurons/leaky.hpp"
#include "models/neurons/low_pass.hpp"
#include "models/neurons/pyramidal.hpp"
#include "models/pal/cells.hpp"
#include "models/plasticity/burst_dependent.hpp"
#include "models/plasticity/delta.hpp"
#include "models/plasticity/hebbian.hpp"
#include "models/plasticity/heterosynaptic.hpp"
#include "models/plasticity/microcircuit.hpp"
#include "models/plasticity/spike_prediction.hpp"
#include "models/self_assembly/gates.hpp"
#include "models/self_assembly/spiking_cells.hpp"
#include "models/self_assembly/spontaneous_cells.hpp"
#include "models/sign_concordant/cells.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;

/// A cell with the columns that it is given, and no other.
struct Columns {
    std::map<std::string, double> now{}, before{};
    template <Name text, Instant when>
    double operator[](Tag<text, when> tag) const {
        return (when == Instant::now ? now : before).at(std::string(tag.name));
    }
};

struct Line {
    std::string name;
    double value, expected;
};

/// Of an outer product.
template <class R, class Side>
double side(const R& rule, const Side& of, const Columns& cell) {
    if constexpr (requires { of.function; }) return of.function(rule, cell);
    else return cell[of];
}

/// Sum of gain post pre: dW without decay.
template <class R>
Line line(const R& rule, const Columns& post, const Columns& pre, double expected) {
    const double change = [&] {
        if constexpr (requires { R::terms; }) {
            std::size_t k = 0;
            double sum = 0;
            const auto add = [&](const auto& term) {
                sum += rule.gains()[k++] * side(rule, term.post, post) * side(rule, term.pre, pre);
            };
            std::apply([&](const auto&... term) { (add(term), ...); }, R::terms);
            return sum;
        } else if constexpr (requires { R::post_is; }) {
            return rule.gain() * post[R::post_is] * pre[R::pre_is];
        } else {
            return rule.gain() * rule.post(post) * pre[R::pre_is];
        }
    }();
    return {std::string(R::info.name), change, expected};
}

/// The fixed point, of the first state; the slope of one that adds up.
template <class N>
Line line(const N& neuron, const Columns& cell, double expected) {
    const double value = [&] {
        if constexpr (requires { N::accumulates; }) return neuron.rates()[0] * cell[N::accumulates];
        else return std::get<0>(std::tuple{target_of(neuron, cell)});
    }();
    return {std::string(N::info.name), value, expected};
}

template <class Part>
void check(const std::vector<Line>& lines, const std::vector<std::shared_ptr<const Part>>& listed) {
    std::set<std::string> with_numbers, names;
    for (const auto& [name, value, expected] : lines) {
        CAPTURE(name);
        CHECK(value == Approx(expected).epsilon(1e-12));
        with_numbers.insert(name);
    }
    for (const auto& part : listed) names.insert(std::string(part->info().name));
    CHECK(with_numbers == names);
}

constexpr double eta = 0.5, gamma = 0.1;

TEST_CASE("every rule makes of a pair of cells what its formula says") {
    const Columns pre{
        {{"rate", 3}, {"error", -0.25}, {"burst_excess", 0.75}, {"high_passed", -4}, {"membrane", 1.5}, {"psp", 3}},
        {{"rate", 5}}};
    check<Rule>(
        {
            line(ApicalSteered{eta, gamma}, {{{"apical", 2}}}, pre, 3),
            line(ApicalSteeredMasked<Relu>{eta, gamma, {}}, {{{"soma", 1}, {"apical", 2}}}, pre, 3),
            line(ApicalSteeredMasked<Relu>{eta, gamma, {}}, {{{"soma", -1}, {"apical", 2}}}, pre, 0),
            line(LateralSteered{eta, gamma}, {{{"lateral", 2}}}, pre, 3),
            line(self_assembly::spiking::LateralAtErrors{eta, gamma}, {{{"lateral", 2}}}, pre, -0.25),
            line(self_assembly::spiking::ApicalSteeredWhileActive{eta, gamma, 0.1}, {{{"rate", 0.2}, {"apical", 2}}},
                 pre, 3),
            line(self_assembly::spiking::ApicalSteeredWhileActive{eta, gamma, 0.1}, {{{"rate", 0.1}, {"apical", 2}}},
                 pre, 0),
            line(self_assembly::spiking::EagerDelta{eta}, {{{"error", 2}, {"eager", 0.5}}}, pre, 1.5),
            line(self_assembly::spiking::MirroredEagerDelta{eta}, {{{"rate", 2}, {"eager", 0.5}}}, pre, -0.125),
            line(BasalSteered{eta, gamma}, {{{"basal", 2}}}, pre, 3),
            line(ReturnSteered{eta, gamma}, {{{"gated", 2}}}, pre, 3),
            line(Hebbian{eta, gamma}, {{{"rate", 2}}}, pre, 3),
            line(Delta{eta, gamma}, {{{"error", 2}}}, pre, 3),
            line(MirroredDelta{eta, gamma}, {{{"rate", 2}}}, pre, -0.25),
            line(DendriticPrediction<Linear>{eta, 0.5, {}}, {{{"rate", 2}}, {{"basal", 3}}}, pre, 1.25),
            line(ApicalSilencing<>{eta}, {{}, {{"apical", 2}}}, pre, -5),
            line(NoiseCorrelation<>{eta, gamma}, {{{"noise", 2}}}, pre, -4),
            line(BurstDependent<>{eta, gamma}, {{{"burst_excess", 2}}}, pre, 3),
            line(BurstDependentEvents<>{eta, 0.4}, {{{"event", 4}, {"burst", 2}}}, pre, 0.6),
            line(BurstDependentRunning<>{eta}, {{{"event", 4}, {"burst", 2}, {"burst_share", 0.25}}}, pre, 1.5),
            line(MirroredBurst{eta, gamma}, {{{"rate", 2}}}, pre, 0.75),
            // At theta phi is phi_max / (1 + k) = 0.1 / ms and h = beta k / (1 + k) = 1 / 9.
            line(SpikePrediction{.eta = eta, .step = 0.1}, {{{"spike", 0}, {"basal", 15.75}}}, pre, -1.5 * 0.1 / 9),
            line(SpikePrediction{.eta = eta, .step = 0.1}, {{{"spike", 1}, {"basal", 15.75}}}, pre, 1.5 * 9.9 / 9),
            line(sign_concordant::ErrorTriggered{eta}, {{{"error", 2}}}, pre, 1.5),
        },
        every_rule());
}

TEST_CASE("every neuron goes where its equation says") {
    using Soma = std::remove_cvref_t<decltype(soma)>;
    using Basal = std::remove_cvref_t<decltype(basal)>;
    using Apical = std::remove_cvref_t<decltype(apical::apical)>;
    using Returned = std::remove_cvref_t<decltype(returned)>;
    const Columns cell{
        {{"basal", 2}, {"apical", -1}, {"current", 100}, {"soma", 0.3}, {"rate", 0.25}, {"nudge", 4}, {"returned", 2}},
        {{"noise", 0.5}}};
    // (30 x -1 + 300 x 2 + 100 - 240) / (30 + 300 + 240)
    check<Neuron>(
        {line(Leaky{10}, cell, 2), line(Pyramidal<Soma, Basal, Apical>{{300, 30, 300, 240, -1}}, cell, 43. / 57),
         line(LowPass<Basal, Soma>{3, 1.5}, cell, 3),
         // 0.1 / 0.2 x 2 + 0.06 / 0.2 x (-1 + 0.5), and 0.1 / 0.2 x 2 + 0.06 / 0.2 x 4
         line(pal::Hidden<false>{{0.2, 0.01}, 0.1, 0.06}, cell, 0.85),
         line(pal::Interneuron<false>{{0.2, 0.01}, 0.1, 0.06}, cell, 2.2),
         // 2 / 0.5 x (1 - 0.25) x -1
         line(burst_ccn::Dendrite<Logistic>{20, 0.5, {}}, cell, -3),
         line(self_assembly::Relaxing<Returned>{4, {}}, cell, 0.5), line(burst_ccn::Awakening{10}, cell, 1)},
        every_neuron());
}

TEST_CASE("graded rules that a file has by name are those that are listed, with their numbers") {
    std::set<std::string> listed;
    for (const auto& rule : every_rule()) listed.insert(std::string(rule->info().name));
    for (const GradedRule& named : graded_rules()) {
        CAPTURE(named.info.name);
        CHECK(listed.contains(std::string(named.info.name)));
        const auto made = named.make(parse_toml("eta = 0.5\n", "numbers"), 1);
        CHECK(made->info().name == named.info.name);
        const bool decays = find_named(named.parameters, "gamma") != nullptr;
        CHECK(made->plasticity().decay_rate == 0);
        if (decays)
            CHECK(named.make(parse_toml("eta = 0.5\ngamma = 0.1\n", "numbers"), 1)->plasticity().decay_rate == 0.05);
        CHECK_THROWS_AS(named.make(parse_toml("eta = -1\n", "numbers"), 1), InputError);
        CHECK_THROWS_AS(named.make(parse_toml("", "numbers"), 1), InputError);
    }
}

}  // namespace
