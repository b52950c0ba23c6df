#pragma once
#include <array>

#include "sim/circuit/neuron.hpp"

namespace apical {

/// What follows something else: tau dx/dt = -x + gain from. A dendrite that follows its drive, adaptation that follows
/// the rate.
template <class From, class To>
struct LowPass {
    double tau;  ///< ms
    double gain = 1;
    static constexpr Info info{"low_pass", "Dendrite that follows its drive, or adaptation that follows the rate.",
                               "tau dx/dt = -x + drive", "Sacramento et al. 2018"};
    static constexpr auto sees = tags(From{});
    static constexpr auto state = tags(To{});
    std::array<double, 1> rates() const { return {1 / tau}; }
    template <class C>
    auto target(const C& c) const {
        return gain * c[From{}];
    }
};

template <class From, class To>
std::shared_ptr<const Neuron> low_pass(From, To, double tau, double gain = 1) {
    return neuron(LowPass<From, To>{tau, gain});
}

}  // namespace apical
