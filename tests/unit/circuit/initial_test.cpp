#include <cmath>

#include "models/baselines/baselines.hpp"
#include "models/self_assembly/circuit.hpp"
#include "sim/protocol/training.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;

const TaskShape task{20, 5, Loss::squared_error, 1000};

Training<double> with_seed(Circuit circuit, std::uint64_t seed) {
    Setup setup;
    setup.seed = seed;
    return {std::move(circuit), setup};
}

Upstream small_upstream() {
    Upstream upstream;
    upstream.hidden = {12, 9};
    return upstream;
}

Training<double> assembled(const self_assembly::Parameters& parameters) {
    return with_seed(self_assembly::circuit(small_upstream(), parameters, task), 1);
}

}  // namespace

TEST_CASE("rates rise linearly over the warm-up and fall by a factor after every full period") {
    const RateSchedule schedule{.warm_up = 100, .factor = 0.5, .period = 1000};
    CHECK(schedule.at(25) == 0.25);
    CHECK(schedule.at(100) == 1);
    CHECK(schedule.at(1000) == 1);  // the sample that completes a period belongs to it
    CHECK(schedule.at(1001) == 0.5);
    CHECK(schedule.at(2001) == 0.25);
    CHECK(RateSchedule{}.at(0) == 1);
    CHECK(RateSchedule{}.at(123456) == 1);
}

TEST_CASE("the same seed gives the same initial W to every circuit, and another seed another") {
    for (std::uint64_t seed : {1, 2}) {
        const auto ours = with_seed(self_assembly::circuit(small_upstream(), {}, task), seed);
        const auto backpropagation = with_seed(backpropagation_circuit(small_upstream(), task), seed);
        const auto feedback = with_seed(feedback_circuit(small_upstream(), 1, true, task), seed);
        for (const char* name : {"W1", "W2", "W3"}) {
            CHECK(ours.weights(name) == backpropagation.weights(name));
            CHECK(ours.weights(name) == feedback.weights(name));
        }
    }
    CHECK(with_seed(backpropagation_circuit(small_upstream(), task), 1).weights("W1") !=
          with_seed(backpropagation_circuit(small_upstream(), task), 2).weights("W1"));
}

TEST_CASE("initial weights have the deviation asked for, and two weights are not correlated") {
    const Random random(3);
    const Eigen::MatrixXd a = whole(normal(0.5), random, "a", 200, 300), b = whole(normal(0.5), random, "b", 200, 300);
    const double n = 200 * 300, sigmas = 5;
    CHECK(std::abs(a.mean()) < sigmas * 0.5 / std::sqrt(n));
    CHECK(std::abs(a.squaredNorm() / n - 0.25) < sigmas * 0.25 * std::sqrt(2 / n));
    CHECK(std::abs(a.cwiseProduct(b).mean()) < sigmas * 0.25 / std::sqrt(n));
    CHECK(whole(half_normal(0.5), random, "a", 200, 300) == a.cwiseAbs());
}

TEST_CASE("tied starts are transposes, orthonormal starts have orthonormal columns") {
    self_assembly::Parameters parameters;
    parameters.scaling = false;
    parameters.signs = "free";
    parameters.start = "tied";
    for (const char* motif : {"topographic", "dense"}) {
        parameters.motif = motif;
        const auto tied = assembled(parameters);
        CHECK(tied.weights("V1") == Matrix<double>(tied.weights("Vbar1").transpose()));
        CHECK(tied.weights("V1").norm() > 0);
    }
    parameters.start = "orthonormal";
    const auto orthonormal = assembled(parameters);
    const Matrix<double> V = orthonormal.weights("V1");
    CHECK(V == Matrix<double>(orthonormal.weights("Vbar1").transpose()));
    CHECK((V.transpose() * V - Matrix<double>::Identity(12, 12)).cwiseAbs().maxCoeff() < 1e-14);
}

TEST_CASE("the default motif: one partner a downstream cell, excitatory, sums of squares 1") {
    const auto simulation = assembled({});
    const Matrix<double> V = simulation.weights("V1"), Vbar = simulation.weights("Vbar1");
    REQUIRE(V.rows() == 24);
    CHECK((V.array() >= 0).all());
    for (Eigen::Index j = 0; j < V.rows(); ++j) {
        CHECK((V.row(j).array() != 0).count() == 1);
        CHECK(V(j, j / 2) > 0);
        CHECK(Vbar(j / 2, j) > 0);
    }
    CHECK((V.colwise().squaredNorm().array() - 1).abs().maxCoeff() < 1e-15);
    CHECK((Vbar.rowwise().squaredNorm().array() - 1).abs().maxCoeff() < 1e-15);
}

TEST_CASE("listed synapses take their entries from the full draw, so that a mask does not change the numbers") {
    const Random random(5);
    const Weights full{.name = "M", .initial = normal(1)};
    Weights masked = full;
    const std::vector<std::uint32_t> post{0, 2, 1}, pre{4, 3, 0};
    masked.connectivity = Connectivity::list(post, pre);
    const Matrix<double> a = WeightState<double>(full, 3, 5, random).matrix();
    const Matrix<double> b = WeightState<double>(masked, 3, 5, random).matrix();
    CHECK((b.array() != 0).count() == 3);
    for (std::size_t k = 0; k < 3; ++k) {
        const auto i = post[k], j = pre[k];
        CHECK(b(i, j) == a(i, j));
    }
}

TEST_CASE("an entry is drawn at its number in the matrix, also beyond 2^32") {
    const Random random(9);
    const std::uint32_t stream = Random::stream("init/W");
    // The numbers of every seed so far: entity = row * columns + column.
    const Entries few = normal(1)(random, "W", 300, 200);
    CHECK(few(7, 11) == random.normal(stream, 7 * 200 + 11));
    CHECK(uniform(0, 1)(random, "W", 300, 200)(7, 11) == random.uniform(stream, 7 * 200 + 11));
    const std::size_t columns = 100000;
    const Entries many = normal(1)(random, "W", 100000, columns);
    CHECK(many(42949, 67295) == random.normal(stream, 4294967295));
    // The next would wrap to the address of the first.
    CHECK(many(42949, 67296) == random.normal(stream, 0, 1));
    CHECK(many(42949, 67296) != many(0, 0));
    CHECK(many(99999, 99999) == random.normal(stream, static_cast<std::uint32_t>(9999999999), 9999999999 >> 32));
    CHECK(transpose_of("W", normal(1))(random, "V", columns, 100000)(3, 5) == many(5, 3));
}

TEST_CASE("lognormal weights have the moments of their law, and multiples are multiples") {
    const Random random(3);
    const double mu = -0.702, sigma = 0.9355, sigmas = 5, n = 400 * 500;
    const Eigen::ArrayXXd w = whole(lognormal(mu, sigma), random, "W", 400, 500).array();
    CHECK((w > 0).all());
    CHECK(std::abs(w.log().mean() - mu) < sigmas * sigma / std::sqrt(n));
    CHECK(std::abs((w.log() - mu).square().mean() - sigma * sigma) < sigmas * sigma * sigma * std::sqrt(2 / n));
    const double mean = std::exp(mu + sigma * sigma / 2), deviation = mean * std::sqrt(std::exp(sigma * sigma) - 1);
    CHECK(std::abs(w.mean() - mean) < sigmas * deviation / std::sqrt(n));
    CHECK((whole(multiple_of(lognormal(mu, sigma), -4), random, "W", 400, 500).array() == -4 * w).all());
    CHECK((whole(multiple_of("W", lognormal(mu, sigma), -4), random, "V", 400, 500).array() == -4 * w).all());
    CHECK((whole(constant(2.5), random, "W", 3, 4).array() == 2.5).all());
}
