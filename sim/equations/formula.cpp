#include "sim/equations/formula.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "sim/core/descriptor.hpp"
#include "sim/equations/arithmetic.hpp"

namespace apical::equations {
namespace {

/// What a term is, as far as messages and checks need it.
struct Kind {
    bool is_truth = false;
    Dimension dimension{};
    std::string text() const {
        if (is_truth) return "a truth value";
        return dimension.is_number() ? "a pure number" : "a number in " + unit_of(dimension);
    }
};

std::string sign_of(Operation operation) {
    switch (operation) {
        case Operation::add:
            return "+";
        case Operation::subtract:
            return "-";
        case Operation::less:
            return "<";
        case Operation::less_equal:
            return "<=";
        case Operation::greater:
            return ">";
        case Operation::greater_equal:
            return ">=";
        case Operation::equal:
            return "==";
        case Operation::unequal:
            return "!=";
        default:
            return ",";
    }
}

double of_numbers(Operation operation, double a, double b, double c) {
    double made = 0;
    with_operation<double>(operation, [&](const auto& function) { made = function(a, b, c); });
    return made;
}

/// Checks one term after another.
class Check {
   public:
    Check(const Expression& expression, const std::vector<Kind>& kinds, const std::vector<double>& constants)
        : expression_(expression), kinds_(kinds), constants_(constants) {}

    Kind kind_of(const Term& term) const {
        const Kind none{};
        const Kind &a = operands_of(term.operation) > 0 ? kinds_[term.a] : none,
                   &b = operands_of(term.operation) > 1 ? kinds_[term.b] : none;
        switch (term.operation) {
            case Operation::opposite:
                require_truth(term.a);
                return {true, {}};
            case Operation::both:
            case Operation::either:
                require_truth(term.a);
                require_truth(term.b);
                return {true, {}};
            case Operation::less:
            case Operation::less_equal:
            case Operation::greater:
            case Operation::greater_equal:
            case Operation::equal:
            case Operation::unequal:
                require_alike(term, term.a, term.b);
                return {true, {}};
            case Operation::add:
            case Operation::subtract:
            case Operation::minimum:
            case Operation::maximum:
                require_alike(term, term.a, term.b);
                return is_zero(term.a) ? b : a;
            case Operation::select:
                require_truth(term.a);
                require_alike(term, term.b, term.c);
                return is_zero(term.b) ? kinds_[term.c] : b;
            case Operation::multiply:
                require_numbers(term);
                return {false, a.dimension * b.dimension};
            case Operation::divide:
                require_numbers(term);
                return {false, a.dimension / b.dimension};
            case Operation::negate:
            case Operation::absolute:
            case Operation::floor:
                require_number(term.a);
                return a;
            case Operation::square:
                require_number(term.a);
                return {false, a.dimension.to_the(2)};
            case Operation::root:
                require_number(term.a);
                return {false, a.dimension.to_the(1.0 / 2)};
            case Operation::pow:
            case Operation::power:
                return raised(term);
            default:
                require_pure(term.a, "an argument that is a pure number");
                return {};
        }
    }

   private:
    [[noreturn]] void refuse(std::uint32_t term, const std::string& found, const std::string& expected,
                             const std::string& hint = "") const {
        throw ExpressionError(expression_.terms[term].at, found, expected, hint);
    }
    void require_truth(std::uint32_t term) const {
        if (!kinds_[term].is_truth) refuse(term, kinds_[term].text(), "a truth value, such as a < b");
    }
    void require_number(std::uint32_t term) const {
        if (kinds_[term].is_truth) refuse(term, "a truth value", "a number", "select(condition, 1, 0) makes one of it");
    }
    void require_numbers(const Term& term) const {
        require_number(term.a);
        require_number(term.b);
    }
    void require_pure(std::uint32_t term, const std::string& expected) const {
        require_number(term);
        if (!kinds_[term].dimension.is_number()) refuse(term, kinds_[term].text(), expected);
    }
    /// 0 has every dimension.
    bool is_zero(std::uint32_t term) const {
        const Term& found = expression_.terms[term];
        return found.operation == Operation::number && expression_.numbers[found.a].number == 0;
    }
    void require_alike(const Term& term, std::uint32_t a, std::uint32_t b) const {
        require_number(a);
        require_number(b);
        if (kinds_[a].dimension == kinds_[b].dimension || is_zero(a) || is_zero(b)) return;
        throw ExpressionError(term.at,
                              fmt::format("{} {} {}", unit_of(kinds_[a].dimension), sign_of(term.operation),
                                          unit_of(kinds_[b].dimension)),
                              "numbers of the same dimension on both sides");
    }
    Kind raised(const Term& term) const {
        require_number(term.a);
        require_pure(term.b, "an exponent that is a pure number");
        const Dimension& base = kinds_[term.a].dimension;
        if (base.is_number()) return {};
        const double exponent = constants_[term.b];
        if (!std::isfinite(exponent))
            refuse(term.b, "an exponent that is not known beforehand",
                   fmt::format("a number or parameters, since the base is in {}", unit_of(base)));
        return {false, base.to_the(exponent)};
    }

    const Expression& expression_;
    const std::vector<Kind>& kinds_;
    const std::vector<double>& constants_;  ///< NaN where a term varies
};

}  // namespace

Formula::Formula(const Expression& expression, std::span<const Symbol> symbols, std::span<const double> parameters,
                 const Wanted& wanted)
    : expression_(expression) {
    for (std::size_t n = 0; n < expression.names.size(); ++n) {
        const Read& read = expression.names[n];
        const auto found = std::ranges::find(symbols, read.column, &Symbol::name);
        const auto term = std::ranges::find_if(
            expression.terms, [&](const Term& one) { return one.operation == Operation::name && one.a == n; });
        if (found == symbols.end()) {
            std::vector<std::string> known;
            for (const Symbol& one : symbols) known.push_back(one.name);
            const std::string near = nearest(read.column, known);
            throw ExpressionError(term->at, "'" + read.column + "'",
                                  known.empty() ? "numbers alone" : fmt::format("one of {}", fmt::join(known, ", ")),
                                  near.empty() ? "" : "did you mean '" + near + "'?");
        }
        if (found->is_parameter && read.instant == Instant::before)
            throw ExpressionError(term->at, "'" + read.column + "', a parameter", "a column, which has a step before");
        is_parameter_.push_back(found->is_parameter);
        factors_.push_back(found->factor);
        if (found->is_parameter) {
            places_.push_back(static_cast<std::size_t>(
                std::count_if(symbols.begin(), found, [](const Symbol& one) { return one.is_parameter; })));
        } else {
            places_.push_back(inputs_.size());
            inputs_.push_back(read);
        }
    }
    check(symbols, parameters, wanted);
    list();
}

void Formula::check(std::span<const Symbol> symbols, std::span<const double> parameters, const Wanted& wanted) {
    const std::vector<Term>& terms = expression_.terms;
    for (const Term& term : terms) {
        const std::size_t operands = operands_of(term.operation);
        varies_.push_back(term.operation == Operation::name
                              ? !is_parameter_[term.a]
                              : (operands > 0 && varies_[term.a]) || (operands > 1 && varies_[term.b]) ||
                                    (operands > 2 && varies_[term.c]));
    }
    const std::vector<double> known = constants(parameters);
    std::vector<Kind> kinds;
    const Check check(expression_, kinds, known);
    for (const Term& term : terms) {
        if (term.operation == Operation::number) kinds.push_back({false, expression_.numbers[term.a].dimension});
        else if (term.operation == Operation::name)
            kinds.push_back(
                {false, std::ranges::find(symbols, expression_.names[term.a].column, &Symbol::name)->dimension});
        else kinds.push_back(check.kind_of(term));
    }
    const Kind& whole = kinds.back();
    const std::uint32_t at = terms.back().at;
    const bool is_zero = terms.back().operation == Operation::number && expression_.numbers[terms.back().a].number == 0;
    if (whole.is_truth != wanted.is_truth)
        throw ExpressionError(at, whole.text(), wanted.is_truth ? "a condition, such as V >= V_th" : "a number",
                              whole.is_truth ? "select(condition, 1, 0) makes one of it" : "");
    if (wanted.dimension && !(whole.dimension == *wanted.dimension) && !is_zero)
        throw ExpressionError(at, whole.text(), Kind{false, *wanted.dimension}.text());
    dimension_ = wanted.dimension ? *wanted.dimension : whole.dimension;
}

std::vector<double> Formula::constants(std::span<const double> parameters) const {
    std::vector<double> values;
    values.reserve(expression_.terms.size());
    for (std::size_t k = 0; k < expression_.terms.size(); ++k) {
        const Term& term = expression_.terms[k];
        if (varies_[k]) values.push_back(std::numeric_limits<double>::quiet_NaN());
        else if (term.operation == Operation::number) values.push_back(expression_.numbers[term.a].number);
        else if (term.operation == Operation::name) values.push_back(parameters[places_[term.a]]);
        else {
            const std::size_t operands = operands_of(term.operation);
            values.push_back(of_numbers(term.operation, operands > 0 ? values[term.a] : 0,
                                        operands > 1 ? values[term.b] : 0, operands > 2 ? values[term.c] : 0));
        }
    }
    return values;
}

/// Instructions for what varies; results are given room anew as soon as nothing needs what is there.
void Formula::list() {
    const std::vector<Term>& terms = expression_.terms;
    constexpr std::size_t never = 0;
    std::vector<std::size_t> last_use(terms.size(), never);
    const auto each_operand = [&](const Term& term, const auto& use) {
        const std::size_t operands = operands_of(term.operation);
        if (operands > 0) use(term.a);
        if (operands > 1) use(term.b);
        if (operands > 2) use(term.c);
    };
    for (std::size_t k = 0; k < terms.size(); ++k)
        if (varies_[k]) each_operand(terms[k], [&](std::uint32_t operand) { last_use[operand] = k; });
    std::vector<Operand> places(terms.size());
    std::vector<bool> is_placed(terms.size(), false);
    std::vector<std::uint16_t> free;
    const auto new_result = [&](std::size_t at) {
        if (!free.empty()) {
            const std::uint16_t room = free.back();
            free.pop_back();
            return room;
        }
        if (results_ == most_results)
            throw ExpressionError(terms[at].at, "a sum of too many parts at a time",
                                  fmt::format("at most {} intermediate results", most_results));
        return static_cast<std::uint16_t>(results_++);
    };
    const auto coefficient = [&](std::size_t k) {
        coefficients_.push_back(static_cast<std::uint32_t>(k));
        return Operand{Operand::Of::coefficient, static_cast<std::uint16_t>(coefficients_.size() - 1)};
    };
    // Columns in other units are brought into the system inside first; these factors stand behind the coefficients.
    std::vector<std::size_t> scaled;
    const auto place = [&](std::size_t k) {
        if (is_placed[k]) return;
        is_placed[k] = true;
        if (!varies_[k]) places[k] = coefficient(k);
        else if (terms[k].operation == Operation::name) {
            places[k] = {Operand::Of::input, static_cast<std::uint16_t>(places_[terms[k].a])};
            const double factor = factors_[terms[k].a];
            if (factor == 1) return;
            const std::uint16_t to = new_result(k);
            scaled.push_back(instructions_.size());
            instructions_.push_back({Operation::multiply,
                                     2,
                                     places[k],
                                     {Operand::Of::coefficient, static_cast<std::uint16_t>(scales_.size())},
                                     {},
                                     to});
            scales_.push_back(factor);
            places[k] = {Operand::Of::result, to};
        }
    };
    for (std::size_t k = 0; k < terms.size(); ++k) {
        if (!varies_[k] || terms[k].operation == Operation::name) continue;
        if (k + 1 < terms.size() && last_use[k] == never) continue;  // nothing takes it
        each_operand(terms[k], place);
        const auto operand = [&](std::size_t number) {
            const std::array all{terms[k].a, terms[k].b, terms[k].c};
            return number < operands_of(terms[k].operation) ? places[all[number]] : Operand{};
        };
        Instruction made{terms[k].operation, static_cast<std::uint16_t>(operands_of(terms[k].operation)),
                         operand(0),         operand(1),
                         operand(2),         0};
        // Its own room may be that of an operand, which is read before: all work is element by element.
        std::vector<std::uint16_t> given_up;
        each_operand(terms[k], [&](std::uint32_t used) {
            if (places[used].of == Operand::Of::result && last_use[used] == k &&
                std::ranges::find(given_up, places[used].index) == given_up.end())
                given_up.push_back(places[used].index);
        });
        free.insert(free.end(), given_up.begin(), given_up.end());
        made.to = new_result(k);
        places[k] = {Operand::Of::result, made.to};
        is_placed[k] = true;
        instructions_.push_back(made);
    }
    place(terms.size() - 1);
    whole_ = places.back();
    for (const std::size_t k : scaled)
        instructions_[k].b.index = static_cast<std::uint16_t>(instructions_[k].b.index + coefficients_.size());
}

std::optional<Read> Formula::column() const {
    if (whole_.of != Operand::Of::input) return std::nullopt;
    return inputs_[whole_.index];
}

std::vector<double> Formula::coefficients(std::span<const double> parameters) const {
    const std::vector<double> all = constants(parameters);
    for (std::size_t k = 0; k < all.size(); ++k) {
        const Term& term = expression_.terms[k];
        if (term.operation == Operation::divide && varies_[k] && !varies_[term.b] && all[term.b] == 0)
            throw ExpressionError(term.at, "a division by 0", "a divisor other than 0");
    }
    std::vector<double> made;
    made.reserve(coefficients_.size() + scales_.size());
    for (const std::uint32_t term : coefficients_) {
        if (!(std::abs(all[term]) <= std::numeric_limits<float>::max()))
            throw ExpressionError(expression_.terms[term].at, fmt::format("a constant that is {}", all[term]),
                                  "a number that floats hold");
        made.push_back(all[term]);
    }
    made.insert(made.end(), scales_.begin(), scales_.end());
    return made;
}

double Formula::value(std::span<const double> parameters) const { return coefficients(parameters).front(); }

}  // namespace apical::equations
