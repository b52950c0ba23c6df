#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "sim/synapses/weight_state.hpp"

namespace apical {

/// Gives the synapses at these addresses (post * columns + pre, ascending) these numbers. Returns "" or, having changed
/// nothing, why not: a number is not finite in S, or the addresses are not those of all synapses that there are. Reads
/// behind "weights 'W' ".
template <class S>
std::string assign_list(WeightState<S>& to, std::span<const std::uint64_t> addresses, std::span<const double> values);

/// Which synapses there are, as a `Fingerprint`.
template <class S>
std::string fingerprint_of_synapses(const WeightState<S>& of);

extern template std::string fingerprint_of_synapses(const WeightState<float>&);
extern template std::string fingerprint_of_synapses(const WeightState<double>&);
extern template std::string assign_list(WeightState<float>&, std::span<const std::uint64_t>, std::span<const double>);
extern template std::string assign_list(WeightState<double>&, std::span<const std::uint64_t>, std::span<const double>);

}  // namespace apical
