#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/sweep/combinations.hpp"

namespace apical {

/// One run of a sweep.
struct PlannedRun {
    std::uint64_t number = 0;       ///< from 1; its row in the index
    std::string name;               ///< of its settings alone, see run_name: the same in every sweep that has the run
    std::uint64_t combination = 0;  ///< the first that gives it
};

/// A sweep: runs that differ in some keys.
struct Plan {
    const Catalogue* catalogue = nullptr;  ///< that its experiments are read with
    Combinations combinations;
    std::vector<PlannedRun> runs;
    /// Combinations that give a run which is there already, the same values in another spelling, say; as sentences with
    /// a place, each once.
    std::vector<std::string> repetitions;

    /// The experiment of a run, resolved as far as that can be done without the data: every default filled in, paths
    /// absolute.
    Node document(const PlannedRun& run) const;
};

/// Reads SWEEP.toml, applies `changes` ("run.epochs=1") to the experiment it names, and checks every run as far as that
/// can be done without the data. Throws InputError as Combinations does, for unknown keys and values out of
/// range, and for a key of [circuit] that the sweep sets and a section of the experiment, that of the model, goes
/// before.
Plan read_plan(const std::string& file, const std::vector<std::string>& changes, const Catalogue& catalogue);

/// As TOML, for people: the swept keys of a run, "circuit.eta_W = 0.1, run.seed = 2".
std::string swept_values(const Plan& plan, const PlannedRun& run);

}  // namespace apical
