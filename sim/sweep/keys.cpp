#include "sim/sweep/keys.hpp"

#include "sim/core/toml_text.hpp"
#include "sim/experiment/catalogue.hpp"
#include "sim/experiment/sections.hpp"

namespace apical {
namespace {

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

const Descriptor* descriptor_of(const Node& experiment, const std::vector<std::string>& path,
                                const Catalogue& catalogue) {
    const bool inside_named = path.size() == 3;  // trace.NAME.key
    if (path.size() != 2 && !inside_named) return nullptr;
    const std::string &section = path.front(), &key = path.back();
    const Section* own = find_named(sections(), section);
    if (inside_named != (own != nullptr && own->named)) return nullptr;
    if (own != nullptr)
        if (const Descriptor* row = find_named(own->keys, key)) return row;
    // The model's keys stand in [circuit] as well as in its own section.
    const std::string model_name = section == "circuit" ? text_at(experiment, "circuit", "model") : section;
    if (const Model* model = find_named(catalogue.models, model_name)) {
        if (const Descriptor* row = find_named(model->shared, key)) return row;
        if (section == model->name) return find_named(model->own, key);
    }
    if (section == "task")
        if (const DataSource* source = find_named(catalogue.data, text_at(experiment, "task", "dataset")))
            return find_named(source->parameters, key);
    return nullptr;
}

std::vector<KeyAndValue> values_below(const Node& table, bool (*is_value)(const Node&)) {
    std::vector<KeyAndValue> found;
    std::vector<std::string> path;
    collect(table, is_value, path, found);
    return found;
}

}  // namespace apical
