#pragma once
#include <algorithm>
#include <cstddef>

#include "sim/kernels/kernels.hpp"
#include "sim/synapses/direct.hpp"

namespace apical {

/// The loops over a full matrix M, post units x pre units: W, or the traces E.
template <class S>
class DenseMatrix {
   public:
    DenseMatrix(std::size_t rows, std::size_t columns)
        : rows_(rows), columns_(columns), one_lane_(&kernels<S>(1, columns)), more_lanes_(&kernels<S>(2, columns)) {}

    /// The rows of y (+)= scale M x, or M^T x. In one lane with a hint at events, by columns of M (rows) of cells that
    /// have one, unless they are many.
    void transmit(const S* m, Rows rows, const S* x, S* y, std::size_t lanes, const Write<S>& how) const;
    Tiles transmit_tiles(std::size_t lanes, bool transposed) const;
    /// In a tile, M <- decay M + gain (sum over lanes of post pre^T).
    void add_outer(S* m, std::size_t tile, const OuterProduct<S>& term, std::size_t lanes, S gain, S decay) const;
    /// In a tile and one lane, the same without decay, only of the rows where `post` is not 0.
    void add_rows(S* m, std::size_t tile, const OuterProduct<S>& term, S gain) const;
    /// The same, only of the columns where `pre` is not 0.
    void add_columns(S* m, std::size_t tile, const OuterProduct<S>& term, S gain) const;
    /// In a tile, W <- decay W + gain E.
    void add_trace(S* w, const S* e, std::size_t tile, std::size_t lanes, S gain, S decay) const;
    Tiles learn_tiles(std::size_t lanes) const;

    std::size_t rows() const { return rows_; }
    std::size_t columns() const { return columns_; }

   private:
    /// False if the events are too many for it.
    bool transmit_events(const S* m, Rows rows, const S* x, S* y, const Write<S>& how) const;
    const Kernels<S>& kernels_for(std::size_t lanes) const { return lanes == 1 ? *one_lane_ : *more_lanes_; }

    std::size_t rows_, columns_;
    const Kernels<S>*one_lane_, *more_lanes_;
};

/// Dense weights, read for every transmission and written for every update.
template <class S>
class Dense final : public Direct<S> {
   public:
    /// `by_events`: one side of every update is 0 in most cells, and what has none is left alone.
    Dense(Access<S> weights, std::size_t lanes, bool decays_beside, bool by_events = false)
        : Direct<S>(weights, lanes, decays_beside, by_events), matrix_(weights->rows(), weights->columns()) {}

    void transmit(Rows rows, const S* from, S* into, const Write<S>& how) override {
        matrix_.transmit(this->weights()->data(), rows, from, into, this->lanes(),
                         {how.transposed, how.assign, this->scale_of(how), how.events});
    }
    std::optional<Tiles> transmit_tiles(bool transposed) const override {
        return matrix_.transmit_tiles(this->lanes(), transposed);
    }

   private:
    Tiles learn_tiles() const override { return matrix_.learn_tiles(this->lanes()); }
    double work_of_a_synapse() const override { return 1; }
    void add_outer(S* m, std::size_t part, const OuterProduct<S>& term, S gain, S decay) const override {
        if (!this->by_events() || this->lanes() > 1 || decay != S(1))
            matrix_.add_outer(m, part, term, this->lanes(), gain, decay);
        else if (is_sparser(term.pre, matrix_.columns(), term.post, matrix_.rows()))
            matrix_.add_columns(m, part, term, gain);
        else matrix_.add_rows(m, part, term, gain);
    }
    static bool is_sparser(const S* x, std::size_t cells, const S* than, std::size_t others) {
        const auto part = [](const S* side, std::size_t n) {
            return static_cast<double>(n - static_cast<std::size_t>(std::count(side, side + n, S(0)))) /
                   static_cast<double>(n);
        };
        return 4 * part(x, cells) < part(than, others);  // rows stand side by side in memory
    }
    void add_trace(S* w, const S* e, std::size_t part, S gain, S decay) const override {
        matrix_.add_trace(w, e, part, this->lanes(), gain, decay);
    }

    DenseMatrix<S> matrix_;
};

extern template class DenseMatrix<float>;
extern template class DenseMatrix<double>;
extern template class Dense<float>;
extern template class Dense<double>;

}  // namespace apical
