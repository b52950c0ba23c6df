#include "sim/sweep/folder.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/core/error.hpp"
#include "sim/hdf5/file.hpp"
#include "sim/record/output_file.hpp"

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

}  // namespace

void SweepFolder::claim(const Plan& plan) const {
    const std::string hint = "choose another folder with --out, or remove this one";
    std::error_code none;
    if (exists(path_) && !fs::is_directory(path_, none))
        throw InputError({{path_, 0, 0}, "", "a file", "a folder, or nothing", "choose another one with --out"});
    std::vector<const PlannedRun*> missing;
    for (const PlannedRun& run : plan.runs) {
        const std::string toml = file(run, "toml");
        if (exists(toml)) {
            if (content(toml) != run.text)
                throw InputError({{toml, 0, 0}, "", "a run of another sweep", swept_values(plan, run), hint});
            continue;
        }
        if (exists(file(run, "h5")))
            throw InputError({{file(run, "h5"), 0, 0}, "", "a file that is not of this sweep", "", hint});
        missing.push_back(&run);
    }
    fs::create_directories(path_ + "/runs", none);
    if (!fs::is_directory(path_ + "/runs"))
        throw InputError({{path_, 0, 0}, "", "a folder that cannot be made", "", none.message()});
    for (const PlannedRun* run : missing) make_once(file(*run, "toml"), run->text);
}

std::string SweepFolder::name(const PlannedRun& run, const std::string& kind) {
    return fmt::format("runs/{:05}.{}", run.number, kind);
}

Stage SweepFolder::stage(const PlannedRun& run) const {
    if (exists(file(run, "h5")) && is_done(file(run, "h5"))) return Stage::done;
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

bool is_done(const std::string& file) {
    try {
        const hdf5::File run = hdf5::File::open(file);
        return run.exists("/provenance") && run.group("/provenance").attribute("ending") == "done";
    } catch (const InputError&) {
        return false;  // killed before anything was in it
    }
}

}  // namespace apical
