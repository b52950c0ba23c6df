#pragma once
#include <cmath>
#include <string>

#include "models/pal/circuit.hpp"
#include "sim/protocol/training.hpp"

namespace apical::pal {

/// Steps of the authors: explicit Euler throughout, the output a step late.
inline Setup as_the_authors(double step, double presentation, std::uint64_t seed = 1) {
    Setup setup;
    setup.mode = Mode::continuous;
    setup.lanes = 1;
    setup.seed = seed;
    setup.clock.stepper = "euler_maruyama";
    setup.clock.step = step;
    setup.clock.presentation = presentation;
    setup.clock.is_plasticity_exact = false;
    return setup;
}

inline Circuit net(std::vector<std::int64_t> sizes, const Parameters& parameters,
                   const std::string& activation = "logistic") {
    const auto inputs = static_cast<std::size_t>(sizes.front()), outputs = static_cast<std::size_t>(sizes.back());
    return circuit({{sizes.begin() + 1, sizes.end() - 1}, activation}, parameters,
                   {inputs, outputs, Loss::squared_error, 100});
}

/// Two matrices as directions: the angle between them, in degrees.
inline double angle(const Matrix<double>& a, const Matrix<double>& b) {
    return std::acos((a.array() * b.array()).sum() / (a.norm() * b.norm())) * 180 / M_PI;
}

/// Of the accepted columns, as a vector (one lane).
inline Eigen::VectorXd column(const Training<double>& simulation, const std::string& population,
                              const std::string& name) {
    const PopulationId p = simulation.circuit().population(population);
    return Eigen::Map<const Eigen::VectorXd>(simulation.network().column(p, name),
                                             static_cast<Eigen::Index>(simulation.network().cells(p)));
}

}  // namespace apical::pal
