#include "analysis/observation.hpp"

#include "analysis/metrics/assembly.hpp"

namespace apical {

Matrix<double> Observation::through_vbar(std::size_t l, const Matrix<double>& A) const {
    return l == layers ? A : product(Vbar[l], A);
}

Observation::Matrices feedback_paths(const Observation& seen) {
    Observation::Matrices paths(seen.layers + 1);
    for (std::size_t l = 2; l <= seen.layers; ++l) {
        paths[l] = product(seen.Vbar[l - 1], seen.Wbar[l]);
        if (l < seen.layers) paths[l] = product(seen.V[l].transpose(), paths[l].transpose()).transpose();
    }
    return paths;
}

}  // namespace apical
