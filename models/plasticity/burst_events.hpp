#pragma once
#include <array>
#include <string>
#include <tuple>

#include "models/neurons/burst.hpp"
#include "models/plasticity/events.hpp"
#include "models/references.hpp"

/// Plasticity of synapses that carry events, by what the postsynaptic cell's events become.
namespace apical::burst_events {

using namespace plasticity;

inline constexpr Tag<"p_b"> p_b;

/// Events of the postsynaptic cell count -1, and its bursts 1 (bursts::Event and bursts::Burst of its population). So
/// the mean change is eta (p - p_b) times the rate of events times K_plus. With a running baseline p_b is
/// `burst_share`, the share of bursts of late (Payeur et al. 2021), at most 1; else a number (Greedy et al. 2022).
template <bool running>
struct BurstDependent {
    static constexpr Info info =
        running ? Info{"burst_dependent_pairs_running",
                       "Bursts beyond the cell's own share of late, times presynaptic events.",
                       "at an event of the postsynaptic cell: w -= eta burst_share K_plus; at a burst: w += eta K_plus",
                       references::payeur}
                : Info{"burst_dependent_pairs", "Bursts beyond a baseline, times presynaptic events.",
                       "at an event of the postsynaptic cell: w -= eta p_b K_plus; at a burst: w += eta K_plus",
                       references::greedy};
    static constexpr auto parameters = [] {
        constexpr std::tuple always{
            parameter(eta, 1e-3, "1", "change by a burst and a coincident event, in the unit of the weight"),
            parameter(tau_plus, 100, "ms", "of the presynaptic trace"),
            parameter(w_max, 1, of_weights, "largest weight, above 0")};
        if constexpr (running) return always;
        else return std::tuple_cat(always, std::tuple{parameter(p_b, 0.5, "1", "burst probability at baseline")});
    }();
    static constexpr std::array post_events{PostEvent{bursts::event.name, -1}, PostEvent{bursts::burst.name, 1}};
    static constexpr auto pre_traces = std::tuple{trace(K_plus, tau_plus)};
    static constexpr auto post_traces = std::tuple{};
    static constexpr auto post_columns = [] {
        if constexpr (running) return tags(bursts::burst_share);
        else return tags();
    }();
    static constexpr auto coefficients_are = [] {
        if constexpr (running) return tags(eta);
        else return tags(eta, p_b);
    }();
    template <class P>
    static auto coefficients(const P& p) {
        if constexpr (running) return std::array{p[eta]};
        else return std::array{p[eta], p[p_b]};
    }
    static constexpr auto at_post_sees = [] {
        if constexpr (running) return tags(K_plus, amplitude, bursts::burst_share);
        else return tags(K_plus, amplitude);
    }();
    template <class W, class C, class K>
    static W at_post(const W& w, const C& c, const K& k) {
        return w + k[eta] * c[K_plus] * select(c[amplitude] > 0, c[amplitude], c[amplitude] * baseline(c, k));
    }
    template <class P>
    static Interval bounds(const P& p) {
        return {0, p[w_max]};
    }
    template <class P>
    static std::string refuse(const P& p) {
        if (!(p[w_max] > 0)) return unlike(w_max, p[w_max], "more than 0");
        if constexpr (!running)
            if (!(p[p_b] >= 0 && p[p_b] <= 1)) return unlike(p_b, p[p_b], "from 0 to 1");
        return "";
    }

   private:
    template <class C, class K>
    static auto baseline(const C& c, const K& k) {
        if constexpr (running) return c[bursts::burst_share];
        else return k[p_b];
    }
};

}  // namespace apical::burst_events
