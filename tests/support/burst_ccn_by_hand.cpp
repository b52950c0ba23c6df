#include "tests/support/burst_ccn_by_hand.hpp"

#include <cmath>

namespace apical::by_hand {

namespace {

double sigma(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

void BurstCcn::forward(const Table& x) {
    e.assign(1, x);
    v.assign(1, x);
    for (std::size_t l = 0; l < W.size(); ++l) {
        const bool output = l + 1 == W.size();
        Table potential, rate;
        for (const Vector& below : e[l]) {
            Vector lane(W[l].size());
            double normaliser = 0;
            for (std::size_t i = 0; i < lane.size(); ++i) {
                lane[i] = bias[l][i];
                for (std::size_t j = 0; j < below.size(); ++j) lane[i] += W[l][i][j] * below[j];
                normaliser += std::exp(lane[i]);
            }
            potential.push_back(lane);
            for (double& value : lane) {
                if (output && softmax) value = std::exp(value) / normaliser;
                else if (!output && relu) value = value > 0 ? value : 0;
                else value = sigma(value);
            }
            rate.push_back(lane);
        }
        v.push_back(potential);
        e.push_back(rate);
    }
}

void BurstCcn::taught(const Table& t) {
    p = b = u = e;
    u_of.assign(e.size(), {});
    Table &p_L = p.back(), &b_L = b.back();
    for (std::size_t k = 0; k < t.size(); ++k)
        for (std::size_t i = 0; i < t[k].size(); ++i) {
            const double rate = e.back()[k][i], error = t[k][i] - rate;
            if (softmax) p_L[k][i] = 2 * p_b * sigma(2 * error_scale * error / (rate + 1));
            else p_L[k][i] = p_b + p_b * error_scale * error * (1 - rate);
            b_L[k][i] = softmax ? p_L[k][i] * (rate + 1) - p_b : p_L[k][i] * rate;
        }
}

void BurstCcn::backward(std::size_t l) {
    const Table &feedback = Y[l - 1], &cancelling = Q[l - 1];
    u_of[l].assign(branches, e[l]);
    for (std::size_t k = 0; k < e[l].size(); ++k)
        for (std::size_t j = 0; j < e[l][k].size(); ++j) {
            double sum = 0;
            for (std::size_t part = 0; part < branches; ++part) {
                double& here = u_of[l][part][k][j];
                here = 0;
                for (std::size_t i = 0; i < feedback.size(); ++i)
                    if (branch_of(i, feedback.size()) == part)
                        here += feedback[i][j] * b[l + 1][k][i] - cancelling[i][j] * e[l + 1][k][i];
                sum += here;
            }
            u[l][k][j] = sum;
            const double rate = e[l][k][j];
            const double h = !relu ? 1 - rate : v[l][k][j] > 0 ? 1 / (rate + 1e-8) : 0;
            p[l][k][j] = 2 * p_b * sigma(2 / p_b * sum * h);
            b[l][k][j] = p[l][k][j] * rate;
        }
}

void BurstCcn::gradient(const Table& t) {
    BP = W;
    for (Table& rows : BP)
        for (Vector& row : rows) row.assign(row.size(), 0);
    for (std::size_t k = 0; k < t.size(); ++k) {
        Vector delta;
        for (std::size_t l = W.size(); l >= 1; --l) {
            Vector here(e[l][k].size());
            for (std::size_t i = 0; i < here.size(); ++i) {
                const double rate = e[l][k][i];
                if (l == W.size()) {
                    here[i] = (t[k][i] - rate) * (softmax ? 1 : rate * (1 - rate));
                    continue;
                }
                for (std::size_t a = 0; a < delta.size(); ++a) here[i] += W[l][a][i] * delta[a];
                here[i] *= !relu ? rate * (1 - rate) : v[l][k][i] > 0 ? 1 : 0;
            }
            delta = here;
            for (std::size_t i = 0; i < delta.size(); ++i)
                for (std::size_t j = 0; j < e[l - 1][k].size(); ++j)
                    BP[l - 1][i][j] += delta[i] * e[l - 1][k][j] / static_cast<double>(t.size());
        }
    }
}

void BurstCcn::learn() {
    const std::size_t lanes = e[0].size();
    const auto share = 1 / static_cast<double>(lanes);
    // (p - p_b) e, where a softmax unit fires at e + 1
    const auto excess = [&](std::size_t l, std::size_t k, std::size_t i) {
        return (p[l][k][i] - p_b) * (e[l][k][i] + (softmax && l == W.size() ? 1 : 0));
    };
    for (std::size_t l = 1; l < W.size(); ++l)
        for (std::size_t i = 0; i < W[l].size(); ++i)
            for (std::size_t j = 0; j < W[l][i].size(); ++j) {
                double dQ = 0, dY = 0;
                const std::size_t part = branch_of(i, W[l].size());
                double heard = 0;
                for (std::size_t other = 0; other < W[l].size(); ++other)
                    heard += branch_of(other, W[l].size()) == part ? 1 : 0;
                const double faster = std::sqrt(static_cast<double>(W[l].size()) / heard);
                for (std::size_t k = 0; k < lanes; ++k) {
                    const double own = u_of[l][part][k][j];
                    dQ += share * eta_Q * e[l + 1][k][i] * own;
                    if (mirrored_Y) dY += share * eta_W * excess(l + 1, k, i) * e[l][k][j];
                    else dY -= share * faster * eta_Y * (events_teach_Y ? e : b)[l + 1][k][i] * own;
                }
                Q[l - 1][i][j] += dQ;
                Y[l - 1][i][j] += dY - (mirrored_Y ? eta_W * gamma_W * Y[l - 1][i][j] : 0);
            }
    for (std::size_t l = 0; l < W.size(); ++l)
        for (std::size_t i = 0; i < W[l].size(); ++i) {
            double db = 0;
            for (std::size_t k = 0; k < lanes; ++k) db += share * eta_W * excess(l + 1, k, i);
            bias[l][i] += db - eta_W * gamma_b * bias[l][i];
            for (std::size_t j = 0; j < W[l][i].size(); ++j) {
                double dW = -eta_W * gamma_W * W[l][i][j];
                for (std::size_t k = 0; k < lanes; ++k) dW += share * eta_W * excess(l + 1, k, i) * e[l][k][j];
                W[l][i][j] += dW;
            }
        }
}

void BurstCcn::step(const Table& x, const Table& t) {
    for (std::size_t l = 0; l + 1 < W.size(); ++l) {
        if (tied_Y) Y[l] = W[l + 1];
        if (!tied_Q) continue;
        Q[l] = Y[l];
        for (Vector& row : Q[l])
            for (double& value : row) value *= p_b;
    }
    forward(x);
    taught(t);
    for (std::size_t l = W.size() - 1; l >= 1; --l) backward(l);
    gradient(t);
    learn();
}

}  // namespace apical::by_hand
