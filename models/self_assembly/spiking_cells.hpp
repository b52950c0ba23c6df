#pragma once
#include <array>
#include <cmath>
#include <string>
#include <tuple>

#include "models/neurons/error_quanta.hpp"
#include "models/plasticity/tags.hpp"
#include "models/sign_concordant/cells.hpp"
#include "sim/circuit/event_neuron.hpp"
#include "sim/circuit/rule.hpp"
#include "sim/circuit/signal.hpp"

/// Cells of self-assembly with spikes, and what their synapses do. Time is in ms, rates are in spikes per ms, and what
/// adds up adds up an integral over time. Ours: SPIKING.md.
namespace apical::self_assembly::spiking {

using error_quanta::error, error_quanta::negative, error_quanta::positive, error_quanta::quantum;
using sign_concordant::drive, sign_concordant::clock, sign_concordant::answer;
using sign_concordant::gain, sign_concordant::keep, sign_concordant::tau_m, sign_concordant::unless_positive;

inline constexpr Tag<"sum"> sum;  ///< of what the output fires
inline constexpr Tag<"lowest"> lowest;
inline constexpr Tag<"onset"> onset;
inline constexpr Tag<"slope"> slope;
inline constexpr Tag<"graded"> graded;  ///< d dt
inline constexpr Tag<"open"> open;      ///< lateral potential above which the gate is open
inline constexpr Tag<"saturation">
    saturation;  ///< lateral potential at which the gate has closed to a quarter; 0: never

inline constexpr const char* reference = "this project, 2026";

/// An upstream cell: u <- k u + (1 - k) basal, k = exp(-dt / tau_m), a spike at 1, which takes 1 away. What is above 1
/// stays, so that over time the cell fires as often as its drive says.
struct Upstream {
    static constexpr Info info{"self_assembly_upstream", "A leaky soma from which a spike takes the threshold away.",
                               "tau_m du/dt = -u + basal, at u >= 1: u <- u - 1", reference};
    static constexpr std::tuple parameters{parameter(tau_m, 5, "ms", "membrane time constant"),
                                           parameter(lowest, -3, "1", "lower bound of the potential")};
    static constexpr std::tuple<> inputs{};
    static constexpr std::tuple<> receptors{};
    static constexpr std::tuple states{column(soma, "1", "potential, in units of the threshold")};
    static constexpr auto sees = tags(basal);
    static constexpr auto coefficients_are = tags(keep, gain, lowest);
    template <class P>
    static std::array<double, 3> coefficients(const P& p, double dt) {
        const double left = std::exp(-dt / p[tau_m]);
        return {left, 1 - left, p[lowest]};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        return std::tuple{max(k[keep] * c[soma] + k[gain] * c[basal], k[lowest])};
    }
    template <class C, class K>
    static auto fires(const C& c, const K&) {
        return c[soma] >= 1;
    }
    template <class C, class K>
    static auto reset(const C& c, const K&) {
        return std::tuple{c[soma] - 1};
    }
    template <class P>
    static std::array<double, 1> initial(const P&) {
        return {0};
    }
    template <class P>
    static std::string refuse(const P& p) {
        return unless_positive(p[tau_m], "tau_m");
    }
};

/// The gated error of a downstream unit: d = slope B while its partner is active, seen by the lateral dendrite, less
/// the more active it is if the gate saturates.
struct Gated {
    static constexpr Info info{"self_assembly_downstream",
                               "Two cells that turn the gated error of a layer into spikes.",
                               "v+ <- v+ + max(d, 0) dt, v- <- v- + max(-d, 0) dt, d = slope soma [lateral > open] / "
                               "(1 + lateral / saturation)^2",
                               reference};
    static constexpr auto sees = tags(soma, lateral);
    template <class C, class K>
    static auto error_of(const C& c, const K& k) {
        const auto closing = 1.0 + k[saturation] * c[lateral];
        return select(c[lateral] > k[open], c[soma] / (closing * closing), 0);
    }
};

/// The error of an output cell, d = slope basal.
struct Taught {
    static constexpr Info info{"self_assembly_error", "Two cells that turn the error of the output into spikes.",
                               "v+ <- v+ + max(d, 0) dt, v- <- v- + max(-d, 0) dt, d = slope basal", reference};
    static constexpr auto sees = tags(basal);
    template <class C, class K>
    static auto error_of(const C& c, const K&) {
        return c[basal];
    }
};

/// A downstream unit: the cells E+ and E- of d. Of one spike a step each, what is left is bounded.
template <class Drive, bool many>
struct ErrorPair : error_quanta::ErrorQuanta<many> {
    static constexpr Info info = Drive::info;
    static constexpr std::tuple parameters{
        parameter(quantum, 0.4, "1", "of error that a spike carries"),
        parameter(slope, 1, "1", "of the cell's rate, by which errors are multiplied"),
        parameter(open, 0.01, "1/ms", "lateral potential above which errors pass"),
        parameter(saturation, 0, "1/ms", "lateral potential at which a quarter of an error passes; 0: all, always")};
    static constexpr auto sees = Drive::sees;
    static constexpr auto coefficients_are = tags(quantum, slope, open, saturation);
    template <class P>
    static std::array<double, 4> coefficients(const P& p, double dt) {
        return {p[quantum], p[slope] * dt, p[open], p[saturation] > 0 ? 1 / p[saturation] : 0};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        const auto d = k[slope] * Drive::error_of(c, k);
        return std::tuple{bounded(c[positive] + max(d, 0), k), bounded(c[negative] + max(-d, 0), k)};
    }
    template <class P>
    static std::string refuse(const P& p) {
        if (p[saturation] < 0) return "its saturation must be 0 or more";
        return unless_positive(p[quantum], "quantum");
    }

   private:
    template <class X, class K>
    static auto bounded(const X& x, const K& k) {
        if constexpr (many) return x;
        else return min(x, 2.0 * k[quantum]);
    }
};

/// An error that no spike carries: all of d in every step, for comparison, in place of spikes (`error`) or beside them.
template <class Drive, class To>
struct AnalogError {
    double scale, threshold, inverse_saturation;
    static constexpr auto sees = Drive::sees;
    static constexpr auto writes = tags(To{});
    template <class C>
    auto operator()(const C& c) const {
        struct {
            double open, saturation;
            double operator[](Tag<"open">) const { return open; }
            double operator[](Tag<"saturation">) const { return saturation; }
        } const k{threshold, inverse_saturation};
        return scale * Drive::error_of(c, k);
    }
};

/// What an output cell answers: the integral of its rate over a presentation, from `onset` on. It never fires.
struct Integral {
    static constexpr Info info{"self_assembly_answer", "The integral of a rate over a presentation.",
                               "d sum/dt = rate, from the onset on", "textbook"};
    static constexpr std::tuple parameters{parameter(onset, 0, "ms", "since the presentation began")};
    static constexpr std::tuple<> inputs{};
    static constexpr std::tuple<> receptors{};
    static constexpr std::tuple states{column(clock, "ms", "since the presentation began"),
                                       column(sum, "1", "integral of the rate")};
    static constexpr auto sees = tags(rate);
    static constexpr auto emits = EventTag<"answered">{};
    static constexpr auto coefficients_are = tags(onset, gain);
    template <class P>
    static std::array<double, 2> coefficients(const P& p, double dt) {
        return {p[onset] - 0.5 * dt, dt};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        return std::tuple{c[clock] + k[gain], c[sum] + select(c[clock] > k[onset], k[gain] * c[rate], 0)};
    }
    template <class C, class K>
    static auto fires(const C& c, const K&) {
        return c[clock] < 0;
    }
    template <class C, class K>
    static auto reset(const C& c, const K&) {
        return std::tuple{c[clock], c[sum]};
    }
    template <class P>
    static std::array<double, 2> initial(const P&) {
        return {0, 0};
    }
    template <class P>
    static std::string refuse(const P&) {
        return "";
    }
};

/// Where two have fired as much, the one that is nearer to its threshold.
struct Answer {
    static constexpr auto sees = tags(sum, soma);
    static constexpr auto writes = tags(answer);
    template <class C>
    auto operator()(const C& c) const {
        return c[sum] + 0.001 * c[soma];
    }
};

/// What an output cell should fire.
struct TargetRate {
    double of_class;  ///< 1/ms
    static constexpr auto sees = tags(drive);
    static constexpr auto writes = tags(rate);
    template <class C>
    auto operator()(const C& c) const {
        return of_class * c[drive];
    }
};

// The rules are those of the rate circuit, with quanta e of error in place of the rate hbar: W is steered by the apical
// dendrite, to which Vbar e comes (ApicalSteered), V and Vbar follow e and a (Delta, MirroredDelta), and Wbar:

/// dWbar^l = eta (V^(l-1) a^(l-1)) (e^l)^T - eta gamma Wbar^l
struct LateralAtErrors {
    double eta, gamma;
    static constexpr Info info{"lateral_at_errors",
                               "Downstream synapses steered by the lateral dendrite at error spikes.",
                               "dWbar = eta v_lateral error_pre^T - eta gamma Wbar", reference};
    static constexpr auto post_is = lateral;
    static constexpr auto pre_is = error;
    double gain() const { return eta; }
    double decay_rate() const { return eta * gamma; }
};

/// dW^l = eta [a^l > open] (Vbar^l e^l) a^(l-1)^T - eta gamma W^l: of units that all cells of a layer share, an error
/// comes to cells, too, that have nothing to do with it.
struct ApicalSteeredWhileActive {
    double eta, gamma;
    double open;  ///< 1/ms
    static constexpr Info info{"apical_steered_while_active",
                               "Basal synapses steered by the apical dendrite of their cell while that fires.",
                               "dW = eta [rate > open] v_apical rate_pre^T - eta gamma W", reference};
    static constexpr auto post_sees = tags(rate, apical::apical);
    static constexpr auto pre_is = rate;
    double gain() const { return eta; }
    double decay_rate() const { return eta * gamma; }
    template <class C>
    auto post(const C& c) const {
        return select(c[rate] > open, c[apical::apical], 0);
    }
};

}  // namespace apical::self_assembly::spiking
