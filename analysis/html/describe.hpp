#pragma once
#include "sim/hdf5/file.hpp"

namespace apical {

class Page;

/// What a page says of a run: what it reached, how it got there, spectra at the end, what was run and by what.
void describe_run(const hdf5::File& file, Page& page);
/// What a page says of a sweep: the best settings, each swept key's effect, all runs, and why some failed.
void describe_sweep(const hdf5::File& index, Page& page);

}  // namespace apical
