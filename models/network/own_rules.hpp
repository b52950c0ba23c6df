#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/network/texts.hpp"
#include "sim/circuit/event_rule.hpp"
#include "sim/circuit/model.hpp"
#include "sim/circuit/rule.hpp"

namespace apical::network {

/// A rule that an experiment file writes itself, [rule.NAME]: for signals, with post and pre,
///
///     [rule.mine]                                  # dW = gain post pre^T - decay W
///     post = "select(soma > theta, apical, 0)"     # columns of the postsynaptic cell
///     pre = "rate"                                 # of the presynaptic one
///     gain = "eta"
///     decay = "eta * gamma"
///     theta = 0                                    # every other key is a parameter
///
/// or several of these, [[rule.mine.terms]]; or for spikes, with what an event adds to the weight of one synapse:
///
///     [rule.pairs]
///     on = "spike"
///     at_post = "lambda * (w_max - weight) * K_plus"
///     at_pre = "-lambda * weight * K_minus"
///     pre_traces = { K_plus = "tau_plus" }
///     post_traces = { K_minus = "tau_minus" }
class OwnRule {
   public:
    /// Reads what stands there. Throws InputError for what is no expression, and keys that make no rule.
    OwnRule(std::string name, const Node& section);

    const std::string& name() const { return name_; }
    bool is_of_events() const { return at_post_ || at_pre_; }
    const std::vector<equations::Parameter>& parameters() const { return parameters_; }

    /// The rule with the numbers of a projection between these cells. `dt`: ms, none if there is no time. Throws
    /// InputError at the character of what names no column, or has another dimension.
    std::shared_ptr<const Rule> for_signals(const Node& projection, const Population& post, const Population& pre,
                                            std::optional<double> dt) const;
    /// Likewise; `unit`: of the weights.
    std::shared_ptr<const EventRule> for_events(const Node& projection, const Population& post,
                                                const std::string& unit) const;

   private:
    struct Term {
        Text post, pre;
        std::optional<Text> gain{};
    };
    struct Trace {
        std::string name;
        Text tau;
        Pairing pairing = Pairing::all;
    };
    struct Filter {
        std::string name, of;
        Text tau;
    };

    void read_terms();
    void read_events();
    Term term_of(const Node& table) const;
    std::vector<Trace> traces_of(const char* key) const;
    std::optional<Text> text_at(const char* key) const;
    [[noreturn]] void refuse_key(const char* key, const std::string& expected) const;
    Names names_for(const Node& projection) const;

    std::string name_, equation_;
    const Node* section_;
    std::vector<equations::Parameter> parameters_;
    std::vector<Term> terms_;
    std::optional<Text> decay_, at_post_, at_pre_, lower_, upper_, eligibility_;
    std::vector<Trace> pre_traces_, post_traces_;
    std::vector<Filter> filters_;
    std::vector<equations::TextEventRule::Event> on_;
};

/// All of an experiment. Throws InputError for the name of a rule that is shipped.
std::vector<OwnRule> own_rules(const Node& experiment);
/// The one of that name, null if there is none.
const OwnRule* rule_named(const std::vector<OwnRule>& rules, const std::string& name);
std::vector<std::string> names_of(const std::vector<OwnRule>& rules);

}  // namespace apical::network
