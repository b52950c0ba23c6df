#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/circuit/cell.hpp"

namespace apical {

/// The numbers of a rule that the engine multiplies in itself: dW = gain post pre^T - decay_rate W, the outer product
/// averaged over lanes. Both are per presentation (one settled step; in continuous time, one presentation time).
struct Plasticity {
    double gain = 0;
    double decay_rate = 0;
    double low_pass =
        0;  ///< ms; above 0, dW = gain E - decay_rate W with low_pass dE/dt = -E + post pre^T (continuous)
};

/// One side of an outer product, bound: `prepare` (may be null) computes it, `value` is where it stands.
template <class S>
struct BoundSide {
    std::unique_ptr<Op<S>> prepare;
    Ref<S> value;
};

/// Memory for sides that have to be computed.
template <class S>
class SideBuffers {
   public:
    virtual ~SideBuffers() = default;
    virtual Ref<S> buffer(PopulationId population) = 0;  ///< one column of the population's size
};

/// The plasticity of one Weights, dW/dt = gain post pre^T - decay_rate W. To define one, write a plain struct of
/// numbers; nobody derives from this class:
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
/// `post` sees one cell of the postsynaptic population, `pre` one of the presynaptic population, each in one lane and
/// reduced to the tags declared: a rule cannot reach another cell, sample or projection.
class Rule {
   public:
    virtual ~Rule() = default;
    virtual Plasticity plasticity() const = 0;
    virtual std::vector<Read> post_reads() const = 0;
    virtual std::vector<Read> pre_reads() const = 0;
    virtual std::optional<Read> pre_column() const = 0;  ///< the column that `pre` is; none if it is computed
    virtual BoundSide<float> bind_post(const Layout<float>&, PopulationId, SideBuffers<float>&) const = 0;
    virtual BoundSide<double> bind_post(const Layout<double>&, PopulationId, SideBuffers<double>&) const = 0;
    virtual BoundSide<float> bind_pre(const Layout<float>&, PopulationId, SideBuffers<float>&) const = 0;
    virtual BoundSide<double> bind_pre(const Layout<double>&, PopulationId, SideBuffers<double>&) const = 0;
};

template <class R>
class RuleOf final : public Rule {
    static constexpr bool post_renames = requires { R::post_is; };
    static constexpr bool pre_renames = requires { R::pre_is; };

   public:
    explicit RuleOf(R rule) : rule_(std::move(rule)) {}
    Plasticity plasticity() const override {
        Plasticity result{rule_.gain()};
        if constexpr (requires { rule_.decay_rate(); }) result.decay_rate = rule_.decay_rate();
        if constexpr (requires { rule_.low_pass(); }) result.low_pass = rule_.low_pass();
        return result;
    }
    std::vector<Read> post_reads() const override {
        if constexpr (post_renames) return reads_of(tags(R::post_is));
        else return reads_of(R::post_sees);
    }
    std::vector<Read> pre_reads() const override {
        if constexpr (pre_renames) return reads_of(tags(R::pre_is));
        else return reads_of(R::pre_sees);
    }
    std::optional<Read> pre_column() const override {
        if constexpr (pre_renames) return Read{std::string(R::pre_is.name), R::pre_is.instant};
        else return std::nullopt;
    }
    BoundSide<float> bind_post(const Layout<float>& l, PopulationId p, SideBuffers<float>& b) const override {
        return post_side(l, p, b);
    }
    BoundSide<double> bind_post(const Layout<double>& l, PopulationId p, SideBuffers<double>& b) const override {
        return post_side(l, p, b);
    }
    BoundSide<float> bind_pre(const Layout<float>& l, PopulationId p, SideBuffers<float>& b) const override {
        return pre_side(l, p, b);
    }
    BoundSide<double> bind_pre(const Layout<double>& l, PopulationId p, SideBuffers<double>& b) const override {
        return pre_side(l, p, b);
    }

   private:
    template <class S>
    BoundSide<S> post_side(const Layout<S>& layout, PopulationId p, SideBuffers<S>& buffers) const {
        if constexpr (post_renames) return {nullptr, layout.ref(p, R::post_is.name, R::post_is.instant)};
        else
            return computed<S>(
                R::post_sees, [rule = rule_](const auto& cell) { return rule.post(cell); }, layout, p, buffers);
    }
    template <class S>
    BoundSide<S> pre_side(const Layout<S>& layout, PopulationId p, SideBuffers<S>& buffers) const {
        if constexpr (pre_renames) return {nullptr, layout.ref(p, R::pre_is.name, R::pre_is.instant)};
        else
            return computed<S>(
                R::pre_sees, [rule = rule_](const auto& cell) { return rule.pre(cell); }, layout, p, buffers);
    }
    template <class S, class Sees, class F>
    static BoundSide<S> computed(Sees sees, F function, const Layout<S>& layout, PopulationId p,
                                 SideBuffers<S>& buffers) {
        const Ref<S> to = buffers.buffer(p);
        return {map_op<S, Sees>(function, refs_of<S>(sees, layout, p), std::array<Ref<S>, 1>{to}, layout.cells(p)), to};
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
