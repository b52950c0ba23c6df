#pragma once
#include <string>

#include "sim/circuit/circuit.hpp"
#include "sim/dynamics/simulation.hpp"

namespace apical {

/// Whether what states do comes back to them within one instant: through other cells, not by their own leak.
bool is_recurrent(const Circuit& circuit);

/// How many times a small disturbance of the states is as large a step later, in the long run, with these inputs (d_0 x
/// 1), the present weights, no teacher, noise or plasticity: the spectral radius of the step, by power iteration beside
/// a trajectory. Above 1 the cells excite themselves without end, unless they saturate; infinite if they already have.
/// Continuous dynamics.
template <class S>
double growth_of_a_step(const Simulation<S>& simulation, const S* inputs);

/// "" unless the circuit is recurrent and a disturbance grows; inputs (d_0 x 1). Continuous dynamics.
template <class S>
std::string warning_of_loops(const Simulation<S>& simulation, const S* inputs);

extern template double growth_of_a_step(const Simulation<float>&, const float*);
extern template double growth_of_a_step(const Simulation<double>&, const double*);
extern template std::string warning_of_loops(const Simulation<float>&, const float*);
extern template std::string warning_of_loops(const Simulation<double>&, const double*);

}  // namespace apical
