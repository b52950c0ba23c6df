// As it stands this compiles. With one of the names defined that CMakeLists.txt lists, one struct says something that
// would do nothing, or too little; CTest asks the compiler, and expects it to refuse with the reason.
#include "sim/circuit/circuit.hpp"

namespace apical {

inline constexpr Tag<"lateral"> lateral;
inline constexpr Tag<"latral"> latral;

struct OneTerm {
#ifdef LIST_FOR_TAG
    static constexpr auto post_is = tags(apical);
#else
    static constexpr auto post_is = apical;
#endif
#ifdef POST_SEES_BESIDE_POST_IS
    static constexpr auto post_sees = tags(apical);
#endif
#ifdef POST_BESIDE_POST_IS
    template <class C>
    auto post(const C& c) const {
        return c[apical];
    }
#endif
#ifndef NO_PRE
    static constexpr auto pre_is = rate;
#endif
#ifndef NO_GAIN
    double gain() const { return 1; }
#endif
#ifdef DECAY
    double decay() const { return 0.1; }
#elif defined(DECAY_RATE_IS_NUMBER)
    static constexpr double decay_rate = 0.1;
#else
    double decay_rate() const { return 0.1; }
#endif
#ifdef LOW_PAS
    double low_pas() const { return 20; }
#else
    double low_pass() const { return 20; }
#endif
};

struct Computes {
#ifdef TAG_FOR_LIST
    static constexpr auto post_sees = soma;
#else
    static constexpr auto post_sees = tags(soma, lateral);
#endif
    static constexpr auto pre_is = rate;
    double gain() const { return 1; }
    template <class C>
    auto post(const C& c) const {
#ifdef TAG_MISSPELT
        return c[soma] * c[latral];
#else
        return c[soma] * c[lateral];
#endif
    }
};

struct TwoTerms {
#ifdef SIDE_IS_LIST
    static constexpr auto terms = std::tuple{outer(tags(soma), rate), outer(apical, rate)};
#else
    static constexpr auto terms = std::tuple{outer(soma, rate), outer(apical, rate)};
#endif
#ifdef GAINS_TOO_FEW
    std::array<double, 1> gains() const { return {1}; }
#else
    std::array<double, 2> gains() const { return {1, -1}; }
#endif
#ifdef GAIN_BESIDE_TERMS
    double gain() const { return 1; }
#endif
};

struct TwoStates {
    static constexpr auto sees = tags(basal);
    static constexpr auto state = tags(soma, apical);
#ifdef RATE_FOR_RATES
    std::array<double, 2> rate() const { return {1, 1}; }
#elif defined(RATES_TOO_FEW)
    std::array<double, 1> rates() const { return {1}; }
#else
    std::array<double, 2> rates() const { return {1, 1}; }
#endif
    template <class C>
    auto target(const C& c) const {
#ifdef TARGET_OF_TOO_MANY
        return std::tuple{c[basal], c[basal], c[basal]};
#else
        return std::tuple{c[basal], c[basal]};
#endif
    }
};

struct Follows {
    static constexpr auto target_is = basal;
    static constexpr auto state = tags(soma);
    std::array<double, 1> rates() const { return {1}; }
#ifdef TARGET_BESIDE_TARGET_IS
    template <class C>
    auto target(const C& c) const {
        return c[basal];
    }
#endif
};

struct Renamed {
    static constexpr auto is = soma;
    static constexpr auto writes = tags(rate);
#ifdef IS_BESIDE_OPERATOR
    template <class C>
    auto operator()(const C& c) const {
        return c[soma];
    }
#endif
};

struct TwoColumns {
    static constexpr auto sees = tags(soma);
#ifdef WRITES_TOO_FEW
    static constexpr auto writes = tags(rate);
#else
    static constexpr auto writes = tags(rate, lateral);
#endif
    template <class C>
    auto operator()(const C& c) const {
        return std::tuple{c[soma], -c[soma]};
    }
};

Circuit circuit() {
    Circuit made;
    const PopulationId in = made.add(Population{.name = "in", .units = 2, .clamped = {rate}});
    const PopulationId out = made.add(Population{.name = "out",
                                                 .units = 2,
                                                 .compartments = {basal},
                                                 .neurons = {neuron(Follows{}), neuron(TwoStates{})},
                                                 .signals = {signal(Renamed{}), signal(TwoColumns{})}});
#ifdef ID_FROM_NUMBER
    const WeightsId W = made.add(Weights{.name = "W", .post = 1, .pre = in});
#else
    const WeightsId W = made.add(Weights{.name = "W", .post = out, .pre = in});
#endif
    for (const auto& learning : {rule(OneTerm{}), rule(Computes{}), rule(TwoTerms{})}) made.weights[W].rule = learning;
#ifdef ID_OF_OTHER_LIST
    made.add(Projection{.weights = W, .source = W, .signal = rate, .target = out, .compartment = basal});
#else
    made.add(Projection{.weights = W, .source = in, .signal = rate, .target = out, .compartment = basal});
#endif
    return made;
}

}  // namespace apical
