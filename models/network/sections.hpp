#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/circuit/model.hpp"
#include "sim/core/table.hpp"

namespace apical::network {

// The keys that every section of a network has; a population has the parameters of its neuron besides, and quantities
// are read apart (quantities.hpp).

/// [population.NAME]
struct PopulationSection {
    std::string neuron;
    std::int64_t size = 0;
};

/// [projection.NAME]
struct ProjectionSection {
    std::string source, target, receptor;
    std::string rule = "all_to_all";
    double probability = 0;
    std::int64_t count = 0;
    std::string file, group;
    bool autapses = true, multapses = false;
    std::string plasticity = "none", delay_on = "dendrite";
    std::vector<std::string> instructed_by, rewarded_by;
};

/// [input.NAME]
struct InputSection {
    std::string kind = "poisson";
    std::string target, receptor;
};

const Table<PopulationSection>& population_table();
const Table<ProjectionSection>& projection_table();
const Table<InputSection>& input_table();

/// All of them with their keys, quantities included, for `describe`.
std::vector<Section> sections();

}  // namespace apical::network
