#include "models/network/graded.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "models/graded.hpp"
#include "models/network/connections.hpp"
#include "models/network/names.hpp"
#include "models/network/quantities.hpp"
#include "models/upstream.hpp"

namespace apical::network {
namespace {

constexpr const char* transpose_key = "transpose_of";

/// Whether these cells can have such synapses is known when they are drawn.
void require_drawn(const Connectivity& connectivity, const Node& table, const std::string& name, std::size_t post,
                   std::size_t pre) {
    if (connectivity.is_dense()) return;
    try {
        connectivity.draw(post, pre, Random(0), name);
    } catch (const std::invalid_argument& error) {
        throw InputError({table.place, table.key, "", "", error.what()});
    }
}

using OwnRules = std::vector<OwnRule>;

/// The rule that a projection names: one that is shipped, or one of the experiment's own.
template <class Named>
auto rule_of(const Node& table, const Named& named) {
    const Node* name = table.find("plasticity");
    const auto* text = name == nullptr ? nullptr : std::get_if<std::string>(&name->value);
    return named(text == nullptr ? std::string("none") : *text);
}
const GradedRule* shipped_rule(const Node& table) {
    return rule_of(table, [](const std::string& name) { return graded_named(graded_rules(), name); });
}
const OwnRule* own_rule(const Node& table, const OwnRules& own) {
    const OwnRule* found = rule_of(table, [&](const std::string& name) { return rule_named(own, name); });
    return found == nullptr || found->is_of_events() ? nullptr : found;
}

/// Before keys that belong to a rule are missed, or are too many.
void require_rule(const Node& table, const OwnRules& own) {
    const Node* name = table.find("plasticity");
    if (name == nullptr || shipped_rule(table) != nullptr || own_rule(table, own) != nullptr) return;
    const Table<ProjectionSection> rows = projection_table(names_of(own));
    const std::string rule = std::get<std::string>(read_value(*name, *find_named(rows.descriptors(), "plasticity")));
    if (rule == "none") return;
    std::vector<std::string_view> known;
    for (const GradedRule& one : graded_rules()) known.push_back(one.info.name);
    for (const OwnRule& one : own)
        if (!one.is_of_events()) known.emplace_back(one.name());
    refuse(table, "plasticity", fmt::format("'{}', a rule for spikes", rule),
           fmt::format("one of the rules for signals {}", fmt::join(known, ", ")));
}

std::vector<std::string> keys_of_rule(const Node& table, const OwnRules& own) {
    std::vector<std::string> keys;
    if (const OwnRule* rule = own_rule(table, own))
        for (const equations::Parameter& of : rule->parameters()) keys.push_back(of.name);
    else if (const GradedRule* shipped = shipped_rule(table)) keys = names_of(shipped->parameters);
    return keys;
}

ProjectionSection read(const Node& table, const OwnRules& own) {
    require_rule(table, own);
    std::vector<std::string> also = keys_of_rule(table, own);
    also.insert(also.end(), {"weight", "delay", "short_term"});
    ProjectionSection section = projection_table(names_of(own)).read(table, also);
    for (const std::string& key : keys_of_spikes())
        if (table.find(key) != nullptr)
            refuse(table, key, "a key of projections that carry spikes",
                   fmt::format("none here: '{}' carries the signal {}", table.key.substr(table.key.find('.') + 1),
                               section.signal.empty() ? "rate" : section.signal));
    if (section.signal.empty()) section.signal = "rate";
    if (table.find("lower") == nullptr) section.lower = -std::numeric_limits<double>::infinity();
    if (table.find("upper") == nullptr) section.upper = std::numeric_limits<double>::infinity();
    if (section.compartment.empty())
        refuse(table, "compartment", "nothing", "the compartment that the signal reaches, such as \"basal\"");
    return section;
}

/// A number for all of fixed one-to-one synapses is no matrix.
std::optional<double> factor_of_identity(const Node& table, const ProjectionSection& section) {
    const Node* weight = table.find("weight");
    if (!section.weights.empty() || section.rule != "one_to_one" || section.plasticity != "none" || weight == nullptr ||
        weight->is_table() || std::holds_alternative<Node::List>(weight->value))
        return {};
    return std::get<double>(read_value(*weight, {weight->key, "1", 1.0, {}, {}, {}}));
}

/// Entry (i, j) at the number of the matrix, in the stream in which all initial weights are drawn.
Initial initial_of(const Quantity& law) {
    return [law](const Random& random, const std::string& name, std::size_t, std::size_t columns) -> Entries {
        return [=, stream = Random::stream("init/" + name)](std::size_t post, std::size_t pre) {
            return law.at(random, stream, std::uint64_t{post} * columns + pre);
        };
    };
}

void require_within(const Node& table, const ProjectionSection& section, const Quantity& law) {
    const auto [least, largest] = law.range();
    if (!(section.lower <= section.upper))
        refuse(table, "lower", fmt::format("{}", section.lower), fmt::format("at most upper, {}", section.upper));
    if (least < section.lower || largest > section.upper)
        refuse(table, "weight", fmt::format("weights from {} to {}", least, largest),
               fmt::format("weights from {} to {}, as lower and upper say", section.lower, section.upper));
}

Quantity law_of(const Node& table, const ProjectionSection& section, std::size_t post, std::size_t pre) {
    Quantity law = quantity_of(table, "weight", "1");
    if (const std::string why = law.refuse(post * pre); !why.empty())
        refuse(table, "weight", fmt::format("{}: a row of {} sources for each of {} target cells", why, pre, post), "");
    require_within(table, section, law);
    return law;
}

/// { transpose_of = "OTHER" }, or a law.
Initial initial_weights(const Node& table, const ProjectionSection& section, const Node& all, std::size_t post,
                        std::size_t pre) {
    const Node* weight = table.find("weight");
    const Node* other = weight == nullptr || !weight->is_table() ? nullptr : weight->find(transpose_key);
    if (other == nullptr) return initial_of(law_of(table, section, post, pre));
    refuse_unknown_keys(*weight, {}, {transpose_key});
    const std::string name = std::get<std::string>(read_value(*other, {other->key, "1", std::string{}, {}, {}, {}}));
    const Node* its = all.find(name);
    const Node* drawn = its == nullptr || !its->is_table() ? nullptr : its->find("weight");
    const auto is_back = [&](const char* end, const std::string& of) {
        const Node* node = its->find(end);
        const auto* text = node == nullptr ? nullptr : std::get_if<std::string>(&node->value);
        return text != nullptr && *text == of;
    };
    if (drawn == nullptr || (drawn->is_table() && drawn->find(transpose_key) != nullptr) ||
        !is_back("source", section.target) || !is_back("target", section.source))
        throw InputError(
            {other->place, other->key, "'" + name + "'",
             fmt::format("a projection from '{}' to '{}' that draws its weights", section.target, section.source), ""});
    return transpose_of(name, initial_of(law_of(*its, section, pre, post)));
}

/// Both sides of a rule find what they see.
void require_sides(const Circuit& circuit, const Weights& w, const Node& table) {
    const auto require = [&](PopulationId p, const std::vector<Read>& reads, const char* side) {
        const std::vector<std::string> known = columns_of(circuit.populations[p]);
        for (const Read& read : reads)
            if (std::ranges::find(known, read.column) == known.end())
                refuse(table, "plasticity", fmt::format("'{}', which sees {}", w.rule->info().name, read.column),
                       fmt::format("a rule whose {} side sees columns of '{}': {}", side, circuit.populations[p].name,
                                   fmt::join(known, ", ")));
    };
    for (std::size_t term = 0; term < w.rule->terms(); ++term) {
        require(w.post, w.rule->post_reads(term), "postsynaptic");
        require(w.pre, w.rule->pre_reads(term), "presynaptic");
    }
}

std::shared_ptr<const Rule> made_rule(const Node& table, const ProjectionSection& section, const Population& post,
                                      const Population& pre, const Node& experiment, const OwnRules& own) {
    if (section.plasticity == "none") return nullptr;
    const double step = run_time(experiment, "step", 1);
    std::shared_ptr<const Rule> made;
    if (const OwnRule* rule = own_rule(table, own)) {
        const Node* run = experiment.find("run");
        const Node* mode = run == nullptr ? nullptr : run->find("mode");
        const auto* name = mode == nullptr ? nullptr : std::get_if<std::string>(&mode->value);
        const bool is_in_time = name != nullptr && *name != "settled";
        made = rule->for_signals(table, post, pre, is_in_time ? std::optional(step) : std::nullopt);
    } else {
        const GradedRule& found = *shipped_rule(table);
        made = found.make(only(table, found.parameters), step);
    }
    return section.tau_plasticity > 0 ? low_passed(std::move(made), section.tau_plasticity) : made;
}

}  // namespace

bool is_graded(const Circuit& circuit, const Node& table) {
    if (table.find("signal") != nullptr) return true;
    const Node* source = table.find("source");
    const auto* name = source == nullptr ? nullptr : std::get_if<std::string>(&source->value);
    return name != nullptr && circuit.populations[population_named(circuit, table, "source", *name)].cells == nullptr;
}

void add_weights(Circuit& circuit, const std::string& name, const Node& table, const Node& experiment,
                 const OwnRules& own) {
    const ProjectionSection section = read(table, own);
    if (!section.weights.empty()) {
        for (const char* key : {"weight", "plasticity", "rule", "probability", "count", "file", "autapses", "lower",
                                "upper", "scaling", "tau_plasticity"})
            if (table.find(key) != nullptr)
                refuse(table, key, "a key of own synapses",
                       fmt::format("none: they are those of '{}'", section.weights));
        return;
    }
    if (section.transposed) refuse(table, "transposed", "true", "false, for synapses of its own");
    for (const char* key : {"lower", "upper", "tau_plasticity"})
        if (table.find(key) != nullptr && section.plasticity == "none")
            refuse(table, key, "a key of plastic synapses", "none, or plasticity by one of the rules");
    if (factor_of_identity(table, section)) return;
    Weights made{.name = name,
                 .post = population_named(circuit, table, "target", section.target),
                 .pre = population_named(circuit, table, "source", section.source),
                 .connectivity = connectivity_of(table, section),
                 .lower = section.lower,
                 .upper = section.upper};
    made.rule =
        made_rule(table, section, circuit.populations[made.post], circuit.populations[made.pre], experiment, own);
    const std::size_t post = circuit.populations[made.post].units, pre = circuit.populations[made.pre].units;
    require_drawn(made.connectivity, table, name, post, pre);
    if (section.scaling == "incoming") made.scaling = Scaling::incoming;
    if (section.scaling == "outgoing") made.scaling = Scaling::outgoing;
    made.initial = initial_weights(table, section, *experiment.find("projection"), post, pre);
    if (made.rule) require_sides(circuit, made, table);
    circuit.add(std::move(made));
}

void add_graded(Circuit& circuit, const std::string& name, const Node& table, const OwnRules& own) {
    const ProjectionSection section = read(table, own);
    Projection made{.source = population_named(circuit, table, "source", section.source),
                    .signal = section.signal,
                    .target = population_named(circuit, table, "target", section.target),
                    .transposed = section.transposed,
                    .scale = section.scale};
    const Population &source = circuit.populations[made.source], &target = circuit.populations[made.target];
    require_column(source, table, "signal", made.signal);
    made.compartment = compartment_named(target, table, "compartment", section.compartment);
    if (const Node* delay = table.find("delay"))
        made.delay = std::get<double>(read_value(*delay, {delay->key, "ms", 0.0, non_negative, {}, {}}));
    if (const std::optional<double> factor = factor_of_identity(table, section)) {
        made.scale *= *factor;
        if (source.units != target.units)
            refuse(table, "rule", fmt::format("'one_to_one' from {} cells to {}", source.units, target.units),
                   "as many cells on both sides");
    } else if (section.weights.empty()) {
        made.weights = circuit.weights_named(name);
    } else {
        made.weights = weights_named(circuit, table, "weights", section.weights);
        const Weights& w = circuit.weights[*made.weights];
        std::size_t to = circuit.populations[w.post].units, from = circuit.populations[w.pre].units;
        if (made.transposed) std::swap(to, from);
        if (source.units != from || target.units != to)
            refuse(table, "weights",
                   fmt::format("'{}'{} from {} cells to {}", w.name, made.transposed ? ", transposed," : "", from, to),
                   fmt::format("synapses from {} cells to {}", source.units, target.units));
    }
    circuit.add(std::move(made));
}

}  // namespace apical::network
