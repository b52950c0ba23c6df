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
inline Support partners(bool back) {
    Support support;
    for (std::uint32_t j = 0; j < downstream; ++j) {
        support.post.push_back(back ? j / 2 : j);
        support.pre.push_back(back ? j : j / 2);
    }
    return support;
}

}  // namespace apical::bench
