#include "sim/protocol/through_time.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "sim/kernels/kernels.hpp"

namespace apical {

template <class S>
LearningThroughTime<S>::LearningThroughTime(const ThroughTime& what, const Circuit& circuit, const Network<S>& network,
                                            std::vector<WeightState<S>>& weights, std::size_t steps)
    : what_(what), network_(network), steps_(steps), lanes_(network.lanes()) {
    layers_.reserve(what.layers.size());
    for (const WeightsId id : what.layers) {
        const Weights& w = circuit.weights.at(id);
        if (!weights[id].dense() || weights[id].has_limits() || w.rule || w.derived)
            throw std::invalid_argument("weights '" + w.name +
                                        "' cannot learn through time: they must be dense, without bounds and rule");
        if (!layers_.empty() && layers_.back().cells != w.pre)
            throw std::invalid_argument("weights '" + w.name + "' do not follow those before");
        const auto matrix = [&](PopulationId cells) {
            return Matrix<S>(index(circuit.populations[cells].units), index(steps_ * lanes_));
        };
        layers_.push_back({&weights[id], w.pre, w.post, matrix(w.pre), matrix(w.post), matrix(w.post)});
        network.column(w.pre, what_.trace);
        for (const std::string& column : {what_.trace, what_.potential, what_.spike}) network.column(w.post, column);
    }
    if (layers_.empty()) throw std::invalid_argument("there are no weights to learn through time");
    const Population& error = circuit.populations.at(what.error);
    if (error.units != circuit.populations[layers_.back().cells].units)
        throw std::invalid_argument("'" + error.name + "' has no error for each cell of the last layer");
    network.column(what.error, what_.of_error);
}

template <class S>
void LearningThroughTime<S>::record(Matrix<S>& steps, PopulationId population, const std::string& column,
                                    std::size_t step) const {
    const Eigen::Map<const Matrix<S>> now(network_.column(population, column), steps.rows(), index(lanes_));
    steps.middleCols(index(step * lanes_), index(lanes_)) = now;
}

template <class S>
void LearningThroughTime<S>::look(std::size_t step) {
    for (Layer& layer : layers_) {
        record(layer.trace, layer.below, what_.trace, step);
        record(layer.potential, layer.cells, what_.potential, step);
        const Eigen::Map<const Matrix<S>> fired(network_.column(layer.cells, what_.spike), layer.potential.rows(),
                                                index(lanes_));
        layer.potential.middleCols(index(step * lanes_), index(lanes_)) += static_cast<S>(what_.threshold) * fired;
    }
    record(layers_.back().descent, what_.error, what_.of_error, step);
}

template <class S>
void LearningThroughTime<S>::go_back(Layer& layer) const {
    const auto keep_trace = static_cast<S>(what_.keep_trace), keep_potential = static_cast<S>(what_.keep_potential),
               of_spike = static_cast<S>(what_.trace_of_a_spike), beta = static_cast<S>(what_.beta),
               threshold = static_cast<S>(what_.threshold);
    for (Eigen::Index cell = 0; cell < layer.descent.rows(); ++cell)
        for (std::size_t lane = 0; lane < lanes_; ++lane) {
            S of_a = 0, of_u = 0;
            for (std::size_t step = steps_; step-- > 0;) {
                const Eigen::Index at = index(step * lanes_ + lane);
                const S away = 1 + beta * std::abs(layer.potential(cell, at) - threshold);
                of_a = keep_trace * of_a + layer.descent(cell, at);
                of_u = keep_potential * of_u + of_spike * of_a / (away * away);
                layer.descent(cell, at) = of_u;
            }
        }
}

template <class S>
void LearningThroughTime<S>::learn(double factor) {
    const std::size_t columns = steps_ * lanes_;
    for (std::size_t l = layers_.size(); l-- > 0;) {
        Layer& layer = layers_[l];
        WeightState<S>& w = *layer.weights;
        go_back(layer);
        const Kernels<S>& loops = kernels<S>(columns, std::max(w.rows(), w.columns()));
        if (l > 0)
            loops.multiply({w.data(), w.rows(), w.columns(), true, layer.descent.data(), layers_[l - 1].descent.data(),
                            columns, 0, w.columns(), true, static_cast<S>(what_.potential_of_input)});
        const double gain = factor * what_.gain * what_.potential_of_input / static_cast<double>(lanes_);
        loops.add_outer({w.data(), w.rows(), w.columns(), layer.descent.data(), layer.trace.data(), columns, 0,
                         std::max(w.rows(), w.columns()), static_cast<S>(gain),
                         static_cast<S>(1 - factor * what_.decay)});
    }
}

template class LearningThroughTime<float>;
template class LearningThroughTime<double>;

}  // namespace apical
