// What the program knows by name: one line each.
#include <algorithm>

#include "models/baselines/baselines.hpp"
#include "models/burst_ccn/circuit.hpp"
#include "models/components.hpp"
#include "models/neurons/leaky.hpp"
#include "models/neurons/prospective.hpp"
#include "models/pal/circuit.hpp"
#include "models/pal/layers.hpp"
#include "models/self_assembly/circuit.hpp"
#include "sim/circuit/model.hpp"

namespace apical {

const std::vector<Model>& models() {
    static const std::vector<Model> all{self_assembly::model(), pal::model(),      pal::layers_model(),
                                        burst_ccn::model(),     backpropagation(), feedback_alignment(),
                                        kolen_pollack()};
    return all;
}

namespace {

Component component(const Info& info) {
    return {std::string(info.name), std::string(info.text), std::string(info.equation), std::string(info.reference)};
}

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

const std::vector<Component>& rules() {
    static const std::vector<Component> all = described(every_rule());
    return all;
}

const std::vector<Component>& neurons() {
    static const std::vector<Component> all = [] {
        auto parts = described(every_neuron());
        parts.push_back(component(Prospective<Leaky<>>::info));  // a signal, which any neuron may have
        return parts;
    }();
    return all;
}

}  // namespace apical
