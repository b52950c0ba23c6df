#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/circuit/event_neuron.hpp"
#include "sim/equations/formula.hpp"
#include "sim/equations/text_event_rule.hpp"

namespace apical::equations {

/// What a cell that fires says as text, its names known. Its formulas see the columns of the cell (inputs, receptors,
/// states, and those of `sees`) and its parameters, of which the last one is dt.
struct TextNeuron {
    struct Column {
        std::string name, unit;
    };
    struct Receptor {
        Column column;
        Formula tau;  ///< ms, of parameters; it decays exponentially, exactly
    };
    struct State {
        Column column;
        Formula next;     ///< what it is a step later
        Formula reset;    ///< after a spike, of what the step has made of the cell; of parameters alone: while the cell
                          ///< is refractory, too
        Formula initial;  ///< of parameters
    };
    std::string name{}, equation{};
    std::vector<Parameter> parameters{};
    std::vector<Column> inputs{};  ///< instantaneous
    std::vector<Receptor> receptors{};
    std::vector<State> states{};
    std::vector<Read> sees{};
    std::optional<Formula> fires{};       ///< of what the step has made of the cell
    std::optional<Formula> refractory{};  ///< ms, of parameters
};
/// The neuron as every other: parameters may differ from cell to cell.
std::shared_ptr<const EventNeuron> event_neuron(TextNeuron text);

}  // namespace apical::equations
