#pragma once
#include <cstddef>
#include <vector>

namespace apical::by_hand {

using Vector = std::vector<double>;
using Table = std::vector<Vector>;  ///< [row][column]

/// BurstCCN's rate model, settled, in scalar loops that share nothing with the simulator; in the sign and storage of
/// the first published code: u = Y^T b - Q^T e with Y and Q of n_(l+1) x n_l, cancelling where Q = p_b Y. Layers from
/// 0.
struct BurstCcn {
    double p_b = 0.5, error_scale = 1;
    double eta_W = 0.3, gamma_W = 0, gamma_b = 0, eta_Q = 0, eta_Y = 0;
    bool relu = false, softmax = false;
    bool tied_Y = false, tied_Q = false, mirrored_Y = false;
    bool events_teach_Y = false;  ///< as in the first published code, not bursts
    std::size_t branches = 1;     ///< of every dendrite
    std::vector<Table> W, Y, Q;   ///< W[l]: layer l -> l + 1; Y[l], Q[l]: layer l + 2 -> l + 1
    Table bias;

    /// Of the last step: [layer][lane][unit], layer 0 the input; BP[l] is minus the gradient of the mean over lanes of
    /// the loss with respect to W[l].
    std::vector<Table> e, v, u, p, b, BP;
    std::vector<std::vector<Table>> u_of;  ///< [layer][branch][lane][unit]; u is their sum

    void step(const Table& x, const Table& t);

   private:
    void forward(const Table& x);
    void taught(const Table& t);
    void backward(std::size_t l);
    void gradient(const Table& t);
    void learn();
    /// Which branch hears a cell of n: cells k n / branches up to (k + 1) n / branches, rounded down, are of branch k.
    std::size_t branch_of(std::size_t cell, std::size_t n) const { return ((cell + 1) * branches - 1) / n; }
};

}  // namespace apical::by_hand
