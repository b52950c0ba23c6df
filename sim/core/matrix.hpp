#pragma once
#include "sim/core/abi.hpp"

namespace apical {

/// Row-major, as on disk: all synapses of one postsynaptic cell stand side by side.
template <class S>
using Matrix = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

}  // namespace apical
