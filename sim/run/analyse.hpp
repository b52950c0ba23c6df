#pragma once
#include <iosfwd>
#include <string>
#include <vector>

namespace apical {

/// What is to be measured on the file of a run.
struct AnalyseRequest {
    std::string file;
    std::vector<std::string> metrics{};  ///< names; empty: all
    long row = -1;  ///< which state: the snapshots of /weights from 0 on, then /final; negative: counted from the end
    bool force = false;  ///< replace an earlier /analysis
};

/// Measures, prints a table and writes into /analysis of the file. Throws InputError. Defined in `analysis`.
void analyse(const AnalyseRequest& request, std::ostream& out);

}  // namespace apical
