#pragma once
#include <string>
#include <vector>

#include "sim/record/output_file.hpp"
#include "sim/sweep/final_metrics.hpp"
#include "sim/sweep/folder.hpp"
#include "sim/sweep/key_columns.hpp"
#include "sim/sweep/sweep.hpp"

namespace apical {

/// The table of a sweep: a row a run, whether it is done or not; every key, the swept ones first, and every final
/// metric. It holds no times and no names of machines, so that it depends on the sweep alone, not on how it was carried
/// out.
class SweepIndex {
   public:
    SweepIndex(const Plan& plan, const SweepFolder& folder) : plan_(plan), folder_(folder), rows_(plan.runs.size()) {}

    /// Looks at all runs that were not done when it last looked, and writes FOLDER/index.csv and FOLDER/index.h5, each
    /// as a whole. Several processes may do so at a time.
    void update();
    bool is_there() const;
    /// It is there, and no run has ended since.
    bool is_newer_than_runs() const;
    /// All runs of the sweep are done or have failed, as far as can be seen now.
    bool all_ended();
    /// What the last update has seen.
    SweepStanding standing() const;

   private:
    struct Row {
        Stage stage = Stage::not_begun;
        std::string reason;
        std::vector<FinalMetric> metrics;
    };
    void look_at_row(std::size_t k);
    std::vector<const std::vector<FinalMetric>*> metrics_of_runs() const;
    std::string csv() const { return folder_.path() + "/index.csv"; }
    std::string hdf5() const { return folder_.path() + "/index.h5"; }
    void write_csv(const OutputFile& file) const;
    void write_hdf5(const std::string& path) const;

    const Plan& plan_;
    const SweepFolder& folder_;
    std::vector<KeyColumn> keys_;  ///< made when they are first written
    std::vector<Row> rows_;        ///< of every run
    KnownAxes axes_;
};

/// Where a run stands; `elsewhere` if somebody holds its lock.
Stage look_at(const SweepFolder& folder, const PlannedRun& run);

/// "done", "failed", "interrupted", "running", "waiting".
std::string name_of(Stage stage);

}  // namespace apical
