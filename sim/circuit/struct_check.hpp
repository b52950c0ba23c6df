#pragma once
// What the struct of a rule, a neuron or a signal has to say, and what would compile and do nothing: a word misspelt,
// or two ways to say one thing.
#include <array>
#include <concepts>
#include <cstddef>
#include <tuple>
#include <type_traits>

#include "sim/circuit/tag.hpp"

namespace apical {

template <class T>
inline constexpr bool is_tag = false;
template <Name text, Instant when>
inline constexpr bool is_tag<Tag<text, when>> = true;
template <Name text>
inline constexpr bool is_tag<EventTag<text>> = true;
template <class T>
inline constexpr bool is_list = false;
template <class... T>
inline constexpr bool is_list<Tags<T...>> = true;

template <auto value>
inline constexpr bool is_a_tag = is_tag<std::remove_cvref_t<decltype(value)>>;
template <auto value>
inline constexpr bool is_a_list = is_list<std::remove_cvref_t<decltype(value)>>;

/// How many numbers a function returns as a std::array; 0 if it returns something else.
template <class T>
inline constexpr std::size_t numbers_in = 0;
template <std::size_t n>
inline constexpr std::size_t numbers_in<std::array<double, n>> = n;

/// Whether a struct has a member of that name, be it a number, a function or a template: if so, the name is ambiguous
/// in one that has both.
struct EveryName {
    int post, pre, target, decay_rate, low_pass;
    void operator()();
};
template <class T>
struct WithEveryName : T, EveryName {};
template <class T>
concept NamesPost = !requires {
    &WithEveryName<T>::post;
};
template <class T>
concept NamesPre = !requires {
    &WithEveryName<T>::pre;
};
template <class T>
concept NamesTarget = !requires {
    &WithEveryName<T>::target;
};
template <class T>
concept NamesDecayRate = !requires {
    &WithEveryName<T>::decay_rate;
};
template <class T>
concept NamesLowPass = !requires {
    &WithEveryName<T>::low_pass;
};
template <class T>
concept NamesCall = !requires {
    &WithEveryName<T>::operator();
};

/// A rule: see sim/circuit/rule.hpp.
template <class R>
struct RuleCheck {
    static constexpr bool has_terms = requires { R::terms; };
    static constexpr bool post_is = requires { R::post_is; }
    , post_sees = requires { R::post_sees; };
    static constexpr bool pre_is = requires { R::pre_is; }
    , pre_sees = requires { R::pre_sees; };

    static_assert(!has_terms || !(post_is || post_sees || pre_is || pre_sees || NamesPost<R> || NamesPre<R>),
                  "terms take the place of post and pre, which would do nothing beside them");
    static_assert(!post_is || !(post_sees || NamesPost<R>),
                  "post_is takes the place of post_sees and post(cell), which would do nothing beside it");
    static_assert(!pre_is || !(pre_sees || NamesPre<R>),
                  "pre_is takes the place of pre_sees and pre(cell), which would do nothing beside it");
    static_assert(has_terms || post_is || (post_sees && NamesPost<R>),
                  "a rule has terms, or a postsynaptic side: post_is = a tag, or post_sees = tags(...) and post(cell)");
    static_assert(has_terms || pre_is || (pre_sees && NamesPre<R>),
                  "a rule has terms, or a presynaptic side: pre_is = a tag, or pre_sees = tags(...) and pre(cell)");
    static_assert(
        !post_is || requires { requires is_a_tag<R::post_is>; }, "post_is is one tag: post_is = soma");
    static_assert(
        !pre_is || requires { requires is_a_tag<R::pre_is>; }, "pre_is is one tag: pre_is = rate");
    static_assert(
        !post_sees || requires { requires is_a_list<R::post_sees>; },
        "post_sees is a list of tags: post_sees = tags(soma)");
    static_assert(
        !pre_sees || requires { requires is_a_list<R::pre_sees>; },
        "pre_sees is a list of tags: pre_sees = tags(rate)");

    static constexpr bool has_gain = requires(const R& r) {
        { r.gain() } -> std::convertible_to<double>;
    };
    static constexpr bool has_gains = requires(const R& r) { r.gains(); };
    static_assert(has_terms || (has_gain && !has_gains),
                  "a rule of one term has gain() const, a number; gains() belongs to terms");
    static_assert(
        !has_terms || (has_gains && !has_gain),
        "a rule with terms has gains() const, a std::array<double, number of terms>; gain() would do nothing");

    static_assert(
        !requires(R & r) { r.decay(); } && !requires(R & r) { r.decays(); } && !requires(R & r) { r.decay_rates(); } &&
            !requires(R & r) { r.decayrate(); },
        "decay, decays, decay_rates and decayrate would do nothing: the rate of decay is decay_rate()");
    static_assert(
        !NamesDecayRate<R> ||
            requires(const R& r) {
                { r.decay_rate() } -> std::convertible_to<double>;
            },
        "decay_rate is a function without arguments, const, that returns a number");
    static_assert(
        !requires(R & r) { r.low_pas(); } && !requires(R & r) { r.lowpass(); } &&
            !requires(R & r) { r.low_passed(); } && !requires(R & r) { r.low_pass_tau(); },
        "low_pas, lowpass, low_passed and low_pass_tau would do nothing: the time constant is low_pass()");
    static_assert(
        !NamesLowPass<R> ||
            requires(const R& r) {
                { r.low_pass() } -> std::convertible_to<double>;
            },
        "low_pass is a function without arguments, const, that returns a number of ms");
    static constexpr bool passed = true;
};

/// A neuron: see sim/circuit/neuron.hpp.
template <class N>
struct NeuronCheck {
    static constexpr bool target_is = requires { N::target_is; }
    , sees = requires { N::sees; }
    , accumulates = requires { N::accumulates; };

    static_assert(
        requires { requires is_a_list<N::state>; }, "a neuron has states: state = tags(soma)");
    static_assert(!target_is || !(sees || NamesTarget<N>),
                  "target_is takes the place of sees and target(cell), which would do nothing beside it");
    static_assert(!accumulates || !(target_is || sees || NamesTarget<N>),
                  "accumulates takes the place of a target, which would do nothing beside it");
    static_assert(accumulates || target_is || (sees && NamesTarget<N>),
                  "a neuron has a fixed point: target_is = a tag, or sees = tags(...) and target(cell)");
    static_assert(
        !target_is || requires { requires is_a_tag<N::target_is>; }, "target_is is one tag: target_is = basal");
    static_assert(
        !sees || requires { requires is_a_list<N::sees>; }, "sees is a list of tags: sees = tags(basal)");
    static_assert(
        !accumulates || requires { requires is_a_tag<N::accumulates>; },
        "accumulates is one tag: accumulates = apical");
    static_assert(
        requires(const N& n) { n.rates(); },
        "a neuron has rates() const, a std::array<double, number of states> in 1/ms (not rate())");
    static constexpr bool passed = true;
};
/// As many rates as states, where there are both.
template <class N>
concept RateForEachState = requires(const N& n) {
    requires numbers_in<std::remove_cvref_t<decltype(n.rates())>>
    == std::remove_cvref_t<decltype(N::state)>::count;
};

/// A signal: see sim/circuit/signal.hpp.
template <class F>
struct SignalCheck {
    static constexpr bool is = requires { F::is; }
    , sees = requires { F::sees; };

    static_assert(
        requires { requires is_a_list<F::writes>; }, "a signal writes columns: writes = tags(rate)");
    static_assert(!is || !(sees || NamesCall<F>),
                  "is takes the place of sees and operator()(cell), which would do nothing beside it");
    static_assert(is || (sees && NamesCall<F>),
                  "a signal is another column (is = soma), or computes: sees = tags(...) and operator()(cell)");
    static_assert(
        !is || requires { requires is_a_tag<F::is>; }, "is is one tag: is = soma");
    static_assert(
        !sees || requires { requires is_a_list<F::sees>; }, "sees is a list of tags: sees = tags(soma)");
    static constexpr bool passed = true;
};

}  // namespace apical
