#pragma once
#include "sim/core/data_source.hpp"

namespace apical {

/// Continuous signals, sampled once a presentation, and what a fixed random network answers to them. Sample i belongs
/// to stream i % streams at time i / streams, so with as many streams as lanes every lane hears a signal of its own,
/// and `run.ramp` connects its samples by straight lines.
DataSource signals_source();

}  // namespace apical
