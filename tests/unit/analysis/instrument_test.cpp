#include "sim/experiment/instrument.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "analysis/metrics/agreement.hpp"
#include "analysis/metrics/representation.hpp"
#include "analysis/reference.hpp"
#include "sim/protocol/evaluator.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/analysis/observed_circuit.hpp"

using namespace apical;
using namespace apical::test;

namespace {

using RowMajor = Matrix<double>;

/// The same circuit's updates of W, by loops over samples that know nothing of the engine. Layer l = 1 .. 3 at [l].
struct ByHand {
    std::vector<RowMajor> own{4}, sgd{4}, reweighted{4};
    std::vector<RowMajor> loop{3};                                      ///< <hbar^{l+1} h^{lT}>
    std::vector<double> squares{0, 0, 0}, downstream_squares{0, 0, 0};  ///< means over cells and samples

    explicit ByHand(const Observed<double>& seen) {
        const auto weights = [&](const char* group, int l) {
            return seen.simulation.weights(group + std::to_string(l));
        };
        const std::size_t lanes = seen.lanes;
        std::vector<RowMajor> W(4), Wbar(4), V(4), Vbar(4);
        for (int l = 1; l <= 3; ++l) {
            W[l] = weights("W", l);
            if (l > 1) Wbar[l] = weights("Wbar", l);
            if (l < 3) V[l] = weights("V", l), Vbar[l] = weights("Vbar", l);
            own[l] = sgd[l] = reweighted[l] = RowMajor::Zero(W[l].rows(), W[l].cols());
            if (l < 3) loop[l] = RowMajor::Zero(weights("Wbar", l + 1).cols(), W[l].rows());
        }
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            std::vector<Eigen::VectorXd> h(4), p(4), hbar(4), delta(4), dtilde(4);
            h[0].resize(6);
            for (int i = 0; i < 6; ++i) h[0][i] = seen.inputs[static_cast<std::size_t>(i) * lanes + lane];
            for (int l = 1; l <= 3; ++l) {
                p[l] = W[l] * h[l - 1];
                h[l] = l < 3 ? Eigen::VectorXd(p[l].cwiseMax(0)) : p[l];
            }
            const Eigen::ArrayXd exponential = (p[3].array() - p[3].maxCoeff()).exp();
            Eigen::VectorXd e = -(exponential / exponential.sum()).matrix();
            for (int i = 0; i < 3; ++i) e[i] += seen.targets[static_cast<std::size_t>(i) * lanes + lane];
            hbar[3] = delta[3] = dtilde[3] = e;
            for (int l = 3; l >= 1; --l) {
                const auto add = [&](RowMajor& sum, const Eigen::VectorXd& post) {
                    sum += post * h[l - 1].transpose() / static_cast<double>(lanes);
                };
                Eigen::VectorXd A = Eigen::VectorXd::Ones(W[l].rows()), C = A;
                if (l < 3) {
                    A = (V[l].transpose() * V[l]).diagonal();
                    C = (Vbar[l] * V[l]).diagonal();
                }
                add(own[l], l < 3 ? Eigen::VectorXd(Vbar[l] * hbar[l]) : hbar[l]);
                add(sgd[l], delta[l]);
                add(reweighted[l], C.cwiseProduct(dtilde[l]));
                if (l == 1) break;
                const Eigen::VectorXd D = (p[l - 1].array() > 0).cast<double>();
                delta[l - 1] = D.cwiseProduct(W[l].transpose() * delta[l]);
                dtilde[l - 1] = D.cwiseProduct(W[l].transpose() * A.cwiseQuotient(C).cwiseProduct(dtilde[l]));
                const Eigen::VectorXd u = Wbar[l] * hbar[l], lateral = V[l - 1] * h[l - 1];
                hbar[l - 1] = (lateral.array() != 0).select(u, 0);
            }
            for (int l = 1; l <= 2; ++l) {
                loop[l] += hbar[l + 1] * h[l].transpose() / static_cast<double>(lanes);
                squares[l] += h[l].squaredNorm() / static_cast<double>(h[l].size() * lanes);
                downstream_squares[l] += hbar[l].squaredNorm() / static_cast<double>(hbar[l].size() * lanes);
            }
        }
    }
};

/// Wbar^l = V^{l-1} (W^l)^T (C^l)^{-1} (V^l)^T: what spec 3.6 decays to, with the re-weighted error as its exact
/// result.
void assemble(Training<double>& simulation) {
    for (int l = 2; l <= 3; ++l) {
        const std::string k = std::to_string(l);
        RowMajor Wbar = simulation.weights("V" + std::to_string(l - 1)) * simulation.weights("W" + k).transpose();
        if (l < 3) {
            const RowMajor V = simulation.weights("V" + k), Vbar = simulation.weights("Vbar" + k);
            Wbar = Wbar * (Vbar * V).diagonal().cwiseInverse().asDiagonal() * V.transpose();
        }
        simulation.assign("Wbar" + k, Wbar);
    }
}

/// max |A x| / |x|, by power iteration.
double largest_stretch(const RowMajor& A) {
    Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(A.cols(), 1, 2);
    for (int k = 0; k < 2000; ++k) x = (A.transpose() * (A * x)).normalized();
    return (A * x).norm();
}

}  // namespace

TEST_CASE("the reference update is the negative gradient: finite differences of the loss") {
    const auto activation = GENERATE("relu", "leaky_relu", "tanh", "linear");
    const auto loss = GENERATE(Loss::softmax_cross_entropy, Loss::squared_error);
    Upstream upstream = small_network();
    upstream.activation = activation;
    upstream.leak = 0.2;
    upstream.biases = true;
    Observed<double> seen(self_assembly::circuit(upstream, independent_motif(), small_task(loss)));
    for (int l = 1; l <= 3; ++l) {  // biases that are not zero, so that leaving them out would show
        const std::string b = "b" + std::to_string(l);
        seen.simulation.assign(b, RowMajor::Constant(seen.simulation.weights(b).rows(), 1, 0.1 * l));
    }
    Reference<double> reference(seen.simulation.circuit(), Reference<double>::Feedback::transposed, seen.lanes,
                                seen.simulation.setup().pool);
    reference.assign_upstream(seen.simulation);
    reference.evaluate(seen.inputs.data(), seen.targets.data());
    for (std::size_t l = 1; l <= 3; ++l) {
        const RowMajor update = reference.update(l);
        const std::string name = "W" + std::to_string(l);
        const RowMajor W = seen.simulation.weights(name);
        RowMajor difference = W;
        const double step = 1e-6;
        for (Eigen::Index k = 0; k < W.size(); ++k) {
            const auto loss_at = [&](double w) {
                RowMajor moved = W;
                moved.data()[k] = w;
                seen.simulation.assign(name, moved);
                seen.evaluate();
                return seen.evaluator.loss();
            };
            difference.data()[k] = (loss_at(W.data()[k] - step) - loss_at(W.data()[k] + step)) / (2 * step);
        }
        seen.simulation.assign(name, W);
        // Rounding of the loss, 1e-16 / 1e-6, and the third derivative times step^2.
        CHECK((update - difference).cwiseAbs().maxCoeff() < 1e-8);
        CHECK(update.norm() > 1e-3);
    }
}

TEST_CASE("alignment agrees with loops over samples, for random untied connectivity") {
    Observed<double> seen(self_assembly::circuit(small_network(), independent_motif(), small_task()));
    const auto measured = seen.measure();
    const ByHand hand(seen);
    for (std::size_t l = 1; l <= 2; ++l) {
        const RowMajor Vbar = seen.simulation.weights("Vbar" + std::to_string(l));
        const RowMajor H_sgd = Vbar * Vbar.transpose() * hand.sgd[l];
        CHECK(measured.at("cosine_sgd")[l - 1] == Approx(cosine(hand.own[l], hand.sgd[l])));
        CHECK(measured.at("cosine_h_sgd")[l - 1] == Approx(cosine(hand.own[l], H_sgd)));
        CHECK(measured.at("relative_error_h_sgd")[l - 1] == Approx((hand.own[l] - H_sgd).norm() / hand.own[l].norm()));
        CHECK(measured.at("relative_error_reweighted")[l - 1] ==
              Approx((hand.own[l] - hand.reweighted[l]).norm() / hand.own[l].norm()));
        CHECK(measured.at("smallest_eigenvalue_H")[l - 1] == Approx((Vbar * Vbar.transpose()).diagonal().minCoeff()));
        CHECK(measured.at("norm_Vbar")[l - 1] == Approx(Vbar.norm()));
        CHECK(measured.at("rate_rms")[l - 1] == Approx(std::sqrt(hand.squares[l])));
        CHECK(measured.at("downstream_rate_rms")[l - 1] == Approx(std::sqrt(hand.downstream_squares[l])));
        CHECK(measured.at("loop_gain")[l - 1] == Approx(largest_stretch(hand.loop[l])));
        CHECK(measured.at("spectral_norm_V")[l - 1] ==
              Approx(largest_stretch(seen.simulation.weights("V" + std::to_string(l)))));
        CHECK(measured.at("spectral_norm_Vbar")[l - 1] == Approx(largest_stretch(Vbar)));
    }
    REQUIRE(measured.at("gain_sgd").size() == 3);
    for (std::size_t l = 1; l <= 3; ++l) {
        CHECK(measured.at("spectral_norm_W")[l - 1] ==
              Approx(largest_stretch(seen.simulation.weights("W" + std::to_string(l)))));
        CHECK(measured.at("gain_sgd")[l - 1] == Approx(hand.own[l].norm() / hand.sgd[l].norm()));
    }
    for (std::size_t l = 2; l <= 3; ++l)
        CHECK(measured.at("spectral_norm_Wbar")[l - 2] ==
              Approx(largest_stretch(seen.simulation.weights("Wbar" + std::to_string(l)))));
    CHECK(measured.at("norm_W").size() == 3);
    CHECK(measured.at("norm_Wbar")[1] == Approx(seen.simulation.weights("Wbar3").norm()));
    CHECK(measured.at("motif_residual").size() == 2);
}

TEST_CASE("where Wbar mirrors W through V, the re-weighted error is exact and R depends on C alone") {
    Observed<double> seen(self_assembly::circuit(small_network(), independent_motif(), small_task()));
    assemble(seen.simulation);
    const auto measured = seen.measure();
    for (std::size_t l = 0; l < 2; ++l) {
        CHECK(measured.at("relative_error_reweighted")[l] < 1e-14);
        CHECK(measured.at("relative_error_h_sgd")[l] > 1e-2);
    }
    CHECK(measured.at("motif_residual")[1] < 1e-14);  // R^L = 0
}

TEST_CASE("scaled and tied, the assembled circuit follows the gradient itself: H = I, R = S = 0") {
    self_assembly::Parameters parameters = independent_motif();
    parameters.start = "tied";
    Observed<double> seen(self_assembly::circuit(small_network(), parameters, small_task()));
    for (int l = 1; l <= 2; ++l) {
        const std::string k = std::to_string(l);
        RowMajor Vbar = seen.simulation.weights("Vbar" + k);
        Vbar.rowwise().normalize();
        seen.simulation.assign("Vbar" + k, Vbar);
        seen.simulation.assign("V" + k, Vbar.transpose());
    }
    assemble(seen.simulation);
    const auto measured = seen.measure();
    const double cells[] = {5, 4};
    for (std::size_t l = 0; l < 2; ++l) {
        CHECK(measured.at("cosine_sgd")[l] == Approx(1).epsilon(1e-14));
        CHECK(measured.at("relative_error_h_sgd")[l] < 1e-14);
        CHECK(measured.at("cross_asymmetry")[l] == 0);
        CHECK(measured.at("motif_residual")[l] < 1e-14);
        CHECK(measured.at("effective_rank_H")[l] == Approx(cells[l]));
        CHECK(measured.at("smallest_eigenvalue_H")[l] == Approx(1));
    }
}

TEST_CASE("float and double measure the same, up to the rounding of the weights") {
    const Circuit circuit = self_assembly::circuit(small_network(), independent_motif(), small_task());
    const auto wide = Observed<double>(circuit).measure(), narrow = Observed<float>(circuit).measure();
    REQUIRE(narrow.size() == wide.size());
    for (const auto& [name, values] : wide)
        for (std::size_t k = 0; k < values.size(); ++k) {
            INFO(name);
            if (std::isnan(values[k])) CHECK(std::isnan(narrow.at(name)[k]));  // beyond the end of a spectrum
            else CHECK(narrow.at(name)[k] == Approx(values[k]).epsilon(1e-4).margin(1e-5));
        }
}

TEST_CASE("the re-weighted error is undefined from the layer on, downwards, where a cell has Vbar V = 0") {
    Observed<double> seen(self_assembly::circuit(small_network(), independent_motif(), small_task()));
    const std::size_t broken = GENERATE(1, 2);
    RowMajor V = seen.simulation.weights("V" + std::to_string(broken));
    V.col(1).setZero();
    seen.simulation.assign("V" + std::to_string(broken), V);
    const auto measured = seen.measure().at("relative_error_reweighted");
    CHECK(std::isnan(measured[0]));
    CHECK(std::isnan(measured[1]) == (broken == 2));
}

TEST_CASE("a cosine with weights that are not plastic is not a number") {
    self_assembly::Parameters parameters = independent_motif();
    parameters.plastic = {"Wbar"};
    const auto measured = Observed<double>(self_assembly::circuit(small_network(), parameters, small_task())).measure();
    CHECK(std::isnan(measured.at("cosine_sgd")[0]));
    for (const double gain : measured.at("gain_sgd")) CHECK(std::isnan(gain));
    CHECK(std::isnan(measured.at("relative_error_reweighted")[1]));
    CHECK(measured.at("norm_W")[0] > 0);
}

TEST_CASE("a circuit that has diverged measures as not a number") {
    Observed<float> seen(self_assembly::circuit(small_network(), independent_motif(), small_task()));
    std::vector<float> huge(seen.inputs.size(), 1e38f);
    for (int k = 0; k < 3; ++k) try {
            seen.simulation.present(huge.data(), seen.targets.data());
        } catch (const std::runtime_error&) {
            // What the run would report; here only the weights matter.
        }
    for (const auto& [name, values] : seen.measure()) CHECK(std::isnan(values[0]));
}

TEST_CASE("baselines measure what they have; backpropagation follows the gradient") {
    using Names = std::vector<std::string>;
    // Metrics with different needs; what a circuit has besides these is no matter here.
    const auto among = [](const Names& asked, const Names& names) {
        Names both;
        std::copy_if(asked.begin(), asked.end(), std::back_inserter(both), [&](const std::string& name) {
            return std::find(names.begin(), names.end(), name) != names.end();
        });
        return both;
    };
    const Names metrics{"cosine_sgd", "cosine_fa", "gain_sgd", "cosine_h_sgd", "relative_error_reweighted",
                        "norm_W",     "norm_Wbar", "rate_rms"};
    const Names spectra{"spectral_norm_W", "effective_rank_W", "spectral_norm_Wbar", "effective_rank_H", "cosine_dW_W",
                        "cosine_sgd_W",    "correlation_h",    "correlation_hbar",   "separability",     "cka_below",
                        "cka_targets",     "cka_downstream",   "loop_gain"};
    Observed<double> exact(backpropagation_circuit(small_network(), small_task()));
    CHECK(among(metrics, exact.names(MetricGroup::metrics)) == Names{"cosine_sgd", "gain_sgd", "norm_W", "rate_rms"});
    CHECK(among(spectra, exact.names(MetricGroup::spectra)) == Names{"spectral_norm_W", "effective_rank_W",
                                                                     "cosine_dW_W", "cosine_sgd_W", "correlation_h",
                                                                     "separability", "cka_below", "cka_targets"});
    const auto measured = exact.measure();
    for (const double value : measured.at("gain_sgd")) CHECK(value == Approx(1).epsilon(1e-14));
    for (const double value : measured.at("cosine_sgd")) CHECK(value == Approx(1).epsilon(1e-14));
    Observed<double> random(feedback_circuit(small_network(), 1, false, small_task()));
    CHECK(random.measure().at("cosine_sgd")[1] < 0.999);
    Upstream shallow = small_network();
    shallow.hidden = {};
    Observed<double> single(backpropagation_circuit(shallow, small_task()));
    CHECK(among(metrics, single.names(MetricGroup::metrics)) == Names{"gain_sgd", "norm_W"});
    CHECK(among(spectra, single.names(MetricGroup::spectra)) == Names{"spectral_norm_W", "effective_rank_W"});
    const auto of_single = single.measure();
    CHECK(of_single.at("norm_W").size() == 1);
    REQUIRE(of_single.at("gain_sgd").size() == 1);
    CHECK(of_single.at("gain_sgd")[0] == Approx(1).epsilon(1e-14));
}

TEST_CASE("feedback alignment goes through the circuit's own feedback, and what cancels that is held against it") {
    Observed<double> fixed(feedback_circuit(small_network(), 1, false, small_task()));
    const auto in_fixed = fixed.measure();
    for (const double value : in_fixed.at("cosine_fa")) CHECK(value == Approx(1).epsilon(1e-12));
    CHECK(in_fixed.count("tangent_cancelling") == 0);

    burst_ccn::Parameters parameters;
    parameters.misalignment_Q = 0.3;
    Observed<double> seen(burst_ccn::circuit({{5, 4}}, parameters, small_task(Loss::squared_error)));
    const auto measured = seen.measure();
    seen.evaluate();
    const auto rate = [&](const std::string& cells) { return seen.evaluator.column(cells, "rate"); };
    const auto slope = [&](const std::string& cells) -> RowMajor {
        const RowMajor e = rate(cells);
        return e.array() * (1 - e.array());
    };
    std::vector<RowMajor> delta(4);
    delta[3] = slope("up3").cwiseProduct(seen.evaluator.column("up3", "apical"));
    for (std::size_t l = 2; l >= 1; --l) {
        const std::string n = std::to_string(l), cells = "up" + n;
        const RowMajor B = seen.simulation.weights("Y" + n), Q = seen.simulation.weights("Q" + n);
        delta[l] = slope(cells).cwiseProduct(B * delta[l + 1]);
        const RowMajor below = rate(l == 1 ? "in" : "up1").transpose();
        const double expected = cosine(seen.evaluator.column(cells, "burst_excess") * below, delta[l] * below);
        CHECK(measured.at("cosine_fa")[l - 1] == Approx(expected).epsilon(1e-9));
        CHECK(std::abs(expected) < 0.999);
        CHECK(measured.at("tangent_cancelling")[l - 1] == Approx(std::tan(std::acos(cosine(B, -Q)))).epsilon(1e-9));
        CHECK(measured.at("tangent_cancelling")[l - 1] > 0.1);
        // W^T with the slopes of both layers, averaged over samples.
        const RowMajor together = slope(cells) * slope("up" + std::to_string(l + 1)).transpose();
        const RowMajor W = seen.simulation.weights("W" + std::to_string(l + 1)).transpose();
        CHECK(measured.at("cosine_feedback_slopes")[l - 1] ==
              Approx(cosine(B, W.cwiseProduct(together))).epsilon(1e-9));
        CHECK(std::abs(cosine(W.cwiseProduct(together),
                              W.cwiseProduct(slope(cells) * RowMajor::Ones(slope(cells).cols(), W.cols())))) <
              1 - 1e-6);
    }
}

TEST_CASE("a dense circuit has no re-weighted error") {
    self_assembly::Parameters parameters;
    parameters.motif = "dense";
    parameters.signs = "free";
    parameters.gate = "linear";
    parameters.scaling = false;
    const auto measured = Observed<double>(self_assembly::circuit(small_network(), parameters, small_task())).measure();
    CHECK(measured.count("relative_error_reweighted") == 0);
    CHECK(measured.at("effective_rank_H")[0] > 1);
}

TEST_CASE("measuring leaves the circuit as it was, and twice is the same") {
    Observed<double> seen(self_assembly::circuit(small_network(), independent_motif(), small_task()));
    const RowMajor before = seen.simulation.weights("W2");
    const auto first = seen.measure(), second = seen.measure();
    for (const auto& [name, values] : first) {
        INFO(name);
        const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
        CHECK(std::ranges::equal(values, second.at(name), same));
    }
    CHECK(seen.simulation.weights("W2") == before);
}

TEST_CASE("angles with W and the feedback path, and what activity says, are of the matrices they name") {
    Observed<double> seen(self_assembly::circuit(small_network(), independent_motif(), small_task()));
    const ByHand by_hand(seen);
    const auto measured = seen.measure();
    seen.evaluate();
    const auto weights = [&](const std::string& name) { return seen.simulation.weights(name); };
    const std::vector<RowMajor> path{
        {}, {}, weights("Vbar1") * weights("Wbar2") * weights("V2"), weights("Vbar2") * weights("Wbar3")};
    for (std::size_t l = 1; l <= 3; ++l) {
        const RowMajor W = weights("W" + std::to_string(l));
        RowMajor H = RowMajor::Identity(W.rows(), W.rows());
        if (l < 3) H = weights("Vbar" + std::to_string(l)) * weights("Vbar" + std::to_string(l)).transpose();
        const RowMajor &own = by_hand.own[l], &sgd = by_hand.sgd[l], h_sgd = H * sgd;
        const auto close = [&](const std::string& name, std::size_t first, double expected) {
            INFO(name << ", layer " << l);
            CHECK(measured.at(name)[l - first] == Approx(expected).epsilon(1e-9));
        };
        if (l < 3) {
            close("cosine_sgd_h_sgd", 1, cosine(sgd, h_sgd));
            close("cosine_dW_W", 1, cosine(own, W));
            close("cosine_sgd_W", 1, cosine(sgd, W));
            close("cosine_h_sgd_W", 1, cosine(h_sgd, W));
            const RowMajor h = seen.evaluator.column("up" + std::to_string(l), "rate");
            const RowMajor hbar = seen.evaluator.column("down" + std::to_string(l), "rate");
            const Eigen::Map<const RowMajor> input(seen.inputs.data(), 6, 24), targets(seen.targets.data(), 3, 24);
            close("correlation_h", 1, mean_correlation(h));
            close("correlation_hbar", 1, mean_correlation(hbar));
            close("separability", 1, linear_separability(h, targets));
            close("cka_below", 1, linear_cka(h, l == 1 ? RowMajor(input) : seen.evaluator.column("up1", "rate")));
            close("cka_targets", 1, linear_cka(h, targets));
            close("cka_downstream", 1, linear_cka(h, hbar));
        }
        if (l == 1) continue;
        const RowMajor F = path[l].transpose();
        close("cosine_path", 2, cosine(F, W));
        close("cosine_dW_path", 2, cosine(own, F));
        close("cosine_sgd_path", 2, cosine(sgd, F));
        close("cosine_h_sgd_path", 2, cosine(h_sgd, F));
    }
}
