#pragma once
#include <cmath>
#include <deque>
#include <vector>

#include "tests/bench/networks.hpp"

namespace apical::bench {

/// The matrix products of one step of a circuit and nothing else, by Eigen's sgemm: y = W x, or W^T x, for every dense
/// projection and W += c p q^T for all dense weights that learn. The time that no engine on this library can go below
/// that computes all of them.
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
        for (const Drive& drive : drives_)
            if (drive.transposed) drive.y->noalias() = drive.w->transpose() * *drive.x;
            else drive.y->noalias() = *drive.w * *drive.x;
        // So small that the weights keep their size however often this runs.
        for (const Update& update : updates_) update.w->noalias() += 1e-9F * *update.post * update.pre->transpose();
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
