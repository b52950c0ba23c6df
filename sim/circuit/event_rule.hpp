#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/circuit/cell.hpp"
#include "sim/circuit/event.hpp"
#include "sim/circuit/event_neuron.hpp"
#include "sim/circuit/info.hpp"
#include "sim/circuit/plastic.hpp"
#include "sim/circuit/quantity.hpp"

namespace apical {

using Pairing = EventTrace::Pairing;

/// A trace of a cell's own events as a rule declares it: it decays with the time constant in the parameter `tau`.
struct RuleTrace {
    std::string_view name, tau;
    Pairing pairing;
};
template <class T>
struct RuleTraceOf : RuleTrace {
    using Named = T;
};
template <Name text, Name time>
constexpr RuleTraceOf<Tag<text>> trace(Tag<text>, Tag<time>, Pairing pairing = Pairing::all) {
    return {{text.view(), time.view(), pairing}};
}

/// A column of the postsynaptic cell as a rule declares it: another one, low-passed with the time constant in the
/// parameter `tau`.
struct RuleFilter {
    std::string_view column, of, tau;
};
template <class T>
struct RuleFilterOf : RuleFilter {
    using Named = T;
};
template <Name text, Name from, Name time>
constexpr RuleFilterOf<Tag<text>> low_passed(Tag<text>, Tag<from>, Tag<time>) {
    return {{text.view(), from.view(), time.view()}};
}

/// Unit of a number of a rule that is a weight: that of the receptor.
inline constexpr std::string_view of_weights = "weight";

/// The numbers of a rule in one projection; what is not named keeps its preset.
struct RuleNumbers {
    const std::string& projection;
    const std::map<std::string, double>& given;

    double number(const CellParameter& of) const;
    /// Throws std::invalid_argument for a name that is no parameter of the rule, and for what is not finite.
    void check(std::string_view rule, std::span<const CellParameter> known) const;
    /// Throws std::invalid_argument that names the projection.
    [[noreturn]] void refuse(const std::string& why) const;
};

/// One trace of a rule with its numbers.
struct TimedTrace {
    double tau;  ///< ms
    Pairing pairing;
};

/// The amplitude of the postsynaptic event, which functions at such events may see.
inline constexpr Tag<"amplitude"> amplitude;

/// Events of the postsynaptic cell that a rule learns from if nothing else instructs it, with their amplitude there.
struct PostEvent {
    std::string_view event;
    double amplitude = 1;
};

/// A number that a rule sees.
struct Seen {
    enum class Of : unsigned char { pre_trace, post_trace, post_column, event_amplitude } of;
    std::size_t index;  ///< which of those
};

/// A rule with its numbers, over synapses side by side: `n` of them, `seen[c]` holds number c of what a side declares
/// of each; arrays are 64-byte aligned and have room for whole packs.
template <class S>
class BoundEventRule {
   public:
    virtual ~BoundEventRule() = default;
    /// The weights after an event of the postsynaptic cell, or after the arrival of a presynaptic one.
    virtual void at_post(std::size_t n, S* weights, const S* const* seen) const = 0;
    virtual void at_pre(std::size_t n, S* weights, const S* const* seen) const = 0;
};

/// Plasticity by events: how the weight w of a synapse changes when its postsynaptic cell has an event and when one of
/// its presynaptic cell arrives. The struct of a rule has no data:
///
///     struct Pairs {                                         // at a postsynaptic event w += lambda (1 - w) K+,
///         static constexpr auto parameters = std::tuple{     // at a presynaptic one w -= lambda alpha w K-
///             parameter(lambda, 0.01, "1", "learning rate"), parameter(tau_plus, 20, "ms", "of K+"), ...};
///         static constexpr auto pre_traces = std::tuple{trace(K_plus, tau_plus)};     // of events of the cell itself
///         static constexpr auto post_traces = std::tuple{trace(K_minus, tau_minus)};
///         static constexpr auto coefficients_are = tags(lambda, depression);
///         template <class P> static std::array<double, 2> coefficients(const P& p);   // once
///         static constexpr auto at_post_sees = tags(K_plus), at_pre_sees = tags(K_minus);
///         template <class W, class C, class K>
///         static W at_post(const W& w, const C& c, const K& k);  // the new weight
///
///         template <class W, class C, class K>
///         static W at_pre(const W& w, const C& c, const K& k);
///
///         template <class P>
///         static Interval bounds(const P& p);  // of weights
///
///         template <class P>
///         static std::string refuse(const P& p);  // "", or why it makes no sense
///     };
///
/// Either function may be missing, and nothing happens at such events. A function sees the weight itself and the traces
/// that it declares, all as they were just before the events of this instant; so an event never meets itself, nor one
/// of the other cell that reaches the synapse in the same step. With post_columns = tags(...) it also sees columns of
/// the postsynaptic cell, as they are at the end of the step of its event, or when the presynaptic one is added up; and
/// at postsynaptic events their `amplitude`. Nothing else can be reached. What it returns is brought within the bounds.
/// In the place of post_columns, post_filters = std::tuple{low_passed(V_minus, V, tau_minus), ...} are columns that the
/// postsynaptic cells get with the projection, if they have none of these names.
///
/// Postsynaptic events are spikes; or others, with post_events = std::array{PostEvent{burst.name, 1}, ...}.
///
/// A rule of three factors has eligibility = a parameter, a time constant: then both functions change the eligibility
/// of a synapse, a number of its own that decays with it, in the place of its weight; and an event of a modulator of
/// amplitude a does w += a eligibility, within the bounds.
class EventRule {
   public:
    virtual ~EventRule() = default;
    virtual Info info() const = 0;
    virtual std::vector<CellParameter> parameters() const = 0;
    virtual std::vector<TimedTrace> pre_traces(const RuleNumbers& numbers) const = 0;
    virtual std::vector<TimedTrace> post_traces(const RuleNumbers& numbers) const = 0;
    virtual std::vector<std::string> post_columns() const = 0;
    /// Those of the columns that are other ones low-passed.
    virtual std::vector<ColumnFilter> post_filters(const RuleNumbers& numbers) const = 0;
    virtual std::vector<PostEvent> post_events() const = 0;
    virtual std::vector<Seen> at_post_sees() const = 0;
    virtual std::vector<Seen> at_pre_sees() const = 0;
    virtual bool has_at_post() const = 0;
    virtual bool has_at_pre() const = 0;
    virtual Interval bounds(const RuleNumbers& numbers) const = 0;
    /// Time constant of eligibility in ms; none: weights change at once.
    virtual std::optional<double> eligibility(const RuleNumbers& numbers) const = 0;
    /// Throws std::invalid_argument for numbers that make no sense.
    virtual void check(const RuleNumbers& numbers) const = 0;
    virtual void bind(const RuleNumbers& numbers, std::unique_ptr<const BoundEventRule<float>>& to) const = 0;
    virtual void bind(const RuleNumbers& numbers, std::unique_ptr<const BoundEventRule<double>>& to) const = 0;
};

template <class R>
constexpr auto post_columns_of() {
    if constexpr (requires { R::post_columns; }) return R::post_columns;
    else if constexpr (requires { R::post_filters; }) return decltype(named(R::post_filters)){};
    else return tags();
}

template <class R>
struct EventRuleTraits {
    using Parameters = decltype(named(R::parameters));
    using Pre = decltype(named(R::pre_traces));
    using Post = decltype(named(R::post_traces));
    using Columns = decltype(post_columns_of<R>());
    using Coefficients = std::remove_cvref_t<decltype(R::coefficients_are)>;
    static constexpr bool has_at_post = requires { R::at_post_sees; };
    static constexpr bool has_at_pre = requires { R::at_pre_sees; };
    static constexpr bool has_eligibility = requires { R::eligibility; };
    static_assert(has_at_post || has_at_pre, "a rule of events changes weights at events of one side at least");
};

template <class S, class R>
class BoundEventRuleOf final : public BoundEventRule<S> {
    using Is = EventRuleTraits<R>;
    using P = Pack<S>;
    using Coefficients = Cell<P, typename Is::Coefficients>;

   public:
    template <std::size_t n>
    BoundEventRuleOf(const std::array<double, n>& coefficients, Interval bounds)
        : coefficients_(packed(coefficients)), lower_(bounds.lower), upper_(bounds.upper) {}

    void at_post([[maybe_unused]] std::size_t n, [[maybe_unused]] S* weights,
                 [[maybe_unused]] const S* const* seen) const override {
        if constexpr (Is::has_at_post)
            each(R::at_post_sees, n, weights, seen,
                 [&](const auto& w, const auto& c) { return R::at_post(w, c, coefficients_); });
    }
    void at_pre([[maybe_unused]] std::size_t n, [[maybe_unused]] S* weights,
                [[maybe_unused]] const S* const* seen) const override {
        if constexpr (Is::has_at_pre)
            each(R::at_pre_sees, n, weights, seen,
                 [&](const auto& w, const auto& c) { return R::at_pre(w, c, coefficients_); });
    }

   private:
    template <std::size_t n>
    static Coefficients packed(const std::array<double, n>& numbers) {
        static_assert(n == Is::Coefficients::count, "coefficients(p) returns as many numbers as coefficients_are");
        std::array<P, n> packs;
        for (std::size_t c = 0; c < n; ++c) packs[c] = P(numbers[c]);
        return Coefficients(packs);
    }
    template <class... T, class Function>
    void each(Tags<T...>, std::size_t n, S* weights, [[maybe_unused]] const S* const* seen,
              const Function& function) const {
        for (std::size_t i = 0; i < n; i += P::size) {
            [[maybe_unused]] std::size_t c = 0;
            const Cell<P, Tags<T...>> cell({(static_cast<void>(T::name), P::load(seen[c++] + i))...});
            const P next = function(P::load(weights + i), cell);
            min(max(next, lower_), upper_).store(weights + i);
        }
    }

    Coefficients coefficients_;
    P lower_, upper_;
};

template <class R>
class EventRuleOf final : public EventRule {
    using Is = EventRuleTraits<R>;

   public:
    Info info() const override { return info_of<R>(); }
    std::vector<CellParameter> parameters() const override {
        return std::apply([](const auto&... of) { return std::vector<CellParameter>{of...}; }, R::parameters);
    }
    std::vector<TimedTrace> pre_traces(const RuleNumbers& numbers) const override {
        return timed(R::pre_traces, numbers);
    }
    std::vector<TimedTrace> post_traces(const RuleNumbers& numbers) const override {
        return timed(R::post_traces, numbers);
    }
    std::vector<std::string> post_columns() const override { return names_of(typename Is::Columns{}); }
    std::vector<ColumnFilter> post_filters([[maybe_unused]] const RuleNumbers& numbers) const override {
        if constexpr (requires { R::post_filters; })
            return std::apply(
                [&](const auto&... of) {
                    return std::vector<ColumnFilter>{
                        {std::string(of.column), std::string(of.of), tau(of.tau, numbers)}...};
                },
                R::post_filters);
        else return {};
    }
    std::vector<PostEvent> post_events() const override {
        if constexpr (requires { R::post_events; }) return {R::post_events.begin(), R::post_events.end()};
        else return {{spike.name}};
    }
    std::vector<Seen> at_post_sees() const override {
        if constexpr (Is::has_at_post) return places_of(R::at_post_sees);
        else return {};
    }
    std::vector<Seen> at_pre_sees() const override {
        if constexpr (Is::has_at_pre) return places_of(R::at_pre_sees);
        else return {};
    }
    bool has_at_post() const override { return Is::has_at_post; }
    bool has_at_pre() const override { return Is::has_at_pre; }
    Interval bounds(const RuleNumbers& numbers) const override {
        return R::bounds(numbers_of(numbers, typename Is::Parameters{}));
    }
    std::optional<double> eligibility([[maybe_unused]] const RuleNumbers& numbers) const override {
        if constexpr (Is::has_eligibility) return numbers_of(numbers, typename Is::Parameters{})[R::eligibility];
        else return std::nullopt;
    }
    void check(const RuleNumbers& numbers) const override {
        numbers.check(info().name, parameters());
        const auto require_positive = [&](double tau) {
            if (!(tau > 0)) numbers.refuse("a time constant of " + std::to_string(tau) + " ms, expected more than 0");
        };
        if (const auto tau = eligibility(numbers)) require_positive(*tau);
        if (const std::string why = R::refuse(numbers_of(numbers, typename Is::Parameters{})); !why.empty())
            numbers.refuse(why);
        for (const auto& traces : {pre_traces(numbers), post_traces(numbers)})
            for (const TimedTrace& trace : traces) require_positive(trace.tau);
        for (const ColumnFilter& filter : post_filters(numbers)) require_positive(filter.tau);
    }
    void bind(const RuleNumbers& numbers, std::unique_ptr<const BoundEventRule<float>>& to) const override {
        to = bound<float>(numbers);
    }
    void bind(const RuleNumbers& numbers, std::unique_ptr<const BoundEventRule<double>>& to) const override {
        to = bound<double>(numbers);
    }

   private:
    template <class... T>
    static Cell<double, Tags<T...>> numbers_of(const RuleNumbers& numbers, Tags<T...>) {
        return std::apply([&](const auto&... of) { return Cell<double, Tags<T...>>({numbers.number(of)...}); },
                          R::parameters);
    }
    double tau(std::string_view name, const RuleNumbers& numbers) const {
        const std::vector<CellParameter> all = parameters();
        return numbers.number(*std::ranges::find(all, name, &CellParameter::name));
    }
    template <class Traces>
    std::vector<TimedTrace> timed(const Traces& traces, const RuleNumbers& numbers) const {
        return std::apply(
            [&](const auto&... of) {
                return std::vector<TimedTrace>{TimedTrace{tau(of.tau, numbers), of.pairing}...};
            },
            traces);
    }
    template <class T, class... All>
    static constexpr std::size_t place_in(Tags<All...>) {
        std::size_t k = 0;
        static_cast<void>(((std::is_same_v<T, All> || (++k, false)) || ...));
        return k;
    }
    template <class T>
    static constexpr Seen place_of() {
        using Of = Seen::Of;
        constexpr std::size_t pre = place_in<T>(typename Is::Pre{}), post = place_in<T>(typename Is::Post{}),
                              column = place_in<T>(typename Is::Columns{});
        constexpr bool is_amplitude = std::is_same_v<T, std::remove_cvref_t<decltype(amplitude)>>;
        static_assert(pre < Is::Pre::count || post < Is::Post::count || column < Is::Columns::count || is_amplitude,
                      "what at_post and at_pre see is declared in pre_traces, post_traces or post_columns");
        if constexpr (pre < Is::Pre::count) return {Of::pre_trace, pre};
        else if constexpr (post < Is::Post::count) return {Of::post_trace, post};
        else if constexpr (column < Is::Columns::count) return {Of::post_column, column};
        else return {Of::event_amplitude, 0};
    }
    template <class... T>
    static std::vector<Seen> places_of(Tags<T...>) {
        return {place_of<T>()...};
    }
    template <class S>
    std::unique_ptr<const BoundEventRule<S>> bound(const RuleNumbers& numbers) const {
        check(numbers);
        return std::make_unique<BoundEventRuleOf<S, R>>(R::coefficients(numbers_of(numbers, typename Is::Parameters{})),
                                                        Is::has_eligibility ? Interval{} : bounds(numbers));
    }
};

/// Of synapses of these cells: as given, or the cells themselves with the events that the rule learns from.
std::vector<Instructor> instructors_of(const Plastic& plastic, PopulationId postsynaptic);

template <class R>
std::shared_ptr<const EventRule> event_rule(R) {
    return std::make_shared<EventRuleOf<R>>();
}

}  // namespace apical
