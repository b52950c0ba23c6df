#pragma once
#include <array>

#include "sim/circuit/neuron.hpp"

namespace apical {

/// Point neuron that follows its basal drive: tau du/dt = -u + v_basal. Its fixed point is the drive itself; the apical
/// drive is a pure teaching signal that does not reach the soma.
template <class State = std::remove_cvref_t<decltype(soma)>>
struct Leaky {
    double tau;  ///< ms
    static constexpr Info info{"leaky", "Point neuron that follows its basal drive.", "tau du/dt = -u + v_basal",
                               "Lapicque 1907"};
    static constexpr auto state = tags(State{});
    static constexpr auto target_is = basal;
    std::array<double, 1> rates() const { return {1 / tau}; }
};
Leaky(double)->Leaky<>;

}  // namespace apical
