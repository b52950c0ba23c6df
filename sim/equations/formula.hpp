#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/equations/expression.hpp"

namespace apical::equations {

/// What a name may be: a parameter, the same number for all that an expression is evaluated of (or one of each), known
/// beforehand; or a column of the cell.
struct Symbol {
    std::string name;
    bool is_parameter = false;
    Dimension dimension{};
    double factor = 1;  ///< of a column: to the system inside, if it stands in another unit
};

/// Where an operand of an instruction stands.
struct Operand {
    enum class Of : unsigned char { input, coefficient, result } of = Of::input;
    std::uint16_t index = 0;
};
struct Instruction {
    Operation operation;
    std::uint16_t operands = 0;  ///< how many of the three it has
    Operand a, b, c;
    std::uint16_t to = 0;  ///< a result
};

/// An expression of which every name is known, as a list of instructions: what one cell's columns become.
class Formula {
   public:
    /// What it has to be: a number of any dimension, or of this one, or a truth value.
    struct Wanted {
        bool is_truth = false;
        std::optional<Dimension> dimension{};
    };
    /// `parameters`: their values in the system inside, by the order of the symbols that are parameters; exponents of
    /// what has a dimension follow from them. Throws ExpressionError for names that are no symbols, for sums of what
    /// has other dimensions, truth values for numbers, and what takes more than `most_results` results at a time.
    Formula(const Expression& expression, std::span<const Symbol> symbols, std::span<const double> parameters,
            const Wanted& wanted);

    /// Columns that it sees, each once.
    const std::vector<Read>& inputs() const { return inputs_; }
    /// The column that it is, if it is one as it stands: no copy is needed then.
    std::optional<Read> column() const;
    const Dimension& dimension() const { return dimension_; }
    /// What parameters alone make, in double precision. Throws ExpressionError for what no float holds,
    /// NaN and infinity among it, and where a column is divided by what is 0.
    std::vector<double> coefficients(std::span<const double> parameters) const;
    /// Of a formula that sees no columns: what it is.
    double value(std::span<const double> parameters) const;

    const std::vector<Instruction>& instructions() const { return instructions_; }
    std::size_t results() const { return results_; }  ///< at a time
    Operand whole() const { return whole_; }

    static constexpr std::size_t most_results = 64;

   private:
    void check(std::span<const Symbol> symbols, std::span<const double> parameters, const Wanted& wanted);
    void list();
    std::vector<double> constants(std::span<const double> parameters) const;

    Expression expression_;
    std::vector<std::size_t> places_;  ///< of a name: which parameter, or which input
    std::vector<bool> is_parameter_;   ///< of a name
    std::vector<bool> varies_;         ///< of a term: it depends on columns
    std::vector<double> factors_;      ///< of a name that is a column
    std::vector<Read> inputs_;
    std::vector<std::uint32_t> coefficients_;  ///< terms
    std::vector<double> scales_;               ///< factors of columns, coefficients behind those
    std::vector<Instruction> instructions_;
    std::size_t results_ = 0;
    Operand whole_;
    Dimension dimension_;
};

}  // namespace apical::equations
