#include "sim/sweep/keys.hpp"

#include <algorithm>

#include "sim/circuit/model.hpp"
#include "sim/core/data_source.hpp"
#include "sim/core/toml_text.hpp"
#include "sim/experiment/sections.hpp"

namespace apical {
namespace {

template <class Named>
const Named* named(const std::vector<Named>& list, const std::string& name) {
    const auto found = std::find_if(list.begin(), list.end(), [&](const Named& one) { return one.name == name; });
    return found == list.end() ? nullptr : &*found;
}

std::string text_at(const Node& experiment, const std::string& section, const std::string& key) {
    const Node* table = experiment.find(section);
    const Node* value = table == nullptr ? nullptr : table->find(key);
    const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(&value->value);
    return text == nullptr ? "" : *text;
}

void collect(const Node& table, bool (*is_value)(const Node&), std::vector<std::string>& path,
             std::vector<KeyAndValue>& found) {
    for (const auto& [name, node] : table.members()) {
        path.push_back(name);
        if (is_value(node)) found.push_back({path, node});
        else collect(node, is_value, path, found);
        path.pop_back();
    }
}

}  // namespace

std::string dotted(const std::vector<std::string>& path) {
    std::string key;
    for (const std::string& name : path) key += (key.empty() ? "" : ".") + toml_key(name);
    return key;
}

const Descriptor* descriptor_of(const Node& experiment, const std::vector<std::string>& path) {
    const bool inside_named = path.size() == 3;  // trace.NAME.key
    if (path.size() != 2 && !inside_named) return nullptr;
    const std::string &section = path.front(), &key = path.back();
    const Section* own = named(sections(), section);
    if (inside_named != (own != nullptr && own->named)) return nullptr;
    if (own != nullptr)
        if (const Descriptor* row = named(own->keys, key)) return row;
    // The model's keys stand in [circuit] as well as in its own section.
    const std::string model_name = section == "circuit" ? text_at(experiment, "circuit", "model") : section;
    if (const Model* model = named(models(), model_name)) {
        if (const Descriptor* row = named(model->shared, key)) return row;
        if (section == model->name) return named(model->own, key);
    }
    if (section == "task")
        if (const DataSource* source = named(data_sources(), text_at(experiment, "task", "dataset")))
            return named(source->parameters, key);
    return nullptr;
}

std::vector<KeyAndValue> values_below(const Node& table, bool (*is_value)(const Node&)) {
    std::vector<KeyAndValue> found;
    std::vector<std::string> path;
    collect(table, is_value, path, found);
    return found;
}

}  // namespace apical
