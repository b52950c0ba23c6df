#pragma once
#include <string>
#include <vector>

#include "sim/record/output_file.hpp"
#include "sim/sweep/final_metrics.hpp"
#include "sim/sweep/folder.hpp"
#include "sim/sweep/key_columns.hpp"

namespace apical {

/// The table of a sweep: a row a run, whether it is done or not; every key, the swept ones first, and every final
/// metric. It holds no times and no names of machines, so that it depends on the sweep alone, not on how it was carried
/// out.
class SweepIndex {
   public:
    SweepIndex(const Plan& plan, const SweepFolder& folder)
        : plan_(plan), folder_(folder), keys_(key_columns(plan)), rows_(plan.runs.size()) {}

    /// Looks at all runs that were not done when it last looked, and writes FOLDER/index.csv and FOLDER/index.h5, each
    /// as a whole. Several processes may do so at a time.
    void update();

   private:
    struct Row {
        Stage stage = Stage::not_begun;
        std::string reason;
        std::vector<FinalMetric> metrics;
    };
    Row look_at(const PlannedRun& run);
    std::vector<const std::vector<FinalMetric>*> metrics_of_runs() const;
    void write_csv(const OutputFile& file) const;
    void write_hdf5(const std::string& path) const;

    const Plan& plan_;
    const SweepFolder& folder_;
    std::vector<KeyColumn> keys_;
    std::vector<Row> rows_;  ///< of every run
    KnownAxes axes_;
};

/// "done", "failed", "interrupted", "running", "waiting".
std::string name_of(Stage stage);

}  // namespace apical
