#pragma once
#include <iosfwd>
#include <string>
#include <vector>

#include "sim/experiment/catalogue.hpp"

namespace apical {

/// Measures on the weights of a file, prints a table and writes into its /analysis. Throws InputError.
void analyse(const AnalyseRequest& request, const Catalogue& catalogue, std::ostream& out);

/// Writes one HTML file with figures, tables, configuration and provenance, all from the HDF5 file; returns its name.
/// Throws InputError.
std::string write_page(const PageRequest& request, const Catalogue& catalogue);

/// Writes groups of a run in another format and returns the names of the files. CSV, of a group with a time axis: one
/// file, with a row an instant and a column a number, "time", "loss", "cosine_h_sgd[2]", "soma[4,0]" (values along the
/// axes in brackets). Of a group without (/final): a file a variable, rows and columns as in the matrix, without a
/// head. Rows are read a megabyte at a time. Of spikes a row each, "timestamps,node_ids". SONATA: the spikes of all
/// populations in one file, spikes.h5. NWB: likewise, spikes.nwb. Throws InputError for a group that is not there, or
/// files that are; RunError if they cannot be written.
std::vector<std::string> export_groups(const ExportRequest& request);

/// Becomes the Python program analysis/plot.py with these words, in the interpreter that $APICAL_PYTHON names, or else
/// /usr/bin/python3, or python3; returns only by throwing a RunError, if there is neither the one nor the other.
int plot(const std::vector<std::string>& words);

}  // namespace apical
