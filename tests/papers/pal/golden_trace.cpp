// T1 of the specification: a trace of the authors' own class, without random numbers. What it fixes is the order of
// everything within a step.
#include "tests/papers/pal/nets.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;
using namespace apical::pal;
using M = Matrix<double>;

constexpr double dt = 0.01, tolerance = 1e-10;
constexpr std::size_t steps = 2000;

/// [i, j] = 0.5 f(1 + l + 2 i + 3 j)
M pattern(Eigen::Index rows, Eigen::Index columns, int l, double (*f)(double)) {
    M values(rows, columns);
    for (Eigen::Index i = 0; i < rows; ++i)
        for (Eigen::Index j = 0; j < columns; ++j)
            values(i, j) = 0.5 * f(1.0 + l + 2.0 * static_cast<double>(i) + 3.0 * static_cast<double>(j));
    return values;
}

/// The noise that the given normals, the c-th vector of them sin(1.7 c + k), make of Euler and Maruyama's scheme.
std::shared_ptr<const std::vector<double>> recorded_noise(std::size_t units, std::size_t layer) {
    constexpr double tau = 0.1, sigma = 0.05;
    auto series = std::make_shared<std::vector<double>>();
    std::vector<double> xi(units, 0.0);
    for (std::size_t n = 0; n <= steps; ++n)
        for (std::size_t k = 0; k < units; ++k) {
            const double w = std::sin(1.7 * static_cast<double>(2 * n + layer) + static_cast<double>(k));
            xi[k] += (-dt * xi[k] + std::sqrt(dt * tau) * sigma * w) / tau;
            series->push_back(xi[k]);
        }
    return series;
}

/// With `presentation` = dt rates are those of one step.
Training<double> recorded_net(double presentation) {
    const auto rate = [&](double eta) { return eta * presentation; };
    Parameters p;
    p.eta_W = {rate(2), rate(1), rate(0.5)};
    p.eta_B = {rate(20)};
    p.eta_IP = {rate(10)};
    p.eta_PI = {rate(0.5)};
    p.alpha = 1e-3;
    p.tau_LO = 1;
    Circuit circuit = net({2, 3, 2, 2}, p);
    for (const std::size_t l : {1, 2}) {
        Population& cells = circuit.populations[circuit.population("pyr" + std::to_string(l))];
        cells.noise[0] = {"noise", NoiseCurrent::Law::series, 1, 0, recorded_noise(cells.units, l - 1)};
    }
    Setup setup = as_the_authors(dt, presentation);
    setup.clock.settling = 5;
    Training<double> simulation(circuit, setup);
    const double hidden = p.left_of_drive(false) / p.left_at_interneuron(),
                 output = p.left_of_drive(true) / p.left_at_interneuron();
    const M W2 = pattern(2, 3, 1, std::sin), W3 = pattern(2, 2, 2, std::sin);
    const M B1 = pattern(3, 2, 0, std::cos), B2 = pattern(2, 2, 1, std::cos);
    simulation.assign("W1", pattern(3, 2, 0, std::sin));
    simulation.assign("W2", W2);
    simulation.assign("W3", W3);
    simulation.assign("B1", B1);
    simulation.assign("B2", B2);
    simulation.assign("W_IP1", hidden * W2);
    simulation.assign("W_IP2", output * W3);
    simulation.assign("B_PI1", -B1);
    simulation.assign("B_PI2", -B2);
    return simulation;
}

constexpr std::array<double, 2> input{0.3, 0.8}, target{0.2, -0.4};

double sum_of(const Training<double>& simulation, std::initializer_list<const char*> names) {
    double sum = 0;
    for (const char* name : names) sum += simulation.weights(name).sum();
    return sum;
}
double sum_W(const Training<double>& s) { return sum_of(s, {"W1", "W2", "W3"}); }
double sum_B(const Training<double>& s) { return sum_of(s, {"B1", "B2"}); }
double sum_W_IP(const Training<double>& s) { return sum_of(s, {"W_IP1", "W_IP2"}); }
double sum_B_PI(const Training<double>& s) { return sum_of(s, {"B_PI1", "B_PI2"}); }

auto near(double expected, double within = tolerance) { return Approx(expected).margin(within).epsilon(0); }

double sum_u(const Training<double>& s) {
    return column(s, "pyr1", "membrane").sum() + column(s, "pyr2", "membrane").sum() +
           column(s, "pyr3", "membrane").sum();
}
double sum_uI(const Training<double>& s) {
    return column(s, "inter1", "membrane").sum() + column(s, "inter2", "membrane").sum();
}

}  // namespace

TEST_CASE("PAL T1: the authors' trace, from settling to step 2000") {
    for (const double presentation : {dt, 1.0}) {
        CAPTURE(presentation);
        Training<double> s = recorded_net(presentation);
        CHECK(sum_W(s) == near(0.0824199222248762));
        CHECK(sum_B(s) == near(-0.0186136954475811));
        CHECK(sum_W_IP(s) == near(0.0472962695157606));
        CHECK(sum_B_PI(s) == near(0.0186136954475811));

        // States are those of the beginning of a step: after settling, after 1, 100 and 2000 steps.
        struct Sums {
            double u, uI;
        };
        std::vector<Sums> seen;
        std::vector<Eigen::VectorXd> settled;
        const auto watch = [&](std::uint64_t) {
            if (seen.empty())
                for (const char* cells : {"pyr1", "pyr2", "pyr3"}) settled.push_back(column(s, cells, "soma"));
            seen.push_back({sum_u(s), sum_uI(s)});
        };
        const std::uint64_t a_presentation = s.setup().clock.steps();
        const auto present = [&] { s.present(input.data(), target.data(), watch); };

        present();
        const std::array<std::vector<double>, 3> ub{{{-0.092894921264, -0.047683262142, 0.132581398658},
                                                     {0.129720332108, -0.086892392209},
                                                     {-0.022504486227, -0.014352264191}}};
        for (std::size_t l = 0; l < 3; ++l)
            for (std::size_t k = 0; k < ub[l].size(); ++k)
                CHECK(settled[l][static_cast<Eigen::Index>(k)] == near(ub[l][k], 1e-12));
        CHECK(seen[0].u == near(-0.00123368211423568));
        CHECK(seen[0].uI == near(0.00367209847722782));
        if (a_presentation == 1) {
            CHECK(sum_B(s) == near(-0.0186099727084915));
            CHECK(sum_B_PI(s) == near(0.0186136954475811));
            const Eigen::VectorXd xi1 = column(s, "pyr1", "noise"), xi2 = column(s, "pyr2", "noise");
            CHECK(xi1[0] == near(0, 1e-12));
            CHECK(xi1[1] == near(0.013304824485, 1e-12));
            CHECK(xi1[2] == near(0.014377254696, 1e-12));
            CHECK(xi2[0] == near(0.015679597382, 1e-12));
            CHECK(xi2[1] == near(0.006757469238, 1e-12));
        }
        while (seen.size() < 100) present();
        CHECK(sum_W(s) == near(0.0796610766826458));
        CHECK(sum_B(s) == near(-0.0185646683580503));
        CHECK(sum_W_IP(s) == near(0.0088742689872727));
        CHECK(sum_B_PI(s) == near(0.024959975485965));

        while (seen.size() < steps) present();
        CHECK(sum_W(s) == near(-0.0201688403443329));
        CHECK(sum_B(s) == near(-0.0156919717831557));
        CHECK(sum_W_IP(s) == near(-0.140963390991219));
        CHECK(sum_B_PI(s) == near(-0.00212758625742565));
        const M B1 = s.weights("B1"), W3 = s.weights("W3");
        const M expected_B1 = (M(3, 2) << 0.180497174369527, -0.218739599068065, -0.332743901173335, 0.321219421987502,
                               0.0946237923901413, -0.0497157129393578)
                                  .finished();
        const M expected_W3 =
            (M(2, 2) << 0.148451330823841, -0.0697764165937133, -0.614051790836775, 0.37384363151244).finished();
        CHECK((B1 - expected_B1).cwiseAbs().maxCoeff() < tolerance);
        CHECK((W3 - expected_W3).cwiseAbs().maxCoeff() < tolerance);
        const Eigen::VectorXd ub3 = column(s, "pyr3", "soma");
        CHECK(ub3[0] == near(0.087232339234, 1e-12));
        CHECK(ub3[1] == near(-0.204534454009, 1e-12));
        present();
        CHECK(seen[1].u == near(-0.00133307269897642));
        CHECK(seen[1].uI == near(0.00367646675013508));
        CHECK(seen[100].u == near(-0.0109202497274989));
        CHECK(seen[100].uI == near(0.000109472575285971));
        CHECK(seen[steps].u == near(-0.0722118464887843));
        CHECK(seen[steps].uI == near(-0.0604183522707285));
    }
}
