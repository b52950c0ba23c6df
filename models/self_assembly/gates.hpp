#pragma once
#include "models/neurons/activation.hpp"
#include "models/plasticity/tags.hpp"
#include "sim/circuit/signal.hpp"

namespace apical::self_assembly {

// Gates of the downstream cells, hbar = G u (spec 2, "Gates of the downstream cells").

/// `partner`: 1[(V h)_j != 0], the one upstream partner is active. Exact for the topographic motif, and local.
struct Partner {
    static constexpr auto sees = tags(soma, lateral);
    static constexpr auto writes = tags(rate);
    template <class C>
    auto operator()(const C& c) const {
        return select(c[lateral] == 0, 0, c[soma]);
    }
};

/// `threshold`: 1[(V h)_j > 0]. A control: with dense V it is not the mask that the theorem needs.
struct Threshold {
    static constexpr auto sees = tags(soma, lateral);
    static constexpr auto writes = tags(rate);
    template <class C>
    auto operator()(const C& c) const {
        return select(c[lateral] > 0, c[soma], 0);
    }
};

/// During development: hbar = V h + noise.
struct DrivenByPartner {
    static constexpr auto sees = tags(lateral, noise);
    static constexpr auto writes = tags(rate);
    template <class C>
    auto operator()(const C& c) const {
        return c[lateral] + c[noise];
    }
};

/// `loop` and `oracle`: what arrives from upstream, hbar = V a.
struct RateIsGated {
    static constexpr auto is = gated;
    static constexpr auto writes = tags(rate);
};

/// `loop` and `oracle`, upstream: a = phi'(p) o (Vbar u), or phi'(p) o (V^+ u).
template <class Phi>
struct Returned {
    Phi phi;
    static constexpr auto sees = tags(soma, returned);
    static constexpr auto writes = tags(gated);
    template <class C>
    auto operator()(const C& c) const {
        return phi.slope(c[soma]) * c[returned];
    }
};

}  // namespace apical::self_assembly
