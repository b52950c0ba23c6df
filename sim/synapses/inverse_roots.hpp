#pragma once
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/circuit/pack.hpp"

namespace apical {

/// The factors of synaptic scaling from sums of squares: 1 / sqrt(x), each operation rounded once, in vector registers.
/// A sum of zero gives a finite factor for its zeros.
template <class S>
void inverse_roots(Eigen::Ref<Eigen::Matrix<S, Eigen::Dynamic, 1>> x) {
    constexpr S least = std::numeric_limits<S>::min();
    const auto n = static_cast<std::size_t>(x.size());
    std::size_t k = 0;
    for (S* const at = x.data(); k + Pack<S>::size <= n; k += Pack<S>::size)
        (1.0 / sqrt(max(Pack<S>::load_anywhere(at + k), static_cast<double>(least)))).store_anywhere(at + k);
    for (; k < n; ++k)
        x[static_cast<Eigen::Index>(k)] = 1 / std::sqrt(std::max(x[static_cast<Eigen::Index>(k)], least));
}

}  // namespace apical
