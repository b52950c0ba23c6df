#include "sim/circuit/event_rule.hpp"

#include <stdexcept>

#include "sim/core/descriptor.hpp"

namespace apical {

double RuleNumbers::number(const CellParameter& of) const {
    const auto found = given.find(std::string(of.name));
    return found == given.end() ? of.preset : found->second;
}

void RuleNumbers::check(std::string_view rule, std::span<const CellParameter> known) const {
    for (const auto& [name, value] : given) {
        std::vector<std::string> names;
        for (const CellParameter& one : known) names.emplace_back(one.name);
        if (std::ranges::find(names, name) == names.end()) {
            const std::string near = nearest(name, names);
            refuse("the rule " + std::string(rule) + " has no parameter '" + name + "'" +
                   (near.empty() ? "" : "; did you mean '" + near + "'?"));
        }
        if (!std::isfinite(value)) refuse(name + " is " + std::to_string(value) + ", expected a finite number");
    }
}

void RuleNumbers::refuse(const std::string& why) const {
    throw std::invalid_argument("projection '" + projection + "': " + why);
}

std::vector<Instructor> instructors_of(const Plastic& plastic, PopulationId postsynaptic) {
    if (!plastic.instructors.empty()) return plastic.instructors;
    std::vector<Instructor> all;
    for (const PostEvent& one : plastic.rule->post_events())
        all.push_back({postsynaptic, one.amplitude, std::string(one.event)});
    return all;
}

}  // namespace apical
