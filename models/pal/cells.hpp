#pragma once
#include <array>
#include <tuple>

#include "models/neurons/tags.hpp"
#include "models/plasticity/tags.hpp"
#include "sim/circuit/neuron.hpp"
#include "sim/circuit/signal.hpp"

namespace apical::pal {

// Cells of the dendritic microcircuit. The membrane follows F, the mean of what its conductances pull it to,
// du/dt = G (F - u). Output looks ahead of it, u + (1/G) du/dt, which is F itself (spec 1.4). A loop of such cells has
// no state that could carry it through time; here the output is one, tau_r d(soma)/dt = F - soma. With explicit Euler
// and steps of tau_r that is the scheme of the authors, soma(t + dt) = F(t), and with shorter steps a differential
// equation.

inline constexpr Tag<"potential"> potential;  ///< target of an output cell's soma

inline constexpr Info nudged{
    "nudged", "Pyramidal cells and interneurons of pal, which answer with what their conductances pull them to.",
    "du/dt = G (F - u), soma = u + (1/G) du/dt = F", "Max et al. 2024"};

/// How F becomes the soma.
template <bool prospective>
struct Answer {
    double G;      ///< 1/ms, all conductances (capacitance 1)
    double tau_r;  ///< ms, how long the output takes to look ahead

    static constexpr auto state() {
        if constexpr (prospective) return tags(soma, membrane);
        else return tags(soma);
    }
    auto rates() const {
        if constexpr (prospective) return std::array<double, 2>{1 / tau_r, G};
        else return std::array<double, 1>{G};
    }
    template <class V>
    static auto follow(const V& F) {
        if constexpr (prospective) return std::tuple{F, F};
        else return F;
    }
};

/// Pyramidal cell of a hidden layer: F = g_bas/G v_basal + g_api/G (v_apical + xi). The noise is that of the step
/// before: plasticity, which comes after the cells, sees it before them.
template <bool prospective>
struct Hidden {
    Answer<prospective> answer;
    double g_bas, g_api;  ///< 1/ms
    static constexpr Info info = nudged;
    static constexpr auto sees = tags(basal, apical, previous(noise));
    static constexpr auto state = Answer<prospective>::state();
    auto rates() const { return answer.rates(); }
    template <class C>
    auto target(const C& c) const {
        return answer.follow(g_bas / answer.G * c[basal] + g_api / answer.G * (c[apical] + c[previous(noise)]));
    }
};

/// Pyramidal cell of the output layer: F = v^ + lambda (u_tgt - v^), where nudge is u_tgt - v^ and 0 without a target.
/// That is [g_bas v_basal + g_tgt u_tgt] / (g_l + g_bas + g_tgt) with lambda = g_tgt / (g_l + g_bas + g_tgt).
template <bool prospective>
struct Output {
    Answer<prospective> answer;
    double lambda;
    static constexpr Info info = nudged;
    static constexpr auto sees = tags(prediction, nudge);
    static constexpr auto state = Answer<prospective>::state();
    auto rates() const { return answer.rates(); }
    template <class C>
    auto target(const C& c) const {
        return answer.follow(c[prediction] + lambda * c[nudge]);
    }
};

/// Interneuron, nudged by the potential of its one partner in the layer above: F = g_den/G v_den + g_nudge/G u_above.
template <bool prospective>
struct Interneuron {
    Answer<prospective> answer;
    double g_den, g_nudge;  ///< 1/ms
    static constexpr Info info = nudged;
    static constexpr auto sees = tags(basal, nudge);
    static constexpr auto state = Answer<prospective>::state();
    auto rates() const { return answer.rates(); }
    template <class C>
    auto target(const C& c) const {
        return answer.follow(g_den / answer.G * c[basal] + g_nudge / answer.G * c[nudge]);
    }
};

/// v^ = g_bas / (g_l + g_bas) v_basal: the output without a target.
struct Prediction {
    double k;
    static constexpr auto sees = tags(basal);
    static constexpr auto writes = tags(prediction);
    template <class C>
    auto operator()(const C& c) const {
        return k * c[basal];
    }
};

/// r_HP = r - r_lp, tau_HP dr_lp/dt = r - r_lp (spec 2.2): no derivative of a rate is needed.
struct HighPassed {
    static constexpr auto sees = tags(rate, slow_rate);
    static constexpr auto writes = tags(high_passed);
    template <class C>
    auto operator()(const C& c) const {
        return c[rate] - c[slow_rate];
    }
};

/// u_tgt of a target t: off + (on - off) t.
struct TargetPotential {
    double off, on;
    static constexpr auto sees = tags(rate);
    static constexpr auto writes = tags(potential);
    template <class C>
    auto operator()(const C& c) const {
        return off + (on - off) * c[rate];
    }
};

}  // namespace apical::pal
