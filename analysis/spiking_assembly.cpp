#include "analysis/spiking_assembly.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>

#include "analysis/cell_parameter.hpp"
#include "analysis/error_spikes.hpp"
#include "analysis/metrics/agreement.hpp"
#include "analysis/metrics/surrogate_gradient.hpp"
#include "analysis/one_by_one.hpp"
#include "analysis/registry.hpp"
#include "analysis/spiking_layers.hpp"

namespace apical {

namespace {

using spiking_assembly::gate_of, spiking_assembly::layers_of, spiking_assembly::Layer;
using Matrices = std::vector<Matrix<double>>;
using Vectors = std::vector<Eigen::VectorXd>;
using Over = Metric::Over;
const char* const ours = "this project";

// Those that other circuits with error spikes have, too, stand with them (error_spikes.cpp).
const std::vector<Component>& components() {
    static const std::vector<Component> all{
        {"cosine_tied",
         "Cosine between the update of W by error spikes and that of an error that no spike carries, step by step "
         "through the transpose of W, on the same spikes and with the same gates.",
         "cos(dW, sum_t delta^l a^(l-1)T), B^l = low-passed W^(l+1)T delta^(l+1), delta^l = slope gate^l B^l", ours},
        {"cosine_across",
         "Cosine between the update of W by error spikes and H times that of an error that no spike carries, H = Vbar "
         "Vbar^T, where downstream units hear all cells of their area.",
         "cos(dW, Vbar Vbar^T sum_t delta^l a^(l-1)T)", ours},
        {"distance_tied", "Distance between these two updates, relative to the second.",
         "|dW - sum_t delta^l a^(l-1)T| / |sum_t delta^l a^(l-1)T|", ours},
        {"cosine_mean_rates",
         "Cosine between the update of W by error spikes and that of the mean rates of a presentation, from the onset "
         "of the teacher on.",
         "cos(dW, sum delta^l abar^(l-1)T), delta^l = slope gate(abar^l) W^(l+1)T delta^(l+1)", ours},
        {"spikes_per_sample", "Spikes of the upstream cells of a layer in a presentation.", "mean over samples", ours},
        {"silent_cells", "Part of the upstream cells of a layer that never fire on the evaluation batch.",
         "cells without a spike / cells", ours},
        {"error_above_quantum",
         "Part of the steps and downstream units with an error in which it is larger than the quantum that a spike "
         "carries.",
         "#(|d| > quantum) / #(d != 0)", ours},
        {"error_cut",
         "Part of the steps and downstream units with an error in which error cells hold as much as they can, so that "
         "what comes more is lost; NaN where errors are no spikes of pairs of cells.",
         "#(v+ or v- = quantum after the spike) / #(d != 0)", ours},
        {"cross_return_mean", "What comes back to an upstream cell through its downstream units: 1 where they fit.",
         "mean over cells of (Vbar V)_ii", ours},
        {"cross_return_least", "The same of the cell to which least comes back.", "min over cells of (Vbar V)_ii",
         ours},
    };
    return all;
}

/// What the cells of a circuit do on the evaluation batch, and what it would change.
template <class S>
class Assembling {
   public:
    Assembling(const std::vector<Layer>& layers, const Simulation<S>& simulation)
        : layers_(layers), L_(layers.size() - 1), cells_(simulation.circuit(), simulation) {}

    void live(const MetricContext<S>& context) {
        samples_ = context.evaluator.lanes();
        const auto T = index(cells_.steps());
        const auto& sizes = cells_.circuit().anatomy.sizes;
        for (Matrices* all : {&W, &sent, &tied, &a_, &apical_, &delta_, &across_}) all->assign(L_ + 1, {});
        V_.assign(L_ + 1, {}), returned_ = B_ = V_;
        steps.assign(cells_.steps(), {});
        for (auto* counts : {&spikes, &errors, &with_error_, &above_, &cut_}) counts->assign(L_ + 1, 0);
        fired_.assign(L_ + 1, {});
        on_its_way_.assign(L_ + 1, {});
        a_[0] = Matrix<double>::Zero(index(sizes[0]), T);
        for (std::size_t l = 1; l <= L_; ++l) {
            W[l] = context.simulation.weights(layers_[l].W);
            sent[l] = tied[l] = Matrix<double>::Zero(W[l].rows(), W[l].cols());
            a_[l] = apical_[l] = delta_[l] = Matrix<double>::Zero(W[l].rows(), T);
            B_[l] = Eigen::VectorXd::Zero(W[l].rows());
            fired_[l].assign(sizes[l], false);
            if (l == L_) continue;
            const Matrix<double> V = context.simulation.weights(layers_[l].V),
                                 Vbar = context.simulation.weights(layers_[l].Vbar);
            returned_[l] = V.transpose().cwiseProduct(Vbar).rowwise().sum();
            if (layers_[l].dense) across_[l].noalias() = Vbar * Vbar.transpose();
            // Every unit has one partner, so that the sum over a row of V is of one number.
            if (!layers_[l].dense) V_[l] = V.rowwise().sum();
        }
        const Setup& setup = context.simulation.setup();
        step_ = setup.clock.step;
        cells_.live(context, [this](std::size_t step, std::size_t sample) { look(step, sample); });
        for (auto* counts : {&spikes, &errors})
            for (double& count : *counts) count /= static_cast<double>(samples_);
    }

    Matrices W, sent, tied;          ///< [l]: weights, and the updates by error spikes and by an error without
    std::vector<SpikingStep> steps;  ///< a lane for every sample
    std::vector<double> spikes, errors;

    double silent(std::size_t l) const {
        return static_cast<double>(std::ranges::count(fired_[l], false)) / static_cast<double>(fired_[l].size());
    }
    double above(std::size_t l) const { return above_[l] / with_error_[l]; }
    /// NaN for codes that do not keep what is left.
    double cut(std::size_t l) const {
        return layers_[l].keeps ? cut_[l] / with_error_[l] : std::numeric_limits<double>::quiet_NaN();
    }
    /// (Vbar V)_ii of hidden cells.
    const Eigen::VectorXd& returned(std::size_t l) const { return returned_[l]; }
    /// Of the update of hidden layer l to H times that of an error that no spike carries.
    double cosine_across(std::size_t l) const { return cosine(sent[l], across_[l] * tied[l]); }

    /// Of an error that no spike carries, from mean rates.
    Matrices of_mean_rates(std::uint64_t onset) const {
        Matrices mean(L_ + 1), update(L_ + 1);
        const double part = 1 / static_cast<double>(steps.size() - onset);
        Matrix<double> delta = Matrix<double>::Zero(W[L_].rows(), index(samples_));
        for (std::size_t l = 0; l <= L_; ++l) mean[l] = Matrix<double>::Zero(steps[0].a[l].rows(), index(samples_));
        for (std::size_t t = onset; t < steps.size(); ++t) {
            for (std::size_t l = 0; l <= L_; ++l) mean[l] += part * steps[t].a[l];
            delta += part * (steps[t].target - steps[t].a[L_]);
        }
        for (std::size_t l = L_; l >= 1; --l) {
            if (l < L_) {
                delta = (layers_[l].slope * W[l + 1].transpose() * delta).eval();
                for (Eigen::Index sample = 0; sample < delta.cols(); ++sample) {
                    const Eigen::VectorXd a = mean[l].col(sample);
                    delta.col(sample).array() *=
                        (layers_[l].dense ? while_active(l, a) : passing(l, lateral_of(l, a))).array();
                }
            }
            update[l] = delta * mean[l - 1].transpose();
        }
        return update;
    }

   private:
    using Column = typename OneByOne<S>::Column;

    Eigen::VectorXd column(PopulationId population, const char* name) const {
        return cells_.column(population, name).template cast<double>();
    }
    /// Sums over the units of every upstream cell.
    Eigen::VectorXd to_partners(std::size_t l, const Eigen::VectorXd& units) const {
        const Eigen::Index n = W[l].rows(), r = units.size() / n;
        return Eigen::Map<const Eigen::MatrixXd>(units.data(), r, n).colwise().sum();
    }
    Eigen::VectorXd lateral_of(std::size_t l, const Eigen::VectorXd& a) const {
        Eigen::VectorXd lateral(V_[l].size());
        const Eigen::Index r = lateral.size() / a.size();
        for (Eigen::Index k = 0; k < lateral.size(); ++k) lateral[k] = V_[l][k] * a[k / r];
        return lateral;
    }
    /// What of an error passes the units of an upstream cell, as if V and Vbar fitted: a mean, by the squares of V.
    Eigen::VectorXd passing(std::size_t l, const Eigen::VectorXd& lateral) const {
        const Eigen::VectorXd gates = lateral.unaryExpr([&](double v) { return gate_of(layers_[l], v); });
        const Eigen::VectorXd squares = V_[l].cwiseAbs2();
        return (to_partners(l, gates.cwiseProduct(squares)).array() / to_partners(l, squares).array().max(1e-300));
    }
    /// Where units have no partner, all of an error while the cell fires.
    Eigen::VectorXd while_active(std::size_t l, const Eigen::VectorXd& a) const {
        return (a.array() > layers_[l].open).cast<double>();
    }

    void look(std::size_t step, std::size_t sample) {
        const Circuit& circuit = cells_.circuit();
        const auto t = index(step), lane = index(sample);
        SpikingStep& now = steps[step];
        for (Matrices* all : {&now.a, &now.u, &now.z}) all->resize(L_ + 1);
        const auto keep = [&](Matrix<double>& samples, const Eigen::VectorXd& values) {
            if (samples.size() == 0) samples.resize(values.size(), index(samples_));
            samples.col(lane) = values;
        };
        keep(now.a[0], column(circuit.port(ports::input).population, "rate"));
        for (std::size_t l = 1; l <= L_; ++l) {
            const PopulationId up = layers_[l].up;
            const Eigen::VectorXd z = column(up, "spike");
            a_[l - 1].col(t) = column(layers_[l].below, "rate");
            keep(now.a[l], column(up, "rate"));
            keep(now.z[l], z);
            keep(now.u[l], column(up, "soma") + z);  // before a spike took the threshold away
            for (Eigen::Index i = 0; i < z.size(); ++i)
                if (z[i] != 0) ++spikes[l], fired_[l][static_cast<std::size_t>(i)] = true;
            apical_[l].col(t) = column(up, "apical");
            if (layers_[l].masked) apical_[l].col(t).array() *= while_active(l, column(up, "rate")).array();
            count_errors(l);
        }
        keep(now.target, column(circuit.teachers[0].target, circuit.teachers[0].target_column.c_str()));

        delta_[L_].col(t) = step_ * column(layers_[L_].down, "basal");
        for (std::size_t l = L_ - 1; l >= 1; --l) {
            const ColumnFilter& filter = circuit.populations[layers_[l].down].filters.front();
            const double keeps = std::exp(-step_ / filter.tau);
            B_[l] =
                keeps * B_[l] + (1 - keeps) / step_ * (W[l + 1].transpose() * arriving(l + 1, delta_[l + 1].col(t)));
            const Eigen::VectorXd passes = layers_[l].dense ? while_active(l, column(layers_[l].up, "rate"))
                                                            : passing(l, column(layers_[l].down, "lateral"));
            delta_[l].col(t) = layers_[l].slope * step_ * B_[l].cwiseProduct(passes);
        }
        if (step + 1 < steps.size()) return;
        for (std::size_t l = 1; l <= L_; ++l) {
            sent[l].noalias() += apical_[l] * a_[l - 1].transpose();
            tied[l].noalias() += delta_[l] * a_[l - 1].transpose();
        }
    }

    /// What layer l has sent down before as many steps as its axons take.
    Eigen::VectorXd arriving(std::size_t l, const Eigen::VectorXd& sent_now) {
        std::deque<Eigen::VectorXd>& on_its_way = on_its_way_[l];
        on_its_way.push_back(sent_now);
        if (static_cast<double>(on_its_way.size() - 1) * step_ < layers_[l].delay - step_ / 2)
            return Eigen::VectorXd::Zero(sent_now.size());
        Eigen::VectorXd first = std::move(on_its_way.front());
        on_its_way.pop_front();
        return first;
    }

    void count_errors(std::size_t l) {
        const Layer& layer = layers_[l];
        const bool output = l == L_;
        const Column error = cells_.column(layer.down, "error"),
                     drive = cells_.column(layer.down, output ? "basal" : (layer.relaxed ? "gated" : "soma")),
                     positive = cells_.column(layer.down, layer.keeps ? "positive" : "error"),
                     negative = cells_.column(layer.down, layer.keeps ? "negative" : "error");
        const Eigen::VectorXd lateral = output ? Eigen::VectorXd() : column(layer.down, "lateral");
        const double rounding = 1e-5;
        for (Eigen::Index k = 0; k < error.size(); ++k) {
            if (layer.rests ? error[k] != 0 : error[k] > 0) ++errors[l];  // below a baseline is no spike
            const double passes = output || layer.relaxed ? 1 : gate_of(layer, lateral[k]),
                         d = layer.slope * step_ * static_cast<double>(drive[k]) * passes;
            if (d == 0) continue;
            ++with_error_[l];
            if (std::abs(d) > layer.quantum * (1 + rounding)) ++above_[l];
            if (!layer.keeps) continue;
            if (static_cast<double>(std::max(positive[k], negative[k])) >= layer.quantum * (1 - rounding)) ++cut_[l];
        }
    }

    const std::vector<Layer>& layers_;
    std::size_t L_;
    OneByOne<S> cells_;
    std::size_t samples_ = 0;
    double step_ = 0;
    Vectors V_, returned_, B_;                      ///< [l]; V of the units, what returns to upstream cells, their B
    Matrices a_, apical_, delta_;                   ///< [l]: a column for every step of a presentation
    Matrices across_;                               ///< [l]: H, of units that hear all cells of their area
    std::vector<double> with_error_, above_, cut_;  ///< [l]: steps and units
    std::vector<std::deque<Eigen::VectorXd>> on_its_way_;  ///< [l]: errors of a layer, the oldest first
    std::vector<std::vector<bool>> fired_;
};

class SpikingAssembly final : public Instrument {
   public:
    explicit SpikingAssembly(const Circuit& circuit) : layers_(layers_of(circuit)) {}

    std::vector<Axis> axes() const override {
        std::vector<Axis> all;
        if (layers_.empty()) return all;
        for (const Over over : {Over::layer, Over::hidden_layer})
            if (Axis axis = layer_axis(over, depth()); !axis.values.empty()) all.push_back(std::move(axis));
        return all;
    }
    std::vector<Variable> variables() const override {
        std::vector<Variable> all;
        if (layers_.empty()) return all;
        std::vector<Component> shared;
        for (const Component& one : error_spike_metrics().metrics)
            if (one.name == "cosine_van_rossum" || one.name == "error_spikes_per_sample") shared.push_back(one);
        for (const auto* some : {&components(), &std::as_const(shared)})
            for (const Component& one : *some) {
                const bool across = one.name == "cosine_across";
                if (across && !is_dense()) continue;
                const Over over = across || one.name.starts_with("cross_return") ? Over::hidden_layer : Over::layer;
                if (over == Over::layer || depth() > 1)
                    all.push_back({one.name, "1", one.text + " " + one.equation, {layer_axis(over, depth()).name}});
            }
        return all;
    }
    void measure(const MetricContext<float>& context, std::vector<double>& row) override {
        take(context, floats_, row);
    }
    void measure(const MetricContext<double>& context, std::vector<double>& row) override {
        take(context, doubles_, row);
    }

   private:
    std::size_t depth() const { return layers_.size() - 1; }
    bool is_dense() const { return depth() > 1 && layers_[1].dense; }

    template <class S>
    void take(const MetricContext<S>& context, std::unique_ptr<Assembling<S>>& kept, std::vector<double>& row) {
        if (layers_.empty()) return;
        if (!kept) kept = std::make_unique<Assembling<S>>(layers_, context.simulation);
        kept->live(context);
        const Assembling<S>& seen = *kept;
        const auto over = [&](std::size_t last, const auto& value) {
            for (std::size_t l = 1; l <= last; ++l) row.push_back(value(l));
        };
        const auto compare = [&](const Matrices& with) {
            over(depth(), [&](std::size_t l) { return cosine(seen.sent[l], with[l]); });
        };
        const SpikingCells constants = constants_of(context.simulation);
        compare(seen.tied);
        if (is_dense()) over(depth() - 1, [&](std::size_t l) { return seen.cosine_across(l); });
        over(depth(), [&](std::size_t l) { return (seen.sent[l] - seen.tied[l]).norm() / seen.tied[l].norm(); });
        compare(seen.of_mean_rates(constants.onset));
        over(depth(), [&](std::size_t l) { return seen.spikes[l]; });
        over(depth(), [&](std::size_t l) { return seen.silent(l); });
        over(depth(), [&](std::size_t l) { return seen.above(l); });
        over(depth(), [&](std::size_t l) { return seen.cut(l); });
        over(depth() - 1, [&](std::size_t l) { return seen.returned(l).mean(); });
        over(depth() - 1, [&](std::size_t l) { return seen.returned(l).minCoeff(); });
        compare(van_rossum_gradient(seen.W, seen.steps, constants));
        over(depth(), [&](std::size_t l) { return seen.errors[l]; });
    }

    template <class S>
    SpikingCells constants_of(const Simulation<S>& simulation) const {
        const Circuit& circuit = simulation.circuit();
        const double dt = simulation.setup().clock.step;
        const Population& up = circuit.populations[layers_[1].up];
        SpikingCells constants{.beta = 2, .onset = simulation.setup().clock.steps_before_error(), .subtracts = true};
        constants.keep_membrane = std::exp(-dt / cell_parameter(up, "tau_m"));
        constants.keep_synapse = std::exp(-dt / up.traces.front().tau);
        for (std::size_t l = 1; l <= depth(); ++l)
            constants.signs.emplace_back(Eigen::VectorXd::Ones(index(circuit.populations[layers_[l].up].units)));
        return constants;
    }

    const std::vector<Layer> layers_;
    std::unique_ptr<Assembling<float>> floats_;
    std::unique_ptr<Assembling<double>> doubles_;
};

}  // namespace

MetricSet spiking_assembly_metrics() {
    return {MetricGroup::metrics, components(),
            [](const Circuit& circuit) { return std::make_unique<SpikingAssembly>(circuit); }};
}

}  // namespace apical
