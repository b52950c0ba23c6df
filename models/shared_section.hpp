#pragma once
#include <string>
#include <vector>

#include "models/upstream.hpp"
#include "sim/core/table.hpp"

namespace apical {

/// Section [circuit], overridden by the keys that section [<model>] also has, for `Table::read`, and what that passes
/// over: `own`, keys of that section that are none of [circuit].
struct SharedSection {
    Node merged;
    std::vector<std::string> also;
};
SharedSection shared_section(const Node& experiment, const std::string& model, const std::vector<Descriptor>& own);

/// What `shared` describes, from [circuit], or from [<model>] where that has it too. Throws InputError for keys of
/// [circuit] that are neither, before they are overridden.
template <class T>
T read_shared(const Table<T>& shared, const Node& experiment, const std::string& model,
              const std::vector<Descriptor>& own) {
    shared.read(own_section(experiment, "circuit"), {"model"});
    const SharedSection section = shared_section(experiment, model, own);
    return shared.read(section.merged, section.also);
}

}  // namespace apical
