#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/document.hpp"

namespace apical {

/// One run of a sweep.
struct PlannedRun {
    std::uint64_t number = 0;  ///< from 1; the same however the sweep is shared out or interrupted
    Node document;             ///< the experiment, resolved: every default filled in, paths absolute
    std::string text;          ///< the same as TOML
};

/// A sweep: runs that differ in some keys.
///
/// Every entry of [[list]], every combination of [grid], every sample of [random] or [sobol] and every seed are
/// combined with each other. Samples come first in the numbering, seeds last: a sweep with more samples begins with the
/// runs of the smaller one.
struct Plan {
    std::string file;
    std::vector<std::string> swept;  ///< keys that may differ between runs, in the order of the file
    std::vector<PlannedRun> runs;
};

/// Reads SWEEP.toml, applies `changes` ("run.epochs=1") to the experiment it names, and checks every run as far as that
/// can be done without the data. Throws InputError with the place in the sweep, the experiment or the command line:
/// unknown keys, values out of range, nothing to sweep, an empty list, a key or value that comes twice.
Plan read_plan(const std::string& file, const std::vector<std::string>& changes);

/// As TOML, for people: the swept keys of a run, "circuit.eta_W = 0.1, run.seed = 2".
std::string swept_values(const Plan& plan, const PlannedRun& run);

/// The value of a dotted path in a document; null if there is none.
const Node* value_at_key(const Node& document, const std::string& key);

}  // namespace apical
