#pragma once
#include <cstddef>

#include "sim/core/abi.hpp"

namespace apical {

/// Row-major, as on disk: all synapses of one postsynaptic cell stand side by side.
template <class S>
using Matrix = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// As Eigen counts.
constexpr Eigen::Index index(std::size_t k) { return static_cast<Eigen::Index>(k); }

}  // namespace apical
