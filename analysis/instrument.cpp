#include "sim/experiment/instrument.hpp"

#include <cmath>
#include <limits>

#include "analysis/metrics/activity.hpp"
#include "analysis/metrics/agreement.hpp"
#include "analysis/metrics/assembly.hpp"
#include "analysis/reference.hpp"
#include "analysis/registry.hpp"
#include "models/roles.hpp"
#include "sim/protocol/evaluator.hpp"

namespace apical {

namespace {

using Over = Metric::Over;
constexpr Over all_axes[] = {Over::layer, Over::hidden_layer, Over::feedback_layer};

/// A run with weights that are not is about to be stopped; until then its metrics are NaN.
template <class S>
bool is_finite(const Simulation<S>& simulation) {
    for (const WeightState<S>& weights : simulation.weights())
        if (!weights.values().allFinite()) return false;
    return true;
}

/// Whether a state adds up what comes back to it.
bool has_loops(const Circuit& circuit) {
    return std::ranges::any_of(circuit.populations, [](const Population& population) {
        return std::ranges::any_of(population.neurons, [](const auto& one) { return !one->accumulates().empty(); });
    });
}

constexpr const char* drive = "basal";  // W^l h^(l-1), where cells have a compartment for it

bool has_column(const Circuit& circuit, const std::string& population, const std::string& column) {
    const std::vector<std::string> columns = columns_of(circuit.populations[circuit.population(population)]);
    return std::ranges::find(columns, column) != columns.end();
}

Matrix<double> not_a_number(const Matrix<double>& like) {
    return Matrix<double>::Constant(like.rows(), like.cols(), std::numeric_limits<double>::quiet_NaN());
}

/// The references for one kind of number, made when they are first needed.
template <class S>
struct References {
    std::unique_ptr<Reference<S>> gradient, carried, reweighted;

    Reference<S>& ready(std::unique_ptr<Reference<S>>& reference, typename Reference<S>::Feedback feedback,
                        const MetricContext<S>& context) {
        if (!reference || reference->lanes() != context.evaluator.lanes())
            reference = std::make_unique<Reference<S>>(context.simulation.circuit(), feedback,
                                                       context.evaluator.lanes(), context.simulation.setup().pool);
        reference->assign_upstream(context.simulation);
        return *reference;
    }
};

class LayerInstrument final : public Instrument {
   public:
    LayerInstrument(const Circuit& circuit, MetricGroup group) : group_(group), L_(circuit.anatomy.layers.size()) {
        if (L_ == 0) return;
        const Anatomy::Layer &first = circuit.anatomy.layers.front(), &last = circuit.anatomy.layers.back();
        const bool uniform = !circuit.anatomy.activation.empty();
        available_ = {
            .W = true,
            .Wbar = last.further.has(roles::down),
            .cross = first.further.has(roles::across),
            .loops = has_loops(circuit),
            .updates = circuit.teachers.size() == 1 && uniform,
            .reweighted = first.further.has(roles::partner),
            .rates = true,
            .downstream = circuit.teachers.size() == 1 && first.companions.has(roles::downstream),
            .classes = circuit.teachers.size() == 1 && circuit.teachers[0].loss == Loss::softmax_cross_entropy,
            .feedback = last.further.has(roles::feedback),
            .cancelling = last.further.has(roles::cancelling),
            .slopes = uniform,
            .attenuated = uniform && last.gain != first.gain &&
                          std::ranges::all_of(circuit.anatomy.layers,
                                              [&](auto& l) { return has_column(circuit, l.population, drive); })};
        for (const Metric& metric : layer_metrics())
            if (metric.group == group && applies(metric.needs, available_) &&
                !layer_axis(metric.over, L_).values.empty())
                chosen_.push_back(&metric);
        if (group == MetricGroup::spectra)
            for (const SpectrumMetric& metric : layer_spectra())
                if (applies(metric.needs, available_) && !layer_axis(metric.over, L_).values.empty())
                    spectra_.push_back(&metric);
        for (Over over : all_axes) {
            const auto uses = [&](const auto* metric) { return metric->over == over; };
            if (std::ranges::any_of(chosen_, uses) || std::ranges::any_of(spectra_, uses))
                axes_.push_back(layer_axis(over, L_));
        }
        if (spectra_.empty()) return;
        for (auto axis : {SpectrumMetric::Axis::singular_value, SpectrumMetric::Axis::eigenvalue}) {
            Axis numbers{name_of(axis), "1", "number, the largest first", {}};
            for (std::size_t k = 1; k <= length_of(axis, circuit); ++k)
                numbers.values.push_back(static_cast<double>(k));
            axes_.push_back(std::move(numbers));
        }
    }

    std::vector<Axis> axes() const override { return axes_; }
    std::vector<Variable> variables() const override {
        std::vector<Variable> variables;
        for (const Metric* metric : chosen_) variables.push_back(variable_of(*metric));
        for (const SpectrumMetric* metric : spectra_) variables.push_back(variable_of(*metric));
        return variables;
    }
    void measure(const MetricContext<float>& context, std::vector<double>& row) override {
        take(context, floats_, row);
    }
    void measure(const MetricContext<double>& context, std::vector<double>& row) override {
        take(context, doubles_, row);
    }

   private:
    template <class S>
    void take(const MetricContext<S>& context, References<S>& references, std::vector<double>& row) {
        const bool finite = is_finite(context.simulation);
        Observation& seen = seen_;
        seen.layers = L_;
        if (finite) {
            look_at_weights(context, seen);
            look_at_rates(context, seen);
            if (group_ == MetricGroup::metrics && available_.feedback) look_at_feedback(context, seen);
            if (available_.updates) look_at_updates(context, references, seen);
        }
        for (const Metric* metric : chosen_) {
            const Layers layers = layers_of(metric->over, L_);
            for (std::size_t l = layers.first; l <= layers.last; ++l)
                row.push_back(finite ? metric->value(seen, l) : std::numeric_limits<double>::quiet_NaN());
        }
        for (const SpectrumMetric* metric : spectra_) {
            const Layers layers = layers_of(metric->over, L_);
            const std::size_t length = find_named(axes_, name_of(metric->axis))->values.size();
            for (std::size_t l = layers.first; l <= layers.last; ++l) {
                const std::size_t end = row.size() + length;
                if (finite) {
                    const Spectrum values = metric->values(seen, l);
                    row.insert(row.end(), values.begin(), values.end());
                }
                row.resize(end, std::numeric_limits<double>::quiet_NaN());
            }
        }
    }

    /// The longest spectrum of any layer.
    static std::size_t length_of(SpectrumMetric::Axis axis, const Circuit& circuit) {
        std::size_t longest = 0;
        for (const Anatomy::Layer& layer : circuit.anatomy.layers)
            for (const std::string& name : {layer.weights, layer.further[roles::down], layer.further[roles::across],
                                            layer.further[roles::back_across]}) {
                if (name.empty()) continue;
                const Weights& w = circuit.weights[circuit.weights_named(name)];
                const std::size_t rows = circuit.populations[w.post].units;
                if (axis == SpectrumMetric::Axis::singular_value)
                    longest = std::max(longest, std::min(rows, circuit.populations[w.pre].units));
                else if (name == layer.weights || name == layer.further[roles::back_across])
                    longest = std::max(longest, rows);
            }
        return longest;
    }

    template <class S>
    void look_at_weights(const MetricContext<S>& context, Observation& seen) const {
        const auto read = [&](std::size_t l, const std::string& name, Observation::Matrices& values,
                              Observation::Spectra& spectra) {
            values.resize(L_ + 1);
            spectra.resize(L_ + 1);
            if (name.empty()) return;
            values[l] = context.simulation.weights(name);
            if (group_ == MetricGroup::spectra) spectra[l] = squared_singular_values(values[l]).cwiseSqrt();
        };
        for (std::size_t l = 1; l <= L_; ++l) {
            const Anatomy::Layer& layer = context.simulation.circuit().anatomy.layers[l - 1];
            read(l, layer.weights, seen.W, seen.in_W);
            read(l, layer.further[roles::down], seen.Wbar, seen.in_Wbar);
            read(l, layer.further[roles::across], seen.V, seen.in_V);
            read(l, layer.further[roles::back_across], seen.Vbar, seen.in_Vbar);
        }
        if (group_ == MetricGroup::spectra && available_.Wbar && available_.cross) seen.path = feedback_paths(seen);
    }

    template <class S>
    void look_at_rates(const MetricContext<S>& context, Observation& seen) const {
        const Circuit& circuit = context.simulation.circuit();
        seen.h.resize(L_ + 1);
        if (group_ == MetricGroup::spectra) {
            seen.h[0] = batch(context, context.inputs, circuit.anatomy.sizes.front());
            seen.targets = batch(context, context.targets, circuit.anatomy.sizes.back());
        }
        for (std::size_t l = 1; l < L_; ++l)
            seen.h[l] = context.evaluator.column(circuit.anatomy.layers[l - 1].population, "rate");
        if (!available_.downstream) return;
        seen.hbar.resize(L_ + 1);
        for (std::size_t l = 1; l < L_; ++l)
            seen.hbar[l] =
                context.evaluator.column(circuit.anatomy.layers[l - 1].companions[roles::downstream], "rate");
        seen.hbar[L_] = context.evaluator.column(circuit.populations[circuit.teachers[0].error].name, "rate");
    }

    /// phi' of a layer's cells on the batch, at `gain` times a column.
    template <class S>
    static Matrix<double> slopes(const MetricContext<S>& context, std::size_t l, const char* column, double gain) {
        const Anatomy& anatomy = context.simulation.circuit().anatomy;
        const Matrix<double> u = gain * context.evaluator.column(anatomy.layers[l - 1].population, column);
        return slopes_at(l < anatomy.layers.size() ? anatomy.activation : anatomy.output_activation, anatomy.leak, u);
    }
    /// <phi'^(l-1) W^lT phi'^l>
    template <class S>
    static Matrix<double> between_slopes(const MetricContext<S>& context, const Observation& seen, std::size_t l,
                                         const char* column, double gain) {
        const Matrix<double> below = slopes(context, l - 1, column, gain), above = slopes(context, l, column, gain);
        return seen.W[l].transpose().cwiseProduct(product(below, above.transpose()));
    }

    template <class S>
    void look_at_feedback(const MetricContext<S>& context, Observation& seen) const {
        seen.B.resize(L_ + 1);
        seen.Q.resize(L_ + 1);
        seen.slope_B.resize(L_ + 1);
        seen.attenuated_B.resize(L_ + 1);
        const Anatomy& anatomy = context.simulation.circuit().anatomy;
        for (std::size_t l = 2; l <= L_; ++l) {
            const Anatomy::Layer& layer = anatomy.layers[l - 1];
            seen.B[l] = context.simulation.weights(layer.further[roles::feedback]);
            if (available_.cancelling) seen.Q[l] = context.simulation.weights(layer.further[roles::cancelling]);
            if (available_.slopes) seen.slope_B[l] = between_slopes(context, seen, l, "soma", 1);
            if (available_.attenuated)
                seen.attenuated_B[l] = between_slopes(context, seen, l, drive, anatomy.layers.front().gain);
        }
    }

    template <class S>
    void look_at_updates(const MetricContext<S>& context, References<S>& references, Observation& seen) const {
        using Feedback = typename Reference<S>::Feedback;
        const Circuit& circuit = context.simulation.circuit();
        Reference<S>& gradient = references.ready(references.gradient, Feedback::transposed, context);
        // What the teacher compares with; of a circuit that has a code of its own for targets they are not the batch's.
        const Teacher& teacher = circuit.teachers[0];
        const Matrix<S> targets =
            context.evaluator.column(circuit.populations[teacher.target].name, teacher.target_column)
                .template cast<S>();
        gradient.evaluate(context.inputs, targets.data());
        seen.dW.resize(L_ + 1);
        seen.dW_sgd.resize(L_ + 1);
        seen.h_sgd.resize(L_ + 1);
        for (std::size_t l = 1; l <= L_; ++l) {
            const std::string& W = circuit.anatomy.layers[l - 1].weights;
            const bool plastic = circuit.weights[circuit.weights_named(W)].rule != nullptr;
            seen.dW[l] = plastic ? context.evaluator.plastic_direction(W) : not_a_number(seen.W[l]);
            seen.dW_sgd[l] = gradient.update(l);
            if (available_.cross)
                seen.h_sgd[l] =
                    l == L_ ? seen.dW_sgd[l] : product(product(seen.Vbar[l], seen.Vbar[l].transpose()), seen.dW_sgd[l]);
        }
        if (available_.feedback && group_ == MetricGroup::metrics)
            look_at_carried(context.inputs, targets.data(),
                            references.ready(references.carried, Feedback::given, context), seen);
        if (available_.reweighted && group_ == MetricGroup::metrics)
            look_at_reweighted(context, references.ready(references.reweighted, Feedback::given, context), seen);
    }

    /// What feedback alignment would do with the circuit's feedback weights.
    template <class S>
    void look_at_carried(const S* inputs, const S* targets, Reference<S>& carried, Observation& seen) const {
        for (std::size_t l = 2; l <= L_; ++l) carried.assign_feedback(l, seen.B[l]);
        carried.evaluate(inputs, targets);
        seen.dW_fa.resize(L_ + 1);
        for (std::size_t l = 1; l <= L_; ++l) seen.dW_fa[l] = carried.update(l);
    }

    /// (units x lanes) of the evaluation batch, as the instrument computes.
    template <class S>
    static Matrix<double> batch(const MetricContext<S>& context, const S* values, std::size_t units) {
        return Eigen::Map<const Matrix<S>>(values, static_cast<Eigen::Index>(units),
                                           static_cast<Eigen::Index>(context.evaluator.lanes()))
            .template cast<double>();
    }

    /// Spec 3.6: dtilde^L = e, dtilde^{l-1} = D^{l-1} W^{lT} (A^l / C^l) dtilde^l, A^L = C^L = I; dW^l = C^l dtilde^l
    /// h^{l-1}^T.
    template <class S>
    void look_at_reweighted(const MetricContext<S>& context, Reference<S>& reweighted, Observation& seen) const {
        std::vector<PartnerFactors> factors;  // of layers 1 .. L-1
        for (std::size_t l = 1; l < L_; ++l) factors.emplace_back(seen.V[l], seen.Vbar[l]);
        std::size_t defined = 1;  // the lowest layer where C > 0 holds in this one and all above
        for (std::size_t l = L_ - 1; l >= 1 && defined == 1; --l)
            if (!factors[l - 1].are_positive()) defined = l + 1;
        for (std::size_t l = std::max<std::size_t>(defined, 2); l <= L_; ++l)
            reweighted.assign_feedback(
                l, l == L_ ? seen.W[l].transpose() : reweighted_feedback(seen.W[l], factors[l - 1]));
        reweighted.evaluate(context.inputs, context.targets);
        seen.dW_reweighted.resize(L_ + 1);
        for (std::size_t l = 1; l < L_; ++l)
            seen.dW_reweighted[l] =
                l < defined ? not_a_number(seen.W[l]) : factors[l - 1].C.asDiagonal() * reweighted.update(l);
    }

    MetricGroup group_;
    std::size_t L_;
    Available available_;
    std::vector<const Metric*> chosen_;
    std::vector<const SpectrumMetric*> spectra_;
    std::vector<Axis> axes_;
    Observation seen_;  ///< kept: fresh memory for it takes a fifth of the time
    References<float> floats_;
    References<double> doubles_;
};

}  // namespace

std::unique_ptr<Instrument> make_instrument(const Circuit& circuit, MetricGroup group) {
    return std::make_unique<LayerInstrument>(circuit, group);
}

}  // namespace apical
