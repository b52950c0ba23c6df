#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/circuit/info.hpp"
#include "sim/circuit/mode.hpp"
#include "sim/circuit/model_circuit.hpp"
#include "sim/core/descriptor.hpp"

namespace apical {

/// What a circuit must know of the task to be built.
struct TaskShape {
    std::size_t inputs = 0;
    std::size_t outputs = 0;
    Loss loss = Loss::softmax_cross_entropy;
    std::uint64_t epoch = 0;  ///< samples an epoch

    /// d_0 .. d_L: units of each layer, with these hidden ones.
    std::vector<std::size_t> sizes(const std::vector<std::int64_t>& hidden) const {
        std::vector<std::size_t> all{inputs};
        for (const std::int64_t units : hidden) all.push_back(static_cast<std::size_t>(units));
        all.push_back(outputs);
        return all;
    }
};

/// A section of an experiment, for `describe`.
struct Section {
    std::string name;
    std::string text;
    std::vector<Descriptor> keys;
    bool named = false;  ///< there may be any number of them, [section.NAME]
};

/// A circuit that can be asked for by name.
struct Model {
    std::string name;
    std::string text;  ///< one sentence
    std::string reference;
    std::string equations;  ///< for `describe`
    std::vector<Mode> modes;
    bool needs_task = true;  ///< it is shown samples; if not, it runs freely unless its experiment has a section [task]
    std::vector<Descriptor> shared;   ///< keys of [circuit]; they may be overridden in the model's own section
    std::vector<Descriptor> own;      ///< keys of the section named like the model
    std::vector<Section> sections{};  ///< of an experiment that are this model's alone, and that it reads itself
    /// Builds it from the whole experiment (the root table). Throws InputError.
    std::function<ModelCircuit(const Node& experiment, const TaskShape& task)> build;
};

/// A rule or a neuron, for `list` and `describe`.
struct Component {
    std::string name;
    std::string text;
    std::string equation;
    std::string reference;
    std::vector<Descriptor> parameters{};  ///< of a cell that fires, or a rule of events
    std::string section{};                 ///< that they stand in: "population.NAME"
};
/// What the struct of a rule or a neuron says of itself.
inline Component component(const Info& info) {
    return {std::string(info.name),
            std::string(info.text),
            std::string(info.equation),
            std::string(info.reference),
            {},
            {}};
}

}  // namespace apical
