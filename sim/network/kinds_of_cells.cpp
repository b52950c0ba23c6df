#include "sim/network/kinds_of_cells.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string_view>

namespace apical {

void require_firing(const Circuit& circuit) {
    const auto fires = [](const Population& p) { return !event_neurons_of(p).empty(); };
    if (std::ranges::none_of(circuit.populations, fires) && circuit.drives.empty())
        throw std::invalid_argument(
            "no cell of the circuit fires, and nothing drives it with events: it has graded "
            "cells alone, which take settled or continuous dynamics");
}

void require_graded(const Circuit& circuit) {
    for (const Population& p : circuit.populations)
        if (!columns_of_events(p).empty())
            throw std::invalid_argument("population '" + p.name + "' has cells that fire, which take spiking dynamics");
}

void require_distinct_names(const Circuit& circuit) {
    std::set<std::string_view> names;
    const auto require_new = [&](const std::string& name, const std::string& what) {
        if (name.empty() || !names.insert(name).second)
            throw std::invalid_argument("two " + what + " have the name '" + name + "', or one has none");
    };
    const auto require = [&](const auto& all, const std::string& what) {
        for (const auto& one : all) require_new(one.name, what);
    };
    require(circuit.populations, "populations");
    names.clear();
    require(circuit.weights, "matrices of weights");
    require(circuit.event_projections, "projections");  // they draw in the streams that weights of that name draw in
    names.clear();
    for (const Drive& drive : circuit.drives) require_new(target_of(drive).name, "inputs");
}

}  // namespace apical
