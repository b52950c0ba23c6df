#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/circuit/rule.hpp"
#include "sim/equations/formula.hpp"

namespace apical::equations {

/// One outer product of a rule that is text: gain post pre^T.
struct TextTerm {
    Formula post, pre;
    double gain = 1;
};

/// What a rule that is text says, its names known and its numbers given. Formulas of a postsynaptic side see columns of
/// the postsynaptic population, those of a presynaptic one of the presynaptic population.
struct TextRule {
    std::string name, equation;
    std::vector<double> parameters;  ///< in the system inside
    std::vector<TextTerm> terms;
    double decay = 0;  ///< per presentation
};
/// The rule as every other: sides that are a column as it stands cost no copy. Throws what Formula::coefficients
/// throws when it is bound.
std::shared_ptr<const Rule> rule(TextRule text);

}  // namespace apical::equations
