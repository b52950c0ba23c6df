#pragma once
#include "models/neurons/activation.hpp"
#include "models/plasticity/tags.hpp"
#include "sim/circuit/neuron.hpp"
#include "sim/circuit/signal.hpp"

namespace apical::self_assembly {

inline constexpr Tag<"relaxed"> relaxed;    ///< apical potential that relaxes
inline constexpr Tag<"mismatch"> mismatch;  ///< what of a downstream cell's drive upstream cells do not explain
inline constexpr Tag<"accepted"> accepted;  ///< what comes back across to the upstream cells that take part

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

/// Of x, the part of active cells, phi'(p) o x, or that of silent cells, (1 - phi'(p)) o x.
template <class Phi, class From, class To>
struct PartOf {
    Phi phi;
    bool of_silent = false;
    static constexpr auto sees = tags(soma, From{});
    static constexpr auto writes = tags(To{});
    template <class C>
    auto operator()(const C& c) const {
        const auto slope = phi.slope(c[soma]);
        return (of_silent ? 1.0 - slope : slope) * c[From{}];
    }
};

/// `loop` and `oracle`, upstream: a = phi'(p) o (Vbar u), or phi'(p) o (V^+ u).
template <class Phi>
using Returned = PartOf<Phi, Tag<"returned">, Tag<"gated">>;

/// `relaxed`, `relaxed_active`, `veto`, upstream: the potential a of the apical dendrite relaxes against the error that
/// what it sends leaves downstream, tau da/dt = Vbar (u - V a) - leak a. In settled dynamics that is a loop: its fixed
/// point, or so many explicit steps.
template <class From>
struct Relaxing {
    double tau;  ///< ms
    Closing loop;
    static constexpr Info info{"relaxing", "Apical potential that relaxes against what it does not explain downstream.",
                               "tau da/dt = Vbar (u - V a) - leak a", "this project, 2026"};
    static constexpr auto state = tags(relaxed);
    static constexpr auto accumulates = From{};
    std::array<double, 1> rates() const { return {1 / tau}; }
    Closing closing() const { return loop; }
};

template <class From>
std::shared_ptr<const Neuron> relaxing(From, double tau, const Closing& closing) {
    return neuron(Relaxing<From>{tau, closing});
}

/// What upstream cells send of a.
template <class Phi>
using Sent = PartOf<Phi, Tag<"relaxed">, Tag<"gated">>;

/// Where only those cells take part: what comes back to the others is left out.
template <class Phi>
using ReturnedToSenders = PartOf<Phi, Tag<"returned">, Tag<"accepted">>;

/// `veto`, downstream: what silent upstream cells do not explain.
struct RateIsMismatch {
    static constexpr auto is = mismatch;
    static constexpr auto writes = tags(rate);
};

}  // namespace apical::self_assembly
