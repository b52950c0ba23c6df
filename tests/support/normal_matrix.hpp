#pragma once
#include "sim/core/matrix.hpp"
#include "sim/core/random.hpp"

namespace apical {

/// Standard normal numbers, the same for the same stream.
inline Matrix<double> normal_matrix(Eigen::Index rows, Eigen::Index columns, std::uint32_t stream) {
    const Random random(7);
    Matrix<double> A(rows, columns);
    for (Eigen::Index k = 0; k < A.size(); ++k) A.data()[k] = random.normal(stream, static_cast<std::uint32_t>(k));
    return A;
}

}  // namespace apical
