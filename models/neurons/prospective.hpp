#pragma once
#include "models/neurons/tags.hpp"
#include "sim/circuit/neuron.hpp"
#include "sim/circuit/signal.hpp"

namespace apical {

/// Output that looks ahead of the membrane, u + tau du/dt (Haider et al. 2021; Max et al. 2024): with tau that of the
/// membrane, the delay of the soma is gone and every cell answers at once to what it receives. What others take for the
/// soma is this; the membrane itself is the state `membrane`.
template <class N>
struct Prospective {
    N neuron;
    double tau;  ///< ms
    static constexpr Info info{"prospective", "Output that looks ahead of any membrane.", "r = phi(u + tau du/dt)",
                               "Haider et al. 2021; Max et al. 2024"};
    static constexpr auto sees = joined(seen_by<N>(), tags(membrane));
    static constexpr auto writes = tags(soma);
    template <class C>
    auto operator()(const C& c) const {
        return c[membrane] + tau * neuron.rates()[0] * (target_of(neuron, c) - c[membrane]);
    }
};

}  // namespace apical
