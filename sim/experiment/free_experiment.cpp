#include "sim/experiment/free_experiment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/core/units.hpp"
#include "sim/core/whole_steps.hpp"
#include "sim/experiment/catalogue.hpp"

namespace apical {
namespace {

template <class V>
void add_default(Node& section, const std::string& key, V value) {
    if (section.find(key) == nullptr)
        std::get<Node::Members>(section.value)
            .emplace_back(key, Node{std::move(value), section.place, section.key + "." + key});
}

}  // namespace

const Model* free_model(const Node& document, const Catalogue& catalogue) {
    const Node* circuit = document.find("circuit");
    const Node* name = circuit != nullptr && circuit->is_table() ? circuit->find("model") : nullptr;
    const auto* text = name == nullptr ? nullptr : std::get_if<std::string>(&name->value);
    const Model* model = text == nullptr ? nullptr : find_named(catalogue.models, *text);
    return model != nullptr && !model->needs_task && document.find("task") == nullptr ? model : nullptr;
}

void check_free(const Experiment& e) {
    const std::string its = fmt::format(
        "without a section [task], '{}' is shown no samples: it runs freely for run.duration", e.model->name);
    if (!e.baselines.empty()) refuse(e.document, "run", "baselines", "another circuit", "none", its);
    if (e.mode() == Mode::settled)
        refuse(e.document, "run", "mode", "'settled', in which no time goes by", "dynamics in time", its);
    if (e.mode() == Mode::spiking && e.run.lanes != 1)
        refuse(e.document, "run", "lanes", fmt::format("{} lanes", e.run.lanes), "one lane",
               "spikes are recorded of one network; another one takes a run, and a seed, of its own");
}

std::uint64_t end_of_free_run(const Experiment& e) {
    if (e.run.duration / e.run.step > 1e15)
        refuse(e.document, "run", "duration", with_unit(e.run.duration, "ms"), "at most 1e15 steps");
    const std::optional<std::uint64_t> whole = whole_steps(e.run.duration, e.run.step);
    if (!whole || *whole == 0)
        refuse(e.document, "run", "duration", with_unit(e.run.duration, "ms"),
               "a whole number of steps of run.step, " + with_unit(e.run.step, "ms"));
    return *whole;
}

std::uint64_t steps_of(const Experiment& e, const std::string& section, const std::string& key, double time) {
    const std::optional<std::uint64_t> steps = whole_steps(time, e.run.step);
    if (!steps)
        refuse(e.document, section, key, with_unit(time, "ms"),
               "a whole number of steps of run.step, " + with_unit(e.run.step, "ms"));
    return *steps;
}

Node run_section(Node given, bool is_free) {
    if (is_free) add_default(given, "lanes", std::int64_t{1});
    return given;
}

Node record_section(Node given, const RunSection& run, bool fires) {
    const auto in_steps = [&](double time) { return run.step * std::max(1.0, std::round(time / run.step)); };
    if (!fires) return given;
    add_default(given, "metrics", fmt::format("{:.6g} ms and end", in_steps(100)));
    add_default(given, "statistics_bin", fmt::format("{:.6g} ms", in_steps(RecordSection{}.statistics_bin)));
    return given;
}

void read_statistics(Experiment& e) {
    if (e.mode() != Mode::spiking) return;
    e.statistics_from = steps_of(e, "record", "statistics_from", e.record.statistics_from);
    if (e.statistics_from >= e.end)
        refuse(e.document, "record", "statistics_from", with_unit(e.record.statistics_from, "ms"),
               "a time before the run ends, after " + with_unit(e.run.duration, "ms"));
    e.statistics_bin = steps_of(e, "record", "statistics_bin", e.record.statistics_bin);
}

}  // namespace apical
