#include "sim/experiment/recorded_synapses.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "sim/circuit/circuit.hpp"
#include "sim/circuit/event_rule.hpp"
#include "sim/synapses/synapse_visitor.hpp"

namespace apical {
namespace {

constexpr std::size_t bins = 100;
const Variable simulated_time{"time", "ms", "simulated time", {}};

/// Calls each(post, pre, weights) for some synapses after the others.
template <class Each>
class Visitor final : public SynapseVisitor {
   public:
    explicit Visitor(Each each) : each_(std::move(each)) {}
    void visit(std::span<const std::uint32_t> post, std::span<const std::uint32_t> pre,
               std::span<const double> values) override {
        each_(post, pre, values);
    }

   private:
    Each each_;
};

template <class S, class Each>
void visit(const Simulation<S>& simulation, const std::string& projection, const Each& each) {
    Visitor<Each> visitor(each);
    simulation.visit_synapses(projection, visitor);
}

std::vector<double> numbers(std::size_t count) {
    std::vector<double> all(count);
    std::iota(all.begin(), all.end(), 0.0);
    return all;
}

}  // namespace

template <class S>
RecordedSynapses::RecordedSynapses(const Simulation<S>& simulation, std::string projection, Storage storage)
    : projection_(std::move(projection)), storage_(storage) {
    double lowest = 0, highest = 0;
    visit(simulation, projection_, [&](auto, auto, std::span<const double> weights) {
        synapses_ += weights.size();
        for (const double weight : weights) {
            lowest = std::min(lowest, weight);
            highest = std::max(highest, weight);
        }
    });
    const Circuit& circuit = simulation.circuit();
    const Plastic& plastic = circuit.event_projections[circuit.event_projection(projection_)].plastic;
    const Interval bounds = plastic.rule->bounds({projection_, plastic.parameters});
    const bool inhibits = lowest < 0 && highest <= 0 && bounds.lower >= 0;  // bounds are those of magnitudes
    const double upper = inhibits ? -bounds.lower : bounds.upper, lower = inhibits ? -bounds.upper : bounds.lower;
    constexpr double room = 2;
    low_ = std::isfinite(lower) ? lower : room * lowest;
    high_ = std::isfinite(upper) ? upper : room * highest;
    if (low_ >= high_) high_ = low_ + 1;
}

Series RecordedSynapses::weights(std::uint64_t expected_rows) const {
    return {"/synapses/" + projection_,
            simulated_time,
            {{"synapse", "1", "synapse, by its source", numbers(synapses_)}},
            {{"weight", "1", "weights of " + projection_, {"synapse"}}},
            storage_,
            expected_rows};
}

Series RecordedSynapses::distribution(std::uint64_t expected_rows) const {
    Axis axis{"bin", "1", "weight in the middle of a bin", numbers(bins)};
    for (double& middle : axis.values) middle = low_ + (middle + 0.5) * (high_ - low_) / bins;
    return {"/weight_distributions/" + projection_,
            simulated_time,
            {axis},
            {{"count", "1", "synapses of " + projection_ + " in a bin; in the outermost also those beyond", {"bin"}},
             {"mean", "1", "mean weight", {}},
             {"deviation", "1", "standard deviation of the weights", {}}},
            Storage::float64,
            expected_rows};
}

template <class S>
std::vector<double> RecordedSynapses::weights_now(const Simulation<S>& simulation) const {
    std::vector<double> row;
    row.reserve(synapses_);
    visit(simulation, projection_,
          [&](auto, auto, std::span<const double> weights) { row.insert(row.end(), weights.begin(), weights.end()); });
    return row;
}

template <class S>
std::vector<double> RecordedSynapses::distribution_now(const Simulation<S>& simulation) const {
    std::vector<double> row(bins + 2, 0);
    const double middle = 0.5 * (low_ + high_);  // so that squares are of the size of the variance
    double sum = 0, squares = 0;
    visit(simulation, projection_, [&](auto, auto, std::span<const double> weights) {
        for (const double weight : weights) {
            const double bin = std::clamp((weight - low_) / (high_ - low_) * bins, 0.0, bins - 1.0);
            ++row[static_cast<std::size_t>(bin)];
            sum += weight - middle;
            squares += (weight - middle) * (weight - middle);
        }
    });
    const auto count = static_cast<double>(synapses_);
    row[bins] = middle + sum / count;
    row[bins + 1] = std::sqrt(std::max(0.0, squares / count - sum / count * (sum / count)));
    return row;
}

std::vector<Field> RecordedSynapses::cells_in(const std::string& group) const {
    std::vector<Field> fields;
    for (const auto& [name, text] :
         {std::pair{"source", "cell that it comes from"}, {"target", "cell that it reaches"}})
        fields.push_back({group, weights(0).axes, {name, "1", text, {"synapse"}}, {}, Storage::uint64});
    return fields;
}

/// One after the other, since they may be large.
template <class S>
void RecordedSynapses::write_cells_in(const std::string& group, const Simulation<S>& simulation, Sink& sink) const {
    for (const bool is_source : {true, false}) {
        Field field = cells_in(group)[is_source ? 0 : 1];
        field.values.reserve(synapses_);
        visit(simulation, projection_, [&](auto post, auto pre, auto) {
            const auto& cells = is_source ? pre : post;
            field.values.insert(field.values.end(), cells.begin(), cells.end());
        });
        sink.write(field);
    }
}

std::vector<Field> RecordedSynapses::cells() const { return cells_in("/synapses/" + projection_); }

template <class S>
void RecordedSynapses::write_cells(const Simulation<S>& simulation, Sink& sink) const {
    write_cells_in("/synapses/" + projection_, simulation, sink);
}

std::vector<Field> RecordedSynapses::final_fields() const {
    const Series last = weights(0);
    std::vector<Field> fields = cells_in("/final/" + projection_);
    fields.push_back({fields.front().group, last.axes, last.variables.front(), {}, storage_});
    return fields;
}

template <class S>
void RecordedSynapses::write_final(const Simulation<S>& simulation, Sink& sink) const {
    Field weight = final_fields().back();
    write_cells_in(weight.group, simulation, sink);
    weight.values = weights_now(simulation);
    sink.write(weight);
}

std::vector<std::string> plastic_projections(const Circuit& circuit) {
    std::vector<std::string> names;
    for (const EventProjection& projection : circuit.event_projections)
        if (projection.plastic.rule != nullptr) names.push_back(projection.name);
    return names;
}

#define APICAL_SCALAR(S)                                                                         \
    template RecordedSynapses::RecordedSynapses(const Simulation<S>&, std::string, Storage);     \
    template std::vector<double> RecordedSynapses::weights_now(const Simulation<S>&) const;      \
    template std::vector<double> RecordedSynapses::distribution_now(const Simulation<S>&) const; \
    template void RecordedSynapses::write_cells(const Simulation<S>&, Sink&) const;              \
    template void RecordedSynapses::write_final(const Simulation<S>&, Sink&) const;
APICAL_SCALAR(float)
APICAL_SCALAR(double)
#undef APICAL_SCALAR

}  // namespace apical
