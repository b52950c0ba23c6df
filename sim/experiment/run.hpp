#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/document.hpp"
#include "sim/core/interruption.hpp"
#include "sim/experiment/progress.hpp"

namespace apical {

struct Catalogue;

struct RunRequest {
    std::string experiment;               ///< TOML file; "" for one that is no file
    std::vector<std::string> changes;     ///< "run.lanes=64"
    std::string out;                      ///< empty: named after the experiment, in the current folder
    bool force = false;                   ///< existing files may be replaced
    std::optional<std::int64_t> threads;  ///< instead of run.threads
    std::string command_line;             ///< for the provenance
};

struct ResumeRequest {
    std::string checkpoint;
    std::vector<std::string> changes;  ///< of the few keys that may change
    std::optional<std::int64_t> threads;
    std::string command_line;
};

struct Outcome {
    std::string file;
    std::string checkpoint;  ///< that was left; "" if none
    int signal = 0;          ///< that stopped the run; 0: it came to its end
    std::uint64_t now = 0;   ///< presented samples, or steps of a free run
    std::string moment{};    ///< the same in words: "after 320 samples"
    /// What was done can be told: as long as this lives, no signal ends the program.
    std::shared_ptr<const Interruption> interruption{};
};

/// Runs an experiment to its end, or until a signal asks it to stop (interruption.hpp), after which it can be resumed;
/// one that comes before the first step ends the program, and leaves nothing behind. Throws InputError, before anything
/// is written, and RunError, which leaves a readable file with all rows so far.
Outcome run(const RunRequest& request, const Catalogue& catalogue, Progress& progress);
/// The same of an experiment that was read already, or made by a program; `request.changes` are still to be made.
Outcome run(const RunRequest& request, Node document, const Catalogue& catalogue, Progress& progress);

/// Goes on from a checkpoint, in the same file. On the same binary and type of processor the result is that of a run
/// that was never stopped, to the last bit.
Outcome resume(const ResumeRequest& request, const Catalogue& catalogue, Progress& progress);

}  // namespace apical
