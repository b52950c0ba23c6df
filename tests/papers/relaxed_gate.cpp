// The dense motif with the gate `relaxed`: the apical potential of upstream cells relaxes, and hbar = V D a. Exact for
// any V and Vbar that settle, so that theorem 1 holds with local means and an H that is full and not the identity.
#include <fmt/format.h>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>

#include <cmath>
#include <map>

#include "models/self_assembly/circuit.hpp"
#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/theorem_run.hpp"

using namespace apical;
using namespace apical::theorem;

namespace {

using M = Matrix<double>;

M drawn(Eigen::Index rows, Eigen::Index columns, std::uint32_t stream) {
    const Random random(7);
    M m(rows, columns);
    for (Eigen::Index k = 0; k < m.size(); ++k) m.data()[k] = random.normal(stream, static_cast<std::uint32_t>(k));
    return m;
}

self_assembly::Parameters dense_parameters(const std::string& gate, double ratio) {
    self_assembly::Parameters p;
    p.motif = "dense";
    p.signs = "free";
    p.gate = gate;
    p.ratio = {ratio};
    return p;
}

/// One hidden layer of d cells that have the potential p, and the error e at d outputs: u = Wbar e.
struct OneLayer {
    static constexpr std::size_t lanes = 16;
    std::size_t d, m;
    Training<double> simulation;
    M V, Vbar, Wbar, p, e;

    static self_assembly::Parameters with(self_assembly::Parameters p) {
        p.scaling = false;
        p.plastic = {};
        return p;
    }
    OneLayer(std::size_t cells, const self_assembly::Parameters& parameters, double apart)
        : d(cells),
          m(static_cast<std::size_t>(std::lround(parameters.ratio[0] * static_cast<double>(cells)))),
          simulation(
              self_assembly::circuit(upstream(cells), with(parameters), {cells, cells, Loss::squared_error, 1000}),
              {.lanes = lanes, .seed = 5}) {
        const auto n = static_cast<Eigen::Index>(d), k = static_cast<Eigen::Index>(m);
        V = drawn(k, n, 1) / std::sqrt(static_cast<double>(k));
        Vbar = V.transpose() + apart * drawn(n, k, 2) / std::sqrt(static_cast<double>(k));
        Wbar = V * drawn(n, n, 3);  // u = V c
        p = drawn(n, lanes, 4);
        e = drawn(n, lanes, 5);
        simulation.assign("V1", V);
        simulation.assign("Vbar1", Vbar);
        simulation.assign("Wbar2", Wbar);
        simulation.assign("W1", M::Identity(n, n));
        simulation.assign("W2", M::Zero(n, n));
        simulation.present(p.data(), e.data());
    }
    static Upstream upstream(std::size_t cells) {
        Upstream up;
        up.hidden = {static_cast<std::int64_t>(cells)};
        return up;
    }
    M column(const char* population, const char* name, std::size_t units) const {
        return Eigen::Map<const M>(simulation.network().column(simulation.circuit().population(population), name),
                                   static_cast<Eigen::Index>(units), lanes);
    }
    M D() const { return (p.array() > 0).cast<double>(); }
    M u() const { return Wbar * e; }
    M c() const { return drawn(static_cast<Eigen::Index>(d), static_cast<Eigen::Index>(d), 3) * e; }
};

}  // namespace

TEST_CASE("relaxed gate: G V = V D for any V and Vbar that settle, with and without a leak") {
    for (const double apart : {0.0, 0.1}) {
        const OneLayer layer(40, dense_parameters("relaxed", 3), apart);
        CHECK((layer.column("up1", "relaxed", 40) - layer.c()).norm() < 1e-9 * layer.c().norm());
        const M expected = layer.V * layer.D().cwiseProduct(layer.c());
        CHECK((layer.column("down1", "rate", layer.m) - expected).norm() < 1e-9 * expected.norm());
    }
    auto leaky = dense_parameters("relaxed", 3);
    leaky.apical_leak = 0.2;
    const OneLayer layer(40, leaky, 0.1);
    const M a = (layer.Vbar * layer.V + 0.2 * M::Identity(40, 40)).fullPivLu().solve(layer.Vbar * layer.u());
    CHECK((layer.column("up1", "relaxed", 40) - a).norm() < 1e-9 * a.norm());
}

TEST_CASE("relaxed gate: K explicit steps of gain mu are 1 - (1 - mu H)^K of the way") {
    for (const std::int64_t steps : {1, 5, 20}) {
        auto p = dense_parameters("relaxed", 4);
        p.settling_steps = steps;
        p.settling_gain = 0.4;
        const OneLayer layer(30, p, 0);
        M left = layer.c();
        for (std::int64_t k = 0; k < steps; ++k) left -= 0.4 * (layer.Vbar * (layer.V * left));
        CHECK((layer.column("up1", "relaxed", 30) - (layer.c() - left)).norm() < 1e-10 * layer.c().norm());
    }
}

TEST_CASE("relaxed_active: crosstalk rho / (1 - rho); veto: what silent cells send is driven to 0") {
    for (const double r : {2.0, 4.0, 7.5}) {
        auto p = dense_parameters("relaxed_active", r);
        p.settling_steps = 150;
        const OneLayer layer(200, p, 0);
        const M D = layer.D(), a = D.cwiseProduct(layer.column("up1", "relaxed", 200)), c = D.cwiseProduct(layer.c());
        const double rho = 1 / (2 * r), crosstalk = (a - c).squaredNorm() / c.squaredNorm();
        CHECK(crosstalk == Approx(rho / (1 - rho)).epsilon(0.15));
        const M sent = layer.V * a;
        CHECK((layer.column("down1", "rate", layer.m) - sent).norm() < 1e-10 * sent.norm());

        p.gate = "veto";
        const OneLayer silent(200, p, 0);
        const M hbar = silent.column("down1", "rate", silent.m), back = silent.Vbar * hbar;
        const M to_silent = (1 - D.array()) * back.array();
        CHECK(to_silent.norm() < 1e-3 * back.norm());
        const M exact = silent.V * c;
        CHECK(hbar.cwiseProduct(exact).sum() > 0.7 * hbar.norm() * exact.norm());
    }
}

TEST_CASE("relaxed gate: what it steers by, and rates by the largest eigenvalue of H") {
    auto p = dense_parameters("relaxed", 4);
    const auto change = [](self_assembly::Parameters parameters) {
        Upstream up = OneLayer::upstream(20);
        up.gamma_W = 0;
        parameters.start = "tied";
        Training<double> simulation(self_assembly::circuit(up, parameters, {20, 20, Loss::squared_error, 1000}),
                                    {.lanes = 8, .seed = 5});
        const M before = simulation.weights("W1"), x = drawn(20, 8, 1), t = drawn(20, 8, 2);
        const M H = simulation.weights("Vbar1") * simulation.weights("Vbar1").transpose();
        simulation.present(x.data(), t.data());
        return std::pair<M, M>(simulation.weights("W1") - before, H);
    };
    const auto [by_drive, H] = change(p);
    p.steer = "potential";
    const M by_potential = change(p).first;
    CHECK((by_drive - H * by_potential).norm() < 1e-9 * by_drive.norm());
    p.rate_by_H = true;  // (1 + 4^-1/2)^2 = 2.25
    CHECK((2.25 * change(p).first - by_potential).norm() < 1e-9 * by_potential.norm());
}

TEST_CASE("independent V and Vbar have no fixed point to go to, and that is said") {
    self_assembly::Parameters p = dense_parameters("relaxed", 4);
    Upstream up = OneLayer::upstream(40);
    Training<double> simulation(self_assembly::circuit(up, p, {20, 5, Loss::squared_error, 1000}), {.lanes = 8});
    const M x = drawn(20, 8, 1), t = drawn(5, 8, 2);
    CHECK_THROWS_WITH(simulation.present(x.data(), t.data()), Catch::Contains("up1.relaxed does not settle"));
}

namespace {

Row developed(double ratio, double eta_V, int steps) {
    Row row = scaled_row();
    row.parameters = dense_parameters("relaxed", ratio);
    row.parameters.development = 20000;
    row.parameters.eta_V = {eta_V};
    row.upstream.gamma_W = 0;
    row.steps = steps;
    row.name = fmt::format("ReLU, dense, relaxed, developed, eta_V {:g}", eta_V);
    return row;
}

std::vector<double> medians(const Row& row, int seeds) {
    const auto outcomes = run_seeds(row, seeds);
    print(row, outcomes, "rel", &LayerAlignment::rel);
    std::vector<double> result;
    for (std::size_t l = 1; l <= 3; ++l) result.push_back(spread(outcomes, l, &LayerAlignment::rel).median);
    return result;
}

void is_exact(const Row& row, int seeds) {
    const auto outcomes = run_seeds(row, seeds, true);
    print(row, outcomes, "rel", &LayerAlignment::rel);
    CHECK(most(outcomes, &LayerAlignment::rel) <= 1.5e-3);
    CHECK(relative_loss(outcomes).high <= 1.15);
    // Full and not the identity.
    CHECK(least(outcomes, &LayerAlignment::smallest_eigenvalue_H) > 0.1);
    CHECK(most(outcomes, &LayerAlignment::largest_eigenvalue_H) > 1.5);
}

}  // namespace

TEST_CASE("dense, relaxed, developed, V frozen while it learns: theorem 1 by local means") {
    is_exact(developed(4, 0, 3000), 1);
}

TEST_CASE("dense, relaxed, developed: O(eta_V)") {
    const double fast = medians(developed(4, 1e-4, 3000), 1)[2], slow = medians(developed(4, 1e-5, 3000), 1)[2];
    CHECK(slow / fast == Approx(0.1).epsilon(0.5));
}

TEST_CASE("dense, relaxed, developed, five seeds", "[paper]") {
    is_exact(developed(4, 0, 3000), 5);
    std::map<double, std::vector<double>> rel;
    for (const double eta_V : {1e-5, 3e-5, 1e-4}) rel[eta_V] = medians(developed(4, eta_V, 3000), 5);
    for (std::size_t l = 0; l < 3; ++l) {
        CHECK(rel[3e-5][l] / rel[1e-5][l] == Approx(3).margin(0.6));
        CHECK(rel[1e-4][l] / rel[3e-5][l] == Approx(3.3).margin(0.7));
    }
}

TEST_CASE("dense, relaxed, V = Vbar^T frozen, not developed: W and Wbar assemble by decay", "[paper]") {
    Row row = relu_row();
    row.parameters.gate = "relaxed";
    const auto outcomes = run_seeds(row, 2);
    print(row, outcomes, "rel", &LayerAlignment::rel);
    CHECK(most(outcomes, &LayerAlignment::rel) <= 2e-4);
}

TEST_CASE("development of the dense motif: V and Vbar fit, and H has the spectrum of random unit vectors") {
    for (const double r : {2.0, 4.0}) {
        Upstream up;
        auto p = dense_parameters("relaxed", r);
        p.development = 48000;
        Training<float> simulation(self_assembly::circuit(up, p, {64, 10}), {.lanes = 64, .seed = 2});
        while (simulation.events_left() > 0) simulation.develop();
        const auto relative = [](const M& difference, const M& a, const M& b) {
            return difference.norm() / (a.norm() + b.norm());
        };
        for (const std::string l : {"1", "2"}) {
            const M V = simulation.weights("V" + l), Vbar = simulation.weights("Vbar" + l);
            CHECK(relative(V - Vbar.transpose(), V, Vbar) < 1e-5);
            const M H = Vbar * Vbar.transpose();
            CHECK((H.diagonal().array() - 1).abs().maxCoeff() < 1e-5);
            const Eigen::VectorXd eigenvalues = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(H).eigenvalues();
            const double low = std::pow(1 - 1 / std::sqrt(r), 2), high = std::pow(1 + 1 / std::sqrt(r), 2);
            CHECK(eigenvalues.minCoeff() == Approx(low).epsilon(r == 2 ? 0.4 : 0.15));
            CHECK(eigenvalues.maxCoeff() == Approx(high).epsilon(0.15));
        }
        const M down = simulation.weights("Vbar2") * simulation.weights("Wbar2").transpose(),
                up2 = simulation.weights("W2") * simulation.weights("V1").transpose();
        CHECK(relative(down - up2, down, up2) < 3e-3);
        const M last = simulation.weights("Wbar3").transpose(),
                up3 = simulation.weights("W3") * simulation.weights("V2").transpose();
        CHECK(relative(last - up3, last, up3) < 1e-2);
    }
}

TEST_CASE("controls: other gates in the developed dense motif are not exact, and the closer the more they undo") {
    const auto cosine = [](const std::string& gate, double leak = 0) {
        Row row = developed(4, 0, 0);
        row.parameters.gate = gate == "mask" ? "linear" : gate;
        row.parameters.mask = gate == "mask";
        row.parameters.apical_leak = leak;
        if (gate == "relaxed_active" || gate == "veto") row.parameters.settling_steps = 60;
        row.name = "developed, " + gate;
        const auto outcomes = run_seeds(row, 1);
        print(row, outcomes, "cos to H", &LayerAlignment::cos_h);
        return outcomes[0].layers[0].cos_h;
    };
    const double exact = cosine("relaxed"), leaky = cosine("relaxed", 0.1), active = cosine("relaxed_active"),
                 loop = cosine("loop"), mask = cosine("mask"), linear = cosine("linear"),
                 threshold = cosine("threshold");
    CHECK(exact > 0.999);
    CHECK(leaky > 0.97);
    CHECK(leaky < exact);
    CHECK(active < leaky);
    CHECK(active > 0.75);
    CHECK(cosine("veto") > 0.75);
    CHECK(loop < active);
    CHECK(mask < loop);
    CHECK(linear < mask);
    CHECK(threshold < mask);
}

TEST_CASE("control: with eta_V as fast as eta V and Vbar collapse, until nothing settles") {
    CHECK_THROWS_WITH(run(developed(4, 5e-3, 3000), 1), Catch::Contains("does not settle"));
}

TEST_CASE("control: development without scaling lets V grow without bound") {
    auto p = dense_parameters("relaxed", 2);
    p.development = 20000;
    const auto growth = [&](bool scaling) {
        p.scaling = scaling;
        Training<double> simulation(self_assembly::circuit(OneLayer::upstream(20), p, {10, 5}), {.lanes = 20});
        const double before = simulation.weights("V1").norm();
        while (simulation.events_left() > 10000) simulation.develop();
        return simulation.weights("V1").norm() / before;
    };
    CHECK(growth(true) == Approx(1).epsilon(1e-6));
    CHECK(growth(false) > 1e6);
}

TEST_CASE("V and Vbar apart: the update stays near H, and spontaneous pairing while it learns brings them together") {
    const auto asymmetry = [](double apart, std::int64_t events) {
        auto p = dense_parameters("relaxed", 4);
        p.start = "tied";
        p.eta_V = {0.15};
        p.pairing_during_learning = events;
        Upstream up = OneLayer::upstream(30);
        up.eta_W = 0.01;
        up.gamma_W = 0;
        Training<double> simulation(self_assembly::circuit(up, p, {20, 5, Loss::squared_error, 1000}),
                                    {.lanes = 8, .seed = 4});
        M Vbar = simulation.weights("Vbar1");
        Vbar += apart * drawn(Vbar.rows(), Vbar.cols(), 3) * Vbar.norm() / std::sqrt(static_cast<double>(Vbar.size()));
        simulation.assign("Vbar1", Vbar);
        const M W = simulation.weights("W1"), Wbar = simulation.weights("Wbar2"), none = M::Zero(20, 8),
                nothing = M::Zero(5, 8);
        // The input is 0: nothing but pairing moves the weights.
        for (int step = 0; step < 400; ++step) simulation.present(none.data(), nothing.data());
        CHECK(simulation.weights("W1") == W);
        CHECK(simulation.weights("Wbar2") == Wbar);
        const M V = simulation.weights("V1");
        return (V - simulation.weights("Vbar1").transpose()).norm() / V.norm();
    };
    const double apart = asymmetry(0.3, 0);
    CHECK(apart > 0.2);
    CHECK(asymmetry(0.3, 16) < 1e-4 * apart);
    CHECK(asymmetry(0, 16) < 1e-12);
}

TEST_CASE("eight hidden layers, developed: the relaxed gate carries the gradient to the first, a mask does not",
          "[paper]") {
    for (const char* gate : {"relaxed", "linear"}) {
        Row row = developed(4, 0, 0);
        row.parameters.gate = gate;
        row.parameters.mask = row.parameters.gate == "linear";
        row.upstream.hidden.assign(8, 60);
        row.parameters.development = 96000;
        row.name = fmt::format("eight layers, {}", gate);
        const auto outcomes = run_seeds(row, 1);
        print(row, outcomes, "cos to H", &LayerAlignment::cos_h);
        if (row.parameters.mask) CHECK(outcomes[0].layers[0].cos_h < 0.5);
        else CHECK(least(outcomes, &LayerAlignment::cos_h) >= 0.999);
    }
}
