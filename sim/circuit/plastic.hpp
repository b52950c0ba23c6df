#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/circuit/id.hpp"
#include "sim/circuit/tag.hpp"

namespace apical {

class EventRule;

/// On which side of a synapse its delay lies. A presynaptic event of time t and a postsynaptic one of time s meet there
/// as t and s + delay, or as t + delay and s.
enum class Attribution : unsigned char { dendritic, axonal };

/// Events of cell i of this population count as events of postsynaptic cell i, with this amplitude.
struct Instructor {
    PopulationId population{};
    double amplitude = 1;
    std::string event = spike;  ///< of that population
};

/// Every event of a cell of this population is a reward of this amplitude for all synapses of a projection.
struct Modulator {
    PopulationId population{};
    double amplitude = 1;
};

/// The plasticity of one projection by a rule of events (sim/circuit/event_rule.hpp). Weights may be negative, all of
/// them: then the rule sees their magnitudes.
///
///     projection.plastic = {.rule = event_rule(stdp::PowerLaw{}), .parameters = {{stdp::lambda, 0.01}}};
struct Plastic {
    std::shared_ptr<const EventRule> rule{};  ///< none: weights stay as they are
    std::map<std::string, double> parameters{};
    Attribution delay = Attribution::dendritic;
    std::vector<Instructor> instructors{};  ///< none: the postsynaptic cells, by what the rule says
    std::vector<Modulator> modulators{};    ///< of a rule with eligibility
};

}  // namespace apical
