#pragma once
#include <string>
#include <vector>

namespace apical {

struct ExportRequest {
    std::string file;                   ///< of a run
    std::string folder;                 ///< to write to; empty: the name of the file without its ending
    std::vector<std::string> groups{};  ///< "/metrics"; empty: all series but /weights
    bool force = false;                 ///< existing files may be replaced
};

/// Writes groups of a run as CSV and returns the names of the files. Of a group with a time axis: one file, with a row
/// an instant and a column a number, "time", "loss", "cosine_h_sgd[2]", "soma[4,0]" (values along the axes in
/// brackets). Of a group without (/final): a file a variable, rows and columns as in the matrix, without a head. Rows
/// are read a megabyte at a time. Throws InputError for a group that is not there, or files that are; RunError if they
/// cannot be written. Defined in `analysis`.
std::vector<std::string> export_csv(const ExportRequest& request);

}  // namespace apical
