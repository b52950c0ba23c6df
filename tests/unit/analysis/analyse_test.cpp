#include <cmath>
#include <fstream>

#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"
#include "tests/unit/analysis/analysed_file.hpp"

using namespace apical;
using namespace apical::test;

namespace {

Circuit small_circuit() {
    Upstream upstream = small_network();
    upstream.biases = true;
    return self_assembly::circuit(upstream, independent_motif(), small_task());
}

}  // namespace

TEST_CASE("analyse writes spectra, eigenvalues of H and W W^T, and what the instrument measures of weights") {
    const Folder folder;
    const std::string path = folder.path("run.h5");
    Observed<double> seen(small_circuit());
    write_run(seen, path);
    const std::string table = analysed({.file = path});
    const auto measured = seen.measure();
    for (const char* name : {"norm_W", "norm_Vbar", "spectral_norm_W", "effective_rank_Wbar", "effective_rank_H",
                             "smallest_eigenvalue_H", "motif_residual", "cross_asymmetry"}) {
        INFO(name);
        CHECK(table.find(name) != std::string::npos);
        const auto found = values(path, std::string("final/") + name);
        REQUIRE(found.size() == measured.at(name).size());
        for (std::size_t k = 0; k < found.size(); ++k) CHECK(found[k] == Approx(measured.at(name)[k]).epsilon(1e-9));
    }
    const Matrix<double> W = seen.simulation.weights("W1"), Vbar = seen.simulation.weights("Vbar2");
    const auto s = values(path, "final/singular_values_W1");
    REQUIRE(s.size() == 5);
    CHECK(std::sqrt(s[0] * s[0] + s[1] * s[1] + s[2] * s[2] + s[3] * s[3] + s[4] * s[4]) == Approx(W.norm()));
    CHECK(values(path, "final/eigenvalues_WWT1")[0] == Approx(s[0] * s[0]));
    // In the topographic motif H is diagonal.
    const auto H = values(path, "final/eigenvalues_H2");
    REQUIRE(H.size() == 4);
    CHECK(H[0] == Approx(Vbar.rowwise().squaredNorm().maxCoeff()));
    CHECK(H[3] == Approx(Vbar.rowwise().squaredNorm().minCoeff()));
    CHECK(values(path, "final/stable_rank_W1").size() == 1);
}

TEST_CASE("what analyse writes has units, a name and axes, and the rest of the file stays") {
    const Folder folder;
    const std::string path = folder.path("run.h5");
    write_run(Observed<double>(small_circuit()), path);
    const auto before = hdf5::File::open(path).data_set("/weights/W1").read<double>();
    analysed({.file = path});
    const hdf5::File file = hdf5::File::open(path);
    const hdf5::DataSet spectrum = file.data_set("/analysis/final/singular_values_V1");
    CHECK(spectrum.attribute("units") == "1");
    CHECK(spectrum.attribute("long_name") == "singular values of V1");
    CHECK(spectrum.scales() == std::vector<std::string>{"/analysis/final/place_5"});
    CHECK(file.data_set("/analysis/final/norm_Wbar").scales() ==
          std::vector<std::string>{"/analysis/final/feedback_layer"});
    CHECK(file.data_set("/weights/W1").read<double>() == before);
    CHECK(file.data_set("/config").text() == "model = \"self_assembly\"\n");
    CHECK_FALSE(file.is_growing());
}

TEST_CASE("any snapshot can be analysed, counted from either end, next to the final state") {
    const Folder folder;
    const std::string path = folder.path("run.h5");
    write_run(Observed<double>(small_circuit()), path);
    analysed({.file = path});
    CHECK(analysed({.file = path, .row = 0}).find("after 0 samples") != std::string::npos);
    CHECK(analysed({.file = path, .row = -2}).find("after 640 samples") != std::string::npos);
    const auto norm = values(path, "final/norm_W"), doubled = values(path, "row_0/norm_W");
    for (std::size_t k = 0; k < norm.size(); ++k) CHECK(doubled[k] == Approx(2 * norm[k]).epsilon(1e-6));
    CHECK(refused({.file = path, .row = 3}) != "");
    CHECK(refused({.file = path, .row = -4}) != "");
}

TEST_CASE("an evolution has a row a snapshot, each with what the snapshot alone would give") {
    const Folder folder;
    const std::string path = folder.path("run.h5"), own = folder.path("evolution.h5");
    write_run(Observed<double>(small_circuit()), path);
    analysed({.file = path, .row = 1});
    CHECK(analysed({.file = path, .evolution = true}).find("2 snapshots") != std::string::npos);
    analysed({.file = path, .evolution = true, .out = own, .threads = 1});
    CHECK(values(path, "evolution/time") == std::vector<double>{0, 640});
    for (const char* name : {"singular_values_W1", "eigenvalues_H2", "stable_rank_V1", "norm_W", "motif_residual"}) {
        INFO(name);
        const auto both = values(path, std::string("evolution/") + name),
                   one = values(path, std::string("row_1/") + name);
        REQUIRE(both.size() == 2 * one.size());
        CHECK(std::vector<double>(both.begin() + static_cast<std::ptrdiff_t>(one.size()), both.end()) == one);
        CHECK(both == values(own, std::string("evolution/") + name));  // whatever the threads
    }
    CHECK(hdf5::File::open(own).data_set("/analysis/evolution/norm_W").scales() ==
          std::vector<std::string>{"/analysis/evolution/time", "/analysis/evolution/layer"});
    CHECK(refused({.file = path, .evolution = true}).find("--force") != std::string::npos);
    CHECK(refused({.file = path, .evolution = true, .out = own}).find("--force") != std::string::npos);
    CHECK(refused({.file = own, .evolution = true, .force = true}).find("record.weights") != std::string::npos);
    analysed({.file = path, .metrics = {"norm_W"}, .evolution = true, .force = true});
    CHECK_FALSE(hdf5::File::open(path).exists("/analysis/evolution/singular_values_W1"));
}

TEST_CASE("an earlier analysis is replaced only when asked for") {
    const Folder folder;
    const std::string path = folder.path("run.h5");
    write_run(Observed<double>(small_circuit()), path);
    analysed({.file = path, .metrics = {"norm_W"}});
    CHECK(refused({.file = path}) != "");
    CHECK_FALSE(hdf5::File::open(path).exists("/analysis/final/singular_values_W1"));
    analysed({.file = path, .metrics = {"singular_values"}, .force = true});
    CHECK(hdf5::File::open(path).exists("/analysis/final/singular_values_W1"));
    CHECK_FALSE(hdf5::File::open(path).exists("/analysis/final/norm_W"));
}

TEST_CASE("a run that was interrupted is analysed at its last snapshot, and can still grow") {
    const Folder folder;
    const std::string path = folder.path("run.h5");
    write_run(Observed<double>(small_circuit()), path, false);
    CHECK(analysed({.file = path}).find("after 640 samples") != std::string::npos);
    CHECK(hdf5::File::open(path).is_growing());
}

TEST_CASE("what cannot be analysed is an input error, and nothing is written") {
    const Folder folder;
    const std::string path = folder.path("run.h5");
    write_run(Observed<double>(small_circuit()), path);
    CHECK(refused({.file = path, .metrics = {"norm_w"}}).find("did you mean 'norm_W'") != std::string::npos);
    CHECK(refused({.file = path, .metrics = {"cosine_sgd"}}).find("/metrics") != std::string::npos);
    CHECK(refused({.file = path, .metrics = {"rate_rms"}}).find("/metrics") != std::string::npos);
    CHECK_FALSE(hdf5::File::open(path).exists("/analysis"));
    CHECK(refused({.file = folder.path("missing.h5")}) != "");
    const std::string text = folder.path("text.h5");
    std::ofstream(text) << "no HDF5";
    CHECK(refused({.file = text}) != "");
    const std::string empty = folder.path("empty.h5");
    Hdf5Sink({.path = empty}).finish();
    CHECK(refused({.file = empty}) != "");
}

TEST_CASE("sparse weights are measured as a matrix, and named where that would be too large") {
    const Folder folder;
    const std::string path = folder.path("run.h5");
    const auto write = [&](const std::string& name, std::size_t cells, Hdf5Sink& sink) {
        const std::string axis = "cells_of_" + name;
        Axis synapses{name + "_synapse", "1", "synapse", {}};
        synapses.gathered = {axis, axis};
        synapses.addresses = {0, cells + 1, 3 * cells};
        std::vector<double> numbers(cells);
        for (std::size_t k = 0; k < cells; ++k) numbers[k] = static_cast<double>(k);
        sink.write({"/final",
                    {{axis, "1", "cell", numbers}, synapses},
                    {name, "1", "weights", {synapses.name}},
                    {2, -1, 0.5}});
    };
    {
        Hdf5Sink sink({.path = path});
        write("small", 4, sink);
        write("large", 5000, sink);
        sink.finish();
    }
    const std::string said = analysed({.file = path, .metrics = {"singular_values"}});
    CHECK(said.find("large (5000 x 5000, 3 synapses): too large for a matrix") != std::string::npos);
    const auto singular = hdf5::File::open(path).data_set("/analysis/final/singular_values_small").read<double>();
    REQUIRE(singular.size() == 4);
    CHECK(singular[0] == Approx(std::hypot(2, 0.5)));  // entries (0, 0) and (3, 0) are of one column
    CHECK(singular[1] == Approx(1));
    CHECK(singular[2] == Approx(0).margin(1e-12));
    const std::string alone = folder.path("alone.h5");
    {
        Hdf5Sink sink({.path = alone});
        write("large", 5000, sink);
        sink.finish();
    }
    CHECK(refused({.file = alone}).find("large (5000 x 5000, 3 synapses): too large") != std::string::npos);
    CHECK_FALSE(hdf5::File::open(alone).exists("/analysis"));
}
