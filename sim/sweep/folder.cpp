#include "sim/sweep/folder.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/core/error.hpp"
#include "sim/experiment/experiment.hpp"
#include "sim/experiment/provenance.hpp"
#include "sim/record/distinct_files.hpp"
#include "sim/record/output_file.hpp"
#include "sim/sweep/identity.hpp"

namespace apical {
namespace {

namespace fs = std::filesystem;

bool exists(const std::string& path) {
    std::error_code none;
    return fs::exists(path, none);
}

std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// The file appears whole or not at all, and never in the place of another: its lock may be held.
void make_once(const std::string& path, const std::string& text) {
    try {
        write_file(path, Existing::refused, text);
    } catch (const InputError&) {
        if (!exists(path)) throw;
    }
}

/// The folder that is there, of this one and those above it.
fs::path first_there(const std::string& path) {
    fs::path folder = fs::absolute(path).lexically_normal();
    while (!exists(folder.string()) && folder.has_relative_path()) folder = folder.parent_path();
    return folder;
}

/// The names that runs had before they were named by their settings: 00001, 00002 ...
bool is_number(const std::string& name) {
    return name.size() >= 5 && name.size() < 20 &&
           std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool SweepFolder::is_claimed(const PlannedRun& run) const { return exists(file(run, "toml")); }

std::set<std::string> SweepFolder::present() const {
    std::set<std::string> names;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(path_ + "/runs", none))
        if (entry.path().extension() == ".toml") names.insert(entry.path().stem().string());
    return names;
}

std::size_t SweepFolder::others(const Plan& plan) const {
    std::set<std::string> names = present();
    for (const PlannedRun& run : plan.runs) names.erase(run.name);
    return names.size();
}

void SweepFolder::check(const Plan& plan, const std::vector<const PlannedRun*>& runs) const {
    const std::string hint = "choose another folder with --out, or remove this one";
    std::error_code none;
    if (exists(path_) && !fs::is_directory(path_, none))
        throw InputError({{path_, 0, 0}, "", "a file", "a folder, or nothing", "choose another one with --out"});
    const fs::path above = first_there(path_);
    const bool is_folder = fs::is_directory(above, none);
    if (!is_folder || access(above.c_str(), W_OK | X_OK) != 0)
        throw InputError({{path_, 0, 0},
                          "",
                          is_folder ? above.string() + ", where nothing may be written" : above.string() + ", a file",
                          "a folder to write to",
                          "choose another one with --out"});
    const std::set<std::string> names = present();
    const auto numbered = std::find_if(names.begin(), names.end(), is_number);
    if (numbered != names.end())
        throw InputError({{path_ + "/runs/" + *numbered + ".toml", 0, 0},
                          "",
                          "a run under a number, of an earlier version of apical",
                          "runs named by their settings",
                          "its results and its index can be read as ever; to go on, choose another folder with --out"});
    if (!names.empty() && std::none_of(plan.runs.begin(), plan.runs.end(),
                                       [&](const PlannedRun& run) { return names.contains(run.name); }))
        throw InputError({{path_ + "/runs", 0, 0},
                          "",
                          fmt::format("{} of another sweep", names.size() == 1 ? "a run" : "runs"),
                          "at least one run of this sweep, or none at all",
                          hint});
    for (const PlannedRun* run : runs) {
        if (names.contains(run->name)) require_same(plan, *run);
        else if (exists(file(*run, "h5")))
            throw InputError({{file(*run, "h5"), 0, 0},
                              "",
                              "results without " + run->name + ".toml beside them",
                              "the files of a run of this sweep",
                              hint});
    }
    for (const std::string& index : indices())
        if (names.empty() && exists(index))
            throw InputError({{index, 0, 0}, "", "a file without runs beside it", "the index of this sweep", hint});
}

void SweepFolder::require_apart_from(std::span<const InputFile> inputs) const {
    for (const std::string& index : indices())
        require_distinct({index, {"command line", 0, 0}, "--out", "what a sweep reads is never replaced"}, inputs);
}

/// The settings in the TOML file of a run give its name. A default that has changed since it was written is another
/// setting.
void SweepFolder::require_same(const Plan& plan, const PlannedRun& run) const {
    const std::string path = file(run, "toml");
    const Node planned = plan.document(run);
    if (content(path) == to_toml(planned)) return;
    const Node written = read_experiment(parse_toml_file(path), *plan.catalogue).document;
    if (run_name(written, *plan.catalogue) == run.name) return;
    throw InputError({{path, 0, 0},
                      "",
                      "settings that are not those of its name",
                      swept_values(plan, run),
                      "it was changed by hand, or a default has changed since; choose another folder with --out"});
}

void SweepFolder::claim(const Plan& plan, const std::vector<const PlannedRun*>& runs) const {
    std::error_code none;
    fs::create_directories(path_ + "/runs", none);
    if (!fs::is_directory(path_ + "/runs"))
        throw InputError({{path_, 0, 0}, "", "a folder that cannot be made", "", none.message()});
    for (const PlannedRun* run : runs)
        if (!is_claimed(*run)) make_once(file(*run, "toml"), to_toml(plan.document(*run)));
}

std::string SweepFolder::name(const PlannedRun& run, const std::string& kind) {
    return fmt::format("runs/{}.{}", run.name, kind);
}

std::optional<hdf5::File> SweepFolder::finished(const PlannedRun& run) const {
    const std::string path = file(run, "h5");
    if (!exists(path) || ending_of(path) != "done") return std::nullopt;
    return hdf5::File::open(path);
}

Stage SweepFolder::stage(const PlannedRun& run) const { return finished(run) ? Stage::done : stage_of_unfinished(run); }

Stage SweepFolder::stage_of_unfinished(const PlannedRun& run) const {
    if (exists(file(run, "failed"))) return Stage::failed;
    return exists(file(run, "h5")) && exists(file(run, "h5.checkpoint")) ? Stage::half_done : Stage::not_begun;
}

std::string SweepFolder::reason(const PlannedRun& run) const { return content(file(run, "failed")); }

void SweepFolder::note_failure(const PlannedRun& run, const std::string& reason) const {
    write_file(file(run, "failed"), Existing::ours, reason);
}

std::string SweepFolder::last_message(const PlannedRun& run) const {
    std::istringstream log(content(file(run, "log")));
    std::string line, last;
    while (std::getline(log, line))
        if (!line.empty()) last = line;
    const std::string prefix = "apical: error: ";
    return last.starts_with(prefix) ? last.substr(prefix.size()) : last;
}

}  // namespace apical
