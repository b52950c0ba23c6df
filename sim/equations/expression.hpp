#pragma once
// Equations as text, local by construction.
//
//   text -> Expression (this file): what stands there, with places. Nothing is known yet of what a name is.
//   Expression + Symbols -> Formula (formula.hpp): names are parameters or columns of one cell, there are no others;
//       dimensions are checked; what parameters alone make is worked out once, in double precision, as the
//       coefficients of a rule in C++ are; the rest is a list of operations on whole packs.
//   Formula + coefficients + columns -> numbers (evaluate.hpp): operation by operation over some hundred cells, which
//       stay in the nearest cache. No code is compiled, and nothing but the arithmetic of sim/circuit/pack.hpp is run,
//       in the order in which it is written: the bits are those of the same operations in C++.
//
//   expression  a || b, a && b, a < b (<= > >= == !=), a + b, a - b, a * b, a / b, -a, !a, a ^ b, (a), f(a, ...)
//   number      0.5, 1e-3, 20 mV: a unit that follows belongs to the number
//   name        letters, digits and _; previous(name) is a column as it was a step ago
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/circuit/layout.hpp"
#include "sim/equations/unit.hpp"

namespace apical::equations {

enum class Operation : unsigned char {
    number,
    name,
    negate,
    opposite,
    add,
    subtract,
    multiply,
    divide,
    less,
    less_equal,
    greater,
    greater_equal,
    equal,
    unequal,
    both,
    either,
    select,
    minimum,
    maximum,
    absolute,
    square,
    root,
    floor,
    exponential,
    logarithm,
    pow,
    power,
    sine,
    cosine,
    tanh,
    sigmoid,
};

/// A function as it is called, for `describe`.
struct Function {
    std::string_view name;
    Operation operation;
    std::size_t arguments;
    std::string_view call, text;
};
const std::vector<Function>& functions();

/// A text that is no expression, or one that makes no sense. Offsets count bytes of the text.
class ExpressionError : public std::runtime_error {
   public:
    ExpressionError(std::size_t place, std::string stands, std::string may, std::string advice = "")
        : std::runtime_error(stands + ", expected " + may),
          at(place),
          found(std::move(stands)),
          expected(std::move(may)),
          hint(std::move(advice)) {}
    std::size_t at;
    std::string found, expected, hint;
};

/// One operation of an expression. Operands stand before it in the list.
struct Term {
    Operation operation;
    std::uint32_t a = 0, b = 0, c = 0;  ///< operands; of a number or a name: which one
    std::uint32_t at = 0;               ///< where its sign or name stands
    bool operator==(const Term& other) const {
        return operation == other.operation && a == other.a && b == other.b && c == other.c;
    }
};

/// What a text says. Equal terms are one, so that what stands there twice is worked out once.
struct Expression {
    std::string text;
    std::vector<Term> terms;  ///< the last one is the whole
    std::vector<Measured> numbers;
    std::vector<Read> names;

    /// Levels of brackets, signs and powers; operations of one expression.
    static constexpr std::size_t deepest = 64, longest = 1000;
};
/// Throws ExpressionError. Takes time in proportion to the text, at most, and no more room than `longest`.
Expression parse(std::string_view text);

/// How many operands an operation has.
std::size_t operands_of(Operation operation);

}  // namespace apical::equations
