// Plasticity by events against sums over all pairs, whatever the trains, delays and threads.
#include "models/plasticity/error_triggered.hpp"
#include "models/plasticity/inhibitory.hpp"
#include "models/plasticity/reward.hpp"
#include "models/plasticity/stdp.hpp"
#include "models/plasticity/triplet.hpp"
#include "models/plasticity/voltage_based.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_archive.hpp"
#include "tests/unit/dynamics/trains.hpp"

namespace {

using namespace apical;
using namespace apical::stdp;

/// Poisson trains of this rate in Hz, the cells of a population one after the other slower or faster.
std::vector<Times> random_trains(std::size_t cells, double rate, std::uint32_t end, std::uint32_t stream) {
    std::vector<Times> trains(cells);
    for (std::uint32_t cell = 0; cell < cells; ++cell)
        for (std::uint32_t now = 1; now <= end; ++now)
            if (Random(5).uniform(stream, cell, now) < rate * (0.25 + 0.5 * (cell % 4)) * step * 1e-3)
                trains[cell].push_back(now);
    return trains;
}

struct Case {
    std::shared_ptr<const EventRule> rule;
    std::map<std::string, double> parameters;
    ByPairs reference;
};

std::vector<Case> cases() {
    using V = std::vector<double>;
    std::vector<Case> all;
    all.push_back({event_rule(PowerLaw{}),
                   {{lambda, 0.05}, {alpha, 0.5}, {mu, 0.4}, {w_0, 0.7}, {tau_plus, 15}, {tau_minus, 30}},
                   {{{15, Pairing::all}},
                    {{30, Pairing::all}},
                    [](double w, const V& K, const V&) { return 0.05 * std::pow(0.7, 0.6) * std::pow(w, 0.4) * K[0]; },
                    [](double w, const V&, const V& K) { return -0.05 * 0.5 * w * K[0]; },
                    0}});
    for (const double exponent : {0.0, 0.3, 1.0})
        for (const Pairing pairing : {Pairing::all, Pairing::nearest}) {
            const auto rule =
                pairing == Pairing::all ? event_rule(Pair<Pairing::all>{}) : event_rule(Pair<Pairing::nearest>{});
            all.push_back({rule,
                           {{lambda, 0.03}, {alpha, 1.1}, {mu_plus, exponent}, {mu_minus, exponent / 2}, {w_max, 1.5}},
                           {{{20, pairing}},
                            {{20, pairing}},
                            [exponent](double w, const V& K, const V&) {
                                return 0.03 * 1.5 * std::pow(1 - w / 1.5, exponent) * K[0];
                            },
                            [exponent](double w, const V&, const V& K) {
                                return -0.03 * 1.1 * 1.5 * std::pow(w / 1.5, exponent / 2) * K[0];
                            },
                            0,
                            1.5}});
        }
    for (const Pairing pairing : {Pairing::all, Pairing::nearest})
        all.push_back({pairing == Pairing::all ? event_rule(triplet::Triplet<Pairing::all>{})
                                               : event_rule(triplet::Triplet<Pairing::nearest>{}),
                       {{triplet::A2_plus, 0.005},
                        {triplet::A3_plus, 0.02},
                        {triplet::A2_minus, 0.007},
                        {triplet::A3_minus, 0.004},
                        {triplet::tau_x, 101},
                        {triplet::tau_y, 125},
                        {w_max, 1.5}},
                       {{{16.8, pairing}, {101, pairing}},
                        {{33.7, pairing}, {125, pairing}},
                        [](double, const V& r, const V& o) { return 1.5 * r[0] * (0.005 + 0.02 * o[1]); },
                        [](double, const V& r, const V& o) { return -1.5 * o[0] * (0.007 + 0.004 * r[1]); },
                        0,
                        1.5}});
    all.push_back({event_rule(inhibitory::Vogels{}),
                   {{eta, 0.01}, {inhibitory::rate_0, 60}, {w_max, 1.2}},
                   {{{20, Pairing::all}},
                    {{20, Pairing::all}},
                    [](double, const V& r, const V&) { return 0.01 * r[0]; },
                    [](double, const V&, const V& o) { return 0.01 * (o[0] - 2 * 0.06 * 20); },
                    0,
                    1.2}});
    all.push_back({event_rule(error_triggered::ErrorTriggered{}),
                   {{eta, 0.01}, {w_max, 3}},
                   {{{20, Pairing::all}}, {}, [](double, const V& r, const V&) { return 0.01 * r[0]; }, {}, -3, 3}});
    return all;
}

EventProjection projection_of(const Case& one, Attribution attribution, Quantity delay) {
    return {.name = "EE",
            .weight = Quantity::uniform(0.2, 1),
            .delay = std::move(delay),
            .plastic = {one.rule, one.parameters, attribution}};
}

constexpr std::uint32_t second = 10000;

}  // namespace

TEMPLATE_TEST_CASE("random trains change weights as sums over all pairs do, coincidences included", "[long]", float,
                   double) {
    using S = TestType;
    const double tolerance = sizeof(S) == 4 ? 1e-5 : 1e-10;
    constexpr std::uint32_t end = second / 2;  // what is looked at are all pairs of all that has come before
    const auto pre = random_trains(40, 100, end, 1), post = random_trains(6, 100, end, 2);
    std::vector<double> delays;
    for (std::uint32_t k = 0; k < 240; ++k) delays.push_back(step * (1 + Random(9).below(30, k, k * 0x9e3779b9)));
    const auto steps = [&](std::size_t source, std::size_t target, std::uint32_t alike) {
        return alike > 0 ? alike : static_cast<std::uint32_t>(std::lround(delays[target * 40 + source] / step));
    };
    for (const Case& one : cases())
        for (const Attribution attribution : {Attribution::dendritic, Attribution::axonal})
            for (const std::uint32_t alike : {15U, 400U, 0U}) {  // 400: more events are on their way than are at hand
                CAPTURE(one.rule->info().name, attribution == Attribution::axonal, alike);
                Trains<S> trains(
                    projection_of(one, attribution, alike > 0 ? Quantity(step * alike) : Quantity::list(delays)), pre,
                    post);
                const Matrix<double> before = trains.weights();
                trains.run(end);
                const Matrix<double> after = trains.weights();
                double worst = 0, worst_sum = 0;
                for (std::size_t target = 0; target < 6; ++target) {
                    double sum = 0;
                    for (std::size_t source = 0; source < 40; ++source) {
                        const auto i = static_cast<Eigen::Index>(source), j = static_cast<Eigen::Index>(target);
                        const double expected =
                            one.reference.weight(before(i, j), pre[source], post[target], steps(source, target, alike),
                                                 attribution, end, step, &sum);
                        worst = std::max(worst, std::abs(after(i, j) - expected));
                    }
                    worst_sum = std::max(worst_sum, std::abs(trains.transmitted()[target] / sum - 1));
                }
                CHECK(worst < tolerance);
                CHECK(worst_sum < 10 * tolerance);
                CHECK((after - before).norm() > 0.1);
            }
}

TEST_CASE("the window of one pair is exponential on both sides and empty in the middle, wherever the delay lies") {
    // Pair k: the postsynaptic event follows by (k - 1000) steps where both meet.
    constexpr std::uint32_t pairs = 2001, delay = 15, at = 2000;
    const auto attribution = GENERATE(Attribution::dendritic, Attribution::axonal);
    const Case power = cases().front();
    EventProjection projection = projection_of(power, attribution, step * delay);
    projection.connectivity = Connectivity::one_to_one();
    projection.weight = 0.7;
    std::vector<Times> pre(pairs, Times{at}), post(pairs);
    const std::int32_t shift = attribution == Attribution::dendritic ? -15 : 15;
    for (std::uint32_t k = 0; k < pairs; ++k) post[k] = {at + shift + k - 1000};
    Trains<double> trains(projection, pre, post);
    trains.run(at + 1000 + 4 * delay);
    const Matrix<double> weights = trains.weights();
    for (std::uint32_t k = 0; k < pairs; ++k) {
        const double apart = step * (static_cast<double>(k) - 1000);
        const double expected = k > 1000   ? 0.05 * std::exp(-apart / 15)
                                : k < 1000 ? -0.05 * 0.5 * std::exp(apart / 30)
                                           : 0;
        REQUIRE(weights(k, k) / 0.7 - 1 == Approx(expected).margin(1e-14));
    }
}

TEMPLATE_TEST_CASE("weights have the same bits in any number of parts, and after they were saved and loaded", "", float,
                   double) {
    using S = TestType;
    const auto pre = random_trains(20, 60, second, 1), post = random_trains(200, 150, second, 2);
    for (const Attribution attribution : {Attribution::dendritic, Attribution::axonal}) {
        const EventProjection projection = projection_of(cases().front(), attribution, Quantity::uniform(0.5, 3));
        Trains<S> whole(projection, pre, post);
        whole.run(second / 3);
        MemoryArchive archive;
        whole.save(archive);
        whole.run(second);
        for (const std::size_t parts : {1, 2, 3}) {
            CAPTURE(parts);
            Trains<S> cut(projection, pre, post, parts), resumed(projection, pre, post, parts);
            cut.run(second);
            CHECK(cut.weights() == whole.weights());
            CHECK(cut.transmitted() == whole.transmitted());
            resumed.load(archive, second / 3);
            resumed.run(second);
            CHECK(resumed.weights() == whole.weights());
        }
        Trains<S> looked_at(projection, pre, post);
        for (std::uint32_t now = 7; now <= second; now += 1009) {
            looked_at.run(now);
            (void)looked_at.weights();
        }
        looked_at.run(second);
        CHECK(looked_at.weights() == whole.weights());
    }
}

TEST_CASE("rewards change what pairs of spikes have made eligible, with the same bits in any number of parts") {
    const auto pre = random_trains(10, 60, second, 1), post = random_trains(80, 100, second, 2);
    const std::map<std::uint32_t, double> rewards{{1500, 0.7}, {1501, 0.2}, {6000, -0.5}, {second, 1}};
    for (const Attribution attribution : {Attribution::dendritic, Attribution::axonal}) {
        const EventProjection projection{
            .name = "EE",
            .weight = Quantity::uniform(0.2, 1),
            .delay = 1.5,
            .plastic = {
                event_rule(reward::RewardModulated{}), {{eta, 0.05}, {reward::tau_e, 200}, {w_max, 1.2}}, attribution}};
        Trains<double> whole(projection, pre, post);
        const Matrix<double> before = whole.weights();
        whole.reward(rewards);
        whole.run(second / 2);
        MemoryArchive archive;
        whole.save(archive);
        whole.run(second);
        const Matrix<double> after = whole.weights();
        for (std::size_t source = 0; source < 10; ++source)
            for (std::size_t target = 0; target < 80; ++target) {
                const auto i = static_cast<Eigen::Index>(source), j = static_cast<Eigen::Index>(target);
                double w = before(i, j);
                for (const auto& [when, amplitude] : rewards) {
                    // Eligibility at that step, pair by pair: every change decays from when it was made.
                    double e = 0;
                    std::uint32_t last = 0;
                    const auto since = [&](std::uint32_t now) {
                        const double left = std::exp(-step * (now - last) / 200);
                        last = now;
                        return left;
                    };
                    const ByPairs made{{{20, Pairing::all}},
                                       {{20, Pairing::all}},
                                       [&](double, const auto& K, const auto&) { return 0.05 * K[0]; },
                                       [&](double, const auto&, const auto& K) { return -0.05 * 1.05 * K[0]; }};
                    e = made.weight(0, pre[source], post[target], 15, attribution, when, step, nullptr,
                                    [&](double x, std::uint32_t now) { return x * since(now); });
                    w = std::clamp(w + amplitude * e * since(when), 0.0, 1.2);
                }
                REQUIRE(after(i, j) == Approx(w).epsilon(1e-10));
            }
        CHECK((after - before).norm() > 0.1);
        for (const std::size_t parts : {1, 2}) {
            Trains<double> cut(projection, pre, post, parts), resumed(projection, pre, post, parts);
            for (Trains<double>* one : {&cut, &resumed}) one->reward(rewards);
            cut.run(second);
            CHECK(cut.weights() == after);
            resumed.load(archive, second / 2);
            resumed.run(second);
            CHECK(resumed.weights() == after);
        }
    }
}

TEST_CASE("a rule sees columns of a postsynaptic cell at its events, and at arrivals as they are then") {
    const auto pre = random_trains(10, 60, second, 1), post = random_trains(9, 100, second, 2);
    EventProjection projection{
        .name = "EE",
        .weight = 1,
        .delay = 1.5,
        .plastic = {
            event_rule(voltage_based::VoltageBased{}),
            {{voltage_based::A_minus, 0.002}, {voltage_based::A_plus, 0.004}, {voltage_based::theta_minus, -60}},
            Attribution::axonal}};
    const auto V = [](std::size_t column, std::size_t cell, std::uint32_t now) {
        return -60 + 10 * std::sin(0.01 * now + static_cast<double>(cell) + 2 * static_cast<double>(column));
    };
    Trains<double> trains(projection, pre, post, 1, 2);
    trains.hold(V);
    trains.run(second);
    const Matrix<double> weights = trains.weights();
    for (std::size_t source = 0; source < 10; ++source)
        for (std::size_t target = 0; target < 9; ++target) {
            Times arrivals = pre[source];
            for (std::uint32_t& time : arrivals) time += 15;
            double w = 1;
            for (std::uint32_t now = 1; now <= second; ++now) {
                if (std::ranges::binary_search(arrivals, now))
                    w = std::clamp(w - 0.002 * std::max(V(0, target, now) + 60, 0.0), 0.0, 3.0);
                if (std::ranges::binary_search(post[target], now))
                    w = std::clamp(w + 0.004 * std::max(V(1, target, now) + 60, 0.0) *
                                           ByPairs::trace({15, Pairing::all}, arrivals, now, step),
                                   0.0, 3.0);
            }
            REQUIRE(weights(static_cast<Eigen::Index>(source), static_cast<Eigen::Index>(target)) ==
                    Approx(w).epsilon(1e-10));
        }
    projection.plastic.delay = Attribution::dendritic;
    CHECK_THROWS_WITH((Trains<double>(projection, pre, post, 1, 2)),
                      Catch::Contains("'EE': voltage_based sees columns") && Catch::Contains("axonal delay"));
}

TEST_CASE("negative weights learn as their magnitudes do") {
    const auto pre = random_trains(10, 60, second, 1), post = random_trains(10, 100, second, 2);
    for (const Case& one : cases()) {
        if (one.reference.lower < 0) continue;
        EventProjection excites = projection_of(one, Attribution::dendritic, 1.5), inhibits = excites;
        inhibits.weight = Quantity::uniform(-1, -0.2);
        Trains<double> down(inhibits, pre, post);
        CHECK((down.weights().array() <= 0).all());
        std::vector<double> magnitudes;
        const Matrix<double> first = down.weights();
        for (Eigen::Index target = 0; target < 10; ++target)
            for (Eigen::Index source = 0; source < 10; ++source) magnitudes.push_back(-first(source, target));
        excites.weight = Quantity::list(magnitudes);
        Trains<double> mirrored(excites, pre, post);
        down.run(second);
        mirrored.run(second);
        CHECK(down.weights() == -mirrored.weights());
        CHECK(down.transmitted().front() == -mirrored.transmitted().front());
    }
}

TEST_CASE("weights of independent Poisson trains drift as the mean of the traces says, to where both sides balance",
          "[long]") {
    constexpr double rate = 0.05;  // a cell of mean rate, events a ms
    const auto trains = [&](std::size_t pairs, std::uint32_t stream, std::uint32_t end) {
        std::vector<Times> all(pairs);
        for (std::uint32_t cell = 0; cell < pairs; ++cell)
            for (std::uint32_t now = 1; now <= end; ++now)
                if (Random(6).uniform(stream, cell, now) < rate * step) all[cell].push_back(now);
        return all;
    };
    const auto run = [&](std::size_t pairs, double learning, double from, std::uint32_t end) {
        EventProjection projection{
            .name = "EE",
            .connectivity = Connectivity::one_to_one(),
            .weight = from,
            .delay = 1.5,
            .plastic = {event_rule(PowerLaw{}),
                        {{lambda, learning}, {alpha, 0.6}, {mu, 0.4}, {w_0, 1}, {tau_plus, 15}, {tau_minus, 30}}}};
        Trains<double> of(projection, trains(pairs, 1, end), trains(pairs, 2, end));
        of.run(end);
        return Eigen::VectorXd(of.weights().diagonal());
    };
    const auto met = [](double tau) { return rate * step / std::expm1(step / tau); };  // mean trace, on the grid
    // Traces begin at 0, and have lost that area by the end.
    const auto change_in = [&](double w, double time) {
        return rate * (std::pow(w, 0.4) * met(15) * (time - 15) - 0.6 * w * met(30) * (time - 30));
    };
    for (const double from : {0.4, 1.0}) {
        const double small = 1e-6, expected = change_in(from, 2000);
        const Eigen::ArrayXd change = (run(500, small, from, 2 * second).array() - from) / small;
        const double error = std::sqrt((change - change.mean()).square().mean() / 500);
        CAPTURE(from, change.mean(), expected, error);
        CHECK(std::abs(change.mean() - expected) < 4 * error);
        CHECK(error < 0.1 * std::abs(expected));
    }
    const double balance = std::pow(15 / (0.6 * 30), 1 / 0.6);
    for (const double from : {0.5, 1.0})
        CHECK(run(100, 0.02, from, 10 * second).mean() == Approx(balance).epsilon(0.05));
}

TEST_CASE("a rule refuses numbers that make no sense, and weights outside of its bounds") {
    const auto refused = [](const std::shared_ptr<const EventRule>& rule, std::map<std::string, double> parameters,
                            const Quantity& weight, const std::string& says) {
        const EventProjection projection{
            .name = "EE", .weight = weight, .delay = 1, .plastic = {rule, std::move(parameters)}};
        CHECK_THROWS_WITH((Trains<float>(projection, {{}}, {{}, {}})),
                          Catch::Contains(says) && Catch::Contains("'EE'"));
    };
    const auto power = event_rule(PowerLaw{}), pair = event_rule(Pair<Pairing::all>{});
    refused(power, {{tau_plus, 0}}, 1, "time constant of 0");
    refused(power, {{tau_minus, -3}}, 1, "time constant of -3");
    refused(power, {{lambda, std::nan("")}}, 1, "lambda is nan");
    refused(power, {{mu, 1.5}}, 1, "mu is 1.5");
    refused(power, {{mu, -0.1}}, 1, "mu is -0.1");
    refused(power, {{w_0, 0}}, 1, "w_0 is 0");
    refused(power, {{"lamda", 0.1}}, 1, "did you mean 'lambda'?");
    refused(power, {}, Quantity::list({0.5, -0.5}), "a weight of -0.5, expected 0 to inf");
    refused(pair, {}, -1.5, "a weight of -1.5, expected -1 to 0");
    refused(pair, {}, 1.5, "a weight of 1.5, expected 0 to 1");
    refused(pair, {{w_max, 0}}, 0, "w_max is 0");
    refused(pair, {{mu_plus, 2}}, 0, "mu_plus is 2");
    refused(pair, {{mu_minus, -1}}, 0, "mu_minus is -1");
}
