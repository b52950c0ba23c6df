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
    std::vector<std::string> compartments, events;
};

/// [projection.NAME]
struct ProjectionSection {
    std::string source, signal, target, receptor, compartment;
    std::string event = "spike";
    std::string rule = "all_to_all";
    double probability = 0;
    std::int64_t count = 0;
    std::string file, group;
    bool autapses = true, multapses = false;
    std::string plasticity = "none", delay_on = "dendrite";
    std::vector<std::string> instructed_by, rewarded_by;
    std::string weights;
    bool transposed = false;
    double scale = 1;
    double lower = -1e30, upper = 1e30;  // unless said, there are no bounds; a file cannot say "infinite"
    std::string scaling = "none";
    double tau_plasticity = 0;
};

/// Keys of a projection that mean nothing for the other kind: of spikes, or graded.
const std::vector<std::string>& keys_of_spikes();
const std::vector<std::string>& keys_of_graded();

/// [input.NAME]
struct InputSection {
    std::string kind = "poisson";
    std::string target, receptor, compartment;
    bool at_most_one = false;
};

/// [ports]: columns, as "POPULATION.COLUMN".
struct PortsSection {
    std::string input, target, answer;
};

/// [teacher.NAME]: likewise.
struct TeacherSection {
    std::string error, readout, target;
};

/// [layer.NAME]: populations and weights by their names.
struct LayerSection {
    std::string population, weights, bias;
    std::string downstream;
    std::string across, back_across, down, feedback;
};

const Table<PopulationSection>& population_table();
/// With further neurons, which an experiment file writes itself.
Table<PopulationSection> population_table(const std::vector<std::string>& own_neurons);
const Table<ProjectionSection>& projection_table();
/// With further rules, likewise.
Table<ProjectionSection> projection_table(const std::vector<std::string>& own_rules);
const Table<InputSection>& input_table();
const Table<PortsSection>& ports_table();
const Table<TeacherSection>& teacher_table();
const Table<LayerSection>& layer_table();

/// All of them with their keys, quantities included, for `describe`.
std::vector<Section> sections();

}  // namespace apical::network
