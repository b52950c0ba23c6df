#pragma once
#include <memory>
#include <string>
#include <vector>

#include "sim/circuit/event_neuron.hpp"
#include "sim/circuit/event_rule.hpp"
#include "sim/circuit/neuron.hpp"
#include "sim/circuit/rule.hpp"

namespace apical {

// One of each, with some numbers: `list` and `describe` read what it says of itself, and the test of locality looks
// into it. A new rule or neuron is one line here. Templates stand once for each function that they compute.
std::vector<std::shared_ptr<const Rule>> every_rule();
std::vector<std::shared_ptr<const Neuron>> every_neuron();
/// Cells that fire, which populations of a network have by name.
std::vector<std::shared_ptr<const EventNeuron>> every_event_neuron();
std::vector<std::string> names_of_event_neurons();
/// Throws std::out_of_range.
std::shared_ptr<const EventNeuron> event_neuron_named(const std::string& name);
/// The same cells, driven by what their compartments receive in place of currents; null where there are none.
std::shared_ptr<const EventNeuron> event_neuron_in_compartments(const std::string& name);
/// Events of such cells besides their spikes, which populations have by the name of the event.
std::vector<std::shared_ptr<const EventNeuron>> every_kind_of_event();
std::vector<std::string> names_of_kinds_of_events();
/// Throws std::out_of_range.
std::shared_ptr<const EventNeuron> kind_of_event_named(const std::string& name);
/// Plasticity by events, which projections of a network have by name.
std::vector<std::shared_ptr<const EventRule>> every_event_rule();
std::vector<std::string> names_of_event_rules();
/// Throws std::out_of_range.
std::shared_ptr<const EventRule> event_rule_named(const std::string& name);

}  // namespace apical
