// 5.8 of the specification: the rule at one synapse between Poisson cells of the same rate, against the closed form.
#include "models/burst_ccn/spikes.hpp"

#include <cmath>
#include <cstdio>

#include "sim/core/random.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;
using burst_ccn::BurstDetector;

struct Counted {
    double e, b;    ///< Hz
    double change;  ///< of the weight in 100 s, eta = 1e-5, the presynaptic factor being the rate
    double p() const { return b / e; }
};

/// Intervals are exponential.
Counted count(double rate, double seconds, double p_b = 0.5) {
    const Random random(1);
    const auto cell = static_cast<std::uint32_t>(1000 * rate);
    BurstDetector detector;
    double events = 0, bursts = 0, valence = 0, time = 0;
    for (std::uint64_t k = 0; time < 1000 * seconds; ++k) {
        time -= 1000 / rate * std::log(random.uniform(Random::stream("spikes"), cell, k));
        const auto says = detector.spike(time);
        events += says == BurstDetector::Says::event;
        bursts += says == BurstDetector::Says::burst;
        valence += burst_ccn::valence(says, p_b);
    }
    return {events / seconds, bursts / seconds, 1e-5 * rate * valence * 100 / seconds};
}

}  // namespace

TEST_CASE("BurstCCN 5.8: an event, its burst, and spikes that say no more") {
    using enum BurstDetector::Says;
    BurstDetector detector(16);
    const std::vector<std::pair<double, BurstDetector::Says>> train{
        {5, event}, {22, event}, {30, burst}, {40, nothing}, {56, nothing}, {72.5, event}, {88.5, burst}, {200, event}};
    for (const auto& [time, says] : train) {
        CAPTURE(time);
        CHECK((detector.spike(time) == says));
    }
}

TEST_CASE("BurstCCN 5.8: the rule at one synapse follows the closed form and changes sign at ln 2 / 16 ms = 43.3 Hz") {
    for (const double rate : {20., 40., 60., 80.}) {
        CAPTURE(rate);
        const Counted found = count(rate, 8000);
        const double e = rate * std::exp(-0.016 * rate), p = 1 - std::exp(-0.016 * rate);
        CHECK(found.e == Approx(e).epsilon(0.02));
        CHECK(found.p() == Approx(p).epsilon(0.02));
        CHECK(found.b == Approx(p * e).epsilon(0.02));
        const double change = 1e-5 * rate * 100 * (p - 0.5) * e;
        std::printf("5.8 %.0f Hz: e %.2f, b %.2f, p %.3f, dW %.4f (%.4f)\n", rate, found.e, found.b, found.p(),
                    found.change, change);
        CHECK(found.change == Approx(change).margin(0.01).epsilon(0.02));
    }
    // The published means: dW = -.0653, -.0260, .1616 and .396.
    CHECK(count(20, 8000).change == Approx(-.0653).margin(0.003).epsilon(0));
    CHECK(count(80, 8000).change == Approx(.396).margin(0.008).epsilon(0));
    const Counted below = count(41, 20000), above = count(46, 20000);
    CHECK(below.change < 0);
    CHECK(above.change > 0);
    const double crossing = 41 + 5 * (0.5 - below.p()) / (above.p() - below.p());
    std::printf("5.8 zero crossing %.2f Hz\n", crossing);
    CHECK(crossing == Approx(43.3).margin(1).epsilon(0));
}
