#include "models/network/own_rules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "models/components.hpp"
#include "models/graded.hpp"
#include "models/network/names.hpp"
#include "models/network/quantities.hpp"
#include "models/network/sections.hpp"
#include "sim/core/table.hpp"
#include "sim/equations/text_rule.hpp"

namespace apical::network {
namespace {

using equations::Dimension, equations::Formula, equations::TextEventRule;

constexpr std::array keys_of_signals{"post", "pre", "gain", "decay", "terms"};
constexpr std::array keys_of_events{"on",      "at_post", "at_pre", "pre_traces", "post_traces",
                                    "filters", "lower",   "upper",  "eligibility"};
constexpr auto all_keys = [] {
    std::array<const char*, keys_of_signals.size() + keys_of_events.size()> all{};
    std::ranges::copy(keys_of_signals, all.begin());
    std::ranges::copy(keys_of_events, all.begin() + keys_of_signals.size());
    return all;
}();

const Dimension in_time = equations::unit_from("ms").dimension;

std::string name_at(const Node& table, const char* key) {
    const Node& node = *table.find(key);
    const auto* const text = std::get_if<std::string>(&node.value);
    if (text == nullptr) throw InputError({node.place, node.key, node.kind(), "a name", ""});
    return *text;
}

/// Has those keys and no others; `required` among them.
void require_keys(const Node& table, const std::vector<std::string>& keys, const std::vector<std::string>& required) {
    if (!table.is_table())
        throw InputError(
            {table.place, table.key, table.kind(), fmt::format("a table of {}", fmt::join(keys, ", ")), ""});
    refuse_unknown_keys(table, {}, keys);
    for (const std::string& key : required)
        if (table.find(key) == nullptr) refuse(table, key, "nothing", "this key");
}

std::string quoted(const std::optional<Text>& text) { return text ? text->expression.text : std::string("1"); }

}  // namespace

OwnRule::OwnRule(std::string name, const Node& section)
    : name_(std::move(name)), section_(&section), parameters_(parameters_in(section, all_keys)) {
    // A projection gives parameters beside its own keys.
    for (const equations::Parameter& of : parameters_)
        if (find_named(projection_table().descriptors(), of.name) != nullptr || of.name == "delay" ||
            of.name == "short_term")
            refuse_key(of.name.c_str(), "a parameter of another name, since projections have a key of this one");
    at_post_ = text_at("at_post");
    at_pre_ = text_at("at_pre");
    const auto is_there = [&](const char* key) { return section.find(key) != nullptr; };
    if (is_of_events()) {
        for (const char* key : keys_of_signals)
            if (is_there(key)) refuse_key(key, "none beside at_post and at_pre, which are of rules for spikes");
        read_events();
    } else {
        for (const char* key : keys_of_events)
            if (is_there(key)) refuse_key(key, "at_post or at_pre with it, which say what events do to a synapse");
        read_terms();
    }
}

void OwnRule::refuse_key(const char* key, const std::string& expected) const {
    refuse(*section_, key, section_->find(key)->text(), expected);
}

std::optional<Text> OwnRule::text_at(const char* key) const {
    const Node* const node = section_->find(key);
    if (node == nullptr) return std::nullopt;
    return text_of(*node);
}

OwnRule::Term OwnRule::term_of(const Node& table) const {
    for (const char* key : {"post", "pre"})
        if (table.find(key) == nullptr)
            refuse(table, key, "nothing",
                   fmt::format("an expression of columns of the {} cell, such as \"rate\"",
                               key == std::string("post") ? "postsynaptic" : "presynaptic"));
    Term made{text_of(*table.find("post")), text_of(*table.find("pre"))};
    if (const Node* const gain = table.find("gain")) made.gain = text_of(*gain);
    return made;
}

void OwnRule::read_terms() {
    decay_ = text_at("decay");
    if (const Node* const terms = section_->find("terms")) {
        for (const char* key : {"post", "pre", "gain"})
            if (section_->find(key) != nullptr) refuse_key(key, "none beside terms, each of which has its own");
        const auto* const list = std::get_if<Node::List>(&terms->value);
        if (list == nullptr || list->empty())
            throw InputError({terms->place, terms->key, terms->kind(), "a list of tables with post, pre and gain", ""});
        for (const Node& term : *list) {
            require_keys(term, {"post", "pre", "gain"}, {});
            terms_.push_back(term_of(term));
        }
    } else {
        terms_.push_back(term_of(*section_));
    }
    equation_ = "dW =";
    for (const Term& term : terms_)
        equation_ += fmt::format("{} ({}) ({}) ({})^T", &term == terms_.data() ? "" : " +", quoted(term.gain),
                                 term.post.expression.text, term.pre.expression.text);
    if (decay_) equation_ += fmt::format(" - ({}) W", decay_->expression.text);
}

std::vector<OwnRule::Trace> OwnRule::traces_of(const char* key) const {
    std::vector<Trace> all;
    const Node* const table = section_->find(key);
    if (table == nullptr) return all;
    for (const auto& [name, node] : table->members()) {
        Trace made{name, {}, Pairing::all};
        if (node.is_table()) {
            require_keys(node, {"tau", "pairing"}, {"tau"});
            made.tau = text_of(*node.find("tau"));
            if (node.find("pairing") != nullptr) {
                const std::string pairing = name_at(node, "pairing");
                if (pairing != "all" && pairing != "nearest")
                    refuse(node, "pairing", "'" + pairing + "'", "one of all, nearest");
                if (pairing == "nearest") made.pairing = Pairing::nearest;
            }
        } else {
            made.tau = text_of(node);
        }
        all.push_back(std::move(made));
    }
    return all;
}

void OwnRule::read_events() {
    lower_ = text_at("lower");
    upper_ = text_at("upper");
    eligibility_ = text_at("eligibility");
    pre_traces_ = traces_of("pre_traces");
    post_traces_ = traces_of("post_traces");
    if (const Node* const filters = section_->find("filters"))
        for (const auto& [name, node] : filters->members()) {
            require_keys(node, {"of", "tau"}, {"of", "tau"});
            filters_.push_back({name, name_at(node, "of"), text_of(*node.find("tau"))});
        }
    const Node* const on = section_->find("on");
    if (on == nullptr) on_ = {{std::string(spike), 1}};
    else if (on->is_table())
        for (const auto& [event, counts] : on->members())
            on_.push_back({event, std::get<double>(read_value(counts, {counts.key, "1", 1.0, {}, {}, {}}))});
    else on_ = {{name_at(*section_, "on"), 1}};
    if (on_.empty()) refuse(*section_, "on", "no event", "an event of the postsynaptic cell, such as \"spike\"");
    const char* const what = eligibility_ ? "e" : "w";
    if (at_post_) equation_ = fmt::format("at post: {} += {}", what, at_post_->expression.text);
    if (at_pre_) equation_ += fmt::format("{}at pre: {} += {}", at_post_ ? "; " : "", what, at_pre_->expression.text);
}

Names OwnRule::names_for(const Node& projection) const {
    Names names{{}, {}, "in " + projection.key};
    for (const equations::Parameter& of : parameters_) names.add(of, given(of, projection) * of.preset.factor);
    return names;
}

std::shared_ptr<const Rule> OwnRule::for_signals(const Node& projection, const Population& post, const Population& pre,
                                                 std::optional<double> dt) const {
    Names known = names_for(projection);
    if (dt) known.add({"dt", {*dt, in_time, "ms", *dt, 1}}, *dt);
    Names at_post = known, at_pre = known;
    at_post.add_columns(post, *section_);
    at_pre.add_columns(pre, *section_);
    equations::TextRule made{name_, equation_, known.parameters, {}, 0};
    for (const Term& term : terms_)
        made.terms.push_back({formula_of(term.post, at_post, {}), formula_of(term.pre, at_pre, {}),
                              term.gain ? number_of(*term.gain, known, {}) : 1});
    if (decay_) {
        made.decay = number_of(*decay_, known, {false, Dimension{}});
        if (made.decay < 0) refuse_key("decay", "a number of 0 or more");
    }
    return rule(std::move(made));
}

std::shared_ptr<const EventRule> OwnRule::for_events(const Node& projection, const Population& post,
                                                     const std::string& unit) const {
    const Names known = names_for(projection);
    const Dimension weight = equations::unit_from(unit).dimension;
    TextEventRule made{.name = name_, .equation = equation_, .parameters = parameters_, .on = on_};
    const auto add_trace = [&](const Trace& trace, auto& to) {
        to.push_back({trace.name, formula_of(trace.tau, known, {false, in_time}), trace.pairing});
    };
    for (const Trace& trace : pre_traces_) add_trace(trace, made.pre_traces);
    for (const Trace& trace : post_traces_) add_trace(trace, made.post_traces);

    // What a synapse sees: its weight, traces, and columns of the postsynaptic cell, which filters are, too.
    Names names = known;
    const auto add = [&](const std::string& name, const equations::Unit& has, const char* key) {
        if (std::ranges::find(names.symbols, name, &equations::Symbol::name) != names.symbols.end())
            refuse_key(key, fmt::format("'{}' once, and beside the parameters", name));
        names.symbols.push_back({name, false, has.dimension, has.factor});
    };
    if (!eligibility_) names.symbols.push_back({std::string(equations::weight_name), false, weight});
    names.symbols.push_back({std::string(amplitude.name), false, {}});
    for (const Trace& trace : pre_traces_) add(trace.name, {}, "pre_traces");
    for (const Trace& trace : post_traces_) add(trace.name, {}, "post_traces");
    const std::vector<std::string> columns = columns_of(post);
    for (const Filter& filter : filters_) {
        if (std::ranges::find(columns, filter.of) == columns.end())
            refuse_key("filters", fmt::format("columns of '{}': {}", post.name, fmt::join(columns, ", ")));
        add(filter.name, unit_in(post, filter.of), "filters");
        made.filters.push_back({filter.name, filter.of, formula_of(filter.tau, known, {false, in_time})});
        made.columns.push_back(filter.name);
    }
    for (const std::string& column : columns) {
        if (std::ranges::find(filters_, column, &Filter::name) != filters_.end()) continue;  // of another projection
        names.add_column(post, column, *section_);
    }
    const auto change = [&](const std::optional<Text>& text, bool is_at_post) -> std::optional<Formula> {
        if (!text) return std::nullopt;
        const Formula formula = formula_of(*text, names, {false, weight});
        std::size_t seen = 0;
        for (const Read& read : formula.inputs()) {
            const bool is_amplitude = read.column == amplitude.name;
            if (read.instant != Instant::now || (is_amplitude && !is_at_post))
                throw InputError({text->node->place, text->node->key, "'" + read.column + "'",
                                  is_amplitude ? "no amplitude: that of the postsynaptic event is seen by at_post"
                                               : "columns as they are, not of the step before",
                                  ""});
            if (read.column == equations::weight_name) continue;
            ++seen;
            const bool is_trace = std::ranges::find(pre_traces_, read.column, &Trace::name) != pre_traces_.end() ||
                                  std::ranges::find(post_traces_, read.column, &Trace::name) != post_traces_.end();
            if (!is_trace && !is_amplitude && std::ranges::find(made.columns, read.column) == made.columns.end())
                made.columns.push_back(read.column);
        }
        if (seen > equations::most_seen)
            throw InputError({text->node->place, text->node->key, fmt::format("{} traces and columns", seen),
                              fmt::format("at most {} that one change sees", equations::most_seen), ""});
        return formula;
    };
    made.at_post = change(at_post_, true);
    made.at_pre = change(at_pre_, false);
    const auto constant = [&](const std::optional<Text>& text, const Dimension& of) -> std::optional<Formula> {
        if (!text) return std::nullopt;
        return formula_of(*text, known, {false, of});
    };
    made.lower = constant(lower_, weight);
    made.upper = constant(upper_, weight);
    made.eligibility = constant(eligibility_, in_time);
    return equations::event_rule(std::move(made));
}

std::vector<OwnRule> own_rules(const Node& experiment) {
    std::vector<OwnRule> all;
    const std::vector<std::string> shipped = names_of_event_rules();
    for_each(experiment, "rule", [&](const std::string& name, const Node& section) {
        if (name == "none" || std::ranges::find(shipped, name) != shipped.end() ||
            graded_named(graded_rules(), name) != nullptr)
            throw InputError({section.place, section.key, "'" + name + "'", "a name that no rule has yet", ""});
        all.emplace_back(name, section);
    });
    return all;
}

const OwnRule* rule_named(const std::vector<OwnRule>& rules, const std::string& name) {
    const auto found = std::ranges::find(rules, name, &OwnRule::name);
    return found == rules.end() ? nullptr : &*found;
}

std::vector<std::string> names_of(const std::vector<OwnRule>& rules) {
    std::vector<std::string> names;
    names.reserve(rules.size());
    for (const OwnRule& rule : rules) names.push_back(rule.name());
    return names;
}

}  // namespace apical::network
