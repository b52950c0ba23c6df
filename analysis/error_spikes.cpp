#include "analysis/error_spikes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "analysis/cell_parameter.hpp"
#include "analysis/metrics/agreement.hpp"
#include "analysis/metrics/surrogate_gradient.hpp"
#include "analysis/one_by_one.hpp"
#include "analysis/registry.hpp"
#include "models/roles.hpp"
#include "models/sign_concordant/cells.hpp"

namespace apical {

namespace {

using Matrices = std::vector<Matrix<double>>;
const char* const ours = "this project";

const std::vector<Component>& components() {
    static const std::vector<Component> all{
        {"cosine_van_rossum",
         "Cosine between the update of W by error spikes and the negative gradient of the van Rossum loss through all "
         "steps, with the gate in place of the slope of a spike; resets are taken as they came.",
         "cos(dW, -dE/dW), E = 1/2 sum_t |a*(t) - a_L(t)|^2", "Neftci et al. 2019; van Rossum 2001"},
        {"cosine_transposed",
         "Cosine between the update of W by error spikes and that of the same circuit whose feedback is the transpose "
         "of W.",
         "cos(dW, dW | B^l = W^(l+1)T)", ours},
        {"cosine_rate_network",
         "Cosine between the update of W by error spikes and that of a network of rates with the same weights: the "
         "rates at which the cells fire under a constant current, errors through the transpose of W and the gate.",
         "cos(dW, sum delta^l r^(l-1)T), delta^(l-1) = phi(I^(l-1)) W^lT delta^l, I^l = W^l r^(l-1)", ours},
        {"error_spikes_per_sample", "Error spikes of a layer in a presentation.",
         "cells and steps with e != 0, mean over samples", ours},
    };
    return all;
}

/// Whether all layers are cells of this model that learn from error spikes.
bool applies(const Circuit& circuit) {
    return !circuit.anatomy.layers.empty() &&
           std::ranges::all_of(circuit.anatomy.layers, [&](const Anatomy::Layer& layer) {
               const auto& cells = circuit.populations[circuit.population(layer.population)].cells;
               return cells && cells->info().name == sign_concordant::Pyramidal::info.name &&
                      learns_from_events(circuit, circuit.weights_named(layer.weights));
           });
}

/// What carries errors down is the transpose of W; nothing if there is no other feedback.
std::optional<Circuit> with_transposed_feedback(const Circuit& circuit) {
    std::optional<Circuit> changed;
    for (const Anatomy::Layer& layer : circuit.anatomy.layers) {
        const std::string feedback = layer.further[roles::feedback];
        if (feedback.empty()) continue;
        if (!changed) changed = circuit;
        for (Projection& projection : changed->projections)
            if (projection.weights == circuit.weights_named(feedback)) {
                projection.weights = circuit.weights_named(layer.weights);
                projection.transposed = true;
            }
    }
    return changed;
}

/// What its cells do while a circuit lives through the evaluation batch.
template <class S>
class Watched {
   public:
    Watched(const Circuit& circuit, const Simulation<S>& simulation) : cells_(circuit, simulation) {}

    void live(const MetricContext<S>& context) {
        const auto& sizes = cells_.circuit().anatomy.sizes;
        const std::size_t L = sizes.size() - 1;
        samples_ = context.evaluator.lanes();
        steps.assign(cells_.steps(), {});
        errors.assign(L + 1, 0);
        dW.clear();
        for (std::size_t l = 0; l <= L; ++l)
            dW.emplace_back(Matrix<double>::Zero(apical::index(sizes[l]), l == 0 ? 0 : apical::index(sizes[l - 1])));
        cells_.live(context, [this](std::size_t step, std::size_t sample) { look(step, sample); });
        for (double& count : errors) count /= static_cast<double>(samples_);
    }

    Matrices dW;                     ///< [l], added up
    std::vector<double> errors;      ///< [l], in a presentation
    std::vector<SpikingStep> steps;  ///< a lane for every sample

   private:
    using Column = typename OneByOne<S>::Column;

    void look(std::size_t step, std::size_t sample) {
        const Circuit& circuit = cells_.circuit();
        const auto keep = [&](std::vector<Matrix<double>>& all, std::size_t l, const Column& column) {
            all.resize(dW.size());
            keep_one(all[l], sample, column);
        };
        PopulationId below = circuit.port(ports::input).population;
        SpikingStep& now = steps[step];
        keep(now.a, 0, cells_.column(below, "rate"));
        for (std::size_t l = 1; l < dW.size(); ++l) {
            const PopulationId population = circuit.population(circuit.anatomy.layers[l - 1].population);
            keep(now.a, l, cells_.column(population, "rate"));
            keep(now.u, l, cells_.column(population, "crest"));
            keep(now.z, l, cells_.column(population, "spike"));
            const Column e = cells_.column(population, "error"), p = cells_.column(below, "membrane");
            for (Eigen::Index i = 0; i < e.size(); ++i) {
                if (e[i] == 0) continue;
                dW[l].row(i) += static_cast<double>(e[i]) * p.transpose().template cast<double>();
                ++errors[l];
            }
            below = population;
        }
        const Teacher& teacher = circuit.teachers[0];
        keep_one(now.target, sample, cells_.column(teacher.target, teacher.target_column));
    }
    void keep_one(Matrix<double>& samples, std::size_t sample, const Column& column) const {
        if (samples.size() == 0) samples.resize(column.size(), apical::index(samples_));
        samples.col(apical::index(sample)) = column.template cast<double>();
    }

    OneByOne<S> cells_;
    std::size_t samples_ = 0;
};

class ErrorSpikes final : public Instrument {
   public:
    explicit ErrorSpikes(const Circuit& circuit) : L_(applies(circuit) ? circuit.anatomy.layers.size() : 0) {
        if (L_ > 0) transposed_ = with_transposed_feedback(circuit);
    }

    std::vector<Axis> axes() const override {
        std::vector<Axis> all;
        if (L_ > 0) all.push_back(layer_axis(Metric::Over::layer, L_));
        return all;
    }
    std::vector<Variable> variables() const override {
        std::vector<Variable> all;
        if (L_ == 0) return all;
        for (const Component& one : components())
            if (transposed_ || one.name != "cosine_transposed")
                all.push_back(
                    {one.name, "1", one.text + " " + one.equation, {layer_axis(Metric::Over::layer, 1).name}});
        return all;
    }
    void measure(const MetricContext<float>& context, std::vector<double>& row) override {
        take(context, floats_, floats_transposed_, row);
    }
    void measure(const MetricContext<double>& context, std::vector<double>& row) override {
        take(context, doubles_, doubles_transposed_, row);
    }

   private:
    template <class S>
    using Kept = std::unique_ptr<Watched<S>>;

    template <class S>
    static const Watched<S>& lived(Kept<S>& watched, const Circuit& circuit, const MetricContext<S>& context) {
        if (!watched) watched = std::make_unique<Watched<S>>(circuit, context.simulation);
        watched->live(context);
        return *watched;
    }

    template <class S>
    void take(const MetricContext<S>& context, Kept<S>& own, Kept<S>& transposed, std::vector<double>& row) {
        if (L_ == 0) return;
        const Circuit& circuit = context.simulation.circuit();
        const Watched<S>& seen = lived(own, circuit, context);
        Matrices W(L_ + 1);
        for (std::size_t l = 1; l <= L_; ++l)
            W[l] = all_weights(context.simulation, circuit.population(circuit.anatomy.layers[l - 1].population));
        const SpikingCells cells = cells_of(circuit, context.simulation.setup());
        const auto compare = [&](const Matrices& with) {
            for (std::size_t l = 1; l <= L_; ++l) row.push_back(cosine(seen.dW[l], with[l]));
        };
        compare(van_rossum_gradient(W, seen.steps, cells));
        if (transposed_) compare(lived(transposed, *transposed_, context).dW);
        compare(rate_network_update(W, seen.steps, cells));
        row.insert(row.end(), seen.errors.begin() + 1, seen.errors.end());
    }

    /// What the basal dendrites of a population receive, as one matrix: excitation and inhibition may be apart.
    template <class S>
    static Matrix<double> all_weights(const Simulation<S>& simulation, PopulationId p) {
        const Circuit& circuit = simulation.circuit();
        Matrix<double> sum;
        for (const Projection& projection : circuit.projections) {
            if (projection.target != p || projection.compartment != "basal") continue;
            const Matrix<double> W = projection.scale * simulation.weights(circuit.weights[*projection.weights].name);
            if (sum.size() == 0) sum = W;
            else sum += W;
        }
        return sum;
    }

    /// Constants of the cells, which all layers share but for their signs.
    SpikingCells cells_of(const Circuit& circuit, const Setup& setup) const {
        const double dt = setup.clock.step;
        SpikingCells cells{.onset = setup.clock.steps_before_error()};
        for (const Anatomy::Layer& layer : circuit.anatomy.layers) {
            const Population& population = circuit.populations[circuit.population(layer.population)];
            const auto number = [&](std::string_view name, std::size_t i) {
                return cell_parameter(population, name, i, setup.seed);
            };
            cells.keep_membrane = std::exp(-dt / number("tau_m", 0));
            cells.threshold = number("threshold", 0);
            cells.beta = number("beta", 0);
            cells.keep_synapse = std::exp(-dt / find_filter(population).tau);
            Eigen::VectorXd& signs = cells.signs.emplace_back(apical::index(population.units));
            for (std::size_t i = 0; i < population.units; ++i) signs[apical::index(i)] = number("sign", i);
        }
        return cells;
    }
    static const ColumnFilter& find_filter(const Population& population) {
        return *std::ranges::find(population.filters, "rate", &ColumnFilter::column);
    }

    std::size_t L_;
    std::optional<Circuit> transposed_;
    Kept<float> floats_, floats_transposed_;
    Kept<double> doubles_, doubles_transposed_;
};

}  // namespace

MetricSet error_spike_metrics() {
    return {MetricGroup::metrics, components(),
            [](const Circuit& circuit) { return std::make_unique<ErrorSpikes>(circuit); }};
}

}  // namespace apical
