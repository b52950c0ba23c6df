#pragma once
#include <cstdint>
#include <vector>

#include "sim/synapses/direct.hpp"

namespace apical {

/// Weights of general connectivity, in compressed rows: 4 bytes a synapse besides its number, and 8 a cell, serve both
/// directions. What a cell receives is gathered along its row; through the transposed weights it pushes along it.
/// Either way the sum of one cell goes by ascending number of the other, whatever the tiles.
template <class S>
class SparseRows final : public Direct<S> {
   public:
    SparseRows(Access<S> weights, std::size_t lanes, bool decays_beside, bool by_events);

    void transmit(Rows rows, const S* from, S* into, const Write<S>& how) override;

   private:
    void gather(Rows rows, const S* from, S* into, S scale) const;
    void push(Rows columns, const S* from, S* into, S scale) const;
    /// Where, in the row of a postsynaptic cell, the presynaptic cells from `cell` on begin. `tile` is the one of
    /// columns_ that begins with the cell, columns_.count if none does.
    std::size_t place(std::size_t post, std::size_t cell, std::size_t tile) const;

    Tiles learn_tiles() const override;
    double work_of_a_synapse() const override { return 20; }
    void add_outer(S* m, std::size_t part, const OuterProduct<S>& term, S gain, S decay) const override;
    void add_trace(S* w, const S* e, std::size_t part, S gain, S decay) const override;

    const Adjacency& adjacency_;
    Tiles columns_;                      ///< how presynaptic cells are cut that receive from nowhere else
    std::vector<std::uint32_t> splits_;  ///< of each row, where tiles 1, 2, ... of columns_ begin
};

extern template class SparseRows<float>;
extern template class SparseRows<double>;

}  // namespace apical
