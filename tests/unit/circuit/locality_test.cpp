// Locality, in one test for all: what a function computes for a cell in a lane is compared bit for bit with what it
// computes when every other cell, lane, population and undeclared column has turned into 1e30 or NaN.
// A new rule, signal or neuron is one line in the lists below.
#include <cstring>
#include <set>

#include "models/baselines/local_error.hpp"
#include "models/burst_ccn/cells.hpp"
#include "models/neurons/leaky.hpp"
#include "models/neurons/low_pass.hpp"
#include "models/neurons/prospective.hpp"
#include "models/neurons/pyramidal.hpp"
#include "models/pal/cells.hpp"
#include "models/plasticity/burst_dependent.hpp"
#include "models/plasticity/delta.hpp"
#include "models/plasticity/hebbian.hpp"
#include "models/plasticity/heterosynaptic.hpp"
#include "models/plasticity/microcircuit.hpp"
#include "models/self_assembly/gates.hpp"
#include "sim/circuit/model.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/circuit/columns.hpp"

namespace {

using namespace apical;
using self_assembly::Partner, self_assembly::Returned, self_assembly::Threshold;

template <class Interface>
struct Entry {
    std::string name;
    std::shared_ptr<const Interface> what;
};

std::vector<Entry<Rule>> every_rule() {
    const double eta = 1e-2, gamma = 0.1;
    return {
        {"apical_steered", rule(ApicalSteered{eta, gamma})},
        {"apical_steered_masked", rule(ApicalSteeredMasked<Relu>{eta, gamma, {}})},
        {"apical_steered_masked", rule(ApicalSteeredMasked<LeakyRelu>{eta, gamma, {0.1}})},
        {"apical_steered_masked", rule(ApicalSteeredMasked<Tanh>{eta, gamma, {}})},
        {"apical_steered_masked", rule(ApicalSteeredMasked<Linear>{eta, gamma, {}})},
        {"lateral_steered", rule(LateralSteered{eta, gamma})},
        {"basal_steered", rule(BasalSteered{eta, gamma})},
        {"return_steered", rule(ReturnSteered{eta, gamma})},
        {"hebbian", rule(Hebbian{eta, gamma})},
        {"delta", rule(Delta{eta, gamma})},
        {"mirrored_delta", rule(MirroredDelta{eta, gamma})},
        {"dendritic_prediction", rule(DendriticPrediction<Logistic>{eta, 0.5, {}})},
        {"apical_silencing", rule(ApicalSilencing<>{eta})},
        {"apical_silencing", rule(ApicalSilencing<Tag<"apical">, Tag<"burst">>{eta})},
        {"burst_dependent", rule(BurstDependent<>{eta, gamma})},
        {"burst_dependent", rule(BurstDependent<Tag<"slow_rate">>{eta, gamma})},
        {"mirrored_burst", rule(MirroredBurst{eta, gamma})},
        {"noise_correlation", rule(NoiseCorrelation<>{eta, gamma})},
    };
}

std::vector<Entry<Signal>> every_signal() {
    return {
        {"relu", signal(RateOf<Relu>{{}})},
        {"prospective", signal(Prospective<Leaky<std::remove_cvref_t<decltype(membrane)>>>{{10}, 10})},
        {"leaky_relu", signal(RateOf<LeakyRelu>{{0.1}})},
        {"tanh", signal(RateOf<Tanh>{{}})},
        {"logistic", signal(RateOf<Logistic>{{}})},
        {"prediction of the soma", signal(pal::Prediction{0.7})},
        {"high-passed rate", signal(pal::HighPassed{})},
        {"target potential", signal(pal::TargetPotential{0.1, 1})},
        {"linear", signal(RateOf<Linear>{{}})},
        {"partner", signal(Partner{})},
        {"threshold", signal(Threshold{})},
        {"returned", signal(Returned<Relu>{{}})},
        {"returned, tanh", signal(Returned<Tanh>{{}})},
        {"bursts", signal(burst_ccn::Bursts{0.3})},
        {"taught bursts", signal(burst_ccn::TaughtBursts{0.3, 0.5})},
        {"bursts of a softmax", signal(burst_ccn::SoftmaxBursts{0.3, 0.5})},
        {"updated trace", signal(burst_ccn::UpdatedTrace{0.1})},
        {"rate of who was silent", signal(burst_ccn::AwakeRate{})},
        {"rate of a softmax", signal(burst_ccn::SoftmaxRate{})},
        {"local error", signal(LocalError<Relu>{{}})},
        {"local error, tanh", signal(LocalError<Tanh>{{}})},
    };
}

std::vector<Entry<Neuron>> every_neuron() {
    using Soma = std::remove_cvref_t<decltype(soma)>;
    using Basal = std::remove_cvref_t<decltype(basal)>;
    using Apical = std::remove_cvref_t<decltype(apical::apical)>;
    return {{"leaky", neuron(Leaky{10})},
            {"pyramidal", neuron(Pyramidal<Soma, Basal, Apical>{{300, 30, 300, 240, -1}, 1.9})},
            {"low_pass", low_pass(basal, soma, 3, 2)},
            {"dendrite of burst_ccn", neuron(burst_ccn::Dendrite<Logistic>{20, 0.3, {}})},
            {"awakening of burst_ccn", neuron(burst_ccn::Awakening{10})},
            {"dendrite of burst_ccn, relu", neuron(burst_ccn::Dendrite<Relu>{20, 0.3, {}})},
            {"hidden of pal", neuron(pal::Hidden<true>{{0.19, 0.01}, 0.1, 0.06})},
            {"output of pal", neuron(pal::Output<true>{{0.19, 0.01}, 0.3})},
            {"interneuron of pal", neuron(pal::Interneuron<true>{{0.19, 0.01}, 0.1, 0.06})},
            {"interneuron of pal, not prospective", neuron(pal::Interneuron<false>{{0.19, 0.01}, 0.1, 0.06})}};
}

// 5 x 7 cells and 4 x 7 cells: neither is a whole number of packs.
constexpr PopulationId post = 0, pre = 1;
constexpr std::size_t lanes = 7;

template <class S>
Columns<S> columns_for(const std::vector<Read>& reads, const std::vector<std::string>& writes) {
    std::set<std::string> names{"basal", "apical", "soma", "rate", "lateral", "returned", "gated", "error"};
    for (const Read& read : reads) names.insert(read.column);
    names.insert(writes.begin(), writes.end());
    return {{5, 4}, lanes, {names.begin(), names.end()}};
}

/// How many cells of the population see more than their own declared columns. `op` may be null (a renamed column).
template <class S>
int cells_that_peek(Columns<S>& columns, PopulationId p, Op<S>* op, const std::vector<Ref<S>>& results,
                    const std::vector<Read>& reads) {
    int count = 0;
    for (std::size_t cell = 0; cell < columns.cells(p); ++cell) {
        std::vector<S> expected, found;
        const auto run = [&](std::vector<S>& values) {
            for (std::size_t part = 0; op != nullptr && part < op->parts(); ++part) op->run(part);
            for (const Ref<S>& result : results) values.push_back(result.data()[cell]);
        };
        columns.fill();
        run(expected);
        columns.fill();
        columns.spoil_all_but(p, cell, reads);
        run(found);
        count += std::memcmp(expected.data(), found.data(), expected.size() * sizeof(S)) != 0;
    }
    return count;
}

template <class S>
struct Neighbour final : Op<S> {
    Ref<S> from, to;
    std::size_t cells;
    double work() const override { return 1; }
    void run(std::size_t) override {
        for (std::size_t k = 0; k < cells; ++k) to.data()[k] = from.data()[(k + 1) % cells];
    }
};

}  // namespace

TEMPLATE_TEST_CASE("a rule sees one cell of one lane on each side, and there only what it declares", "", float,
                   double) {
    using S = TestType;
    for (const auto& [name, rule] : every_rule()) {
        INFO(name);
        for (std::size_t k = 0; k < rule->terms(); ++k) {
            std::vector<Read> reads = rule->post_reads(k);
            for (const Read& read : rule->pre_reads(k)) reads.push_back(read);
            auto columns = columns_for<S>(reads, {});
            const BoundTerm<S> term = rule->bind(k, columns, post, pre, columns);
            const auto peek = [&](PopulationId p, const BoundSide<S>& side, const std::vector<Read>& seen) {
                return cells_that_peek<S>(columns, p, side.prepare.get(), {side.value}, seen);
            };
            CHECK(peek(post, term.post, rule->post_reads(k)) == 0);
            CHECK(peek(pre, term.pre, rule->pre_reads(k)) == 0);
        }
    }
}

TEST_CASE("every rule that the program lists is in the locality test, and none twice under other names") {
    std::set<std::string> listed, tested;
    for (const Component& component : rules()) listed.insert(component.name);
    for (const auto& entry : every_rule()) tested.insert(entry.name);
    CHECK(tested == listed);
}

TEMPLATE_TEST_CASE("a signal sees one cell of one lane, and there only what it declares", "", float, double) {
    using S = TestType;
    for (const auto& [name, signal] : every_signal()) {
        INFO(name);
        auto columns = columns_for<S>(signal->reads(), signal->writes());
        const auto op = signal->bind(columns, post);
        std::vector<Ref<S>> results;
        for (const std::string& column : signal->writes()) results.push_back(columns.ref(post, column, Instant::now));
        CHECK(cells_that_peek<S>(columns, post, op.get(), results, signal->reads()) == 0);
    }
}

TEMPLATE_TEST_CASE("a neuron's slope sees one cell of one lane, its states and what it declares", "", float, double) {
    using S = TestType;
    for (const auto& [name, neuron] : every_neuron()) {
        INFO(name);
        auto columns = columns_for<S>(neuron->reads(), neuron->states());
        const auto op = neuron->bind_slope(columns, post);
        std::vector<Ref<S>> slopes;
        std::vector<Read> seen = neuron->reads();
        for (const std::string& state : neuron->states()) {
            slopes.push_back(columns.slope(post, state));
            seen.push_back({state, Instant::now});
        }
        CHECK(cells_that_peek<S>(columns, post, op.get(), slopes, seen) == 0);
    }
}

TEST_CASE("the locality test has teeth: one that looks at its neighbour is found out in every cell") {
    auto columns = columns_for<double>({}, {});
    Neighbour<double> cheat;
    cheat.from = columns.ref(post, "rate", Instant::now);
    cheat.to = columns.buffer(post);
    cheat.cells = columns.cells(post);
    CHECK(cells_that_peek<double>(columns, post, &cheat, {cheat.to}, {{"rate", Instant::now}}) == 35);
}

TEST_CASE("the locality test has teeth: a rule that reads more than it is said to declare is found out") {
    auto columns = columns_for<double>({}, {});
    const auto masked = rule(ApicalSteeredMasked<Relu>{1, 0, {}});
    const auto side = masked->bind(0, columns, post, pre, columns).post;
    CHECK(cells_that_peek<double>(columns, post, side.prepare.get(), {side.value}, {{"apical", Instant::now}}) > 0);
}
