#pragma once
#include "tests/bench/networks.hpp"

namespace apical::bench {

/// Weights of the wanted shape with random values, for a kernel alone.
inline WeightState<float> random_weights(Weights weights, std::size_t post, std::size_t pre) {
    weights.initial = normal(0.1);
    return {weights, post, pre, Random(1)};
}

/// One pair for each of `downstream` cells with its upstream partner: V (downstream x hidden) of the topographic motif,
/// or Vbar, which goes the other way.
inline Connectivity partners(bool back) {
    std::vector<std::uint32_t> post, pre;
    for (std::uint32_t j = 0; j < downstream; ++j) {
        post.push_back(back ? j / 2 : j);
        pre.push_back(back ? j : j / 2);
    }
    return Connectivity::list(post, pre);
}

}  // namespace apical::bench
