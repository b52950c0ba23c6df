#include "sim/circuit/circuit.hpp"

#include <cmath>
#include <stdexcept>

namespace apical {

namespace {

template <class Id, class List>
Id index_of(const List& list, std::string_view name, const char* what) {
    for (std::size_t k = 0; k < list.size(); ++k)
        if (list[k].name == name) return Id(k);
    throw std::out_of_range(std::string("the circuit has no ") + what + " '" + std::string(name) + "'");
}

}  // namespace

double RateSchedule::at(std::uint64_t samples) const {
    const double rise = warm_up == 0 ? 1.0 : std::min(1.0, static_cast<double>(samples) / static_cast<double>(warm_up));
    // The sample that completes a period still belongs to it.
    const std::uint64_t periods = period == 0 || samples == 0 ? 0 : (samples - 1) / period;
    return rise * std::pow(factor, static_cast<double>(periods));
}

PopulationId Circuit::add(Population population) {
    populations.push_back(std::move(population));
    return PopulationId(populations.size() - 1);
}

WeightsId Circuit::add(Weights w) {
    weights.push_back(std::move(w));
    return WeightsId(weights.size() - 1);
}

void Circuit::add(Projection projection) { projections.push_back(std::move(projection)); }
void Circuit::add(Teacher teacher) { teachers.push_back(std::move(teacher)); }

PopulationId Circuit::population(std::string_view wanted) const {
    return index_of<PopulationId>(populations, wanted, "population");
}
WeightsId Circuit::weights_named(std::string_view wanted) const {
    return index_of<WeightsId>(weights, wanted, "weights");
}

std::vector<std::string> columns_of(const Population& population) {
    std::vector<std::string> columns = population.clamped;
    const auto add = [&](const std::vector<std::string>& more) {
        columns.insert(columns.end(), more.begin(), more.end());
    };
    add(population.compartments);
    for (const NoiseCurrent& noise : population.noise) columns.push_back(noise.column);
    for (const auto& neuron : population.neurons) add(neuron->states());
    for (const auto& signal : population.signals) add(signal->writes());
    return columns;
}

}  // namespace apical
