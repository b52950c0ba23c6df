#pragma once
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

namespace apical {

struct Catalogue;

/// What is to be measured on the file of a run.
struct AnalyseRequest {
    std::string file;
    std::vector<std::string> metrics{};  ///< names; empty: all
    long row = -1;  ///< which state: the snapshots of /weights from 0 on, then /final; negative: counted from the end
    bool evolution = false;       ///< all snapshots, instead of one
    std::string from{}, until{};  ///< of spikes: "200 ms"; empty: as the run, and to its end
    std::string out{};            ///< file to write to; empty: the file of the run
    std::int64_t threads = 0;     ///< for the snapshots of an evolution; 0: one for every core
    bool force = false;           ///< replace an earlier /analysis, or the file `out`
};

struct PageRequest {
    std::string subject;  ///< the file of a run, the index of a sweep, or the folder of a sweep
    std::string out;      ///< empty: beside the subject, named after it
    bool force = false;   ///< an existing file may be replaced
};

struct ExportRequest {
    std::string file;                   ///< of a run
    std::string folder;                 ///< to write to; empty: the name of the file without its ending
    std::vector<std::string> groups{};  ///< "/metrics"; empty: all series but /weights
    bool force = false;                 ///< existing files may be replaced
    std::string format = "csv";         ///< or "sonata", "nwb": of spikes
};

/// What a program does with files of results. A command that is not set is not there.
struct ResultCommands {
    /// Measures on the weights of a file, prints a table and writes into its group /analysis.
    std::function<void(const AnalyseRequest&, const Catalogue&, std::ostream&)> analyse{};
    /// Writes one HTML file with figures, tables, configuration and provenance; returns its name.
    std::function<std::string(const PageRequest&, const Catalogue&)> report{};
    /// Writes groups of a run as CSV, or in another format; returns the names of the files.
    std::function<std::vector<std::string>(const ExportRequest&)> export_groups{};
    /// Draws pictures: the words of the command line after its name go to another program, whose exit status is the
    /// result.
    std::function<int(const std::vector<std::string>&)> plot{};
};

}  // namespace apical
