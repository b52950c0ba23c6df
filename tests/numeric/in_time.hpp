#pragma once
#include <Eigen/Core>
#include <string>

#include "sim/protocol/evaluator.hpp"
#include "sim/protocol/training.hpp"
#include "sim/steppers/stepper.hpp"

namespace apical {

inline Setup in_time(const std::string& stepper, double step, double presentation, std::size_t lanes = 1) {
    Setup setup;
    setup.mode = Mode::continuous;
    setup.lanes = lanes;
    setup.clock.stepper = stepper;
    setup.clock.step = step;
    setup.clock.presentation = presentation;
    return setup;
}

/// A column as (units x lanes).
template <class S>
Matrix<double> column_of(const Network<S>& network, const Circuit& circuit, const std::string& population,
                         const std::string& column) {
    const PopulationId p = circuit.population(population);
    return Eigen::Map<const Matrix<S>>(network.column(p, column),
                                       static_cast<Eigen::Index>(circuit.populations[p].units),
                                       static_cast<Eigen::Index>(network.lanes()))
        .template cast<double>();
}

template <class S>
Matrix<double> column_of(const Training<S>& simulation, const std::string& population, const std::string& column) {
    return column_of(simulation.network(), simulation.circuit(), population, column);
}

/// Standard normal numbers, the same for the same name and `event`.
template <class S>
Matrix<S> sample(std::size_t units, std::size_t lanes, const std::string& name, std::uint64_t event = 0) {
    const Random random(23);
    Matrix<S> values(static_cast<Eigen::Index>(units), static_cast<Eigen::Index>(lanes));
    std::uint32_t entity = 0;
    for (Eigen::Index k = 0; k < values.size(); ++k)
        values.data()[k] = static_cast<S>(random.normal(Random::stream(name), entity++, event));
    return values;
}

}  // namespace apical
