// Every pathway against the formula of an update as it is written, synapse by synapse in double.
#include "sim/synapses/update.hpp"

#include "sim/synapses/dense_by_columns.hpp"
#include "sim/synapses/dense_static_source.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/circuit/naive.hpp"

namespace {

using namespace apical;

struct Sides {
    MatrixD post, pre;
    double gain;
};

/// W, and E if there are traces. `present` is 1 where there is a synapse.
struct Formula {
    MatrixD W, E, present;

    void apply(const std::vector<Sides>& terms, const Update& u) {
        MatrixD P = MatrixD::Zero(W.rows(), W.cols());
        for (const Sides& term : terms)
            P += term.gain * product(term.post, term.pre.transpose()).value.cwiseProduct(present);
        if (u.has_trace) {
            E = u.trace_decay * E + P;
            W = u.decay * W + u.trace_gain * u.lanes * E;
        } else {
            W = u.decay * W + P;
        }
    }
};

struct Slow {
    static constexpr auto post_is = rate;
    static constexpr auto pre_is = rate;
    double gain() const { return 1; }
    double low_pass() const { return 20; }
};

template <class S>
MatrixD eligibility(const WeightState<S>& weights) {
    std::vector<double> numbers(weights.eligibility().data(), weights.eligibility().data() + weights.synapses());
    return weights.as_matrix(numbers);
}

/// Five updates of so many terms, all rows transmitted before each of them. `still`: the source is one and the same,
/// but in the first update, if `late`, the one before. What is left beside or waits is flushed in the end.
template <class S, class Make>
void check(const Make& make, const Connectivity& pairs, std::size_t lanes, std::size_t count, bool trace,
           bool still = false, bool late = false) {
    const std::size_t rows = 45, columns = 20;
    const double tolerance = std::is_same_v<S, float> ? 2e-5 : 1e-13;
    CAPTURE(lanes, count, trace, late);
    WeightState<S> weights = weights_of<S>(random_matrix<S>(rows, columns, "W"), pairs,
                                           {.name = "W", .rule = trace ? rule(Slow{}) : nullptr});
    const std::unique_ptr<Pathway<S>> pathway = make(weights, lanes);
    Formula formula{weights.matrix(), MatrixD::Zero(rows, columns),
                    weights.as_matrix(std::vector<double>(weights.synapses(), 1.0))};
    const Matrix<S> source = random_matrix<S>(columns, lanes, "source"),
                    before = random_matrix<S>(columns, lanes, "before");
    pathway->begin(source.data(), before.data());
    for (std::size_t part = pathway->reading().parts; part-- > 0;) pathway->read(part);
    const double decays[] = {1, 0.9, 0.7, 0.3, 0.999};
    for (std::size_t k = 0; k < std::size(decays); ++k) {
        const std::string n = std::to_string(k);
        const Matrix<S> x = still ? source : random_matrix<S>(columns, lanes, ("x" + n).c_str());
        Matrix<S> y = zeros<S>(rows, lanes);
        pathway->transmit({0, rows}, x.data(), y.data(), {.scale = S(0.5)});
        pathway->transmitted();
        const MatrixD expected = 0.5 * formula.W * x.template cast<double>();
        CHECK((y.template cast<double>() - expected).norm() <= tolerance * (1 + expected.norm()));

        Update update{decays[k]};
        if (trace) update = {decays[k], true, 0.8, 0.25 / double(lanes), double(lanes)};
        std::vector<Matrix<S>> posts, pres;
        std::vector<OuterProduct<S>> terms;
        std::vector<Sides> sides;
        for (std::size_t t = 0; t < count; ++t) {
            const std::string of = n + "/" + std::to_string(t);
            posts.push_back(random_matrix<S>(rows, lanes, ("post" + of).c_str()));
            pres.push_back(!still           ? random_matrix<S>(columns, lanes, ("pre" + of).c_str())
                           : late && k == 0 ? before
                                            : source);
            sides.push_back({posts.back().template cast<double>(), pres.back().template cast<double>(),
                             (1 - 0.75 * double(t)) / double(lanes)});
        }
        for (std::size_t t = 0; t < count; ++t) terms.push_back({posts[t].data(), pres[t].data(), sides[t].gain});
        learn<S>(*pathway, terms, update);
        formula.apply(sides, update);
    }
    for (std::size_t part = pathway->flushing().parts; part-- > 0;) pathway->flush(part);
    CHECK((weights.matrix() - formula.W).norm() <= tolerance * formula.W.norm());
    if (trace) CHECK((eligibility(weights) - formula.E).norm() <= tolerance * formula.E.norm());
}

}  // namespace

TEMPLATE_TEST_CASE("direct pathways make of an update what the formula says, with any number of terms", "", float,
                   double) {
    using S = TestType;
    for (const bool beside : {false, true}) {
        const auto make = [=](WeightState<S>& weights, std::size_t lanes) {
            return direct_pathway(Access<S>(weights), lanes, beside);
        };
        for (const Connectivity& pairs :
             {Connectivity{}, fan_in_of_one(45, 20), mirrored(fan_in_of_one(20, 45)), random_mask(45, 20)})
            for (const std::size_t lanes : {1, 5, 16})
                for (const std::size_t terms : {1, 3})
                    for (const bool trace : {false, true}) check<S>(make, pairs, lanes, terms, trace);
    }
}

TEMPLATE_TEST_CASE("a static source makes of an update what the formula says, a step late too", "", float, double) {
    using S = TestType;
    for (const bool late : {false, true}) {
        const auto make = [=](WeightState<S>& weights, std::size_t lanes) -> std::unique_ptr<Pathway<S>> {
            return std::make_unique<DenseStaticSource<S>>(Access<S>(weights), lanes, late);
        };
        for (const std::size_t lanes : {1, 5, 16})
            for (const std::size_t terms : {1, 3})
                for (const bool trace : {false, true}) check<S>(make, {}, lanes, terms, trace, /*still*/ true, late);
    }
}

TEMPLATE_TEST_CASE("a deferred update makes what the formula says, as soon as somebody looks", "", float, double) {
    using S = TestType;
    const auto deferred = [](WeightState<S>& weights, std::size_t) -> std::unique_ptr<Pathway<S>> {
        return std::make_unique<DenseDeferred<S>>(Access<S>(weights));
    };
    const auto by_columns = [](WeightState<S>& weights, std::size_t) -> std::unique_ptr<Pathway<S>> {
        return std::make_unique<DenseByColumns<S>>(Access<S>(weights));
    };
    check<S>(deferred, {}, 1, 1, false);
    check<S>(deferred, {}, 1, 1, true);
    check<S>(by_columns, {}, 1, 1, false);
}

TEST_CASE("the numbers of an update: explicit and exact decay, and a trace in continuous time alone") {
    const Plasticity plasticity{.decay_rate = 0.5, .low_pass = 20};
    const PlasticStep settled{.factor = 0.1}, euler{.factor = 0.1, .duration = 2},
        exact{.factor = 0.1, .duration = 2, .is_exact = true};
    CHECK(update_of(plasticity, 3, settled, 4).decay == 1 - 0.5 * 0.1);
    CHECK(!update_of(plasticity, 3, settled, 4).has_trace);
    CHECK(gain_of(3, 1, plasticity, settled, 4) == 3 * 0.1 / 4);
    CHECK(gain_of(3, 2, plasticity, settled, 4) == 3 * 0.1 / 4);

    const Update update = update_of(plasticity, 3, exact, 4);
    const double gain = 3 * 0.1 / 4 * (1 - std::exp(-0.05)) / 0.05;
    CHECK(std::abs(update.decay - std::exp(-0.05)) < 1e-15);
    CHECK(update.has_trace);
    CHECK(std::abs(update.trace_decay - std::exp(-0.1)) < 1e-15);
    CHECK(std::abs(update.gain_of_trace() - 4 * gain) < 1e-15);
    // The trace of one term is per unit of its gain, that of several holds them.
    CHECK(std::abs(gain_of(3, 1, plasticity, exact, 4) - (1 - std::exp(-0.1)) / 4) < 1e-15);
    CHECK(std::abs(gain_of(3, 2, plasticity, exact, 4) - 3 * (1 - std::exp(-0.1)) / 4) < 1e-15);

    CHECK(update_of(plasticity, 3, euler, 4).decay == 1 - 0.5 * 0.1);
    CHECK(update_of(plasticity, 3, euler, 4).trace_decay == 1 - 0.1);
    CHECK(gain_of(3, 1, {.decay_rate = 0.5}, exact, 4) == Approx(gain).epsilon(1e-14));
    CHECK(update_of({}, 3, exact, 1).decay == 1);
    CHECK(gain_of(3, 1, {}, exact, 1) == 3 * 0.1);
}

TEMPLATE_TEST_CASE("bounds and scaling have the same bits in parts, in any order, as at once", "", float, double) {
    using S = TestType;
    for (const auto& [rows, columns] : {std::pair<std::size_t, std::size_t>{333, 131}, {131, 333}, {20000, 7}, {3, 7}})
        for (const Connectivity& pairs : {Connectivity{}, fan_in_of_one(rows, columns), random_mask(rows, columns)})
            for (const Scaling scaling : {Scaling::none, Scaling::incoming, Scaling::outgoing})
                for (const double lower : {-0.5, -std::numeric_limits<double>::infinity()}) {
                    CAPTURE(rows, columns, pairs.is_dense(), int(scaling), lower);
                    const Matrix<S> W = random_matrix<S>(rows, columns, "W");
                    auto whole = weights_of<S>(W, pairs, {.name = "W", .lower = lower, .scaling = scaling});
                    auto parts = whole;
                    Limiter<S> limiter(whole);
                    limiter.apply(whole);
                    const bool in_one_go = whole.storage() == SynapseStorage::rows && scaling == Scaling::outgoing;
                    if (rows > 100 && whole.synapses() > 10000 && whole.has_limits() && !in_one_go)
                        CHECK(limiter.tiles().count > 1);
                    for (std::size_t tile = limiter.tiles().count; tile-- > 0;) limiter.apply(parts, tile);
                    CHECK(parts.values() == whole.values());
                }
}
