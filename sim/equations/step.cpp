#include "sim/equations/step.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace apical::equations {
namespace {

using Index = std::uint32_t;

/// An expression that is put together from others. Equal terms are one, so that what stages share is worked out once.
class Builder {
   public:
    explicit Builder(std::uint32_t at) : at_(at) {}

    Index add(Operation operation, Index a = 0, Index b = 0, Index c = 0) { return add_at(at_, operation, a, b, c); }
    Index number(double value) {
        const auto same = std::ranges::find_if(
            made_.numbers, [&](const Measured& one) { return one.number == value && one.dimension.is_number(); });
        const auto place = static_cast<Index>(same - made_.numbers.begin());
        if (same == made_.numbers.end()) made_.numbers.push_back(measured_from(value));
        return add(Operation::number, place);
    }
    Index name(const Read& read, std::uint32_t at) {
        const auto same = std::ranges::find_if(
            made_.names, [&](const Read& one) { return one.column == read.column && one.instant == read.instant; });
        const auto place = static_cast<Index>(same - made_.names.begin());
        if (same == made_.names.end()) made_.names.push_back(read);
        return add_at(at, Operation::name, place);
    }
    Index name(std::string_view column) { return name({std::string(column), Instant::now}, at_); }

    /// Terms of an expression by the number that they have in it, with columns as `column` has them. The last one is
    /// the whole.
    template <class Column>
    std::vector<Index> terms_of(const Expression& from, const Column& column) {
        std::vector<Index> places;
        places.reserve(from.terms.size());
        for (const Term& term : from.terms) {
            if (term.operation == Operation::name) {
                const Read& read = from.names[term.a];
                const std::optional<Index> other = read.instant == Instant::now ? column(read.column) : std::nullopt;
                places.push_back(other ? *other : name(read, term.at));
            } else {
                places.push_back(copy(from, term, places));
            }
        }
        return places;
    }
    Index whole_of(const Expression& from) {
        return terms_of(from, [](const std::string&) { return std::optional<Index>(); }).back();
    }

    /// The expression that ends with this term: what it does not need, names among it, is left behind.
    Expression made(Index whole, const std::string& text) && {
        std::vector<bool> is_needed(whole + 1, false);
        is_needed[whole] = true;
        for (Index k = whole + 1; k-- > 0;) {
            const Term& term = made_.terms[k];
            const std::size_t operands = is_needed[k] ? operands_of(term.operation) : 0;
            if (operands > 0) is_needed[term.a] = true;
            if (operands > 1) is_needed[term.b] = true;
            if (operands > 2) is_needed[term.c] = true;
        }
        Builder kept(at_);
        std::vector<Index> places(whole + 1);
        for (Index k = 0; k <= whole; ++k)
            if (is_needed[k]) places[k] = kept.copy(made_, made_.terms[k], places);
        kept.made_.text = text;
        return std::move(kept.made_);
    }

   private:
    /// A term of another expression, whose operands are at these places here.
    Index copy(const Expression& from, const Term& term, const std::vector<Index>& places) {
        if (term.operation == Operation::name) return name(from.names[term.a], term.at);
        if (term.operation == Operation::number) {
            const Measured& measured = from.numbers[term.a];
            const auto same = std::ranges::find_if(made_.numbers, [&](const Measured& one) {
                return one.number == measured.number && one.unit == measured.unit;
            });
            const auto place = static_cast<Index>(same - made_.numbers.begin());
            if (same == made_.numbers.end()) made_.numbers.push_back(measured);
            return add_at(term.at, Operation::number, place);
        }
        const std::size_t operands = operands_of(term.operation);
        return add_at(term.at, term.operation, operands > 0 ? places[term.a] : 0, operands > 1 ? places[term.b] : 0,
                      operands > 2 ? places[term.c] : 0);
    }
    Index add_at(std::uint32_t at, Operation operation, Index a = 0, Index b = 0, Index c = 0) {
        const Term term{operation, a, b, c, at};
        const auto same = std::ranges::find(made_.terms, term);
        if (same != made_.terms.end()) return static_cast<Index>(same - made_.terms.begin());
        if (made_.terms.size() == Expression::longest)
            throw ExpressionError(at, "more than a step can hold",
                                  fmt::format("at most {} operations in all stages of a step", Expression::longest));
        made_.terms.push_back(term);
        return static_cast<Index>(made_.terms.size() - 1);
    }

    std::uint32_t at_;
    Expression made_;
};

/// df/dx of an expression that is linear in x, none where it does not depend on it.
class Derivative {
   public:
    Derivative(Builder& builder, const Expression& of, const std::vector<Index>& places, std::string_view state)
        : builder_(builder), of_(of), places_(places), state_(state) {
        for (const Term& term : of.terms) {
            const std::size_t operands = operands_of(term.operation);
            depends_.push_back(is_state(term) || (operands > 0 && depends_[term.a]) ||
                               (operands > 1 && depends_[term.b]) || (operands > 2 && depends_[term.c]));
        }
    }

    std::optional<Index> of(Index k) const {
        if (!depends_[k]) return std::nullopt;
        const Term& term = of_.terms[k];
        if (is_state(term)) return builder_.number(1);
        switch (term.operation) {
            case Operation::negate:
                return builder_.add(Operation::negate, *of(term.a));
            case Operation::add:
                return sum(Operation::add, of(term.a), of(term.b));
            case Operation::subtract:
                return sum(Operation::subtract, of(term.a), of(term.b));
            case Operation::multiply:
                if (!depends_[term.a]) return product(places_[term.a], *of(term.b));
                if (!depends_[term.b]) return product(places_[term.b], *of(term.a));
                break;
            case Operation::divide:
                if (!depends_[term.b]) return builder_.add(Operation::divide, *of(term.a), places_[term.b]);
                break;
            case Operation::select:
                if (!depends_[term.a])
                    return builder_.add(Operation::select, places_[term.a], or_zero(of(term.b)), or_zero(of(term.c)));
                break;
            default:
                break;
        }
        throw ExpressionError(term.at, fmt::format("a slope that is not linear in '{}'", state_),
                              "one that is, which exponential Euler takes", "stepper = \"euler\" and \"rk4\" take any");
    }

   private:
    bool is_state(const Term& term) const {
        return term.operation == Operation::name && of_.names[term.a].column == state_ &&
               of_.names[term.a].instant == Instant::now;
    }
    Index or_zero(std::optional<Index> term) const { return term ? *term : builder_.number(0); }
    Index product(Index factor, Index derivative) const {
        return derivative == builder_.number(1) ? factor : builder_.add(Operation::multiply, factor, derivative);
    }
    std::optional<Index> sum(Operation operation, std::optional<Index> a, std::optional<Index> b) const {
        if (!b) return a;
        if (a) return builder_.add(operation, *a, *b);
        return operation == Operation::add ? *b : builder_.add(Operation::negate, *b);
    }

    Builder& builder_;
    const Expression& of_;
    const std::vector<Index>& places_;
    std::string_view state_;
    std::vector<bool> depends_;
};

Expression exponential_euler(const Slope& slope) {
    Builder builder(slope.expression.terms.back().at);
    const std::vector<Index> places =
        builder.terms_of(slope.expression, [](const std::string&) { return std::optional<Index>(); });
    const Derivative derivative(builder, slope.expression, places, slope.state);
    const std::optional<Index> a = derivative.of(static_cast<Index>(slope.expression.terms.size() - 1));
    Index time = builder.name("dt");
    if (a) {
        const Index grown = builder.add(Operation::exponential, builder.add(Operation::multiply, *a, time));
        const Index mean =
            builder.add(Operation::divide, builder.add(Operation::subtract, grown, builder.number(1)), *a);
        time = builder.add(Operation::select, builder.add(Operation::equal, *a, builder.number(0)), time, mean);
    }
    const Index next =
        builder.add(Operation::add, builder.name(slope.state), builder.add(Operation::multiply, places.back(), time));
    return std::move(builder).made(next, slope.expression.text);
}

/// An explicit scheme: a stage looks at the states `at` of a step later than its beginning, along the slopes of the
/// stage before it.
struct Stage {
    double at, weight;  ///< both are of the step
};

Expression explicit_step(std::span<const Stage> stages, double share, std::size_t state, std::span<const Slope> slopes,
                         std::span<const Decay> decays) {
    const Expression& own = slopes[state].expression;
    Builder builder(own.terms.back().at);
    const Index dt = builder.name("dt");
    std::vector<Index> before;  // slopes of the stage before
    std::optional<Index> sum;
    for (const Stage& stage : stages) {
        const auto part_of_step = [&] {
            return stage.at == 1 ? dt : builder.add(Operation::multiply, builder.number(stage.at), dt);
        };
        const auto column = [&](const std::string& name) -> std::optional<Index> {
            if (stage.at == 0) return std::nullopt;
            const auto slope = std::ranges::find(slopes, name, &Slope::state);
            if (slope != slopes.end()) {
                const Index along = before[static_cast<std::size_t>(slope - slopes.begin())];
                return builder.add(Operation::add, builder.name(name),
                                   builder.add(Operation::multiply, part_of_step(), along));
            }
            const auto decay = std::ranges::find(decays, name, &Decay::column);
            if (decay == decays.end()) return std::nullopt;
            const Index tau = builder.whole_of(decay->tau);
            const Index time = builder.add(Operation::negate, builder.add(Operation::divide, part_of_step(), tau));
            return builder.add(Operation::multiply, builder.name(name), builder.add(Operation::exponential, time));
        };
        std::vector<Index> here;
        for (const Slope& slope : slopes) here.push_back(builder.terms_of(slope.expression, column).back());
        const Index weighed = stage.weight == 1
                                  ? here[state]
                                  : builder.add(Operation::multiply, builder.number(stage.weight), here[state]);
        sum = sum ? builder.add(Operation::add, *sum, weighed) : weighed;
        before = std::move(here);
    }
    const Index part = share == 1 ? dt : builder.add(Operation::divide, dt, builder.number(share));
    const Index next =
        builder.add(Operation::add, builder.name(slopes[state].state), builder.add(Operation::multiply, part, *sum));
    return std::move(builder).made(next, own.text);
}

}  // namespace

Relaxation relaxation_of(const Slope& slope) {
    const Expression& whole = slope.expression;
    const auto rate_in = [&](Builder& builder) {
        const std::vector<Index> places =
            builder.terms_of(whole, [](const std::string&) { return std::optional<Index>(); });
        const std::optional<Index> a =
            Derivative(builder, whole, places, slope.state).of(static_cast<Index>(whole.terms.size() - 1));
        if (!a)
            throw ExpressionError(
                whole.terms.back().at, fmt::format("a slope without '{}'", slope.state),
                fmt::format("one in which '{}' decays, such as (basal - {}) / tau", slope.state, slope.state));
        return builder.add(Operation::negate, *a);
    };
    Builder rate(whole.terms.back().at), target(whole.terms.back().at);
    const Index own = rate_in(rate), divisor = rate_in(target);
    const Index rest = target
                           .terms_of(whole,
                                     [&](const std::string& name) {
                                         return name == slope.state ? std::optional(target.number(0)) : std::nullopt;
                                     })
                           .back();
    const Index there = target.add(Operation::divide, rest, divisor);
    return {std::move(rate).made(own, whole.text), std::move(target).made(there, whole.text)};
}

Expression step_of(Scheme scheme, std::size_t state, std::span<const Slope> slopes, std::span<const Decay> decays) {
    constexpr std::array euler{Stage{0, 1}};
    constexpr std::array rk4{Stage{0, 1}, Stage{0.5, 2}, Stage{0.5, 2}, Stage{1, 1}};
    switch (scheme) {
        case Scheme::exponential_euler:
            return exponential_euler(slopes[state]);
        case Scheme::euler:
            return explicit_step(euler, 1, state, slopes, decays);
        case Scheme::rk4:
            return explicit_step(rk4, 6, state, slopes, decays);
    }
    return {};
}

}  // namespace apical::equations
