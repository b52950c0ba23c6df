#pragma once
#include "tests/papers/spiking_self_assembly/fixture.hpp"

/// Circuits of self-assembly with spikes in which one thing is other: negative controls, but for the one that begins
/// anew.
namespace apical::self_assembly::spiking::test {

/// E+ and E- with weights of their own in place of Wbar2; of one hidden layer.
ModelCircuit with_own_synapses(const Net& net);
/// V reads, while it develops, too, what other cells fire, in an order of no meaning; of one hidden layer.
ModelCircuit with_wrong_partners(const Net& net);
/// Error cells that forget within 20 ms what no spike has carried.
ModelCircuit with_leaky_error_cells(const Net& net);
/// Bursts of hidden layers at random, with the probability 1/2 + d / (2 quantum a); `net` has the code `burst` and one
/// unit a partner.
ModelCircuit with_random_bursts(const Net& net);
/// All states of cells are as at the start when a presentation begins, but those of the input.
ModelCircuit that_begins_anew(const Net& net);
/// In an order of no meaning: feedback that carries no gradient.
MatrixD with_rows_exchanged(const MatrixD& weights);

}  // namespace apical::self_assembly::spiking::test
