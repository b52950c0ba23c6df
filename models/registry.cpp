// What the program knows by name: one line each.
#include "models/registry.hpp"

#include <algorithm>

#include "models/baselines/baselines.hpp"
#include "models/burst_ccn/circuit.hpp"
#include "models/burst_ccn/ensembles.hpp"
#include "models/burst_ccn/exclusive_or.hpp"
#include "models/components.hpp"
#include "models/graded.hpp"
#include "models/network/model.hpp"
#include "models/neurons/leaky.hpp"
#include "models/neurons/prospective.hpp"
#include "models/pal/circuit.hpp"
#include "models/pal/layers.hpp"
#include "models/self_assembly/circuit.hpp"
#include "models/self_assembly/spiking_circuit.hpp"
#include "models/sign_concordant/circuit.hpp"

namespace apical {

std::vector<Model> models() {
    return {self_assembly::model(),
            self_assembly::spiking::model(),
            pal::model(),
            pal::layers_model(),
            burst_ccn::model(),
            burst_ccn::ensembles_model(),
            burst_ccn::exclusive_or_model(),
            sign_concordant::model(),
            backpropagation(),
            feedback_alignment(),
            kolen_pollack(),
            network::model()};
}

namespace {

/// What each says of itself; a template that stands for several functions, once.
template <class Parts>
std::vector<Component> described(const Parts& parts) {
    std::vector<Component> list;
    for (const auto& part : parts) {
        const Component one = component(part->info());
        if (std::none_of(list.begin(), list.end(), [&](const Component& other) { return other.name == one.name; }))
            list.push_back(one);
    }
    return list;
}

/// Of what events have to do with: its numbers are keys of such a section.
template <class Part>
Component with_parameters(const Part& part, const char* section) {
    Component one = component(part.info());
    one.section = section;
    for (const CellParameter& of : part.parameters()) {
        const bool is_weight = of.unit == of_weights;
        one.parameters.push_back({std::string(of.name),
                                  is_weight ? "1" : std::string(of.unit),
                                  of.preset,
                                  {},
                                  {},
                                  std::string(of.text) + (is_weight ? "; in the unit of the receptor" : "")});
    }
    return one;
}

/// Those that a network from a file has by name: with their keys.
template <class Parts>
void add_graded(std::vector<Component>& all, const Parts& parts, const char* section) {
    for (const auto& part : parts) {
        auto one = std::ranges::find(all, std::string(part.info.name), &Component::name);
        if (one == all.end()) one = all.insert(all.end(), component(part.info));
        one->parameters = part.parameters;
        one->section = section;
    }
}

}  // namespace

std::vector<Component> rules() {
    std::vector<Component> all = described(every_rule());
    add_graded(all, graded_rules(), "projection.NAME");
    for (const auto& rule : every_event_rule()) all.push_back(with_parameters(*rule, "projection.NAME"));
    return all;
}

std::vector<Component> neurons() {
    std::vector<Component> all = described(every_neuron());
    add_graded(all, graded_cells(), "population.NAME");
    for (const auto& neuron : every_event_neuron()) all.push_back(with_parameters(*neuron, "population.NAME"));
    for (const auto& kind : every_kind_of_event()) all.push_back(with_parameters(*kind, "population.NAME"));
    all.push_back(component(Prospective<Leaky<>>::info));  // a signal, which any neuron may have
    return all;
}

}  // namespace apical
