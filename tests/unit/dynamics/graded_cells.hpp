#pragma once
#include <array>
#include <cmath>
#include <string>
#include <tuple>

#include "sim/circuit/circuit.hpp"

/// Cells that live with graded columns, as simple as can be.
namespace apical::graded {

inline constexpr Tag<"dendrite"> dendrite;
inline constexpr Tag<"V"> V;
inline constexpr Tag<"tau"> tau;
inline constexpr Tag<"coupling"> coupling;
inline constexpr Tag<"threshold"> threshold;
inline constexpr Tag<"keep"> keep;

/// A dendrite, tau dx/dt = -x + what drives it.
template <auto of, auto from>
struct Leaky {
    static constexpr Info info{"leaky", "A leaky state.", "tau dx/dt = -x + what drives it", "textbook"};
    double time_constant;
    static constexpr auto state = tags(of);
    static constexpr auto target_is = from;
    std::array<double, 1> rates() const { return {1 / time_constant}; }
};

/// A soma that a dendrite drives through a conductance, tau dV/dt = -V + coupling (dendrite - V), fires at `threshold`
/// and is reset to 0; the dendrite is held for a step.
struct Soma {
    static constexpr Info info{"soma", "A soma with a dendrite.", "tau dV/dt = -V + coupling (dendrite - V)",
                               "textbook"};
    static constexpr std::tuple parameters{parameter(tau, 10, "ms", "membrane time constant"),
                                           parameter(coupling, 2, "1", "conductance to the dendrite over the leak"),
                                           parameter(threshold, 1e9, "1", "of V")};
    static constexpr std::tuple<> inputs{};
    static constexpr std::tuple<> receptors{};
    static constexpr std::tuple states{column(V, "1", "potential")};
    static constexpr auto sees = tags(dendrite);
    static constexpr auto coefficients_are = tags(keep, coupling, threshold);
    template <class P>
    static std::array<double, 3> coefficients(const P& p, double dt) {
        return {std::exp(-dt * (1 + p[coupling]) / p[tau]), p[coupling] / (1 + p[coupling]), p[threshold]};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        const auto goal = k[coupling] * c[dendrite];
        return std::tuple{goal + (c[V] - goal) * k[keep]};
    }
    template <class C, class K>
    static auto fires(const C& c, const K& k) {
        return c[V] >= k[threshold];
    }
    template <class C, class K>
    static auto reset(const C&, const K&) {
        return std::tuple{0.0};
    }
    template <class P>
    static std::array<double, 1> initial(const P&) {
        return {0};
    }
    template <class P>
    static std::string refuse(const P&) {
        return "";
    }
};

inline constexpr Tag<"drive"> drive;
inline constexpr Tag<"plus"> plus;
inline constexpr Tag<"minus"> minus;
inline constexpr EventTag<"error"> error;

/// A pair of cells that carries a signed error in quanta of `threshold`: one adds up what is positive, the other what
/// is negative, and each gives off a quantum a step at most. They are reset by subtraction, and by nothing else.
struct ErrorPair {
    static constexpr Info info{"error_pair", "Two cells for a signed error.", "v <- v + max(+-drive, 0) dt",
                               "textbook"};
    static constexpr std::tuple parameters{parameter(threshold, 0.4, "1", "a quantum")};
    static constexpr std::tuple<> inputs{};
    static constexpr std::tuple<> receptors{};
    static constexpr std::tuple states{column(plus, "1", "what was positive"), column(minus, "1", "what was negative")};
    static constexpr auto sees = tags(drive);
    static constexpr auto emits = error;
    static constexpr auto coefficients_are = tags(threshold, tau);
    template <class P>
    static std::array<double, 2> coefficients(const P& p, double dt) {
        return {p[threshold], dt};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        return std::tuple{c[plus] + max(k[tau] * c[drive], 0), c[minus] + max(-(k[tau] * c[drive]), 0)};
    }
    template <class C, class K>
    static auto fires(const C& c, const K& k) {
        return c[plus] >= k[threshold] || c[minus] >= k[threshold];
    }
    template <class C, class K>
    static auto amplitude(const C& c, const K& k) {
        return quantum(c[plus], k) - quantum(c[minus], k);
    }
    template <class C, class K>
    static auto reset(const C& c, const K& k) {
        return std::tuple{c[plus] - quantum(c[plus], k), c[minus] - quantum(c[minus], k)};
    }
    template <class P>
    static std::array<double, 2> initial(const P&) {
        return {0, 0};
    }
    template <class P>
    static std::string refuse(const P&) {
        return "";
    }

   private:
    template <class X, class K>
    static auto quantum(const X& x, const K& k) {
        return select(x >= k[threshold], k[threshold], 0);
    }
};

}  // namespace apical::graded
