#pragma once
#include <array>
#include <string>
#include <tuple>

#include "models/plasticity/events.hpp"

/// Synapses that change when a cell beside the postsynaptic one reports an error.
namespace apical::error_triggered {

using namespace plasticity;

/// Costs nothing as long as no cell reports an error.
struct ErrorTriggered {
    static constexpr Info info{
        "error_triggered", "Events of error cells, one for every postsynaptic cell, times presynaptic activity.",
        "at an event of the error cell: w += eta amplitude K_plus", "Payvand et al. 2020; Yang & Li 2022"};
    static constexpr auto parameters =
        std::tuple{parameter(eta, 1e-2, "1", "change by an error and a coincident spike, in the unit of the weight"),
                   parameter(tau_plus, 20, "ms", "of the presynaptic trace"),
                   parameter(w_max, 1000, of_weights, "largest magnitude of a weight, above 0")};
    static constexpr auto pre_traces = std::tuple{trace(K_plus, tau_plus)};
    static constexpr auto post_traces = std::tuple{};
    static constexpr auto coefficients_are = tags(eta);
    template <class P>
    static std::array<double, 1> coefficients(const P& p) {
        return {p[eta]};
    }
    static constexpr auto at_post_sees = tags(K_plus, amplitude);
    template <class W, class C, class K>
    static W at_post(const W& w, const C& c, const K& k) {
        return w + k[eta] * c[amplitude] * c[K_plus];
    }
    template <class P>
    static Interval bounds(const P& p) {
        return {-p[w_max], p[w_max]};
    }
    template <class P>
    static std::string refuse(const P& p) {
        return p[w_max] > 0 ? std::string() : unlike(w_max, p[w_max], "more than 0");
    }
};

}  // namespace apical::error_triggered
