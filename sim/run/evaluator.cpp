#include <algorithm>
#include <stdexcept>

#include "sim/run/simulation.hpp"

namespace apical {

template <class S>
Evaluator<S>::Evaluator(const Simulation<S>& simulation, std::size_t lanes)
    : simulation_(simulation),
      network_(simulation.circuit(), simulation.weights(), lanes, Mode::settled),
      synapses_(simulation.circuit(), network_) {}

template <class S>
void Evaluator<S>::settle(const S* inputs, const S* targets) {
    clamp(inputs, targets);
    network_.evaluate(simulation_.team());
}

template <class S>
void Evaluator<S>::answer(const S* inputs, const S* targets) {
    clamp(inputs, targets);
    network_.answer(simulation_.team());
}

template <class S>
void Evaluator<S>::clamp(const S* inputs, const S* targets) {
    network_.clamp(simulation_.circuit().input, "rate", inputs);
    network_.clamp(simulation_.circuit().target, "rate", targets);
}

template <class S>
double Evaluator<S>::loss() const {
    double sum = 0;
    for (const Teacher& teacher : simulation_.circuit().teachers)
        sum += mean_loss<S>(teacher.loss, network_.column(teacher.readout, teacher.signal),
                            network_.column(teacher.target, teacher.target_column),
                            simulation_.circuit().populations[teacher.readout].units, lanes());
    return sum;
}

template <class S>
std::vector<int> Evaluator<S>::answers() const {
    const Circuit& circuit = simulation_.circuit();
    const std::size_t units = circuit.populations[circuit.readout].units;
    const S* readout = network_.column(circuit.readout, "soma");
    std::vector<int> answers(lanes(), 0);
    for (std::size_t lane = 0; lane < lanes(); ++lane)
        for (std::size_t unit = 1; unit < units; ++unit)
            if (readout[unit * lanes() + lane] > readout[static_cast<std::size_t>(answers[lane]) * lanes() + lane])
                answers[lane] = static_cast<int>(unit);
    return answers;
}

template <class S>
Matrix<double> Evaluator<S>::plastic_direction(std::string_view weights) {
    const WeightsId id = simulation_.circuit().weights_named(weights);
    for (auto& plastic : synapses_.all()) {
        if (plastic.weights != id) continue;
        Synapses<S>::prepare(plastic);
        return simulation_.weights()[id].outer_product(plastic.post.value.data(), plastic.pre.value.data(), lanes());
    }
    throw std::out_of_range("weights '" + std::string(weights) + "' are not plastic");
}

template <class S>
Matrix<double> Evaluator<S>::column(std::string_view population, std::string_view column) const {
    const PopulationId p = simulation_.circuit().population(population);
    return Eigen::Map<const Matrix<S>>(network_.column(p, column),
                                       static_cast<Eigen::Index>(network_.cells(p) / lanes()),
                                       static_cast<Eigen::Index>(lanes()))
        .template cast<double>();
}

template class Evaluator<float>;
template class Evaluator<double>;

}  // namespace apical
