#include "sim/sweep/plan.hpp"

#include <fmt/format.h>

#include <unordered_map>
#include <unordered_set>

#include "sim/core/error.hpp"
#include "sim/experiment/experiment.hpp"
#include "sim/sweep/identity.hpp"

namespace apical {
namespace {

/// A key of [circuit] that the sweep sets and the section of the model, as the experiment has it, goes before: all runs
/// would be the same, under different names. Where the sweep itself sets both, it means the exception.
void refuse_hidden_keys(const Experiment& experiment, const std::string& sweep) {
    const Node* own = experiment.document.find(experiment.model->name);
    if (own == nullptr) return;
    for (const auto& [name, value] : experiment.document.find("circuit")->members()) {
        const Node* first = value.place.file == sweep ? own->find(name) : nullptr;
        if (first == nullptr || first->place.file == sweep) continue;
        const std::string key = experiment.model->name + "." + name;
        throw InputError({value.place, value.key,
                          fmt::format("a key of [circuit] before which {} goes ({}:{}:{})", key, first->place.file,
                                      first->place.line, first->place.column),
                          key + " in its place", "or an experiment without it"});
    }
}

Node resolved(const Node& document, const Catalogue& catalogue, const std::string& sweep) {
    Experiment experiment = read_experiment(document, catalogue);
    refuse_hidden_keys(experiment, sweep);
    if (!experiment.checkpoint.file.empty())
        refuse(experiment.document, "checkpoint", "file", "'" + experiment.checkpoint.file + "', which all runs share",
               "no name", "every run of a sweep has a checkpoint of its own");
    return std::move(experiment.document);
}

}  // namespace

Node Plan::document(const PlannedRun& run) const {
    return resolved(combinations.document(run.combination), *catalogue, combinations.file());
}

Plan read_plan(const std::string& file, const std::vector<std::string>& changes, const Catalogue& catalogue) {
    Plan plan{&catalogue, Combinations(file, changes, catalogue), {}, {}};
    std::unordered_map<std::string, std::uint64_t> combination_of;
    std::unordered_set<std::string> said;
    for (std::uint64_t which = 0; which < plan.combinations.count(); ++which) {
        std::string name = run_name(resolved(plan.combinations.document(which), catalogue, file), catalogue);
        const auto [first, is_new] = combination_of.try_emplace(name, which);
        if (is_new) {
            plan.runs.push_back({plan.runs.size() + 1, std::move(name), which});
            continue;
        }
        std::string repetition = plan.combinations.repetition(which, first->second);
        if (!repetition.empty() && said.insert(repetition).second) plan.repetitions.push_back(std::move(repetition));
    }
    return plan;
}

std::string swept_values(const Plan& plan, const PlannedRun& run) {
    const Node document = plan.document(run);
    std::string text;
    for (const std::string& key : plan.combinations.swept())
        if (const Node* value = value_at_key(document, key))
            text += (text.empty() ? "" : ", ") + key + " = " + value->text();
    return text;
}

}  // namespace apical
