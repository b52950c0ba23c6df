#include "sim/equations/expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "sim/core/descriptor.hpp"
#include "sim/core/units.hpp"

namespace apical::equations {
namespace {

constexpr std::string_view before = "previous";

struct Binary {
    std::string_view sign;
    Operation operation;
    int rank;
};
/// Longer signs first.
constexpr std::array binaries{
    Binary{"||", Operation::either, 1},     Binary{"&&", Operation::both, 2},
    Binary{"<=", Operation::less_equal, 3}, Binary{">=", Operation::greater_equal, 3},
    Binary{"==", Operation::equal, 3},      Binary{"!=", Operation::unequal, 3},
    Binary{"<", Operation::less, 3},        Binary{">", Operation::greater, 3},
    Binary{"+", Operation::add, 4},         Binary{"-", Operation::subtract, 4},
    Binary{"*", Operation::multiply, 5},    Binary{"/", Operation::divide, 5},
};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_of_name(char c) { return begins_name(c) || is_digit(c); }

class Parser {
   public:
    explicit Parser(std::string_view text) : text_(text) { made_.text = std::string(text); }

    Expression whole() {
        skip();
        if (at_ == text_.size()) throw ExpressionError(0, "an empty text", "an expression");
        binary(1);
        if (at_ < text_.size()) refuse("an operator or the end");
        return std::move(made_);
    }

   private:
    using Index = std::uint32_t;

    /// Counts levels while it lives.
    class Level {
       public:
        explicit Level(Parser& parser) : parser_(parser) {
            if (++parser.depth_ > Expression::deepest)
                throw ExpressionError(parser.at_, "deeper nesting",
                                      fmt::format("at most {} levels", Expression::deepest));
        }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;
        ~Level() { --parser_.depth_; }

       private:
        Parser& parser_;
    };

    void skip() {
        while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    }
    bool take(std::string_view sign) {
        if (!text_.substr(at_).starts_with(sign)) return false;
        at_ += sign.size();
        skip();
        return true;
    }
    /// What stands here, as a message says it: a name or a number whole, or one character of any length.
    std::string here() const {
        if (at_ == text_.size()) return "the end";
        std::size_t end = at_ + 1;
        constexpr std::size_t most = 40;
        if (is_of_name(text_[at_]))
            while (end < text_.size() && end - at_ < most && is_of_name(text_[end])) ++end;
        else
            while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0U) == 0x80U) ++end;
        return fmt::format("'{}'", text_.substr(at_, end - at_));
    }
    [[noreturn]] void refuse(const std::string& expected, const std::string& hint = "") const {
        throw ExpressionError(at_, here(), expected, hint);
    }

    Index add(Operation operation, std::size_t at, Index a = 0, Index b = 0, Index c = 0) {
        const Term term{operation, a, b, c, static_cast<Index>(at)};
        // Linear, in a list that is bounded. The whole is never found here, since no term is a part of itself: it is
        // the last one.
        const auto same = std::ranges::find(made_.terms, term);
        if (same != made_.terms.end()) return static_cast<Index>(same - made_.terms.begin());
        if (made_.terms.size() == Expression::longest)
            throw ExpressionError(
                at, "a longer expression",
                fmt::format("at most {} different operations, numbers and names", Expression::longest));
        made_.terms.push_back(term);
        return static_cast<Index>(made_.terms.size() - 1);
    }

    Index binary(int least) {
        Index left = unary();
        for (;;) {
            const Binary* found = nullptr;
            for (const Binary& one : binaries)
                if (text_.substr(at_).starts_with(one.sign)) {
                    found = &one;
                    break;
                }
            if (found == nullptr || found->rank < least) return left;
            const std::size_t at = at_;
            take(found->sign);
            const Index right = binary(found->rank + 1);
            left = add(found->operation, at, left, right);
        }
    }

    Index unary() {
        const std::size_t at = at_;
        const bool is_opposite = text_.substr(at_).starts_with('!') && !text_.substr(at_).starts_with("!=");
        if (!is_opposite && !text_.substr(at_).starts_with('-')) return powers();
        const Level level(*this);
        take(is_opposite ? "!" : "-");
        return add(is_opposite ? Operation::opposite : Operation::negate, at, unary());
    }

    /// a ^ b; binds more than a sign before it, and to the right: -a^2 is -(a^2).
    Index powers() {
        const Index base = primary();
        const std::size_t at = at_;
        if (!take("^")) return base;
        const Level level(*this);
        const Index exponent = unary();
        const Term& term = made_.terms[exponent];
        if (term.operation == Operation::number && made_.numbers[term.a].number == 2 &&
            made_.numbers[term.a].unit == "1")
            return add(Operation::square, at, base);
        return add(Operation::pow, at, base, exponent);
    }

    Index primary() {
        if (at_ == text_.size()) refuse("a number, a name or a bracket");
        const char c = text_[at_];
        if (take("(")) {
            const Level level(*this);
            const Index inside = binary(1);
            if (!take(")")) refuse("')'");
            return inside;
        }
        if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) return number();
        if (begins_name(c)) return name();
        refuse("a number, a name or a bracket");
    }

    std::string_view word() {
        const std::size_t first = at_;
        while (at_ < text_.size() && is_of_name(text_[at_])) ++at_;
        const std::string_view found = text_.substr(first, at_ - first);
        skip();
        return found;
    }

    Index number() {
        const std::size_t at = at_;
        double value = 0;
        const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
        if (error != std::errc{} || !std::isfinite(value)) refuse("a finite number");
        at_ = static_cast<std::size_t>(end - text_.data());
        const std::string_view digits = text_.substr(at, at_ - at);
        skip();
        Measured measured = measured_from(value);
        if (at_ < text_.size() && (begins_name(text_[at_]) || is_digit(text_[at_]))) {
            const std::size_t at_unit = at_;
            const std::string_view unit = word();
            if (dimension_of(unit).empty()) {
                at_ = at_unit;
                refuse("an operator, a unit such as ms or mV, or the end", "a product is written with *");
            }
            try {
                measured = measured_from(fmt::format("{} {}", digits, unit));
            } catch (const std::invalid_argument& refused) {
                throw ExpressionError(at, refused.what(), "a finite number");
            }
        }
        const auto is_same = [&](const Measured& other) {
            return other.number == measured.number && other.unit == measured.unit;
        };
        const auto same = std::ranges::find_if(made_.numbers, is_same);
        const auto index = static_cast<Index>(same - made_.numbers.begin());
        if (same == made_.numbers.end()) made_.numbers.push_back(measured);
        return add(Operation::number, at, index);
    }

    Index leaf(std::size_t at, std::string_view column, Instant instant) {
        const auto is_same = [&](const Read& other) { return other.column == column && other.instant == instant; };
        const auto same = std::ranges::find_if(made_.names, is_same);
        const auto index = static_cast<Index>(same - made_.names.begin());
        if (same == made_.names.end()) made_.names.push_back({std::string(column), instant});
        return add(Operation::name, at, index);
    }

    Index name() {
        const std::size_t at = at_;
        const std::string_view found = word();
        const auto& all = functions();
        const auto function = std::ranges::find(all, found, &Function::name);
        if (!take("(")) {
            if (function == all.end() && found != before) return leaf(at, found, Instant::now);
            throw ExpressionError(at, fmt::format("'{}', a function", found),
                                  found == before ? "previous(COLUMN)" : std::string(function->call));
        }
        const Level level(*this);
        if (found == before) {
            if (at_ == text_.size() || !begins_name(text_[at_])) refuse("the name of a column");
            const std::size_t at_column = at_;
            const std::string_view column = word();
            if (!take(")")) refuse("')'", "previous(COLUMN) is a column as it was a step ago");
            return leaf(at_column, column, Instant::before);
        }
        if (function == all.end()) {
            std::vector<std::string> names{std::string(before)};
            for (const Function& one : all) names.emplace_back(one.name);
            const std::string near = nearest(found, names);
            throw ExpressionError(at, fmt::format("a function '{}'", found),
                                  fmt::format("one of {}", fmt::join(names, ", ")),
                                  near.empty() ? "" : "did you mean '" + near + "'?");
        }
        return call(*function, at);
    }

    Index call(const Function& function, std::size_t at) {
        std::array<Index, 3> given{};
        std::size_t count = 0;
        if (!take(")")) {
            do {
                const std::size_t at_argument = at_;
                const Index argument = binary(1);
                if (count == function.arguments)
                    throw ExpressionError(at_argument, "one more argument", std::string(function.call));
                given[count++] = argument;
            } while (take(","));
            if (!take(")")) refuse("',' or ')'");
        }
        if (count < function.arguments)
            throw ExpressionError(at, fmt::format("{} argument{} of '{}'", count, count == 1 ? "" : "s", function.name),
                                  std::string(function.call));
        return add(function.operation, at, given[0], given[1], given[2]);
    }

    std::string_view text_;
    std::size_t at_ = 0, depth_ = 0;
    Expression made_;
};

}  // namespace

const std::vector<Function>& functions() {
    static const std::vector<Function> all{
        {"select", Operation::select, 3, "select(condition, a, b)", "a where the condition holds, else b"},
        {"min", Operation::minimum, 2, "min(a, b)", "the smaller one"},
        {"max", Operation::maximum, 2, "max(a, b)", "the larger one"},
        {"abs", Operation::absolute, 1, "abs(a)", "magnitude"},
        {"square", Operation::square, 1, "square(a)", "a * a, as is a^2"},
        {"sqrt", Operation::root, 1, "sqrt(a)", "square root"},
        {"floor", Operation::floor, 1, "floor(a)", "largest whole number that is no larger"},
        {"exp", Operation::exponential, 1, "exp(a)", "e^a"},
        {"log", Operation::logarithm, 1, "log(a)", "natural logarithm"},
        {"pow", Operation::pow, 2, "pow(a, b)", "a^b, for any numbers"},
        {"power", Operation::power, 2, "power(a, b)",
         "a^b for a and b of 0 or more, in half the time: what the rules of spikes take"},
        {"sin", Operation::sine, 1, "sin(a)", "sine"},
        {"cos", Operation::cosine, 1, "cos(a)", "cosine"},
        {"tanh", Operation::tanh, 1, "tanh(a)", "hyperbolic tangent"},
        {"sigmoid", Operation::sigmoid, 1, "sigmoid(a)", "1 / (1 + exp(-a))"},
    };
    return all;
}

std::size_t operands_of(Operation operation) {
    switch (operation) {
        case Operation::number:
        case Operation::name:
            return 0;
        case Operation::negate:
        case Operation::opposite:
            return 1;
        default:
            break;
    }
    const auto function = std::ranges::find(functions(), operation, &Function::operation);
    return function == functions().end() ? 2 : function->arguments;
}

Expression parse(std::string_view text) {
    constexpr std::size_t most = 1 << 16;
    if (text.size() > most) throw ExpressionError(most, "a longer text", fmt::format("at most {} characters", most));
    return Parser(text).whole();
}

}  // namespace apical::equations
