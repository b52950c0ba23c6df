#pragma once
#include "sim/experiment/instrument.hpp"

namespace apical {

/// What the error spikes of models/sign_concordant do to its weights, each added up over presentations of the
/// evaluation batch, against three references of different meaning: the gradient of the loss that the spikes have, the
/// same circuit with feedback that carries it, and a network of rates. Other circuits have none of it.
MetricSet error_spike_metrics();

}  // namespace apical
