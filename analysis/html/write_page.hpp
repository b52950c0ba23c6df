#pragma once
#include <string>

#include "sim/hdf5/file.hpp"

namespace apical {

class Page;

struct PageRequest {
    std::string subject;  ///< the file of a run, the index of a sweep, or the folder of a sweep
    std::string out;      ///< empty: beside the subject, named after it
    bool force = false;   ///< an existing file may be replaced
};

/// Writes one HTML file with figures, tables, configuration and provenance, all from the HDF5 file; returns its name.
/// Throws InputError.
std::string write_page(const PageRequest& request);

/// What a page says of a run: what it reached, how it got there, spectra at the end, what was run and by what.
void describe_run(const hdf5::File& file, Page& page);
/// What a page says of a sweep: the best settings, each swept key's effect, all runs, and why some failed.
void describe_sweep(const hdf5::File& index, Page& page);

}  // namespace apical
