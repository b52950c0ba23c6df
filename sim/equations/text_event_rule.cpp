#include "sim/equations/text_event_rule.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>
#include <utility>

#include "sim/circuit/pack.hpp"
#include "sim/equations/evaluate.hpp"

namespace apical::equations {
namespace {

/// A change of weights with its numbers.
template <class S>
class Change {
   public:
    Change(const Formula& formula, std::span<const double> parameters) : formula_(formula, parameters) {}

    void operator()(std::size_t n, S* weights, const S* const* seen, Pack<S> lower, Pack<S> upper) const {
        using P = Pack<S>;
        constexpr std::size_t most = 256;
        alignas(64) std::array<S, most> change;  // NOLINT(cppcoreguidelines-pro-type-member-init): written first
        std::array<Stream<S>, most_seen + 1> all{};
        const std::span<Stream<S>> inputs(all.data(), formula_.formula().inputs().size());
        for (std::size_t first = 0; first < n; first += most) {
            const std::size_t count = std::min(most, n - first);
            std::size_t c = 0;
            for (std::size_t k = 0; k < inputs.size(); ++k) {
                const bool is_weight = formula_.formula().inputs()[k].column == weight_name;
                inputs[k].data = (is_weight ? weights : seen[c++]) + first;
            }
            formula_(count, inputs, change.data());
            for (std::size_t i = 0; i < count; i += P::size) {
                S* const w = weights + first + i;
                min(max(P::load(w) + P::load(change.data() + i), lower), upper).store(w);
            }
        }
    }

   private:
    Bound<S> formula_;
};

template <class S>
class BoundChanges final : public BoundEventRule<S> {
   public:
    BoundChanges(const TextEventRule& text, std::span<const double> parameters, Interval bounds)
        : lower_(bounds.lower), upper_(bounds.upper) {
        if (text.at_post) at_post_.emplace(*text.at_post, parameters);
        if (text.at_pre) at_pre_.emplace(*text.at_pre, parameters);
    }
    void at_post(std::size_t n, S* weights, const S* const* seen) const override {
        if (at_post_) (*at_post_)(n, weights, seen, lower_, upper_);
    }
    void at_pre(std::size_t n, S* weights, const S* const* seen) const override {
        if (at_pre_) (*at_pre_)(n, weights, seen, lower_, upper_);
    }

   private:
    std::optional<Change<S>> at_post_, at_pre_;
    Pack<S> lower_, upper_;
};

class EventRuleFromText final : public EventRule {
   public:
    explicit EventRuleFromText(TextEventRule text) : text_(std::move(text)) {}
    Info info() const override { return {text_.name, "A rule of the experiment file.", text_.equation, ""}; }
    std::vector<CellParameter> parameters() const override {
        std::vector<CellParameter> all;
        all.reserve(text_.parameters.size());
        for (const Parameter& of : text_.parameters)
            all.push_back({of.name, of.preset.in_unit, of.preset.unit, "of the experiment file"});
        return all;
    }
    std::vector<TimedTrace> pre_traces(const RuleNumbers& numbers) const override {
        return timed(text_.pre_traces, numbers);
    }
    std::vector<TimedTrace> post_traces(const RuleNumbers& numbers) const override {
        return timed(text_.post_traces, numbers);
    }
    std::vector<std::string> post_columns() const override { return text_.columns; }
    std::vector<ColumnFilter> post_filters(const RuleNumbers& numbers) const override {
        std::vector<ColumnFilter> all;
        for (const TextEventRule::Filter& of : text_.filters)
            all.push_back({of.name, of.of, of.tau.value(values(numbers))});
        return all;
    }
    std::vector<PostEvent> post_events() const override {
        std::vector<PostEvent> all;
        for (const TextEventRule::Event& one : text_.on) all.push_back({one.event, one.amplitude});
        return all;
    }
    std::vector<Seen> at_post_sees() const override { return seen_by(text_.at_post); }
    std::vector<Seen> at_pre_sees() const override { return seen_by(text_.at_pre); }
    bool has_at_post() const override { return text_.at_post.has_value(); }
    bool has_at_pre() const override { return text_.at_pre.has_value(); }
    Interval bounds(const RuleNumbers& numbers) const override {
        Interval made;
        if (text_.lower) made.lower = text_.lower->value(values(numbers));
        if (text_.upper) made.upper = text_.upper->value(values(numbers));
        return made;
    }
    std::optional<double> eligibility(const RuleNumbers& numbers) const override {
        if (!text_.eligibility) return std::nullopt;
        return text_.eligibility->value(values(numbers));
    }
    void check(const RuleNumbers& numbers) const override {
        numbers.check(text_.name, parameters());
        const auto require_positive = [&](double tau) {
            if (!(tau > 0)) numbers.refuse("a time constant of " + std::to_string(tau) + " ms, expected more than 0");
        };
        for (const auto& traces : {pre_traces(numbers), post_traces(numbers)})
            for (const TimedTrace& trace : traces) require_positive(trace.tau);
        for (const ColumnFilter& filter : post_filters(numbers)) require_positive(filter.tau);
        if (const auto tau = eligibility(numbers)) require_positive(*tau);
        const auto [lower, upper] = bounds(numbers);
        if (!(lower <= upper))
            numbers.refuse("weights from " + std::to_string(lower) + " to " + std::to_string(upper) +
                           ", expected the lower bound first");
    }
    void bind(const RuleNumbers& numbers, std::unique_ptr<const BoundEventRule<float>>& to) const override {
        to = bound<float>(numbers);
    }
    void bind(const RuleNumbers& numbers, std::unique_ptr<const BoundEventRule<double>>& to) const override {
        to = bound<double>(numbers);
    }

   private:
    template <class S>
    std::unique_ptr<const BoundEventRule<S>> bound(const RuleNumbers& numbers) const {
        check(numbers);
        return std::make_unique<BoundChanges<S>>(text_, values(numbers),
                                                 text_.eligibility ? Interval{} : bounds(numbers));
    }
    /// In the system inside.
    std::vector<double> values(const RuleNumbers& numbers) const {
        std::vector<double> all;
        all.reserve(text_.parameters.size());
        for (const Parameter& of : text_.parameters) {
            const auto found = numbers.given.find(of.name);
            all.push_back(found == numbers.given.end() ? of.preset.number : found->second * of.preset.factor);
        }
        return all;
    }
    std::vector<TimedTrace> timed(const std::vector<TextEventRule::Trace>& traces, const RuleNumbers& numbers) const {
        std::vector<TimedTrace> all;
        all.reserve(traces.size());
        for (const TextEventRule::Trace& of : traces) all.push_back({of.tau.value(values(numbers)), of.pairing});
        return all;
    }
    std::vector<Seen> seen_by(const std::optional<Formula>& change) const {
        std::vector<Seen> all;
        if (!change) return all;
        for (const Read& read : change->inputs())
            if (read.column != weight_name) all.push_back(place_of(read.column));
        return all;
    }
    Seen place_of(const std::string& name) const {
        using Of = Seen::Of;
        const auto pre = std::ranges::find(text_.pre_traces, name, &TextEventRule::Trace::name);
        if (pre != text_.pre_traces.end())
            return {Of::pre_trace, static_cast<std::size_t>(pre - text_.pre_traces.begin())};
        const auto post = std::ranges::find(text_.post_traces, name, &TextEventRule::Trace::name);
        if (post != text_.post_traces.end())
            return {Of::post_trace, static_cast<std::size_t>(post - text_.post_traces.begin())};
        const auto column = std::ranges::find(text_.columns, name);
        if (column != text_.columns.end())
            return {Of::post_column, static_cast<std::size_t>(column - text_.columns.begin())};
        return {Of::event_amplitude, 0};
    }

    TextEventRule text_;
};

}  // namespace

std::shared_ptr<const EventRule> event_rule(TextEventRule text) {
    return std::make_shared<EventRuleFromText>(std::move(text));
}

}  // namespace apical::equations
