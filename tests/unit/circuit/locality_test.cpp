// Locality, in one test for all: what a function computes for a cell in a lane is compared bit for bit with what it
// computes when every other cell, lane, population and undeclared column has turned into 1e30 or NaN.
// A new rule or neuron is one line in models/components.cpp, a signal one in the list below.
#include <cstring>
#include <set>

#include "models/baselines/local_error.hpp"
#include "models/burst_ccn/cells.hpp"
#include "models/components.hpp"
#include "models/neurons/activation.hpp"
#include "models/neurons/leaky.hpp"
#include "models/neurons/prospective.hpp"
#include "models/pal/cells.hpp"
#include "models/plasticity/heterosynaptic.hpp"
#include "models/registry.hpp"
#include "models/self_assembly/gates.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/circuit/columns.hpp"

namespace {

using namespace apical;
using self_assembly::Partner, self_assembly::Returned, self_assembly::Threshold;

struct Entry {
    std::string name;
    std::shared_ptr<const Signal> signal;
};

std::vector<Entry> every_signal() {
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
        {"sent potential", signal(self_assembly::Sent<Relu>{{}})},
        {"sent potential of silent cells", signal(self_assembly::Sent<Tanh>{{}, true})},
        {"returned to senders", signal(self_assembly::ReturnedToSenders<Relu>{{}})},
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

// 5 x 7 cells and 4 x 7 cells: neither is a whole number of packs.
constexpr PopulationId post{0}, pre{1};
constexpr std::size_t lanes = 7;

template <class S>
PlainColumns<S> columns_for(const std::vector<Read>& reads, const std::vector<std::string>& writes) {
    std::set<std::string> names{"basal", "apical", "soma", "rate", "lateral", "returned", "gated", "error"};
    for (const Read& read : reads) names.insert(read.column);
    names.insert(writes.begin(), writes.end());
    return {{5, 4}, lanes, {names.begin(), names.end()}};
}

/// How many cells of the population see more than their own declared columns. `op` may be null (a renamed column).
template <class S>
int cells_that_peek(PlainColumns<S>& columns, PopulationId p, Op<S>* op, const std::vector<Ref<S>>& results,
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
    for (const auto& rule : every_rule()) {
        INFO(rule->info().name);
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

TEMPLATE_TEST_CASE("a rule of events sees the weight of one synapse, and of its cells what it declares", "", float,
                   double) {
    using S = TestType;
    constexpr std::size_t synapses = 37, room = 64, most = 8;
    struct Arrays {
        alignas(64) S weight[room];
        alignas(64) S seen[most][room];
    };
    const std::map<std::string, double> presets;
    for (const auto& rule : every_event_rule()) {
        INFO(rule->info().name);
        std::unique_ptr<const BoundEventRule<S>> bound;
        rule->bind({"EE", presets}, bound);
        const Interval bounds = rule->bounds({"EE", presets});
        const double range = std::isfinite(bounds.upper) ? bounds.upper - bounds.lower : 1;
        for (const bool at_post : {true, false}) {
            const std::size_t declared = (at_post ? rule->at_post_sees() : rule->at_pre_sees()).size();
            REQUIRE(declared <= most);
            const auto run = [&](const auto& value) {
                Arrays a{};
                std::array<const S*, most> seen{};
                for (std::size_t k = 0; k < room; ++k) a.weight[k] = static_cast<S>(bounds.lower + range * value(0, k));
                for (std::size_t c = 0; c < declared; ++c) {  // what is not declared is not there
                    for (std::size_t k = 0; k < room; ++k) a.seen[c][k] = static_cast<S>(value(c + 1, k));
                    seen[c] = a.seen[c];
                }
                if (at_post) bound->at_post(synapses, a.weight, seen.data());
                else bound->at_pre(synapses, a.weight, seen.data());
                return std::vector<S>(a.weight, a.weight + synapses);
            };
            const auto value = [](std::size_t c, std::size_t k) {
                return Random(1).uniform(static_cast<std::uint32_t>(c), static_cast<std::uint32_t>(k));
            };
            const std::vector<S> expected = run(value);
            for (std::size_t synapse = 0; synapse < synapses; ++synapse) {
                const std::vector<S> found = run([&](std::size_t c, std::size_t k) {
                    return k == synapse ? value(c, k) : (k % 2 == 0 ? 1e30 : std::nan(""));
                });
                CHECK(expected[synapse] == found[synapse]);
            }
        }
    }
}

TEST_CASE("every rule and neuron says what it is, where it comes from and what it computes") {
    const auto check = [](const auto& parts) {
        for (const auto& part : parts) {
            const Info info = part->info();
            CAPTURE(info.name);
            CHECK(!info.name.empty());
            CHECK(info.text.ends_with('.'));
            CHECK(info.equation.find('=') != std::string_view::npos);
            CHECK(info.reference.find_first_of("12") != std::string_view::npos);  // a year
        }
    };
    check(every_rule());
    check(every_event_rule());
    check(every_neuron());
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
    for (const auto& neuron : every_neuron()) {
        INFO(neuron->info().name);
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
