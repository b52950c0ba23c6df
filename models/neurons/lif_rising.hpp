#pragma once
#include <array>
#include <cmath>
#include <string>
#include <tuple>

#include "models/neurons/divided_differences.hpp"
#include "models/neurons/integrate_and_fire.hpp"

/// Leaky integrate-and-fire cells whose receptors rise before they decay. A spike of weight w is felt as a current, or
/// a conductance, whose peak is w. It reaches `excitatory`, which decays with the time of the rise and feeds
/// `excitatory_slow`, which is what the membrane feels; likewise what inhibits.
namespace apical::lif {

inline constexpr Tag<"excitatory_slow"> excitatory_slow;
inline constexpr Tag<"inhibitory_slow"> inhibitory_slow;
inline constexpr Tag<"rise_excitatory"> rise_excitatory;
inline constexpr Tag<"rise_inhibitory"> rise_inhibitory;
inline constexpr Tag<"tau_rise_excitatory"> tau_rise_excitatory;
inline constexpr Tag<"tau_rise_inhibitory"> tau_rise_inhibitory;

/// One receptor with two time constants: dr/dt = -r/rise, dI/dt = gain r - I/decay, where a spike of weight w adds w to
/// r, and w becomes the peak of I.
struct Rising {
    double rise, decay;  ///< ms

    double gain() const {
        // Peak at rise decay log(decay/rise) / (decay - rise), of gain t e[-t/rise, -t/decay].
        const double y = (decay - rise) / rise, peak = decay * (y == 0 ? 1 : std::log1p(y) / y);
        return 1 / (peak * exp_difference(-peak / decay, -peak / rise));
    }
    double risen(double dt) const { return std::exp(-dt / rise); }
    double decayed(double dt) const { return std::exp(-dt / decay); }
    /// I(t + dt) of r(t) = 1.
    double current_of_rise(double dt) const { return gain() * dt * exp_difference(-dt / decay, -dt / rise); }
    /// V(t + dt) of I(t) = 1 pA and of r(t) = 1 pA.
    double potential_of_current(double tau, double C, double dt) const {
        return dt / C * exp_difference(-dt / tau, -dt / decay);
    }
    double potential_of_rise(double tau, double C, double dt) const {
        return gain() * dt * dt / C * exp_difference(-dt / tau, -dt / decay, -dt / rise);
    }
};

/// One time constant for both: the alpha function w (t/tau) e^(1 - t/tau).
struct AlphaTimes {
    static constexpr auto parameters(double excitation, double inhibition) {
        return std::tuple{parameter(tau_excitatory, excitation, "ms", "from an excitatory spike to its peak"),
                          parameter(tau_inhibitory, inhibition, "ms", "from an inhibitory spike to its peak")};
    }
    template <class P>
    static Rising excitation(const P& p) {
        return {p[tau_excitatory], p[tau_excitatory]};
    }
    template <class P>
    static Rising inhibition(const P& p) {
        return {p[tau_inhibitory], p[tau_inhibitory]};
    }
    static constexpr auto positive = std::tuple{tau_excitatory, tau_inhibitory};
};

/// Two of them.
struct RiseAndDecayTimes {
    static constexpr auto parameters(double excitation, double inhibition) {
        return std::tuple_cat(decay_times(excitation, inhibition),
                              std::tuple{parameter(tau_rise_excitatory, 0.2, "ms", "rise of what excites"),
                                         parameter(tau_rise_inhibitory, 0.2, "ms", "rise of what inhibits")});
    }
    template <class P>
    static Rising excitation(const P& p) {
        return {p[tau_rise_excitatory], p[tau_excitatory]};
    }
    template <class P>
    static Rising inhibition(const P& p) {
        return {p[tau_rise_inhibitory], p[tau_inhibitory]};
    }
    static constexpr auto positive =
        std::tuple{tau_excitatory, tau_inhibitory, tau_rise_excitatory, tau_rise_inhibitory};
};

inline constexpr Tag<"slow_of_excitatory"> slow_of_excitatory;
inline constexpr Tag<"slow_of_inhibitory"> slow_of_inhibitory;
inline constexpr Tag<"V_of_excitatory"> V_of_excitatory;
inline constexpr Tag<"V_of_inhibitory"> V_of_inhibitory;
inline constexpr Tag<"V_of_excitatory_slow"> V_of_excitatory_slow;
inline constexpr Tag<"V_of_inhibitory_slow"> V_of_inhibitory_slow;

/// What rises and decays is not reset.
struct FiresWithReceptors : Fires {
    template <class C, class K>
    static auto reset(const C& c, const K& k) {
        return std::tuple{k[V_reset], c[excitatory_slow], c[inhibitory_slow]};
    }
    template <class P>
    static std::array<double, 3> initial(const P& p) {
        return {p[E_L], 0, 0};
    }

   protected:
    template <class C, class K>
    static auto risen(const C& c, const K& k) {
        return std::tuple{k[rise_excitatory] * c[excitatory], k[rise_inhibitory] * c[inhibitory]};
    }
    template <class C, class K>
    static auto decayed(const C& c, const K& k) {
        return std::tuple{k[decay_excitatory] * c[excitatory_slow] + k[slow_of_excitatory] * c[excitatory],
                          k[decay_inhibitory] * c[inhibitory_slow] + k[slow_of_inhibitory] * c[inhibitory]};
    }
};

/// Synaptic currents that rise and decay. The step is exact (Rotter & Diesmann 1999).
template <class Times>
struct RisingCurrent : FiresWithReceptors {
    static constexpr bool is_alpha = std::same_as<Times, AlphaTimes>;
    static constexpr Info info{
        is_alpha ? "lif_current_alpha" : "lif_current_double_exponential",
        is_alpha ? "Leaky integrate-and-fire cell whose synaptic currents are alpha functions."
                 : "Leaky integrate-and-fire cell whose synaptic currents rise and decay exponentially.",
        is_alpha
            ? "C dV/dt = -C/tau_m (V - E_L) + I_e + I_exc + I_inh, I = weight (t/tau) e^(1 - t/tau)"
            : "C dV/dt = -C/tau_m (V - E_L) + I_e + I_exc + I_inh, I ~ e^(-t/tau) - e^(-t/tau_rise), peak at weight",
        "Rotter & Diesmann 1999"};
    static constexpr auto parameters = std::tuple_cat(
        membrane, std::tuple{parameter(tau_m, 10, "ms", "membrane time constant")}, Times::parameters(2, 2));
    static constexpr std::tuple inputs{injected};
    static constexpr auto receptors = currents;
    static constexpr std::tuple states{potential, column(excitatory_slow, "pA", "excitatory current that is felt"),
                                       column(inhibitory_slow, "pA", "inhibitory current that is felt")};
    static constexpr auto coefficients_are =
        tags(decay, drive, from_current, rise_excitatory, rise_inhibitory, decay_excitatory, decay_inhibitory,
             slow_of_excitatory, slow_of_inhibitory, V_of_excitatory, V_of_inhibitory, V_of_excitatory_slow,
             V_of_inhibitory_slow, V_th, V_reset);
    template <class P>
    static std::string refuse(const P& p) {
        return std::apply([&](auto... of) { return Fires::refuse_cell<RisingCurrent>(p, C_m, tau_m, of...); },
                          Times::positive);
    }
    template <class P>
    static std::array<double, 15> coefficients(const P& p, double dt) {
        const Rising exc = Times::excitation(p), inh = Times::inhibition(p);
        const double tau = p[tau_m], C = p[C_m];
        return {std::exp(-dt / tau),
                -std::expm1(-dt / tau) * (p[E_L] + p[I_e] * tau / C),
                -std::expm1(-dt / tau) * tau / C,
                exc.risen(dt),
                inh.risen(dt),
                exc.decayed(dt),
                inh.decayed(dt),
                exc.current_of_rise(dt),
                inh.current_of_rise(dt),
                exc.potential_of_rise(tau, C, dt),
                inh.potential_of_rise(tau, C, dt),
                exc.potential_of_current(tau, C, dt),
                inh.potential_of_current(tau, C, dt),
                p[V_th],
                p[V_reset]};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        const auto V_there = k[decay] * c[V] + k[drive] + k[V_of_excitatory] * c[excitatory] +
                             k[V_of_inhibitory] * c[inhibitory] + k[V_of_excitatory_slow] * c[excitatory_slow] +
                             k[V_of_inhibitory_slow] * c[inhibitory_slow] + k[from_current] * c[current];
        return std::tuple_cat(risen(c, k), std::tuple{V_there}, decayed(c, k));
    }
};

/// Synaptic conductances that rise and decay, exactly; the potential by exponential Euler, with the conductances of a
/// step's beginning, so that its error is of first order in the step.
template <class Times>
struct RisingConductance : FiresWithReceptors {
    static constexpr bool is_alpha = std::same_as<Times, AlphaTimes>;
    static constexpr Info info{
        is_alpha ? "lif_conductance_alpha" : "lif_conductance_double_exponential",
        is_alpha ? "Leaky integrate-and-fire cell whose synaptic conductances are alpha functions."
                 : "Leaky integrate-and-fire cell whose synaptic conductances rise and decay exponentially.",
        is_alpha ? "C dV/dt = -g_L (V - E_L) - g_exc (V - E_exc) - g_inh (V - E_inh) + I_e, g = weight (t/tau) "
                   "e^(1 - t/tau)"
                 : "C dV/dt = -g_L (V - E_L) - g_exc (V - E_exc) - g_inh (V - E_inh) + I_e, g ~ e^(-t/tau) - "
                   "e^(-t/tau_rise), peak at weight",
        "Brette et al. 2007"};
    static constexpr auto parameters =
        std::tuple_cat(membrane, leak_conductance, reversal_potentials, Times::parameters(5, 10));
    static constexpr std::tuple inputs{injected};
    static constexpr auto receptors = conductances;
    static constexpr std::tuple states{potential, column(excitatory_slow, "nS", "excitatory conductance that is felt"),
                                       column(inhibitory_slow, "nS", "inhibitory conductance that is felt")};
    static constexpr auto coefficients_are =
        tags(leak, g_L, drive, E_excitatory, E_inhibitory, rise_excitatory, rise_inhibitory, decay_excitatory,
             decay_inhibitory, slow_of_excitatory, slow_of_inhibitory, V_th, V_reset);
    template <class P>
    static std::string refuse(const P& p) {
        return std::apply([&](auto... of) { return Fires::refuse_cell<RisingConductance>(p, C_m, g_L, of...); },
                          Times::positive);
    }
    template <class P>
    static std::array<double, 13> coefficients(const P& p, double dt) {
        const Rising exc = Times::excitation(p), inh = Times::inhibition(p);
        return {-dt / p[C_m],
                p[g_L],
                p[g_L] * p[E_L] + p[I_e],
                p[E_excitatory],
                p[E_inhibitory],
                exc.risen(dt),
                inh.risen(dt),
                exc.decayed(dt),
                inh.decayed(dt),
                exc.current_of_rise(dt),
                inh.current_of_rise(dt),
                p[V_th],
                p[V_reset]};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        const auto all = k[g_L] + c[excitatory_slow] + c[inhibitory_slow];
        const auto goal =
            (k[drive] + c[excitatory_slow] * k[E_excitatory] + c[inhibitory_slow] * k[E_inhibitory] + c[current]) / all;
        return std::tuple_cat(risen(c, k), std::tuple{goal + (c[V] - goal) * exp(k[leak] * all)}, decayed(c, k));
    }
};

using CurrentAlpha = RisingCurrent<AlphaTimes>;
using CurrentDoubleExponential = RisingCurrent<RiseAndDecayTimes>;
using ConductanceAlpha = RisingConductance<AlphaTimes>;
using ConductanceDoubleExponential = RisingConductance<RiseAndDecayTimes>;

}  // namespace apical::lif
