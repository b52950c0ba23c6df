#include "sim/experiment/given.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <span>
#include <sstream>

#include "sim/core/fingerprint.hpp"
#include "sim/experiment/input_paths.hpp"

namespace apical {
namespace {

struct PartOfData {
    const char* name;
    const char* of_keys;  ///< how keys of [task] begin that are about it alone
    std::shared_ptr<const Samples> DataSet::*samples;
};
constexpr std::array parts_of_data{PartOfData{"training", "train", &DataSet::train},
                                   PartOfData{"validation", "validation", &DataSet::validation},
                                   PartOfData{"test", "test", &DataSet::test}};

std::string name_of(const PartOfData& part) { return std::string(part.name) + "_data"; }

std::string text_of(const Experiment& experiment, const PartOfData& part, const Samples& samples) {
    Fingerprint fingerprint;
    samples.add_to(fingerprint);
    if (fingerprint.is_empty()) {
        fingerprint.add(part.name);
        fingerprint.add(to_toml(*experiment.document.find("task")));
        fingerprint.add(static_cast<std::uint64_t>(experiment.run.seed));
    }
    const std::string size = samples.size() > 0 ? std::to_string(samples.size()) : "endless";
    return fmt::format("{} x {} inputs, {} {}, {}", size, samples.features(), samples.outputs(),
                       experiment.data.classes ? "classes" : "targets", fingerprint.text());
}

struct NoiseSeries {
    std::span<const double> values;
    std::size_t units;
};

/// What a section [noise.NAME] gives the circuit from its file; nothing if the circuit has no place for it.
std::optional<NoiseSeries> series_of(const Circuit& circuit, const NoiseSection& noise) {
    for (const std::string& place : noise.into) {
        const std::size_t dot = std::min(place.find('.'), place.size() - 1);
        const std::string population = place.substr(0, dot), column = place.substr(dot + 1);
        for (const Population& one : circuit.populations)
            for (const NoiseCurrent& current : one.noise)
                if (one.name == population && current.series != nullptr &&
                    (current.column == column || current.column == "noise_" + noise.name + "_" + column))
                    return NoiseSeries{*current.series, one.units};
    }
    return std::nullopt;
}

struct Where {
    std::string key, file;
};

/// The key of [task] that names the user's file with a part, else "dataset".
Where where_of(const Experiment& experiment, const PartOfData& part) {
    Where first{"dataset", ""};
    for (const Descriptor& row : experiment.source->parameters) {
        const Node* value = experiment.document.find("task")->find(row.name);
        if (const auto* list = value == nullptr ? nullptr : std::get_if<Node::List>(&value->value))
            value = list->empty() ? nullptr : &list->front();
        const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(&value->value);
        std::error_code none;
        if (text == nullptr || text->empty() || !std::filesystem::exists(*text, none)) continue;
        if (row.name.starts_with(part.of_keys)) return {row.name, *text};
        if (first.file.empty()) first = {row.name, *text};
    }
    return first;
}

}  // namespace

std::vector<Given> given_samples(const Experiment& experiment) {
    std::vector<Given> all;
    for (const PartOfData& part : parts_of_data)
        if (const auto& samples = experiment.data.*part.samples)
            all.push_back({name_of(part), text_of(experiment, part, *samples)});
    return all;
}

std::vector<Given> given_noise(const Experiment& experiment, const Circuit& circuit, std::uint64_t end) {
    std::vector<Given> all;
    const std::uint64_t steps = experiment.steps_until(end);
    for (const NoiseSection& noise : experiment.noise)
        if (const auto series = series_of(circuit, noise)) {
            Fingerprint fingerprint;
            fingerprint.add(series->values.first(steps * series->units));
            all.push_back({"noise." + noise.name,
                           fmt::format("{} steps x {} units, {}", steps, series->units, fingerprint.text())});
        }
    return all;
}

std::vector<Given> given_files(const Experiment& experiment) {
    std::vector<Given> all;
    for (const ModelFile& file : files_of_model(experiment)) {
        std::ifstream stream(file.path, std::ios::binary);
        std::vector<char> bytes(1 << 20);
        Fingerprint fingerprint;
        std::uint64_t size = 0;
        while (stream.read(bytes.data(), std::ssize(bytes)), stream.gcount() > 0) {
            const auto count = static_cast<std::size_t>(stream.gcount());
            fingerprint.add(std::span<const char>(bytes.data(), count));
            size += count;
        }
        all.push_back({file.key, fmt::format("{} B, {}", size, fingerprint.is_empty() ? "empty" : fingerprint.text())});
    }
    return all;
}

std::string change_of(const Given& file, const std::vector<Given>& began, const Experiment& experiment) {
    const auto before = std::ranges::find(began, file.name, &Given::name);
    const std::vector<ModelFile> files = files_of_model(experiment);
    const auto path = std::ranges::find(files, file.name, &ModelFile::key);
    if (before == began.end() || path == files.end() || before->text == file.text) return "";
    return fmt::format("{} is no longer what the run began with, {}, but {}", path->path, before->text, file.text);
}

std::vector<Given> given_to(const Experiment& experiment, const Circuit& circuit) {
    std::vector<Given> all = given_samples(experiment);
    for (Given& file : given_files(experiment)) all.push_back(std::move(file));
    for (Given& noise : given_noise(experiment, circuit, experiment.end)) all.push_back(std::move(noise));
    return all;
}

std::string lines_of(const std::vector<Given>& given) {
    std::string lines;
    for (const Given& one : given) lines += one.name + ": " + one.text + "\n";
    return lines;
}

std::vector<Given> given_of(const std::string& lines) {
    std::vector<Given> given;
    std::istringstream stream(lines);
    for (std::string line; std::getline(stream, line);)
        if (const std::size_t colon = line.rfind(": "); colon != std::string::npos)
            given.push_back({line.substr(0, colon), line.substr(colon + 2)});
    return given;
}

void require_same(const std::vector<Given>& began, const std::vector<Given>& found, const Experiment& experiment) {
    for (const Given& now : found) {
        const auto before =
            std::find_if(began.begin(), began.end(), [&](const Given& b) { return b.name == now.name; });
        const std::string expected = before == began.end() ? "none" : before->text;
        if (expected == now.text) continue;
        std::string section = now.name, key = "file", file, what = "noise currents";
        for (const PartOfData& part : parts_of_data)
            if (now.name == name_of(part)) {
                const Where where = where_of(experiment, part);
                section = "task", key = where.key, file = where.file, what = std::string(part.name) + " data";
            }
        for (const NoiseSection& noise : experiment.noise)
            if (now.name == "noise." + noise.name) file = noise.file;
        refuse(experiment.document, section, key,
               fmt::format("{} that are not those the run began with: {}{}", what, file.empty() ? "" : file + " with ",
                           now.text),
               expected, "put them back, or begin another run with `apical run`");
    }
}

}  // namespace apical
