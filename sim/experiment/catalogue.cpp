#include "sim/experiment/catalogue.hpp"

#include <fmt/format.h>

#include <set>

#include "sim/core/name.hpp"
#include "sim/experiment/sections.hpp"
#include "sim/experiment/trained_circuit.hpp"

namespace apical {
namespace {

/// The names of one kind, as they come.
class Names {
   public:
    Names(const char* kind, const Place& place) : kind_(kind), place_(place) {}

    void add(const std::string& name) {
        const Node at{std::string{}, place_, fmt::format("{} '{}'", kind_, name)};
        require_name(name, at);
        if (!taken_.insert(name).second)
            throw InputError({place_, at.key, "a second one of this name", "a name of its own", ""});
    }
    void take(const std::vector<std::string>& names) { taken_.insert(names.begin(), names.end()); }
    void require(bool has_it, const std::string& name, const char* what) const {
        if (!has_it) throw InputError({place_, fmt::format("{} '{}'", kind_, name), "nothing", what, ""});
    }

   private:
    const char* kind_;
    const Place& place_;
    std::set<std::string> taken_;
};

template <class Named>
void check_all(const char* kind, const std::vector<Named>& list, const Place& place) {
    Names names(kind, place);
    for (const Named& one : list) names.add(one.name);
}

}  // namespace

std::vector<Component> metrics_of(const Catalogue& catalogue, MetricGroup group) {
    std::vector<Component> all;
    for (const MetricSet& set : catalogue.metrics)
        if (set.group == group) all.insert(all.end(), set.metrics.begin(), set.metrics.end());
    return all;
}

void check(const Catalogue& catalogue, const Place& place) {
    Names models("model", place);
    models.take(names_of(sections()));  // the section of a model is called like the model
    for (const Model& model : catalogue.models) {
        models.add(model.name);
        for (const Section& section : model.sections) models.add(section.name);
        models.require(!model.modes.empty(), model.name, "modes that it can be run in");
        models.require(static_cast<bool>(model.build), model.name, "a function that builds it");
    }
    check_all("rule", catalogue.rules, place);
    check_all("neuron", catalogue.neurons, place);
    check_all("column", catalogue.columns, place);
    Names data("data set", place);
    for (const DataSource& source : catalogue.data) {
        data.add(source.name);
        data.require(static_cast<bool>(source.load), source.name, "a function that loads it");
    }
    for (const MetricGroup group : metric_groups) {
        Names metrics("metric", place);
        metrics.take(names_of(scores()));
        for (const MetricSet& set : catalogue.metrics) {
            if (set.group != group) continue;
            for (const Component& metric : set.metrics) metrics.add(metric.name);
            metrics.require(static_cast<bool>(set.make), set.metrics.empty() ? "" : set.metrics.front().name,
                            "a function that makes what measures it");
        }
    }
    check_all("extension", catalogue.extensions, place);
}

}  // namespace apical
