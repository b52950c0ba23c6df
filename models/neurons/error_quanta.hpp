#pragma once
#include <array>
#include <tuple>

#include "sim/circuit/event_neuron.hpp"

/// Errors as spikes of a pair of cells.
namespace apical::error_quanta {

inline constexpr Tag<"positive"> positive;  ///< v+
inline constexpr Tag<"negative"> negative;  ///< v-
inline constexpr EventTag<"error"> error;   ///< e: a signed quantum
inline constexpr Tag<"quantum"> quantum;

/// What two interneurons E+ and E- have in common, whatever error d they are given: their `advance` adds what of the
/// integral of d is above 0 to v+ and what is below to v-; each carries a quantum away in every spike and keeps the
/// rest, so that over any time spikes carry that integral, to a quantum. `many`: as many spikes a step as there are
/// quanta; else one each at most. Cells derive from it and name `quantum` among their coefficients.
template <bool many>
struct ErrorQuanta {
    static constexpr std::tuple<> inputs{};
    static constexpr std::tuple<> receptors{};
    static constexpr std::tuple states{column(positive, "1", "error above 0 that no spike has carried yet"),
                                       column(negative, "1", "error below 0 that no spike has carried yet")};
    static constexpr auto emits = error;
    template <class C, class K>
    static auto fires(const C& c, const K& k) {
        return c[positive] >= k[quantum] || c[negative] >= k[quantum];
    }
    template <class C, class K>
    static auto amplitude(const C& c, const K& k) {
        return carried(c[positive], k) - carried(c[negative], k);
    }
    template <class C, class K>
    static auto reset(const C& c, const K& k) {
        return std::tuple{c[positive] - carried(c[positive], k), c[negative] - carried(c[negative], k)};
    }
    template <class P>
    static std::array<double, 2> initial(const P&) {
        return {0, 0};
    }

   private:
    template <class X, class K>
    static auto carried(const X& x, const K& k) {
        if constexpr (many) return k[quantum] * floor(x / k[quantum]);
        else return select(x >= k[quantum], k[quantum], 0);
    }
};

}  // namespace apical::error_quanta
