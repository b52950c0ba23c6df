#pragma once
#include "sim/core/document.hpp"
#include "sim/hdf5/file.hpp"

namespace apical {

/// What may change while a run goes on is little: how long it goes on, its threads, how often it is saved.

/// Throws InputError, for the command line, if another key of the experiment is not as the run began.
void refuse_changes(const Node& began, const Node& now);

/// Throws InputError unless the file's /config is that of this run.
void require_same_run(const hdf5::File& file, const Node& experiment);

}  // namespace apical
