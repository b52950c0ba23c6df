#pragma once
#include <array>
#include <string>
#include <tuple>

#include "models/self_assembly/spiking_cells.hpp"

/// Other ways in which a downstream unit may carry an error d, beside the pair of cells (ErrorPair): instruments, and
/// what must fail. `Drive` is Gated or Taught.
namespace apical::self_assembly::spiking {

using sign_concordant::chance_x, sign_concordant::chance_y;

inline constexpr Tag<"partner"> partner;    ///< what the partner's spike of this step is to the unit: above 0, or 0
inline constexpr Tag<"due"> due;            ///< 1 in a step in which the partner fires
inline constexpr Tag<"level"> level;        ///< of a cell that fires also without an error
inline constexpr Tag<"sent"> sent;          ///< what is sent in this step
inline constexpr Tag<"baseline"> baseline;  ///< part of the steps in which such a cell fires

/// A pair of cells that remember nothing: in every step E+ or E- fires with the probability |d| dt / quantum, by the
/// sign of d, at most 1. On average that is d.
template <class Drive>
struct PoissonPair {
    static constexpr Info info{"self_assembly_poisson_pair",
                               "Two cells that fire at random, as often as an error says.",
                               "e = quantum sign(d) with the probability |d| dt / quantum", reference};
    static constexpr std::tuple parameters = ErrorPair<Drive, false>::parameters;
    static constexpr std::tuple<> inputs{};
    static constexpr std::tuple<> receptors{};
    static constexpr std::tuple states{column(sent, "1", "error that a spike carries in this step")};
    static constexpr auto sees = joined(Drive::sees, tags(chance_x, chance_y));
    static constexpr auto emits = error;
    static constexpr auto coefficients_are = ErrorPair<Drive, false>::coefficients_are;
    template <class P>
    static std::array<double, 4> coefficients(const P& p, double dt) {
        return ErrorPair<Drive, false>::coefficients(p, dt);
    }
    /// e^(-(x^2 + y^2) / 2) of two standard normal numbers is uniform between 0 and 1.
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        const auto d = k[slope] * Drive::error_of(c, k);
        const auto number = exp(-0.5 * (square(c[chance_x]) + square(c[chance_y])));
        const auto carried = select(number * k[quantum] < abs(d), k[quantum], 0);
        return std::tuple{select(d < 0, -carried, carried)};
    }
    template <class C, class K>
    static auto fires(const C& c, const K&) {
        return abs(c[sent]) > 0;
    }
    template <class C, class K>
    static auto amplitude(const C& c, const K&) {
        return c[sent];
    }
    template <class C, class K>
    static auto reset(const C& c, const K&) {
        return std::tuple{c[sent]};
    }
    template <class P>
    static std::array<double, 1> initial(const P&) {
        return {0};
    }
    template <class P>
    static std::string refuse(const P& p) {
        return ErrorPair<Drive, false>::refuse(p);
    }
};

/// One cell whose rate deviates from a baseline by an error: it fires in a part `baseline` of the steps without one,
/// and e = quantum (z - baseline) in every step. So it sends something, and synapses change, also where there is no
/// error. What a spike less or more in a step cannot carry is cut: baseline quantum, and (1 - baseline) quantum, bound
/// |d| dt.
template <class Drive>
struct Baseline {
    static constexpr Info info{"self_assembly_baseline", "A cell whose rate deviates from a baseline by an error.",
                               "v <- v + d dt + quantum baseline, z = (v >= quantum), e = quantum (z - baseline)",
                               reference};
    static constexpr std::tuple parameters =
        std::tuple_cat(ErrorPair<Drive, false>::parameters,
                       std::tuple{parameter(baseline, 0.43, "1", "part of the steps in which it fires without error")});
    static constexpr std::tuple<> inputs{};
    static constexpr std::tuple<> receptors{};
    static constexpr std::tuple states{column(level, "1", "error, and baseline, that no spike has carried yet")};
    static constexpr auto sees = Drive::sees;
    static constexpr auto emits = error;
    static constexpr auto coefficients_are = joined(ErrorPair<Drive, false>::coefficients_are, tags(baseline));
    template <class P>
    static std::array<double, 5> coefficients(const P& p, double dt) {
        const auto [a, b, c, d] = ErrorPair<Drive, false>::coefficients(p, dt);
        return {a, b, c, d, p[baseline] * p[quantum]};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        const auto v = c[level] + k[slope] * Drive::error_of(c, k) + k[baseline];
        return std::tuple{max(min(v, 2.0 * k[quantum]), -k[quantum])};
    }
    /// Of every step something is heard.
    template <class C, class K>
    static auto fires(const C& c, const K& k) {
        return amplitude(c, k) > 0 || amplitude(c, k) < 0;
    }
    template <class C, class K>
    static auto amplitude(const C& c, const K& k) {
        return taken(c, k) - k[baseline];
    }
    template <class C, class K>
    static auto reset(const C& c, const K& k) {
        return std::tuple{c[level] - taken(c, k)};
    }
    template <class P>
    static std::array<double, 1> initial(const P&) {
        return {0};
    }
    template <class P>
    static std::string refuse(const P& p) {
        if (!(p[baseline] > 0 && p[baseline] < 1)) return "its baseline must be above 0 and below 1";
        return ErrorPair<Drive, false>::refuse(p);
    }

   private:
    template <class C, class K>
    static auto taken(const C& c, const K& k) {
        return select(c[level] >= k[quantum], k[quantum], 0);
    }
};

/// No spikes of its own: at every spike of the partner the unit bursts if the error that was not sent yet is above 0,
/// and fires a single spike if not. A burst carries a quantum, a single spike one of the other sign, so that without an
/// error they alternate. More than a quantum a spike of the partner is kept, up to two.
struct Burst {
    static constexpr Info info{"self_assembly_burst", "A cell that says by bursts and single spikes what an error is.",
                               "v <- v + d dt; at a spike of the partner e = quantum if v > 0, else -quantum, which is "
                               "taken from v",
                               reference};
    static constexpr std::tuple parameters = ErrorPair<Gated, false>::parameters;
    static constexpr std::tuple<> inputs{};
    static constexpr std::tuple<> receptors{};
    static constexpr std::tuple states{column(level, "1", "error that nothing has carried yet"),
                                       column(due, "1", "1 while the partner fires")};
    static constexpr auto sees = joined(Gated::sees, tags(partner));
    static constexpr auto emits = error;
    static constexpr auto coefficients_are = ErrorPair<Gated, false>::coefficients_are;
    template <class P>
    static std::array<double, 4> coefficients(const P& p, double dt) {
        return ErrorPair<Gated, false>::coefficients(p, dt);
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        const auto v = c[level] + k[slope] * Gated::error_of(c, k);
        return std::tuple{max(min(v, 2.0 * k[quantum]), -2.0 * k[quantum]), select(c[partner] > 0, 1, 0)};
    }
    template <class C, class K>
    static auto fires(const C& c, const K&) {
        return c[due] >= 1;
    }
    template <class C, class K>
    static auto amplitude(const C& c, const K& k) {
        return select(c[level] > 0, k[quantum], -k[quantum]);
    }
    template <class C, class K>
    static auto reset(const C& c, const K& k) {
        return std::tuple{c[level] - amplitude(c, k), c[due]};
    }
    template <class P>
    static std::array<double, 2> initial(const P&) {
        return {0, 0};
    }
    template <class P>
    static std::string refuse(const P& p) {
        return ErrorPair<Gated, false>::refuse(p);
    }
};

}  // namespace apical::self_assembly::spiking
