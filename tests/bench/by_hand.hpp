#pragma once
#include <Eigen/Core>
#include <array>
#include <cmath>

#include "sim/protocol/training.hpp"

namespace apical::bench {

/// One settled step of self_assembly (dense cross connections, gate `linear`, ReLU, masked dW, rule "act") as one would
/// write it by hand: the same products on the same shapes, one decay pass a matrix, nothing else. What the engine costs
/// is its time over this one's.
class ByHand {
   public:
    using M = Matrix<float>;
    static constexpr int L = 4;

    ByHand(const Training<float>& like, float change, float keep) : change_(change), keep_(keep) {
        for (int l = 1; l <= L; ++l) {
            W[l] = like.weights("W" + std::to_string(l)).cast<float>();
            if (l > 1) Wbar[l] = like.weights("Wbar" + std::to_string(l)).cast<float>();
            if (l == L) continue;
            V[l] = like.weights("V" + std::to_string(l)).cast<float>();
            Vbar[l] = like.weights("Vbar" + std::to_string(l)).cast<float>();
        }
    }

    void step(const M& x, const M& target) {
        h_[0] = x;
        for (int l = 1; l <= L; ++l) {
            p_[l].noalias() = W[l] * h_[l - 1];
            if (l < L) h_[l] = p_[l].cwiseMax(0);
        }
        hbar_[L] = (p_[L].rowwise() - p_[L].colwise().maxCoeff()).array().exp();
        hbar_[L] = target - M(hbar_[L].array().rowwise() / hbar_[L].colwise().sum().array());
        for (int l = L - 1; l >= 1; --l) {
            hbar_[l].noalias() = Wbar[l + 1] * hbar_[l + 1];
            apical_[l].noalias() = Vbar[l] * hbar_[l];
            lateral_[l].noalias() = V[l] * h_[l];
        }
        for (int l = 1; l < L; ++l) {
            apical_[l] = (p_[l].array() > 0).select(apical_[l], 0);
            learn(W[l], apical_[l], h_[l - 1]);
            learn(Wbar[l + 1], lateral_[l], hbar_[l + 1]);
            learn(V[l], hbar_[l], h_[l]);
            learn(Vbar[l], h_[l], hbar_[l]);
        }
        learn(W[L], hbar_[L], h_[L - 1]);
    }

    std::array<M, L + 1> W, Wbar, V, Vbar;

   private:
    void learn(M& w, const M& post, const M& pre) const {
        w *= keep_;
        w.noalias() += change_ * post * pre.transpose();
    }

    float change_, keep_;
    std::array<M, L + 1> p_, h_, hbar_, apical_, lateral_;
};

}  // namespace apical::bench
