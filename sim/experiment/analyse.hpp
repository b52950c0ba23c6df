#pragma once
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace apical {

/// What is to be measured on the file of a run.
struct AnalyseRequest {
    std::string file;
    std::vector<std::string> metrics{};  ///< names; empty: all
    long row = -1;  ///< which state: the snapshots of /weights from 0 on, then /final; negative: counted from the end
    bool evolution = false;    ///< all snapshots, instead of one
    std::string out{};         ///< file to write to; empty: the file of the run
    std::int64_t threads = 0;  ///< for the snapshots of an evolution; 0: one for every core
    bool force = false;        ///< replace an earlier /analysis, or the file `out`
};

/// Measures, prints a table and writes into /analysis of the file. Throws InputError. Defined in `analysis`.
void analyse(const AnalyseRequest& request, std::ostream& out);

}  // namespace apical
