#include <algorithm>
#include <stdexcept>

#include "sim/dynamics/simulation.hpp"

namespace apical {

template <class S>
Evaluator<S>::Evaluator(const Simulation<S>& simulation, std::size_t lanes) : simulation_(simulation) {
    const Circuit& circuit = simulation.circuit();
    if (simulation.setup().mode == Mode::settled) {
        pathways_ = std::make_unique<Pathways<S>>(circuit, simulation.weights(), lanes, PathwayOptions::settled());
        network_ = std::make_unique<Network<S>>(circuit, *pathways_);
        synapses_ = std::make_unique<Synapses<S>>(circuit, *network_, *network_);
        return;
    }
    const Clock& clock = simulation.setup().clock;
    pathways_ = std::make_unique<Pathways<S>>(circuit, simulation.weights(), lanes, clock.pathways());
    network_ = std::make_unique<Network<S>>(circuit, *pathways_, clock.step);
    synapses_ = std::make_unique<Synapses<S>>(circuit, *network_, *network_);
    motion_ = std::make_unique<Motion<S>>(circuit, *network_, clock, simulation.setup().seed, "evaluation");
}

template <class S>
void Evaluator<S>::settle(const S* inputs, const S* targets) {
    if (!motion_) {
        clamp(inputs, targets);
        network_->evaluate(simulation_.pool());
        return;
    }
    const auto taken = [this](const S* values, PopulationId population) {
        return Eigen::Map<const Matrix<S>>(values, static_cast<Eigen::Index>(network_->cells(population) / lanes()),
                                           static_cast<Eigen::Index>(lanes()));
    };
    inputs_ = taken(inputs, simulation_.circuit().input);
    targets_ = taken(targets, simulation_.circuit().target);
    live();
}

template <class S>
void Evaluator<S>::live() {
    const auto shifted = [](const Matrix<S>& from) {
        Matrix<S> to(from.rows(), from.cols());
        to << from.rightCols(from.cols() - 1), from.leftCols(1);
        return to;
    };
    motion_->rest(0);
    present(shifted(inputs_).data(), shifted(targets_).data(), false);
    present(inputs_.data(), targets_.data(), true);
}

template <class S>
void Evaluator<S>::present(const S* inputs, const S* targets, bool keep_directions) {
    const std::uint64_t steps = simulation_.setup().clock.steps();
    ThreadPool& pool = simulation_.pool();
    for (auto& [id, direction] : directions_)
        direction = Matrix<double>::Zero(static_cast<Eigen::Index>(simulation_.weights()[id].rows()),
                                         static_cast<Eigen::Index>(simulation_.weights()[id].columns()));
    const auto flip = [&] {
        if (simulation_.looks_back()) network_->flip();
    };
    flip();
    motion_->show(inputs, targets, pool);
    for (std::uint64_t k = 0; k < steps; ++k) {
        if (k > 0) flip();
        motion_->evaluate(k, pool);
        motion_->advance(k, pool);
        motion_->pass();
        if (!keep_directions) continue;
        for (auto& plastic : synapses_->all()) {
            const auto direction = directions_.find(plastic.weights);
            if (direction == directions_.end()) continue;
            direction->second += direction_of(plastic) / static_cast<double>(steps);
        }
    }
    flip();
    motion_->evaluate(steps, pool);
}

template <class S>
void Evaluator<S>::answer(const S* inputs, const S* targets) {
    if (!motion_) {
        clamp(inputs, targets);
        network_->answer(simulation_.pool());
        return;
    }
    motion_->rest(0);
    network_->clamp(simulation_.circuit().target, "rate", targets);
    present(inputs, nullptr, false);
}

template <class S>
void Evaluator<S>::clamp(const S* inputs, const S* targets) {
    network_->clamp(simulation_.circuit().input, "rate", inputs);
    network_->clamp(simulation_.circuit().target, "rate", targets);
}

template <class S>
double Evaluator<S>::loss() const {
    double sum = 0;
    for (const Teacher& teacher : simulation_.circuit().teachers)
        sum += mean_loss<S>(teacher.loss, network_->column(teacher.readout, teacher.signal),
                            network_->column(teacher.target, teacher.target_column),
                            simulation_.circuit().populations[teacher.readout].units, lanes());
    return sum;
}

template <class S>
std::vector<int> Evaluator<S>::answers() const {
    const Circuit& circuit = simulation_.circuit();
    const std::size_t units = circuit.populations[circuit.readout].units;
    const S* readout = network_->column(circuit.readout, "soma");
    std::vector<int> answers(lanes(), 0);
    for (std::size_t lane = 0; lane < lanes(); ++lane)
        for (std::size_t unit = 1; unit < units; ++unit)
            if (readout[unit * lanes() + lane] > readout[static_cast<std::size_t>(answers[lane]) * lanes() + lane])
                answers[lane] = static_cast<int>(unit);
    return answers;
}

template <class S>
Matrix<double> Evaluator<S>::direction_of(typename Synapses<S>::Plastic& plastic) const {
    const WeightState<S>& weights = simulation_.weights()[plastic.weights];
    return weights.as_matrix(Synapses<S>::direction(plastic, weights, lanes()));
}

template <class S>
Matrix<double> Evaluator<S>::plastic_direction(std::string_view weights) {
    const WeightsId id = simulation_.circuit().weights_named(weights);
    for (auto& plastic : synapses_->all()) {
        if (plastic.weights != id) continue;
        if (motion_) {
            // A presentation that is over is lived through once more, with an eye on these weights from now on.
            if (directions_.try_emplace(id).second) live();
            return directions_.at(id);
        }
        return direction_of(plastic);
    }
    throw std::out_of_range("weights '" + std::string(weights) + "' are not plastic");
}

template <class S>
Matrix<double> Evaluator<S>::column(std::string_view population, std::string_view column) const {
    const PopulationId p = simulation_.circuit().population(population);
    return Eigen::Map<const Matrix<S>>(network_->column(p, column),
                                       static_cast<Eigen::Index>(network_->cells(p) / lanes()),
                                       static_cast<Eigen::Index>(lanes()))
        .template cast<double>();
}

template class Evaluator<float>;
template class Evaluator<double>;

}  // namespace apical
