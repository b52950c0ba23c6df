#include "sim/experiment/input_paths.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "sim/core/toml_text.hpp"

namespace apical {
namespace {

void make_absolute(Node& value) {
    if (auto* list = std::get_if<Node::List>(&value.value))
        for (Node& element : *list) make_absolute(element);
    auto* path = std::get_if<std::string>(&value.value);
    if (path == nullptr || path->empty()) return;
    std::error_code none;
    const auto beside = std::filesystem::path(value.place.file).parent_path() / *path;
    if (std::filesystem::exists(beside, none)) *path = std::filesystem::absolute(beside).lexically_normal().string();
    else if (std::filesystem::exists(*path, none)) *path = std::filesystem::absolute(*path).lexically_normal().string();
}

/// What make_files_absolute finds.
void add_files(const Node& table, std::vector<ModelFile>& files) {
    for (const auto& [name, node] : table.members())
        if (node.is_table()) add_files(node, files);
        else if (const auto* path = std::get_if<std::string>(&node.value); name == "file" && path != nullptr)
            files.push_back({node.key, *path});
}

}  // namespace

void make_paths_absolute(Node& section, const std::vector<Descriptor>& rows) {
    for (const Descriptor& row : rows) {
        const bool text = std::holds_alternative<std::string>(row.standard) ||
                          std::holds_alternative<std::vector<std::string>>(row.standard);
        if (Node* value = section.find(row.name); value != nullptr && text && row.choices.empty())
            make_absolute(*value);
    }
}

void make_files_absolute(Node& table) {
    for (auto& [name, node] : std::get<Node::Members>(table.value))
        if (node.is_table()) make_files_absolute(node);
        else if (name == "file") make_absolute(node);
}

void make_noise_paths_absolute(Node& noise, std::vector<NoiseSection>& sections) {
    for (NoiseSection& section : sections) {
        Node& file = *noise.find(section.name)->find("file");
        make_absolute(file);
        section.file = std::get<std::string>(file.value);
    }
}

std::vector<ModelFile> files_of_model(const Experiment& e) {
    std::vector<ModelFile> files;
    for (const Section& section : e.model->sections)
        if (const Node* its = e.document.find(section.name)) add_files(*its, files);
    return files;
}

std::vector<InputFile> inputs_of(const Experiment& e, std::vector<InputFile> inputs) {
    if (!e.init.file.empty()) inputs.push_back({e.init.file, "which init.file reads"});
    if (!e.init.states.empty()) inputs.push_back({e.init.states, "which init.states reads"});
    for (const NoiseSection& noise : e.noise)
        if (!noise.file.empty())
            inputs.push_back({noise.file, fmt::format("which noise.{}.file reads", toml_key(noise.name))});
    for (const ModelFile& file : files_of_model(e))
        inputs.push_back({file.path, fmt::format("which {} reads", file.key)});
    return inputs;
}

}  // namespace apical
