#pragma once
#include <optional>

#include "sim/core/descriptor.hpp"

namespace apical {

/// How a key is drawn in [random] or [sobol]: from a range, or from some choices.
struct SampledKey {
    std::vector<std::string> path;
    Place place;
    Node::List choices;  ///< empty: a range
    double low = 0, high = 0;
    bool logarithmic = false;
    Descriptor descriptor;  ///< of a key with a range
};

/// Reads {low = .., high = .., scale = "linear" | "log"} or {choices = [..]}. `descriptor`: of the key, null if nobody
/// knows it. An integer key is drawn from the integers low .. high, both included; bounds may have units. Throws
/// InputError for a key that is not a number, an empty or reversed range, a logarithm of what is not positive.
SampledKey read_sampled_key(const Node& node, std::vector<std::string> path, const Descriptor* descriptor);

/// The value at u, 0 <= u < 1. Equal parts of [0, 1) give equal parts of the range (of its logarithm), of the integers,
/// of the choices.
Node value_at(const SampledKey& key, double u);

}  // namespace apical
