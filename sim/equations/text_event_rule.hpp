#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/circuit/event_rule.hpp"
#include "sim/equations/formula.hpp"

namespace apical::equations {

/// A number that an experiment may give, and its value where it does not.
struct Parameter {
    std::string name;
    Measured preset;
};

/// What a rule of events that is text says, its names known. Numbers are given when it is bound, as of all rules of
/// events; formulas without columns (time constants, bounds) see parameters alone.
struct TextEventRule {
    struct Trace {
        std::string name;
        Formula tau;
        Pairing pairing = Pairing::all;
    };
    struct Filter {
        std::string name, of;
        Formula tau;
    };
    struct Event {
        std::string event;
        double amplitude = 1;
    };
    /// What is added to the weight, or to the eligibility, of one synapse. Its columns are traces, columns of the
    /// postsynaptic cell, `weight` and `amplitude`.
    std::optional<Formula> at_post{}, at_pre{};
    std::string name{}, equation{};
    std::vector<Parameter> parameters{};
    std::vector<Trace> pre_traces{}, post_traces{};
    std::vector<std::string> columns{};  ///< of the postsynaptic cell, filters first
    std::vector<Filter> filters{};
    std::vector<Event> on{};
    std::optional<Formula> lower{}, upper{}, eligibility{};
};
/// The rule as every other.
std::shared_ptr<const EventRule> event_rule(TextEventRule text);

/// Numbers that either change may see beside the weight.
inline constexpr std::size_t most_seen = 8;

/// What stands for the weight, or the eligibility, of the synapse itself.
inline constexpr std::string_view weight_name = "weight";

}  // namespace apical::equations
