#pragma once
#include <string>

namespace apical {

struct PageRequest {
    std::string subject;  ///< the file of a run, the index of a sweep, or the folder of a sweep
    std::string out;      ///< empty: beside the subject, named after it
    bool force = false;   ///< an existing file may be replaced
};

/// Writes one HTML file with figures, tables, configuration and provenance, all from the HDF5 file; returns its name.
/// Throws InputError. Defined in `analysis`.
std::string write_page(const PageRequest& request);

}  // namespace apical
