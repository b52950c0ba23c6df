#pragma once
#include <Eigen/Core>
#include <limits>

namespace apical {

/// The factors of synaptic scaling from sums of squares: 1 / sqrt(x), all at once in vector registers, which a
/// selection would prevent. A sum of zero gives a finite factor for its zeros.
template <class S>
void inverse_roots(Eigen::Ref<Eigen::Matrix<S, Eigen::Dynamic, 1>> x) {
    x = x.cwiseMax(std::numeric_limits<S>::min()).cwiseSqrt().cwiseInverse();
}

}  // namespace apical
