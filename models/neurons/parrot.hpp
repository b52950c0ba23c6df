#pragma once
#include <array>
#include <string>
#include <tuple>

#include "sim/circuit/event_neuron.hpp"

namespace apical::parrot {

inline constexpr Tag<"spikes"> spikes;
inline constexpr Tag<"arrived"> arrived;

/// Repeats what arrives: with it the spikes of an input, which reach each cell on its own, go through projections like
/// those of any population. What arrives in the same step is repeated as one spike.
struct Parrot {
    static constexpr Info info{"parrot", "Cell that repeats every spike that arrives, at once.",
                               "fires at t if the sum of the weights that arrive at t is above 0",
                               "Gewaltig & Diesmann 2007"};
    static constexpr std::tuple parameters{};
    static constexpr std::tuple inputs{column(spikes, "1", "sum of the weights that arrive")};
    static constexpr std::tuple receptors{};
    static constexpr std::tuple states{column(arrived, "1", "what arrived last")};
    static constexpr auto coefficients_are = tags();
    template <class P>
    static std::string refuse(const P&) {
        return "";
    }
    template <class P>
    static std::array<double, 0> coefficients(const P&, double) {
        return {};
    }
    template <class C, class K>
    static auto advance(const C& c, const K&) {
        return std::tuple{c[spikes]};
    }
    template <class C, class K>
    static auto fires(const C& c, const K&) {
        return c[arrived] > 0.0;
    }
    template <class C, class K>
    static auto reset(const C& c, const K&) {
        return std::tuple{c[arrived]};
    }
    template <class P>
    static double refractory_time(const P&) {
        return 0;
    }
    template <class P>
    static std::array<double, 1> initial(const P&) {
        return {0};
    }
};

}  // namespace apical::parrot
