#include "sim/experiment/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "sim/core/document.hpp"
#include "sim/core/error.hpp"
#include "sim/experiment/catalogue.hpp"
#include "sim/experiment/given.hpp"
#include "sim/experiment/same_run.hpp"
#include "sim/experiment/session.hpp"
#include "sim/hdf5/survey.hpp"
#include "sim/record/distinct_files.hpp"

namespace apical {
namespace {

namespace fs = std::filesystem;

Threads threads_of(const Experiment& experiment, const std::optional<std::int64_t>& asked) {
    return Threads::asked(asked.value_or(experiment.run.threads));
}

/// A file of initial values, while there are no threads: who looks at it is a process of its own, and one that begins
/// beside a thread may find a lock that nobody will release (seen with the address sanitizer). Whoever reads it later
/// says what is wrong with it.
void look_at(const std::string& path) {
    std::error_code none;
    if (path.empty() || !fs::exists(path, none)) return;
    try {
        hdf5::survey(path);
    } catch (const InputError&) {
        return;
    }
}

/// A session of the experiment, which `begin` makes start or resume, to its end.
template <class Begin>
Outcome follow(const Experiment& experiment, const OutputPaths& paths, const std::string& command_line, Threads threads,
               Progress& progress, const Begin& begin) {
    look_at(experiment.init.states);
    look_at(experiment.init.file);
    Session session(experiment, paths, Provenance(command_line, experiment.catalogue->extensions), threads, progress);
    begin(session);
    return session.run();
}

void refuse_existing(const std::string& path, const std::string& hint) {
    std::error_code none;
    if (fs::exists(path, none)) throw InputError({{path, 0, 0}, "", "a file that exists", "", hint});
}

/// Nothing that the run reads may be written by it, and the two files it writes are two.
void require_distinct(const Output& out, const std::string& checkpoint, const Experiment& experiment,
                      std::vector<InputFile> read) {
    require_distinct(out, read);
    read.push_back({out.path, "the results file"});
    const Node* named = experiment.document.find("checkpoint")->find("file");
    require_distinct({checkpoint, named->place, named->key, out.advice}, read);
}

/// Who takes the results file for the checkpoint is told which is which, and whether there is one to go on from.
void refuse_results_file(const std::string& path) {
    const std::string ending = ".checkpoint";
    std::error_code none;
    const bool gone = !fs::exists(path, none) && path.ends_with(ending);
    const std::string results = gone ? path.substr(0, path.size() - ending.size()) : path;
    const auto state = ending_of(results);
    if (!state) return;
    if (!gone && fs::exists(path + ending, none))
        throw InputError(
            {{path, 0, 0}, "", "the results file of a run", "its checkpoint", "did you mean '" + path + ending + "'?"});
    if (*state == "done")
        throw InputError({{path, 0, 0},
                          "",
                          results + ", whose run has come to its end",
                          "a checkpoint",
                          "with checkpoint.keep = true a run leaves one at its end, to be prolonged from"});
    if (!gone) throw InputError({{path, 0, 0}, "", "the results file of a run", "a checkpoint", ""});
}

}  // namespace

Outcome run(const RunRequest& request, const Catalogue& catalogue, Progress& progress) {
    return run(request, parse_toml_file(request.experiment), catalogue, progress);
}

Outcome run(const RunRequest& request, Node document, const Catalogue& catalogue, Progress& progress) {
    for (const std::string& change : request.changes) set(document, change);
    const Experiment experiment = resolve(document, catalogue);

    OutputPaths paths{request.out, experiment.checkpoint.file};
    if (paths.out.empty() && request.experiment.empty())
        throw InputError(
            {{}, "out", "nothing", "a file to write, as the experiment has no file to be named after", ""});
    if (paths.out.empty()) paths.out = fs::path(request.experiment).filename().replace_extension(".h5").string();
    if (paths.checkpoint.empty()) paths.checkpoint = paths.out + ".checkpoint";
    std::vector<InputFile> read = experiment.inputs;
    if (!request.experiment.empty()) read.push_back({request.experiment, "the experiment"});
    require_distinct({paths.out, {"command line", 0, 0}, "--out", "what a run reads is never replaced"},
                     paths.checkpoint, experiment, read);
    if (!request.force) {
        refuse_existing(paths.out, "choose another name with --out, or replace it with --force");
        refuse_existing(paths.checkpoint, "go on with `apical resume`, or replace it with --force");
    }
    // Made only minutes from now: a place where it cannot be made is told before.
    { const OutputFile probe(paths.checkpoint, request.force ? Existing::replaced : Existing::refused); }
    return follow(experiment, paths, request.command_line, threads_of(experiment, request.threads), progress,
                  [&](Session& session) { session.start(request.force); });
}

Outcome resume(const ResumeRequest& request, const Catalogue& catalogue, Progress& progress) {
    refuse_results_file(request.checkpoint);
    const CheckpointReader checkpoint(request.checkpoint);
    const Node before = parse_toml(checkpoint.text("config"), request.checkpoint);
    Node document = before;
    for (const std::string& change : request.changes) set(document, change);
    const Experiment experiment = resolve(document, catalogue);
    refuse_changes(before, document);
    require_same(given_of(checkpoint.text("given")), given_samples(experiment), experiment);
    const std::uint64_t end_then = checkpoint.numbers("samples").at(1);
    if (experiment.end < end_then)
        refuse(experiment.document, "run",
               experiment.is_free()         ? "duration"
               : experiment.run.samples > 0 ? "samples"
                                            : "epochs",
               fmt::format("{} {}", experiment.end, experiment.is_free() ? "steps" : "samples"),
               fmt::format("at least {}, as the run began", end_then));

    const fs::path out = fs::path(request.checkpoint).parent_path() / checkpoint.text("output");
    const OutputPaths paths{out.lexically_normal().string(), request.checkpoint};
    require_distinct({paths.out, {request.checkpoint, 0, 0}, "output", "what a run reads is never replaced"},
                     paths.checkpoint, experiment, experiment.inputs);
    return follow(experiment, paths, request.command_line, threads_of(experiment, request.threads), progress,
                  [&](Session& session) { session.resume(checkpoint); });
}

}  // namespace apical
