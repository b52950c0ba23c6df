#pragma once
#include "models/plasticity/tags.hpp"
#include "sim/circuit/signal.hpp"

namespace apical {

/// Local error of a hidden cell: delta = phi'(p) o v_apical.
template <class Phi>
struct LocalError {
    Phi phi;
    static constexpr auto sees = tags(soma, apical);
    static constexpr auto writes = tags(error);
    template <class C>
    auto operator()(const C& c) const {
        return phi.slope(c[soma]) * c[apical];
    }
};

/// Of an output cell: delta^L = e.
struct ErrorIsApical {
    static constexpr auto is = apical;
    static constexpr auto writes = tags(error);
};

}  // namespace apical
