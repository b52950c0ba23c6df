#pragma once
#include <array>
#include <cmath>
#include <string>
#include <tuple>

#include "models/neurons/error_quanta.hpp"
#include "sim/circuit/event_neuron.hpp"
#include "sim/circuit/info.hpp"
#include "sim/circuit/tag.hpp"

/// Cells of the sign-concordant microcircuit. Time is in ms; what adds up, adds up an integral over it.
namespace apical::sign_concordant {

using error_quanta::error, error_quanta::negative, error_quanta::positive, error_quanta::quantum;

inline constexpr Tag<"drive"> drive;        ///< what an input or a target cell is set to, 0 .. 1
inline constexpr Tag<"current"> current;    ///< of an input that is no train of spikes
inline constexpr Tag<"phase"> phase;        ///< of a cell that fires regularly, 1 at the next spike
inline constexpr Tag<"clock"> clock;        ///< of a cell that fires once: goes from 0 to 1
inline constexpr Tag<"chance_x"> chance_x;  ///< two normal numbers a step, of which a Poisson process is made
inline constexpr Tag<"chance_y"> chance_y;
inline constexpr Tag<"crest"> crest;        ///< potential of the soma before a reset
inline constexpr Tag<"membrane"> membrane;  ///< p: the rate as the membrane of the next cell filters it
inline constexpr Tag<"count"> count;        ///< of spikes since the presentation began
inline constexpr Tag<"feedback"> feedback;  ///< q: low-passed error
inline constexpr Tag<"answer"> answer;

inline constexpr Tag<"tau_m"> tau_m;
inline constexpr Tag<"threshold"> threshold;
inline constexpr Tag<"sign"> sign;
inline constexpr Tag<"beta"> beta;
inline constexpr Tag<"frequency"> frequency;
inline constexpr Tag<"latest"> latest;
inline constexpr Tag<"keep"> keep;
inline constexpr Tag<"gain"> gain;

inline constexpr const char* reference = "Reconstruction after Yang and Li 2022, arXiv 2205.07292";

/// phi(u) = 1 / (1 + beta |u - 1|)^2, in place of the derivative of a spike; u in units of the threshold.
template <class X, class Y>
auto surrogate(const X& u, const Y& steepness) {
    const auto one = 1.0 + steepness * abs(u - 1.0);
    return 1.0 / (one * one);
}

inline std::string unless_positive(double number, const char* name) {
    return number > 0 ? "" : std::string("its ") + name + " must be above 0";
}

/// A pyramidal cell's basal dendrite and soma: u <- k u + (1 - k) basal, k = exp(-dt / tau_m), a spike at the
/// threshold, reset to 0. The current is held over a step, so this is exact. Spikes of a cell with the sign -1 inhibit.
struct Pyramidal {
    static constexpr Info info{"sign_concordant", "A leaky soma with a hard reset that remembers its last potential.",
                               "tau_m du/dt = -u + basal", reference};
    static constexpr std::tuple parameters{parameter(tau_m, 5, "ms", "membrane time constant"),
                                           parameter(threshold, 1, "1", "potential at which the cell fires"),
                                           parameter(sign, 1, "1", "1: its spikes excite; -1: they inhibit")};
    static constexpr std::tuple<> inputs{};
    static constexpr std::tuple<> receptors{};
    static constexpr std::tuple states{column(soma, "1", "potential, in units in which 1 is the default threshold"),
                                       column(crest, "1", "potential before a reset")};
    static constexpr auto sees = tags(basal);
    static constexpr auto coefficients_are = tags(keep, gain, threshold, sign);
    template <class P>
    static std::array<double, 4> coefficients(const P& p, double dt) {
        const double left = std::exp(-dt / p[tau_m]);
        return {left, 1 - left, p[threshold], p[sign]};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        const auto u = k[keep] * c[soma] + k[gain] * c[basal];
        return std::tuple{u, u};
    }
    template <class C, class K>
    static auto fires(const C& c, const K& k) {
        return c[soma] >= k[threshold];
    }
    template <class C, class K>
    static auto amplitude(const C&, const K& k) {
        return k[sign];
    }
    template <class C, class K>
    static auto reset(const C& c, const K&) {
        return std::tuple{0.0, c[crest]};
    }
    template <class P>
    static std::array<double, 2> initial(const P&) {
        return {0, 0};
    }
    template <class P>
    static std::string refuse(const P& p) {
        if (p[sign] != 1 && p[sign] != -1) return "its sign must be 1 or -1";
        return unless_positive(p[tau_m], "tau_m") + unless_positive(p[threshold], "threshold");
    }
};

/// Two interneurons, E+ and E-, of the gated error d = phi(u) sign apical.
template <bool many>
struct ErrorPair : error_quanta::ErrorQuanta<many> {
    static constexpr Info info{"sign_concordant_error", "Two cells that turn a signed error into spikes.",
                               "v+ <- v+ + max(d, 0) dt, v- <- v- + max(-d, 0) dt, d = phi(u) apical", reference};
    static constexpr std::tuple parameters{parameter(quantum, 0.1, "1", "of error that a spike carries"),
                                           parameter(beta, 2, "1", "steepness of the gate"),
                                           parameter(sign, 1, "1", "what the cell's own spikes do to others")};
    static constexpr auto sees = tags(apical, crest);
    static constexpr auto coefficients_are = tags(quantum, beta, gain);
    template <class P>
    static std::array<double, 3> coefficients(const P& p, double dt) {
        return {p[quantum], p[beta], p[sign] * dt};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        const auto d = k[gain] * surrogate(c[crest], k[beta]) * c[apical];
        return std::tuple{c[positive] + max(d, 0), c[negative] + max(-d, 0)};
    }
    template <class P>
    static std::string refuse(const P& p) {
        if (p[beta] < 0) return "its beta must be 0 or more";
        return unless_positive(p[quantum], "quantum");
    }
};

/// An error that no cell carries: e = phi(u) sign apical dt, for comparison.
struct AnalogError {
    double steepness, dt;
    static constexpr auto sees = tags(apical, crest);
    static constexpr auto writes = tags(error);
    template <class C>
    auto operator()(const C& c) const {
        return dt * surrogate(c[crest], steepness) * c[apical];
    }
};

/// Fires regularly, phase <- phase + frequency drive dt, one spike at 1; the drive is cut to 0 .. 1.
struct Regular {
    static constexpr Info info{"regular", "A cell that fires regularly, as often as it is told.",
                               "dphase/dt = frequency drive", "textbook"};
    static constexpr std::tuple parameters{parameter(frequency, 0.8, "1/ms", "of spikes at a drive of 1")};
    static constexpr std::tuple<> inputs{};
    static constexpr std::tuple<> receptors{};
    static constexpr std::tuple states{column(phase, "1", "of the way to the next spike")};
    static constexpr auto sees = tags(drive);
    static constexpr auto coefficients_are = tags(gain);
    template <class P>
    static std::array<double, 1> coefficients(const P& p, double dt) {
        return {p[frequency] * dt};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        return std::tuple{c[phase] + k[gain] * min(max(c[drive], 0), 1)};
    }
    template <class C, class K>
    static auto fires(const C& c, const K&) {
        return c[phase] >= 1;
    }
    template <class C, class K>
    static auto reset(const C& c, const K&) {
        return std::tuple{c[phase] - 1};
    }
    template <class P>
    static std::array<double, 1> initial(const P&) {
        return {0};
    }
    template <class P>
    static std::string refuse(const P& p) {
        return p[frequency] >= 0 ? "" : "its frequency must be 0 or more";
    }
};

/// Fires at random, at most once a step, with the probability frequency drive dt; the drive is cut to 0 .. 1.
/// e^(-(x^2 + y^2) / 2) of two standard normal numbers is uniform between 0 and 1.
struct Poisson {
    static constexpr Info info{"poisson", "A cell that fires at random, as often as it is told.",
                               "a spike in a step with the probability frequency drive dt", "textbook"};
    static constexpr std::tuple parameters{parameter(frequency, 0.8, "1/ms", "of spikes at a drive of 1")};
    static constexpr std::tuple<> inputs{};
    static constexpr std::tuple<> receptors{};
    static constexpr std::tuple states{column(phase, "1", "1 in a step with a spike, else 0")};
    static constexpr auto sees = tags(drive, chance_x, chance_y);
    static constexpr auto coefficients_are = tags(gain);
    template <class P>
    static std::array<double, 1> coefficients(const P& p, double dt) {
        return {p[frequency] * dt};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        const auto number = exp(-0.5 * (square(c[chance_x]) + square(c[chance_y])));
        return std::tuple{select(number < k[gain] * min(max(c[drive], 0), 1), 1, 0)};
    }
    template <class C, class K>
    static auto fires(const C& c, const K&) {
        return c[phase] >= 1;
    }
    template <class C, class K>
    static auto reset(const C& c, const K&) {
        return std::tuple{c[phase]};
    }
    template <class P>
    static std::array<double, 1> initial(const P&) {
        return {0};
    }
    template <class P>
    static std::string refuse(const P& p) {
        return p[frequency] >= 0 ? "" : "its frequency must be 0 or more";
    }
};

/// Fires once, the sooner the stronger it is driven: (1 - drive) latest after the presentation began, or in its first
/// step; without a drive not at all.
struct Latency {
    static constexpr Info info{"latency", "A cell that fires once, the sooner the stronger it is driven.",
                               "a spike at (1 - drive) latest", "textbook"};
    static constexpr std::tuple parameters{parameter(latest, 10, "ms", "time of a spike at the weakest drive")};
    static constexpr std::tuple<> inputs{};
    static constexpr std::tuple<> receptors{};
    static constexpr std::tuple states{column(clock, "1", "of the way to the latest spike"),
                                       column(phase, "1", "1 when the spike is due")};
    static constexpr auto sees = tags(drive);
    static constexpr auto coefficients_are = tags(gain);
    template <class P>
    static std::array<double, 1> coefficients(const P& p, double dt) {
        return {dt / p[latest]};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        const auto now = c[clock] + k[gain];
        const auto due = 1.0 - c[drive];
        return std::tuple{now, select(now >= due && (c[clock] < due || c[clock] == 0) && c[drive] > 0, 1, 0)};
    }
    template <class C, class K>
    static auto fires(const C& c, const K&) {
        return c[phase] >= 1;
    }
    template <class C, class K>
    static auto reset(const C& c, const K&) {
        return std::tuple{c[clock], c[phase]};
    }
    template <class P>
    static std::array<double, 2> initial(const P&) {
        return {0, 0};
    }
    template <class P>
    static std::string refuse(const P& p) {
        return unless_positive(p[latest], "latest");
    }
};

/// An input that is a current, not a train of spikes, of the same mean as one that fires regularly.
struct DirectCurrent {
    double per_drive;
    static constexpr auto sees = tags(drive);
    static constexpr auto writes = tags(current);
    template <class C>
    auto operator()(const C& c) const {
        return per_drive * min(max(c[drive], 0), 1);
    }
};

/// The class that has fired most often; where two have, the more recent, then the one that is nearer to its threshold.
struct Answer {
    static constexpr auto sees = tags(count, rate, soma);
    static constexpr auto writes = tags(answer);
    template <class C>
    auto operator()(const C& c) const {
        return c[count] + 0.1 * c[rate] + 0.001 * c[soma];
    }
};

/// dW = eta e p^T: an error spike of a cell adds what its basal synapses have just brought, times its sign; nothing
/// happens without one.
struct ErrorTriggered {
    double per_presentation;
    static constexpr Info info{"error_spikes", "Presynaptic trace at the error spikes of the postsynaptic cell.",
                               "dW = eta e p_pre^T", reference};
    static constexpr auto post_is = error;
    static constexpr auto pre_is = membrane;
    double gain() const { return per_presentation; }
};

}  // namespace apical::sign_concordant
