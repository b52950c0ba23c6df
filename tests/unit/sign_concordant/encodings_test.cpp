// What inputs make of numbers, and what begins anew with a sample.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "tests/support/catch.hpp"
#include "tests/unit/sign_concordant/fixture.hpp"

namespace {

using namespace apical;
using namespace apical::sign_concordant::test;

/// Spikes of the inputs in every step of sample k, (inputs x lanes) x steps.
MatrixD spikes_in(Training<double>& training, const Net& net, std::uint64_t k) {
    const auto steps = static_cast<Eigen::Index>(net.presentation);
    MatrixD all(static_cast<Eigen::Index>(net.inputs * net.lanes), steps);
    const auto take = [&](Eigen::Index step) {
        const auto spikes = training.column("in", "spike");
        all.col(step) = Eigen::Map<const VectorD>(spikes.data(), all.rows());
    };
    present(training, net, k, [&](std::uint64_t step) {  // who looks sees the step before
        if (step > 0) take(static_cast<Eigen::Index>(step) - 1);
    });
    take(steps - 1);
    return all;
}

Net encoded(const char* encoding) {
    Net net;
    net.parameters.encoding = encoding;
    net.presentation = 100;
    return net;
}

}  // namespace

TEST_CASE("a regular input fires as often as its phase goes round, which goes on from sample to sample") {
    const Net net = encoded("regular");
    Training<double> training = net.training();
    const auto phases = training.column("in", "phase");
    std::vector<double> went(phases.begin(), phases.end());
    CHECK(*std::ranges::max_element(went) > *std::ranges::min_element(went) + 0.1);
    for (std::uint64_t k = 0; k < 5; ++k) {
        const MatrixD spikes = spikes_in(training, net, k);
        const std::vector<double> x = inputs_of(net, k);
        for (std::size_t i = 0; i < net.inputs; ++i) {
            const double until = went[i] + 0.8 * x[i] * net.presentation;
            CHECK(spikes.row(static_cast<Eigen::Index>(i)).sum() == std::floor(until));
            went[i] = until - std::floor(until);
        }
    }
}

TEST_CASE("a Poisson input fires at random, as often as it is told, and each cell, step and lane on its own") {
    Net net = encoded("poisson");
    net.presentation = 4000;
    net.lanes = 2;
    Training<double> training = net.training();
    const MatrixD first = spikes_in(training, net, 0), second = spikes_in(training, net, 0);
    CHECK(first != second);
    for (std::size_t i = 0; i < net.inputs; ++i)
        for (std::size_t lane = 0; lane < 2; ++lane) {
            const auto row = static_cast<Eigen::Index>(i * 2 + lane);
            const double p = 0.8 * inputs_of(net, lane)[i], n = 2 * net.presentation;
            CAPTURE(i, lane, p);
            CHECK(std::abs(first.row(row).sum() + second.row(row).sum() - n * p) < 4 * std::sqrt(n * p * (1 - p)));
            // A spike says nothing of the next step, nor of the next cell.
            const auto chance = [&](const auto& a, const auto& b) { return a.cwiseProduct(b).mean(); };
            const double other = 0.8 * inputs_of(net, lane)[(i + 1) % net.inputs];
            const auto next = static_cast<Eigen::Index>((i + 1) % net.inputs * 2 + lane);
            CHECK(chance(first.row(row), first.row(next)) == Approx(p * other).margin(0.04));
            CHECK(chance(first.row(row).head(3999), first.row(row).tail(3999)) == Approx(p * p).margin(0.04));
        }

    for (const double rate : {0.0, 1.0}) {  // never, and in every step
        net.parameters.drive = rate;
        net.presentation = 200;
        net.lanes = 1;
        Training<double> sure = net.training();
        const std::vector<double> ones(net.inputs, 1), target(net.outputs, 0);
        sure.present(ones.data(), target.data(), [&](std::uint64_t step) {
            if (step == 0) return;
            for (const double spike : sure.column("in", "spike")) REQUIRE(spike == rate);
        });
    }
}

TEST_CASE("an input of latencies fires once a sample, the sooner the larger it is, and not at all at 0") {
    const Net net = encoded("latency");
    Training<double> training = net.training();
    std::vector<double> x(net.inputs), target(net.outputs, 0);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i) / static_cast<double>(x.size() - 1);
    for (int sample = 0; sample < 3; ++sample) {
        std::vector<std::vector<double>> times(x.size());
        const auto look = [&](std::uint64_t step) {
            const auto spikes = training.column("in", "spike");
            for (std::size_t i = 0; i < x.size(); ++i)
                if (step > 0 && spikes[i] != 0) times[i].push_back(static_cast<double>(step));
        };
        training.present(x.data(), target.data(), look);
        CHECK(times[0].empty());
        for (std::size_t i = 1; i < x.size(); ++i) {
            CAPTURE(i, x[i]);
            REQUIRE(times[i].size() == 1);
            // The end of the step in which (1 - x) 10 ms are over; those of 1 fire in the first.
            CHECK(times[i][0] == Approx(std::max(1.0, std::ceil((1 - x[i]) * 10 - 1e-9))));
        }
    }
}

TEST_CASE("a direct input is a current: its low-passed columns are those of the closed form") {
    Net net = encoded("direct");
    Training<double> training = net.training();
    const std::vector<double> x = inputs_of(net, 0);
    const double ks = std::exp(-1.0 / 3), km = std::exp(-1.0 / 5);
    for (int sample = 0; sample < 2; ++sample) {  // both begin at 0
        present(training, net, 0, [&](std::uint64_t t) {
            if (t == 0) return;
            const auto steps = static_cast<double>(t);
            // p is the sum over j = 1 .. t of (1 - km) km^(t - j) (1 - ks^j)
            const double rest = 1 - std::pow(km, steps),
                         lag = ks * (std::pow(ks, steps) - std::pow(km, steps)) / (ks - km);
            for (std::size_t i = 0; i < x.size(); ++i) {
                CHECK(training.column("in", "rate")[i] == Approx(0.8 * x[i] * (1 - std::pow(ks, steps))).margin(1e-14));
                CHECK(training.column("in", "membrane")[i] ==
                      Approx(0.8 * x[i] * (rest - (1 - km) * lag)).margin(1e-14));
            }
        });
    }
}

TEST_CASE("the circuit of a direct input is what its equations say, spikes and all") {
    Net net = encoded("direct");
    net.presentation = 20;
    Training<double> training = net.training();
    for (std::uint64_t k = 0; k < 20; ++k) present(training, net, k);
    CHECK(training.column("in", "rate")[0] == Approx(0.8 * inputs_of(net, 19)[0]).epsilon(2e-3));
    CHECK((training.weights("W3") - net.training().weights("W3")).norm() > 1e-3);
}

TEST_CASE("what begins anew is 0 before the first step of a sample, all else goes on") {
    for (const char* anew : {"activity", "everything", "nothing"}) {
        CAPTURE(anew);
        Net net;
        net.parameters.anew = anew;
        net.parameters.scale_W = {8, 10, 10};
        Training<double> training = net.training();
        const auto all = [&] {
            std::map<std::string, std::vector<double>> columns;
            for (const auto& [population, names] :
                 {std::pair<const char*, std::vector<const char*>>{"in", {"rate", "membrane", "phase"}},
                  {"up2", {"rate", "membrane", "soma", "crest", "feedback", "positive", "negative"}},
                  {"up3", {"rate", "membrane", "soma", "crest", "feedback", "count"}},
                  {"target", {"rate", "phase"}}})
                for (const char* name : names) {
                    const auto values = training.column(population, name);
                    columns[std::string(population) + "." + name] = {values.begin(), values.end()};
                }
            return columns;
        };
        for (std::uint64_t k = 0; k < 5; ++k) present(training, net, k);
        const auto before = all();
        present(training, net, 5, [&](std::uint64_t step) {
            if (step > 0) return;
            for (const auto& [name, values] : all()) {
                CAPTURE(name);
                const bool is_residue = name.ends_with("tive"), counts = name == "up3.count",
                           goes_on = name == "in.phase" || std::string(anew) == "nothing" ||
                                     (is_residue && std::string(anew) != "everything");
                REQUIRE(before.at(name) != std::vector<double>(values.size(), 0));  // or it would say nothing
                if (goes_on && !counts) CHECK(values == before.at(name));
                else CHECK(values == std::vector<double>(values.size(), 0));
            }
        });
    }
}
