#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "sim/circuit/model.hpp"
#include "sim/record/sink.hpp"

namespace apical {

template <class S>
class Evaluator;
template <class S>
class Simulation;

/// What a metric may look at. It never changes the simulation.
template <class S>
struct MetricContext {
    const Simulation<S>& simulation;
    /// Settled for the run's fixed evaluation batch. Who settles it for other inputs does so for this batch before the
    /// next metric looks.
    Evaluator<S>& evaluator;
    const S* inputs;   ///< the evaluation batch, (d_0 x evaluator.lanes()), row-major
    const S* targets;  ///< (d_L x evaluator.lanes())
};

/// What is measured together: a series of the file, with a schedule of its own (`record.metrics`, `record.spectra`).
enum class MetricGroup {
    metrics,  ///< alignment with the gradient, norms: a fraction of what the accuracies cost
    spectra,  ///< what takes all singular values
};
/// All of them, in the order of their series in a file.
constexpr MetricGroup metric_groups[] = {MetricGroup::metrics, MetricGroup::spectra};
constexpr const char* name_of(MetricGroup group) { return group == MetricGroup::metrics ? "metrics" : "spectra"; }

/// Metrics of one circuit. One object measures them all, since the costly parts (the gradient, singular values) are
/// shared. It may keep work space, but no state that changes what it will measure: a resumed run makes a new one.
class Instrument {
   public:
    virtual ~Instrument() = default;
    /// Axes of the variables, besides time. An axis that the run (`hidden_layer`) or another instrument has too must be
    /// the same.
    virtual std::vector<Axis> axes() const = 0;
    /// What is measured, by name; empty if there is nothing to measure in this circuit.
    virtual std::vector<Variable> variables() const = 0;
    /// Appends the values of all variables to `row`, one after the other, each row-major.
    virtual void measure(const MetricContext<float>& context, std::vector<double>& row) = 0;
    virtual void measure(const MetricContext<double>& context, std::vector<double>& row) = 0;
};

/// Metrics that are made together, for the catalogue.
struct MetricSet {
    MetricGroup group = MetricGroup::metrics;
    std::vector<Component> metrics;  ///< every variable that an instrument may have, for `list` and `describe`
    /// Null, or an instrument without variables, where the circuit has nothing to measure.
    std::function<std::unique_ptr<Instrument>(const Circuit&)> make;
};

/// One number, which `value` gives for a MetricContext<float> and a MetricContext<double>.
template <class Value>
MetricSet number_metric(Component about, MetricGroup group, Value value) {
    class Number final : public Instrument {
       public:
        Number(Component about, Value value) : about_(std::move(about)), value_(std::move(value)) {}
        std::vector<Axis> axes() const override { return {}; }
        std::vector<Variable> variables() const override { return {{about_.name, "1", about_.text, {}}}; }
        void measure(const MetricContext<float>& context, std::vector<double>& row) override {
            row.push_back(value_(context));
        }
        void measure(const MetricContext<double>& context, std::vector<double>& row) override {
            row.push_back(value_(context));
        }

       private:
        Component about_;
        Value value_;
    };
    return {group, {about}, [about, value](const Circuit&) { return std::make_unique<Number>(about, value); }};
}

/// Layers 1 .. L-1 of a circuit with an anatomy, as the axis `hidden_layer`.
Axis hidden_layer_axis(const Circuit& circuit);

}  // namespace apical
