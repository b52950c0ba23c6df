// 5.1 of the specification: three steps of a small net with given weights, against loops by hand and against what the
// authors' code printed.
#include "tests/papers/burst_ccn/nets.hpp"
#include "tests/support/burst_ccn_by_hand.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;
using namespace apical::burst_ccn;
using by_hand::Table, by_hand::BurstCcn;
using M = Matrix<double>;

const std::vector<std::size_t> sizes{4, 5, 5, 2};
const Table x{{.2, .9, 0, .5}, {1, .1, .7, .3}}, t{{1, 0}, {0, 1}};

Table pattern(std::size_t rows, std::size_t columns, int k) {
    Table values(rows, by_hand::Vector(columns));
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < columns; ++j)
            values[i][j] = 0.8 * std::sin(1.3 * static_cast<double>((i + 1) * (j + 2)) + 0.7 * k);
    return values;
}

BurstCcn fixture() {
    BurstCcn net;
    for (int k = 0; k < 3; ++k) {
        const auto l = static_cast<std::size_t>(k);
        net.W.push_back(pattern(sizes[l + 1], sizes[l], k));
        by_hand::Vector bias;
        for (std::size_t i = 0; i < sizes[l + 1]; ++i) bias.push_back(0.1 * std::cos(static_cast<double>(i) + k));
        net.bias.push_back(bias);
        if (k == 2) continue;
        net.Y.push_back(pattern(sizes[l + 2], sizes[l + 1], 10 + k));
        net.Q.push_back(pattern(sizes[l + 2], sizes[l + 1], 20 + k));
    }
    return net;
}

M matrix(const Table& rows) {
    M values(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(rows[0].size()));
    for (Eigen::Index i = 0; i < values.rows(); ++i)
        for (Eigen::Index j = 0; j < values.cols(); ++j)
            values(i, j) = rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
    return values;
}

Parameters parameters_of(const BurstCcn& net) {
    Parameters p;
    p.p_b = net.p_b;
    p.error_scale = net.error_scale;
    p.eta_W = net.eta_W;
    p.gamma_W = net.gamma_W;
    p.gamma_b = net.gamma_b;
    p.Y = net.tied_Y ? "tied" : "random";
    p.Q = net.tied_Q ? "tied" : "random";
    p.eta_Q = net.eta_Q;
    p.eta_Y = net.eta_Y;
    if (net.mirrored_Y) p.Y_learns = "kolen_pollack";
    if (net.eta_Y > 0) p.Y_learns = net.events_teach_Y ? "silencing_events" : "silencing";
    p.branches = static_cast<std::int64_t>(net.branches);
    return p;
}

/// Calls `with(name, rows)` for every matrix of synapses onto the dendrites of layer l, or onto branches of them: its
/// name without the letter, and which cells of the layer above it comes from.
template <class With>
void of_feedback(const BurstCcn& net, std::size_t l, const With& with) {
    const std::size_t above = sizes[l + 1], K = net.branches;
    for (std::size_t k = 0; k < K; ++k) {
        const std::size_t first = k * above / K, end = (k + 1) * above / K;
        const std::string branch = K == 1 ? "" : "_" + std::to_string(k + 1);
        with(std::to_string(l) + branch, Eigen::seqN(static_cast<int>(first), static_cast<int>(end - first)));
    }
}

template <class S>
Training<S> simulated(const BurstCcn& net) {
    Setup setup;
    setup.lanes = 2;
    Training<S> s(
        burst_ccn::net({4, 5, 5, 2}, parameters_of(net),
                       net.softmax ? Loss::softmax_cross_entropy : Loss::squared_error, net.relu ? "relu" : "logistic"),
        setup);
    for (std::size_t l = 0; l < 3; ++l) {
        s.assign("W" + std::to_string(l + 1), matrix(net.W[l]));
        s.assign("b" + std::to_string(l + 1), matrix({net.bias[l]}).transpose());
        if (l == 2) continue;
        of_feedback(net, l + 1, [&](const std::string& n, const auto& cells) {
            if (!net.tied_Y) s.assign("Y" + n, matrix(net.Y[l])(cells, Eigen::all).transpose());
            if (!net.tied_Q) s.assign("Q" + n, -matrix(net.Q[l])(cells, Eigen::all).transpose());
        });
    }
    return s;
}

template <class S>
void present(Training<S>& s) {
    const Matrix<S> inputs = matrix(x).transpose().cast<S>(), targets = matrix(t).transpose().cast<S>();
    s.present(inputs.data(), targets.data());
}

double largest_difference(const M& a, const M& b) {
    REQUIRE(a.rows() == b.rows());
    REQUIRE(a.cols() == b.cols());
    return (a - b).cwiseAbs().maxCoeff();
}

template <class S>
void compare(BurstCcn net, double tolerance) {
    Training<S> s = simulated<S>(net);
    for (int step = 0; step < 3; ++step) {
        CAPTURE(step);
        present(s);
        net.step(x, t);
        for (std::size_t l = 1; l <= 3; ++l) {
            CAPTURE(l);
            const std::string n = std::to_string(l), up = "up" + n;
            CHECK(largest_difference(column(s, up, "rate"), matrix(net.e[l]).transpose()) < tolerance);
            CHECK(largest_difference(column(s, up, "burst_probability"), matrix(net.p[l]).transpose()) < tolerance);
            CHECK(largest_difference(column(s, up, "burst"), matrix(net.b[l]).transpose()) < tolerance);
            CHECK(largest_difference(s.weights("W" + n), matrix(net.W[l - 1])) < tolerance);
            CHECK(largest_difference(s.weights("b" + n), matrix({net.bias[l - 1]}).transpose()) < tolerance);
            if (l == 3) continue;
            CHECK(largest_difference(column(s, up, "apical"), matrix(net.u[l]).transpose()) < tolerance);
            of_feedback(net, l, [&](const std::string& part, const auto& cells) {
                const M Y = matrix(net.Y[l - 1])(cells, Eigen::all).transpose(),
                        Q = matrix(net.Q[l - 1])(cells, Eigen::all).transpose();
                if (!net.tied_Y) CHECK(largest_difference(s.weights("Y" + part), Y) < tolerance);
                if (!net.tied_Q) CHECK(largest_difference(s.weights("Q" + part), -Q) < tolerance);
            });
        }
    }
}

}  // namespace

TEST_CASE("BurstCCN 5.1: three steps are those of loops by hand, in every regime of feedback") {
    std::vector<BurstCcn> nets;
    const auto with = [&](const auto& change) {
        BurstCcn net = fixture();
        change(net);
        nets.push_back(net);
    };
    with([](BurstCcn& n) { n.tied_Y = n.tied_Q = true; });
    with([](BurstCcn& n) { n.eta_Q = 0.05; });
    with([](BurstCcn& n) { n.tied_Y = true; });
    with([](BurstCcn& n) {
        n.tied_Q = n.mirrored_Y = true;
        n.gamma_W = 0.02;
    });
    with([](BurstCcn& n) {
        n.eta_Y = 0.05;
        n.events_teach_Y = true;
        n.gamma_W = n.gamma_b = 0.02;
    });
    with([](BurstCcn& n) {
        n.eta_Y = 0.05;
        n.p_b = 0.2;
        n.error_scale = 0.5;
    });
    with([](BurstCcn& n) {
        n.eta_Y = n.eta_Q = 0.05;
        n.branches = 2;
    });
    with([](BurstCcn& n) {
        n.relu = n.softmax = true;
        n.eta_Q = 0.05;
        n.p_b = 0.3;
        n.error_scale = 0.7;
    });
    with([](BurstCcn& n) { n.relu = n.softmax = n.tied_Y = n.tied_Q = true; });
    for (std::size_t k = 0; k < nets.size(); ++k) {
        CAPTURE(k);
        compare<double>(nets[k], 1e-10);
        compare<float>(nets[k], 1e-5);
    }
}

TEST_CASE("BurstCCN 5.1: tied feedback gives the authors' digits") {
    BurstCcn net = fixture();
    net.tied_Y = net.tied_Q = true;
    Training<double> s = simulated<double>(net);
    const auto mean_squared_error = [&] {
        return (matrix(t).transpose() - column(s, "up3", "rate")).array().square().mean();
    };
    present(s);
    const M e = (M(2, 2) << .5026529, .52419445, .39803424, .40950088).finished();
    CHECK(largest_difference(column(s, "up3", "rate"), e) < 1e-8);
    const M u = (M(5, 1) << .01257215, .00246958, .01367515, -.00275459, -.00509368).finished();
    CHECK(largest_difference(column(s, "up1", "apical").leftCols(1), u) < 1e-8);
    const M p = (M(2, 1) << .62367707, .38019851).finished();
    CHECK(largest_difference(column(s, "up3", "burst_probability").leftCols(1), p) < 1e-8);
    CHECK(mean_squared_error() == Approx(.257314).margin(1e-6).epsilon(0));

    // Angles to backpropagation, layers 1 to 3: .031, .077 and 0 degrees; lengths p_b times those of the gradient.
    net.step(x, t);
    const std::vector<double> angles{.031, .077, 0};
    for (std::size_t l = 1; l <= 3; ++l) {
        const M dW = s.weights("W" + std::to_string(l)) - matrix(fixture().W[l - 1]), BP = matrix(net.BP[l - 1]);
        CHECK(angle(dW, BP) == Approx(angles[l - 1]).margin(1e-3).epsilon(0));
        CHECK(dW.norm() / (0.3 * BP.norm()) == Approx(0.5).margin(1e-3).epsilon(0));
    }
    present(s);
    CHECK(mean_squared_error() == Approx(.257015).margin(1e-6).epsilon(0));
    present(s);
    CHECK(mean_squared_error() == Approx(.256728).margin(1e-6).epsilon(0));
}
