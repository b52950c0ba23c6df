#include "sim/sweep/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <ostream>

#include "sim/core/toml_text.hpp"
#include "sim/experiment/experiment.hpp"
#include "sim/sweep/carrier.hpp"
#include "sim/sweep/shard.hpp"

namespace apical {
namespace {

Shard shard_of(const SweepRequest& request, const Plan& plan) {
    const Shard shard = request.shard.empty() ? Shard{} : read_shard(request.shard);
    if (shard.number > plan.runs.size())
        throw InputError({{"command line", 0, 0},
                          "shard",
                          fmt::format("{} of {}", shard.number, shard.count),
                          fmt::format("at most {}, as the sweep has so many runs", plan.runs.size()),
                          ""});
    return shard;
}

std::string folder_of_sweep(const SweepRequest& request) {
    return request.out.empty() ? std::filesystem::path(request.sweep).stem().string() : request.out;
}

/// A sweep that has been read and checked, and nothing more.
struct Prepared {
    Prepared(const SweepRequest& request, const Catalogue& catalogue)
        : plan(read_plan(request.sweep, request.changes, catalogue)),
          shard(shard_of(request, plan)),
          folder(folder_of_sweep(request)) {
        for (const PlannedRun& run : plan.runs)
            if (shard.has(run.number)) runs.push_back(&run);
        const InputFile read[] = {{request.sweep, "the sweep"}};
        folder.require_apart_from(read);
        folder.check(plan, runs);
    }
    Prepared(const Prepared&) = delete;
    Prepared& operator=(const Prepared&) = delete;

    /// What needs the data is tried with the first run that is not done: it would be wrong in all of them.
    void try_one() const {
        for (const PlannedRun* run : runs) {
            if (folder.finished(*run)) continue;
            const Experiment experiment = resolve(plan.document(*run), *plan.catalogue);
            build_circuit(experiment, *experiment.model);
            folder.require_apart_from(experiment.inputs);
            return;
        }
    }

    /// What the user should know, and need not be stopped for.
    std::vector<std::string> notes() const {
        constexpr std::size_t most_repetitions = 5;
        std::vector<std::string> all(plan.repetitions.begin(),
                                     plan.repetitions.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                                    most_repetitions, plan.repetitions.size())));
        if (plan.repetitions.size() > most_repetitions)
            all.push_back(fmt::format("... and {} more of this kind", plan.repetitions.size() - most_repetitions));
        if (const std::size_t others = folder.others(plan); others > 0)
            all.push_back(
                fmt::format("{}/runs also holds {} that this sweep does not have: left as they are, and not in "
                            "the index",
                            folder.path(), others == 1 ? "a run" : fmt::format("{} runs", others)));
        return all;
    }
    void print_notes(std::ostream& out) const {
        for (const std::string& note : notes()) out << "apical: " << note << "\n";
    }

    Plan plan;
    Shard shard;
    SweepFolder folder;
    std::vector<const PlannedRun*> runs;  ///< of the shard
};

/// TOML's strings, numbers and lists are JSON's.
std::string json_of(const Prepared& sweep, const PlannedRun& run) {
    const Node document = sweep.plan.document(run);
    std::string values;
    for (const std::string& key : sweep.plan.combinations.swept())
        if (const Node* value = value_at_key(document, key))
            values += (values.empty() ? "" : ", ") + toml_string(key) + ": " + value->text();
    return fmt::format(
        R"({{"run": {}, "name": "{}", "status": "{}", "experiment": {}, "file": {}, "log": {}, "values": {{{}}}}})",
        run.number, run.name, name_of(look_at(sweep.folder, run)), toml_string(sweep.folder.file(run, "toml")),
        toml_string(sweep.folder.file(run, "h5")), toml_string(sweep.folder.file(run, "log")), values);
}

}  // namespace

SweepOutcome sweep(const SweepRequest& request, const Catalogue& catalogue, SweepProgress& progress) {
    const Prepared sweep(request, catalogue);
    sweep.try_one();
    for (const std::string& note : sweep.notes()) progress.warn(note);
    sweep.folder.claim(sweep.plan, sweep.runs);
    const std::size_t all = sweep.plan.runs.size();
    progress.note(sweep.shard.count == 1 ? fmt::format("{} runs, in {}", all, sweep.folder.path())
                                         : fmt::format("shard {} of {} of {} runs, in {}", sweep.shard.number,
                                                       sweep.shard.count, all, sweep.folder.path()));
    return Carrier(request, sweep.plan, sweep.folder, sweep.runs, progress).carry_out();
}

void list_runs(const SweepRequest& request, const Catalogue& catalogue, bool json, std::ostream& out,
               std::ostream& notes) {
    const Prepared sweep(request, catalogue);
    sweep.try_one();
    sweep.print_notes(notes);
    if (!json) {
        for (const PlannedRun* run : sweep.runs)
            out << fmt::format("{:05}  {}\n", run->number, swept_values(sweep.plan, *run));
        return;
    }
    out << fmt::format("{{\"folder\": {}, \"runs\": [", toml_string(sweep.folder.path()));
    for (const PlannedRun* run : sweep.runs)
        out << (run == sweep.runs.front() ? "\n  " : ",\n  ") << json_of(sweep, *run);
    out << "\n]}\n";
}

void expand(const SweepRequest& request, const Catalogue& catalogue, std::ostream& out, std::ostream& notes) {
    const Prepared sweep(request, catalogue);
    sweep.try_one();
    sweep.print_notes(notes);
    sweep.folder.claim(sweep.plan, sweep.runs);
    for (const PlannedRun* run : sweep.runs) out << sweep.folder.file(*run, "toml") << "\n";
}

SweepOutcome make_index(const SweepRequest& request, const Catalogue& catalogue, std::ostream& notes) {
    const Prepared sweep(request, catalogue);
    if (!std::filesystem::is_directory(sweep.folder.path() + "/runs"))
        throw InputError({{sweep.folder.path(), 0, 0},
                          "",
                          "no runs",
                          "the folder of a sweep",
                          "`apical sweep` without --index carries it out, --expand writes its experiments"});
    sweep.print_notes(notes);
    SweepIndex index(sweep.plan, sweep.folder);
    index.update();
    return {sweep.folder.path(), index.standing(), 0, true};
}

}  // namespace apical
