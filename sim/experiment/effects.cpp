#include "sim/experiment/effects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/experiment/catalogue.hpp"

namespace apical {
namespace {

using Rows = std::vector<Descriptor>;

/// A table of the resolved experiment with the rows that its keys may have.
struct Part {
    const Node* table;
    Rows rows;
};

/// Of the first part that has the key; its default where none has.
Value value_of(const std::string& key, const std::vector<Part>& parts) {
    for (const Part& part : parts)
        if (const Node* node = part.table == nullptr ? nullptr : part.table->find(key))
            if (const Descriptor* row = find_named(part.rows, key)) return read_value(*node, *row);
    for (const Part& part : parts)
        if (const Descriptor* row = find_named(part.rows, key)) return row->standard;
    return {};
}

/// What is missing for a key to have an effect, seen from tables of which the first goes before the others; "" if
/// nothing is.
std::string missing(const Descriptor& row, const std::vector<Part>& parts, const Node& document) {
    std::string text;
    for (const Condition& condition : row.needs) {
        const bool met = std::ranges::any_of(condition, [&](const Requirement& requirement) {
            const std::size_t dot = requirement.key.find('.');
            if (dot == std::string::npos) return holds(requirement, value_of(requirement.key, parts));
            const std::string section = requirement.key.substr(0, dot), key = requirement.key.substr(dot + 1);
            return holds(requirement, value_of(key, {{document.find(section), find_named(sections(), section)->keys}}));
        });
        if (!met) text += (text.empty() ? "" : ", and ") + text_of(condition);
    }
    return text;
}

class Finder {
   public:
    explicit Finder(const Experiment& experiment) : e_(experiment) {
        models_ = e_.baselines;
        models_.insert(models_.begin(), e_.model);
    }

    std::vector<std::string> find() {
        for (const auto& [name, given] : e_.given.members()) {
            const std::string& section = name;
            if (section == "circuit") circuit(given);
            else if (const Model* model = find_named(e_.catalogue->models, section)) own_section(given, *model);
            else if (const Section* known = find_named(sections(), section)) plain(given, *known);
        }
        return std::move(lines_);
    }

   private:
    void say(const Node& at, const std::string& why) {
        lines_.emplace_back(InputError({at.place, at.key, "", "", "has no effect here: " + why}).what());
    }

    /// Keys of a table that somebody wrote, for `check(key, row)`. A resolved table has all keys of `resolved`.
    template <class Check>
    static void each_written(const Node& given, const Rows& rows, const Rows& resolved, const Check& check) {
        const bool complete = std::ranges::all_of(
            resolved, [&](const Descriptor& row) { return row.required || given.find(row.name) != nullptr; });
        for (const auto& [name, node] : given.members()) {
            const Descriptor* row = find_named(rows, name);
            if (row == nullptr || (complete && !row->required && read_value(node, *row) == row->standard)) continue;
            check(node, *row);
        }
    }

    void plain(const Node& given, const Section& section) {
        Rows rows = section.keys;
        if (section.name == "task") rows.insert(rows.end(), e_.source->parameters.begin(), e_.source->parameters.end());
        const Node* resolved = e_.document.find(section.name);
        if (section.named) {
            for (const auto& [name, table] : given.members()) {
                check_table(table, rows, resolved->find(name));
                if (e_.is_free()) without_samples(table, section);
            }
            return;
        }
        check_table(given, rows, resolved);
        if (e_.is_free()) without_samples(given, section);
        else if (section.name == "run") by_data(given);
    }

    void check_table(const Node& given, const Rows& rows, const Node* resolved) {
        each_written(given, rows, rows, [&](const Node& node, const Descriptor& row) {
            if (const std::string what = missing(row, {{resolved, rows}}, e_.document); !what.empty())
                say(node, "it takes " + what);
        });
    }

    /// What is about samples, in the experiment of a circuit that is shown none.
    void without_samples(const Node& given, const Section& section) {
        static const std::map<std::string, std::vector<std::string>> about{
            {"run", {"epochs", "samples", "epoch_size", "order", "shared_order", "ramp", "error_onset", "settling"}},
            {"record", {"metrics", "spectra", "evaluation_samples", "accuracy_samples"}},
            {"trace", {"when"}}};
        const auto keys = about.find(section.name);
        if (keys == about.end()) return;
        each_written(given, section.keys, section.keys, [&](const Node& node, const Descriptor& row) {
            if (row.name == "metrics" && e_.mode() == Mode::spiking) return;  // statistics of spikes
            if (std::ranges::find(keys->second, row.name) != keys->second.end())
                say(node, fmt::format("'{}' is shown no samples, it runs freely for run.duration", e_.model->name));
        });
    }

    /// What depends on the data, not on another key.
    void by_data(const Node& given) {
        const Rows rows = run_table().descriptors();
        each_written(given, rows, rows, [&](const Node& node, const Descriptor& row) {
            const bool endless = e_.data.train->size() == 0;
            if (row.name == "epoch_size" && !endless)
                say(node, fmt::format("an epoch is the {} samples of the training part", e_.data.train->size()));
            if (row.name == "duration") say(node, "the run ends after run.epochs, or run.samples");
            if (row.name == "order" && endless) say(node, "the samples never end and are seen as they come");
        });
    }

    std::vector<Part> parts_of(const Model& model) const {
        Rows own = model.own;
        own.insert(own.end(), model.shared.begin(), model.shared.end());
        return {{e_.document.find(model.name), std::move(own)}, {e_.document.find("circuit"), model.shared}};
    }

    /// A key of [circuit] acts if it does in one of the circuits that are run.
    void circuit(const Node& given) {
        each_written(given, e_.model->shared, e_.model->shared, [&](const Node& node, const Descriptor& row) {
            std::string why;
            for (const Model* model : models_) {
                const Descriptor* its = find_named(model->shared, row.name);
                if (its == nullptr) continue;
                const Node* own = e_.document.find(model->name);
                const std::string what =
                    own != nullptr && own->find(row.name) != nullptr
                        ? fmt::format("[{}] has a key {} that goes before it", model->name, row.name)
                        : missing(*its, parts_of(*model), e_.document);
                if (what.empty()) return;
                if (why.empty()) why = what.starts_with("[") ? what : "it takes " + what;
            }
            say(node, why);
        });
    }

    void own_section(const Node& given, const Model& model) {
        if (std::ranges::find(models_, &model) == models_.end()) {
            say(given, fmt::format("no circuit of this run is {0}; circuit.model = \"{0}\", or run.baselines with it",
                                   model.name));
            return;
        }
        const std::vector<Part> parts = parts_of(model);
        each_written(given, parts.front().rows, model.own, [&](const Node& node, const Descriptor& row) {
            if (const std::string what = missing(row, parts, e_.document); !what.empty()) say(node, "it takes " + what);
        });
    }

    const Experiment& e_;
    std::vector<const Model*> models_;
    std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> without_effect(const Experiment& experiment) { return Finder(experiment).find(); }

}  // namespace apical
