#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <sstream>

#include "python/binding/values.hpp"
#include "sim/experiment/provenance.hpp"
#include "sim/sweep/sweep.hpp"

namespace apical::python {
namespace {

/// What the program prints for `apical sweep --list --json`, and what it notes.
nb::tuple runs_of_sweep(const std::string& file, const std::string& folder) {
    SweepRequest request;
    request.sweep = file;
    request.out = folder;
    std::ostringstream out, notes;
    const Turn turn;
    list_runs(request, catalogue(), true, out, notes);
    return nb::make_tuple(out.str(), notes.str());
}

/// Writes the experiments of all runs into the folder.
void claim_runs(const std::string& file, const std::string& folder) {
    SweepRequest request;
    request.sweep = file;
    request.out = folder;
    std::ostringstream out, notes;
    const Turn turn;
    expand(request, catalogue(), out, notes);
}

nb::dict index_of_sweep(const std::string& file, const std::string& folder) {
    SweepRequest request;
    request.sweep = file;
    request.out = folder;
    std::ostringstream notes;
    const Turn turn;
    const SweepStanding standing = make_index(request, catalogue(), notes).standing;
    nb::dict result;
    result["runs"] = standing.runs;
    result["done"] = standing.done;
    result["failed"] = standing.failed;
    result["interrupted"] = standing.interrupted;
    return result;
}

}  // namespace

void bind_sweeps(nb::module_& module) {
    module.def("ending_of", [](const std::string& file) {
        const Turn turn;
        return ending_of(file).value_or("");
    });
    module.def("runs_of_sweep", runs_of_sweep);
    module.def("claim_runs", claim_runs);
    module.def("index_of_sweep", index_of_sweep);
}

}  // namespace apical::python
