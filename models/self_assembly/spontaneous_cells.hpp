#pragma once
#include <array>
#include <string>
#include <tuple>

#include "models/self_assembly/spiking_cells.hpp"

/// Cells of self-assembly with spikes in their spontaneous activity.
namespace apical::self_assembly::spiking {

using sign_concordant::phase;

inline constexpr Tag<"restless"> restless;  ///< 1: error cells fire at random, 0: only as they are driven
inline constexpr Tag<"chance"> chance;
inline constexpr Tag<"eager"> eager;                  ///< how fast V and Vbar learn, beside their gain
inline constexpr Tag<"spontaneous_x"> spontaneous_x;  ///< two normal numbers a step, of which a random event is made
inline constexpr Tag<"spontaneous_y"> spontaneous_y;

/// An upstream cell that is driven fires in the first three steps of an event.
struct Volley {
    static constexpr Info info{"self_assembly_volley", "A cell that fires three times when it is driven.",
                               "a spike in each of the first three steps", reference};
    static constexpr std::tuple<> parameters{};
    static constexpr std::tuple<> inputs{};
    static constexpr std::tuple<> receptors{};
    static constexpr std::tuple states{column(clock, "1", "steps since the event began"),
                                       column(phase, "1", "1 in a step with a spike, else 0")};
    static constexpr auto sees = tags(drive);
    static constexpr auto coefficients_are = tags();
    template <class P>
    static std::array<double, 0> coefficients(const P&, double) {
        return {};
    }
    template <class C, class K>
    static auto advance(const C& c, const K&) {
        return std::tuple{c[clock] + 1, select(c[drive] > 0 && c[clock] < 3, 1, 0)};
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
    static std::string refuse(const P&) {
        return "";
    }
};

/// The cells E+ and E- of a downstream unit, driven by the lateral dendrite; while they are restless either of them
/// fires with the probability chance dt beside that. e^(-(x^2 + y^2) / 2) of two standard normal numbers is uniform
/// between 0 and 1, whatever the sign of x.
struct SpontaneousPair : error_quanta::ErrorQuanta<false> {
    static constexpr Info info{
        "self_assembly_spontaneous_pair", "Two cells that fire as their lateral dendrite says, and at random.",
        "v+ <- v+ + lateral dt, and v+ or v- <- + quantum with the probability chance dt", reference};
    static constexpr std::tuple parameters{parameter(quantum, 0.4, "1", "of error that a spike carries"),
                                           parameter(chance, 0.1, "1/ms", "of a random spike of either cell")};
    static constexpr auto sees = tags(lateral, restless, spontaneous_x, spontaneous_y);
    static constexpr auto coefficients_are = tags(quantum, chance, gain);
    template <class P>
    static std::array<double, 3> coefficients(const P& p, double dt) {
        return {p[quantum], p[chance] * dt, dt};
    }
    template <class C, class K>
    static auto advance(const C& c, const K& k) {
        const auto number = exp(-0.5 * (square(c[spontaneous_x]) + square(c[spontaneous_y])));
        const auto random = select(number < k[chance] * c[restless], k[quantum], 0);
        const auto most = 2.0 * k[quantum];
        return std::tuple{min(c[positive] + k[gain] * c[lateral] + select(c[spontaneous_x] > 0, random, 0), most),
                          min(c[negative] + select(c[spontaneous_x] > 0, 0, random), most)};
    }
    template <class P>
    static std::string refuse(const P& p) {
        if (!(p[chance] >= 0 && p[chance] <= 1)) return "its chance must be 0 to 1";
        return unless_positive(p[quantum], "quantum");
    }
};

// Quanta of error shake V for as long as it learns, and W and Wbar with it: so its rate goes to 0 before theirs.

/// dV = eta eager e a^T
struct EagerDelta {
    double eta;
    static constexpr Info info{"eager_delta", "Local error times presynaptic rate, as eagerly as the cell learns.",
                               "dW = eta eager error_post rate_pre^T", reference};
    static constexpr auto post_sees = tags(error, eager);
    static constexpr auto pre_is = rate;
    double gain() const { return eta; }
    double decay_rate() const { return 0; }
    template <class C>
    auto post(const C& c) const {
        return c[error] * c[eager];
    }
};

/// dVbar = eta eager a e^T
struct MirroredEagerDelta {
    double eta;
    static constexpr Info info{"mirrored_eager_delta", "Feedback weights with the update of eager_delta, mirrored.",
                               "dB = eta eager rate_post error_pre^T", reference};
    static constexpr auto post_sees = tags(rate, eager);
    static constexpr auto pre_is = error;
    double gain() const { return eta; }
    double decay_rate() const { return 0; }
    template <class C>
    auto post(const C& c) const {
        return c[rate] * c[eager];
    }
};

}  // namespace apical::self_assembly::spiking
