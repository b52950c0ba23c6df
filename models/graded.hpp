#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/circuit/circuit.hpp"
#include "sim/circuit/info.hpp"
#include "sim/core/descriptor.hpp"

namespace apical {

// Graded cells and their rules, which a network from a file has by name: what a struct has as template arguments and
// numbers are keys there. `keys` is a table that has no others than `parameters`. A new one is an entry of the list.

/// Gives a population, which has those compartments that its section asks for, what such cells have.
struct GradedCells {
    Info info;
    std::vector<Descriptor> parameters;
    std::function<void(Population& population, const Node& keys)> give;
};
const std::vector<GradedCells>& graded_cells();

struct GradedRule {
    Info info;
    std::vector<Descriptor> parameters;
    /// `step`: of the experiment, ms; a spike of a step is a rate of its inverse.
    std::function<std::shared_ptr<const Rule>(const Node& keys, double step)> make;
};
const std::vector<GradedRule>& graded_rules();

/// The table with the keys of these rows alone.
Node only(const Node& table, const std::vector<Descriptor>& rows);

/// The one of that name, null if there is none.
template <class Part>
const Part* graded_named(const std::vector<Part>& parts, const std::string& name) {
    for (const Part& part : parts)
        if (part.info.name == name) return &part;
    return nullptr;
}

}  // namespace apical
