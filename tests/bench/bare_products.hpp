#pragma once
#include <algorithm>
#include <cmath>
#include <deque>
#include <vector>

#include "sim/kernels/kernels.hpp"
#include "tests/bench/networks.hpp"

namespace apical::bench {

/// The matrix products of one step of a circuit and nothing else, each in one call of a kernel of the instruction set
/// in use: y = W x, or W^T x, for every dense projection and W += c p q^T for all dense weights that learn. The time
/// that no engine with these kernels can go below that computes all of them; sim/kernels/README.md compares
/// them with libraries.
class BareProducts {
   public:
    explicit BareProducts(const Circuit& circuit, std::size_t count = lanes) {
        // A column a population: as in the step, what one product writes is what another reads.
        std::vector<M*> column, of;
        for (const Population& population : circuit.populations) column.push_back(random(population.units, count));
        for (const Weights& w : circuit.weights) {
            const auto post = circuit.populations[w.post].units, pre = circuit.populations[w.pre].units;
            of.push_back(w.connectivity.is_dense() ? random(post, pre) : nullptr);
            if (of.back() != nullptr)
                *of.back() /= std::sqrt(static_cast<float>(pre));  // neither infinite nor denormal
        }
        for (const Projection& projection : circuit.projections)
            if (projection.weights && of[*projection.weights] != nullptr)
                drives_.push_back({of[*projection.weights], column[projection.source], column[projection.target],
                                   projection.transposed});
        for (WeightsId k{}; k < of.size(); ++k)
            if (of[k] != nullptr && circuit.weights[k].rule)
                updates_.push_back({of[k], column[circuit.weights[k].post], column[circuit.weights[k].pre]});
    }

    void run() {
        const auto size = [](Eigen::Index n) { return static_cast<std::size_t>(n); };
        for (const auto& [w, x, y, transposed] : drives_)
            kernels<float>(size(x->cols()), size(w->cols()))
                .multiply({w->data(), size(w->rows()), size(w->cols()), transposed, x->data(), y->data(),
                           size(x->cols()), 0, size(y->rows()), true, 1});
        // So small that the weights keep their size however often this runs.
        for (const auto& [w, post, pre] : updates_)
            kernels<float>(size(post->cols()), size(w->cols()))
                .add_outer({w->data(), size(w->rows()), size(w->cols()), post->data(), pre->data(), size(post->cols()),
                            0, size(std::max(w->rows(), w->cols())), 1e-9F, 1});
    }

   private:
    struct Drive {
        M *w, *x, *y;
        bool transposed;
    };
    struct Update {
        M *w, *post, *pre;
    };
    M* random(std::size_t rows, std::size_t columns) {
        matrices_.emplace_back(M::Random(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns)));
        return &matrices_.back();
    }

    std::deque<M> matrices_;
    std::vector<Drive> drives_;
    std::vector<Update> updates_;
};

}  // namespace apical::bench
