#include "sim/protocol/evaluator.hpp"

#include <algorithm>
#include <stdexcept>

#include "sim/circuit/event_neuron.hpp"

namespace apical {

namespace {

/// Whether cells that fire go on from presentation to presentation: none of their columns begins anew.
bool goes_on(const Circuit& circuit) {
    return std::ranges::none_of(circuit.populations, [](const Population& population) {
        if (!population.cells) return false;
        const std::vector<std::string> columns = population.cells->columns();
        return std::ranges::any_of(population.anew, [&](const std::string& column) {
            return std::ranges::find(columns, column) != columns.end();
        });
    });
}

/// What every lane's neighbour sees.
template <class S>
Matrix<S> shifted(const Matrix<S>& from) {
    Matrix<S> to(from.rows(), from.cols());
    to << from.rightCols(from.cols() - 1), from.leftCols(1);
    return to;
}

}  // namespace

template <class S>
Evaluator<S>::Evaluator(const Simulation<S>& simulation, std::size_t lanes)
    : circuit_(simulation.circuit()),
      weights_(simulation.weights()),
      running_(circuit_, weights_, simulation.setup(), lanes, "evaluation"),
      presentation_(running_),
      answer_(running_.port(ports::answer)),
      goes_on_(simulation.setup().mode == Mode::spiking && goes_on(circuit_)) {}

template <class S>
void Evaluator<S>::evaluate(const S* inputs, const S* targets) {
    if (settled()) {
        presentation_.show(inputs, targets);
        return;
    }
    inputs_ = taken(inputs, ports::input);
    targets_ = taken(targets, ports::target);
    live();
}

template <class S>
Matrix<S> Evaluator<S>::taken(const S* values, std::string_view port) const {
    const PopulationId population = circuit_.port(port).population;
    return Eigen::Map<const Matrix<S>>(values, static_cast<Eigen::Index>(circuit_.populations[population].units),
                                       static_cast<Eigen::Index>(lanes()));
}

template <class S>
void Evaluator<S>::live() {
    running_.rest();
    present(shifted(inputs_).data(), shifted(targets_).data(), {});
    for (auto& [id, sum] : directions_)
        sum = Matrix<double>::Zero(static_cast<Eigen::Index>(weights_[id].rows()),
                                   static_cast<Eigen::Index>(weights_[id].columns()));
    const auto steps = static_cast<double>(running_.setup().clock.steps());
    present(inputs_.data(), targets_.data(), [&](std::uint64_t) {
        for (auto& plastic : running_.synapses().all())
            if (const auto sum = directions_.find(plastic.weights); sum != directions_.end())
                sum->second += direction(plastic) / steps;
    });
}

template <class S>
void Evaluator<S>::present(const S* inputs, const S* targets, const Observer& observe) {
    presentation_.show(inputs, targets, observe);
    presentation_.look();
}

template <class S>
void Evaluator<S>::answer(const S* inputs, const S* targets) {
    if (settled()) {
        presentation_.set(inputs, targets);
        running_.evaluate(RunningNetwork<S>::Extent::answer);
        return;
    }
    running_.rest();
    if (goes_on_) {
        inputs_ = taken(inputs, ports::input);
        present(shifted(inputs_).data(), nullptr, {});
    }
    presentation_.set_target(targets);  // for the loss
    present(inputs, nullptr, {});
}

template <class S>
double Evaluator<S>::loss() const {
    double sum = 0;
    for (const Teacher& teacher : circuit_.teachers)
        sum += mean_loss<S>(teacher.loss, network().column(teacher.readout, teacher.signal),
                            network().column(teacher.target, teacher.target_column),
                            circuit_.populations[teacher.readout].units, lanes());
    return sum;
}

template <class S>
std::vector<int> Evaluator<S>::answers() const {
    const std::span<const S> values = running_.column(answer_);
    const std::size_t units = answer_.cells / lanes();
    std::vector<int> answers(lanes(), 0);
    for (std::size_t lane = 0; lane < lanes(); ++lane)
        for (std::size_t unit = 1; unit < units; ++unit)
            if (values[unit * lanes() + lane] > values[static_cast<std::size_t>(answers[lane]) * lanes() + lane])
                answers[lane] = static_cast<int>(unit);
    return answers;
}

template <class S>
Matrix<double> Evaluator<S>::direction(typename Synapses<S>::Plastic& plastic) const {
    const WeightState<S>& weights = weights_[plastic.weights];
    return weights.as_matrix(Synapses<S>::direction(plastic, weights, lanes()));
}

template <class S>
Matrix<double> Evaluator<S>::plastic_direction(std::string_view weights) {
    const WeightsId id = circuit_.weights_named(weights);
    for (auto& plastic : running_.synapses().all()) {
        if (plastic.weights != id) continue;
        if (settled()) return direction(plastic);
        // A presentation that is over is lived through once more, with an eye on these weights from now on.
        if (directions_.try_emplace(id).second) live();
        return directions_.at(id);
    }
    throw std::out_of_range("weights '" + std::string(weights) + "' are not plastic");
}

template <class S>
Matrix<double> Evaluator<S>::column(std::string_view population, std::string_view column) const {
    const PopulationId p = circuit_.population(population);
    return Eigen::Map<const Matrix<S>>(network().column(p, column),
                                       static_cast<Eigen::Index>(circuit_.populations[p].units),
                                       static_cast<Eigen::Index>(lanes()))
        .template cast<double>();
}

template class Evaluator<float>;
template class Evaluator<double>;

}  // namespace apical
