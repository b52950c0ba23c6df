#pragma once
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace apical {

/// A string as a template argument.
template <std::size_t N>
struct Name {
    char text[N]{};
    consteval Name(const char (&literal)[N]) { std::copy_n(literal, N, text); }
    constexpr std::string_view view() const { return {text, N - 1}; }
};

/// Which of the double-buffered values of a column is meant.
enum class Instant : unsigned char { now, before };

/// The name of a column (signal, compartment or state) as a type; its instant is part of it. Where a circuit is
/// described, a tag stands for its name.
template <Name text, Instant when = Instant::now>
struct Tag {
    using Column = Tag;
    static constexpr std::string_view name = text.view();
    static constexpr Instant instant = when;
    operator std::string() const requires(when == Instant::now) { return std::string(name); }
};

/// A column that holds what happened to the cells in a step: 0, or the amplitude of an event, which is 1 for a spike.
/// Who has one is a list, too. Elsewhere it is a column as any other.
template <Name text>
struct EventTag : Tag<text> {};

/// The value of the previous step.
template <Name text>
constexpr Tag<text, Instant::before> previous(Tag<text>) {
    return {};
}

/// An ordered list of tags: what a function declares it sees, or writes.
template <class... T>
struct Tags {
    static constexpr std::size_t count = sizeof...(T);
};

template <class... T>
constexpr Tags<typename T::Column...> tags(T...) {
    return {};
}

/// Both lists, one after the other.
template <class... A, class... B>
constexpr Tags<A..., B...> joined(Tags<A...>, Tags<B...>) {
    return {};
}

// The field's words for what every circuit has; a model may define more.
inline constexpr Tag<"basal"> basal;       ///< drive of the basal dendrite
inline constexpr Tag<"apical"> apical;     ///< drive of the apical dendrite
inline constexpr Tag<"soma"> soma;         ///< somatic potential
inline constexpr Tag<"rate"> rate;         ///< firing rate, what other cells see
inline constexpr EventTag<"spike"> spike;  ///< of every cell that fires

}  // namespace apical
