// What the program knows by name: one line each.
#include "models/registry.hpp"

#include <algorithm>

#include "models/baselines/baselines.hpp"
#include "models/burst_ccn/circuit.hpp"
#include "models/components.hpp"
#include "models/network/model.hpp"
#include "models/neurons/leaky.hpp"
#include "models/neurons/prospective.hpp"
#include "models/pal/circuit.hpp"
#include "models/pal/layers.hpp"
#include "models/self_assembly/circuit.hpp"

namespace apical {

std::vector<Model> models() {
    return {self_assembly::model(), pal::model(),         pal::layers_model(), burst_ccn::model(),
            backpropagation(),      feedback_alignment(), kolen_pollack(),     network::model()};
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

}  // namespace

std::vector<Component> rules() { return described(every_rule()); }

std::vector<Component> neurons() {
    std::vector<Component> all = described(every_neuron());
    for (const auto& neuron : every_event_neuron()) {
        all.push_back(component(neuron->info()));
        for (const CellParameter& one : neuron->parameters())
            all.back().parameters.push_back(
                {std::string(one.name), std::string(one.unit), one.preset, {}, {}, std::string(one.text)});
    }
    all.push_back(component(Prospective<Leaky<>>::info));  // a signal, which any neuron may have
    return all;
}

}  // namespace apical
