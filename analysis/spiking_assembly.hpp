#pragma once
#include "sim/experiment/instrument.hpp"

namespace apical {

/// What error spikes do in models/self_assembly with cells that fire (SPIKING.md), on the evaluation batch, sample by
/// sample and without learning: the update of W that they ask for, against three references of different meaning, and
/// how well the code, the layers and the cross synapses are. Other circuits have none of it.
MetricSet spiking_assembly_metrics();

}  // namespace apical
