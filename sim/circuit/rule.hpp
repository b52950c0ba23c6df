#pragma once
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/circuit/cell.hpp"
#include "sim/circuit/info.hpp"
#include "sim/circuit/struct_check.hpp"

namespace apical {

/// The numbers of a rule that belong to all of its terms. Gains (of each term) and decay are per presentation: one
/// settled step; in continuous time, one presentation time.
struct Plasticity {
    double decay_rate = 0;
    double low_pass = 0;  ///< ms; above 0, dW = E - decay_rate W, low_pass dE/dt = -E + sum of the terms (continuous)
};

/// One side of an outer product, bound: `prepare` (may be null) computes it, `value` is where it stands.
template <class S>
struct BoundSide {
    std::unique_ptr<Op<S>> prepare;
    Ref<S> value;
};

/// One term of a rule, bound: gain post pre^T, averaged over lanes.
template <class S>
struct BoundTerm {
    BoundSide<S> post, pre;
    double gain = 0;
};

/// Memory for sides that have to be computed.
template <class S>
class SideBuffers {
   public:
    virtual ~SideBuffers() = default;
    virtual Ref<S> buffer(PopulationId population) = 0;  ///< one column of the population's size
};

/// A side of an outer product that is computed: `function(rule, cell)` sees the tags listed.
template <class Seen, class Function>
struct Computed {
    Seen sees;
    Function function;
};
template <class... T, class Function>
constexpr Computed<Tags<T...>, Function> computed(Tags<T...> sees, Function function) {
    return {sees, function};
}

/// One outer product of a rule, post pre^T; each side is a tag, which costs no copy, or `computed(...)`.
template <class Post, class Pre>
struct Outer {
    Post post;
    Pre pre;
};
template <class T>
inline constexpr bool is_side = is_tag<T>;
template <class Seen, class Function>
inline constexpr bool is_side<Computed<Seen, Function>> = true;
template <class Post, class Pre>
constexpr Outer<Post, Pre> outer(Post post, Pre pre) {
    static_assert(is_side<Post> && is_side<Pre>,
                  "a side of outer(post, pre) is a tag, or computed(tags(...), function)");
    return {post, pre};
}

/// The plasticity of one Weights, dW/dt = sum over k of gain_k post_k pre_k^T - decay_rate W. To define one, write a
/// plain struct of numbers; rules do not derive from this class. With one term:
///
///     struct Masked {                                       // dW = eta (phi'(p) o Vbar hbar) h^T - eta gamma W
///         double eta, gamma;
///         static constexpr auto post_sees = tags(soma, apical);
///         static constexpr auto pre_is = rate;              // a bare tag costs no copy
///         double gain() const { return eta; }
///         double decay_rate() const { return eta * gamma; }
///         template <class C> auto post(const C& c) const { return select(c[soma] > 0, c[apical], 0); }
///     };
///
/// With several:
///
///     struct Covariance {                                   // dW = eta r r_pre^T - eta r_slow (r_slow - r_0)_pre^T
///         double eta, r_0;
///         static constexpr auto terms = std::tuple{
///             outer(rate, rate),
///             outer(slow_rate, computed(tags(slow_rate), [](const auto& rule, const auto& c) {
///                       return c[slow_rate] - rule.r_0; }))};
///         std::array<double, 2> gains() const { return {eta, -eta}; }
///     };
///
/// A postsynaptic side sees one cell of the postsynaptic population, a presynaptic side one of the presynaptic
/// population, each in one lane and reduced to the tags declared: a rule cannot reach another cell, sample or
/// projection. `decay_rate()` and `low_pass()` (ms) are 0 unless the struct has them.
class Rule {
   public:
    virtual ~Rule() = default;
    virtual Info info() const = 0;
    virtual Plasticity plasticity() const = 0;
    virtual std::size_t terms() const = 0;
    virtual std::vector<Read> post_reads(std::size_t term) const = 0;
    virtual std::vector<Read> pre_reads(std::size_t term) const = 0;
    virtual std::optional<Read> pre_column(std::size_t term) const = 0;  ///< that `pre` is; none if it is computed
    virtual std::optional<Read> post_column(std::size_t term) const = 0;
    /// Columns are looked up in the layout, sides that are computed get memory from the buffers.
    virtual BoundTerm<float> bind(std::size_t term, const Layout<float>&, PopulationId post, PopulationId pre,
                                  SideBuffers<float>&) const = 0;
    virtual BoundTerm<double> bind(std::size_t term, const Layout<double>&, PopulationId post, PopulationId pre,
                                   SideBuffers<double>&) const = 0;

    /// Whether a side reads a column as it was a step ago.
    bool needs_history() const;
};

/// The terms of a rule's struct, however it says them.
template <class R>
constexpr auto post_of() {
    if constexpr (requires { R::post_is; }) return R::post_is;
    else return computed(R::post_sees, [](const auto& rule, const auto& cell) { return rule.post(cell); });
}
template <class R>
constexpr auto pre_of() {
    if constexpr (requires { R::pre_is; }) return R::pre_is;
    else return computed(R::pre_sees, [](const auto& rule, const auto& cell) { return rule.pre(cell); });
}
template <class R>
constexpr auto terms_of() {
    if constexpr (requires { R::terms; }) return R::terms;
    else return std::tuple{outer(post_of<R>(), pre_of<R>())};
}

template <class R>
class RuleOf final : public Rule {
    static_assert(RuleCheck<R>::passed);

   public:
    explicit RuleOf(R rule) : rule_(std::move(rule)) {}
    Info info() const override { return info_of<R>(); }
    Plasticity plasticity() const override {
        Plasticity result;
        if constexpr (requires { rule_.decay_rate(); }) result.decay_rate = rule_.decay_rate();
        if constexpr (requires { rule_.low_pass(); }) result.low_pass = rule_.low_pass();
        return result;
    }
    std::size_t terms() const override { return count; }
    std::vector<Read> post_reads(std::size_t term) const override {
        std::vector<Read> reads;
        with(term, [&](const auto& outer) { reads = reads_of(seen(outer.post)); });
        return reads;
    }
    std::vector<Read> pre_reads(std::size_t term) const override {
        std::vector<Read> reads;
        with(term, [&](const auto& outer) { reads = reads_of(seen(outer.pre)); });
        return reads;
    }
    std::optional<Read> pre_column(std::size_t term) const override {
        std::optional<Read> column;
        with(term, [&](const auto& outer) {
            if constexpr (!requires { outer.pre.function; }) column = reads_of(tags(outer.pre)).front();
        });
        return column;
    }
    std::optional<Read> post_column(std::size_t term) const override {
        std::optional<Read> column;
        with(term, [&](const auto& outer) {
            if constexpr (!requires { outer.post.function; }) column = reads_of(tags(outer.post)).front();
        });
        return column;
    }
    BoundTerm<float> bind(std::size_t term, const Layout<float>& layout, PopulationId post, PopulationId pre,
                          SideBuffers<float>& buffers) const override {
        return bound(term, layout, post, pre, buffers);
    }
    BoundTerm<double> bind(std::size_t term, const Layout<double>& layout, PopulationId post, PopulationId pre,
                           SideBuffers<double>& buffers) const override {
        return bound(term, layout, post, pre, buffers);
    }

   private:
    static constexpr std::size_t count = std::tuple_size_v<decltype(terms_of<R>())>;

    std::array<double, count> gains() const {
        if constexpr (requires { R::terms; }) {
            static_assert(numbers_in<decltype(rule_.gains())> == count,
                          "gains() returns a std::array<double, number of terms>");
            return rule_.gains();
        } else return {rule_.gain()};
    }

    template <Name text, Instant when>
    static constexpr auto seen(Tag<text, when> tag) {
        return tags(tag);
    }
    template <class Seen, class Function>
    static constexpr Seen seen(const Computed<Seen, Function>&) {
        return {};
    }

    /// Calls use(outer product of the term).
    template <class Use>
    static void with(std::size_t term, const Use& use) {
        std::apply(
            [&](const auto&... outer) {
                std::size_t k = 0;
                ((k++ == term ? use(outer) : void()), ...);
            },
            terms_of<R>());
    }

    template <class S>
    BoundTerm<S> bound(std::size_t term, const Layout<S>& layout, PopulationId post, PopulationId pre,
                       SideBuffers<S>& buffers) const {
        BoundTerm<S> result;
        with(term, [&](const auto& outer) {
            result = {side(outer.post, layout, post, buffers), side(outer.pre, layout, pre, buffers), gains()[term]};
        });
        return result;
    }
    template <class S, Name text, Instant when>
    BoundSide<S> side(Tag<text, when>, const Layout<S>& layout, PopulationId p, SideBuffers<S>&) const {
        return {nullptr, layout.ref(p, text.view(), when)};
    }
    template <class S, class Seen, class Function>
    BoundSide<S> side(const Computed<Seen, Function>& computed, const Layout<S>& layout, PopulationId p,
                      SideBuffers<S>& buffers) const {
        const Ref<S> to = buffers.buffer(p);
        auto function = [rule = rule_, of = computed.function](const auto& cell) { return of(rule, cell); };
        return {map_op<S, Seen>(function, refs_of<S>(Seen{}, layout, p), std::array<Ref<S>, 1>{to}, layout.cells(p)),
                to};
    }

    R rule_;
};

/// The same rule, its update low-passed with the time constant tau (ms), in continuous time.
std::shared_ptr<const Rule> low_passed(std::shared_ptr<const Rule> rule, double tau);

template <class R>
std::shared_ptr<const Rule> rule(R r) {
    return std::make_shared<RuleOf<R>>(std::move(r));
}

}  // namespace apical
