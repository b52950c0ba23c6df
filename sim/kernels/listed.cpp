#include <Eigen/Core>

#include "sim/kernels/compiled.hpp"

namespace apical::APICAL_SET {

template <class S>
void add_dots(const typename Kernels<S>::Dots& of) {
    using Lanes = Eigen::Map<const Eigen::Array<S, Eigen::Dynamic, 1>>;
    const std::size_t lanes = of.lanes, first = of.first, end = of.end;
    const auto n = static_cast<Eigen::Index>(lanes);
    const std::uint32_t *const post_cells = of.post_cells, *const pre_cells = of.pre_cells;
    const S *const post = of.post, *const pre = of.pre, gain = of.gain, decay = of.decay;
    S* const values = of.values;
    for (std::size_t k = first; k < end; ++k) {
        const Lanes p(post_cells == nullptr ? post : post + post_cells[k] * lanes, n), q(pre + pre_cells[k] * lanes, n);
        values[k] = decay * values[k] + gain * (p * q).sum();
    }
}

template void add_dots<float>(const Kernels<float>::Dots&);
template void add_dots<double>(const Kernels<double>::Dots&);

}  // namespace apical::APICAL_SET
