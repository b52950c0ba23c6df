#pragma once
#include <vector>

#include "sim/dynamics/continuous.hpp"

namespace apical {

/// Why a splitting other than `Splitting::lie`, which asks for a right side without a past of its own, does not go with
/// the circuit: throws ClockError unless it does.
template <class S>
void require_smooth(const Circuit& circuit, std::vector<WeightState<S>>& weights, Splitting splitting);

/// Half a step of the states, a step of the weights, half a step of the states. Both halves are of second order, and so
/// is the whole: the weights' own step is the midpoint rule.
template <class S>
class Strang final : public Continuous<S> {
   public:
    using typename Dynamics<S>::Context;

    /// Throws ClockError also as `require_smooth`.
    Strang(const Setup& setup, const Circuit& circuit, Network<S>& network, WeightUpdate<S>& update,
           const std::string& stream);
    void step(std::uint64_t k, const Context& context) override;
};

extern template class Strang<float>;
extern template class Strang<double>;
extern template void require_smooth(const Circuit&, std::vector<WeightState<float>>&, Splitting);
extern template void require_smooth(const Circuit&, std::vector<WeightState<double>>&, Splitting);

}  // namespace apical
