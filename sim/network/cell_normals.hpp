#pragma once
#include <Eigen/Core>
#include <cstddef>
#include <cstdint>

#include "sim/core/random.hpp"

namespace apical {

/// Standard normal numbers of cells in time, one a cell and step, four steps at a time: those of cell c in step s are
/// made of the four words at the address (stream, c, s / 4). In float, whatever the circuit computes with: |x| < 5.9.
class CellNormals {
   public:
    static constexpr std::size_t steps_together = 4;

    CellNormals(const Random& random, std::uint32_t stream, std::size_t cells);

    /// Draws those of the cells [first, end) for the four steps around `step`; first is a multiple of `together`.
    void draw(std::uint64_t step, std::size_t first, std::size_t end);
    /// Those of a step that were drawn.
    const float* of_step(std::uint64_t step) const {
        return values_.col(static_cast<Eigen::Index>(step % steps_together)).data();
    }

   private:
    Random random_;
    std::uint32_t stream_;
    Eigen::Matrix<float, Eigen::Dynamic, static_cast<int>(steps_together)> values_;  ///< (cells, padded) x 4 steps
};

}  // namespace apical
