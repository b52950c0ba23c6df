#pragma once
#include "sim/sweep/plan.hpp"
#include "tests/support/catalogue.hpp"
#include "tests/support/folder.hpp"

namespace apical::test {

/// A folder with an experiment, e.toml, and what is read of sweeps of it.
struct WrittenSweep {
    Folder folder;
    WrittenSweep() {
        folder.write("e.toml",
                     "[run]\nlanes = 4\nepochs = 2\n[task]\ndataset = \"xor\"\n"
                     "[circuit]\nmodel = \"self_assembly\"\nhidden = [6]\n");
    }
    /// `text` is what follows on [sweep] and the experiment in it.
    Plan plan(const std::string& text, const std::vector<std::string>& changes = {}) const {
        return read_plan(folder.write("s.toml", "[sweep]\nexperiment = \"e.toml\"\n" + text), changes, catalogue());
    }
    /// What the error says, without the name of the folder; "" if there is none.
    std::string refusal(const std::string& text, const std::vector<std::string>& changes = {}) const {
        try {
            plan(text, changes);
        } catch (const InputError& error) {
            const std::string what = error.what(), prefix = folder.path() + "/";
            return what.starts_with(prefix) ? what.substr(prefix.size()) : what;
        }
        return "";
    }
};

/// The runs of a plan, "circuit.eta_W = 0.1, run.seed = 1", one each.
inline std::vector<std::string> runs_of(const Plan& plan) {
    std::vector<std::string> runs;
    for (const PlannedRun& run : plan.runs) runs.push_back(swept_values(plan, run));
    return runs;
}

}  // namespace apical::test
