// Which matrices of a file `analyse` takes for the layers of a network: by what the file names, whatever their sizes.
#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"
#include "tests/unit/analysis/analysed_file.hpp"

using namespace apical;
using namespace apical::test;

namespace {

/// What the instruments measure of weights must be what `analyse` measures of the file, in all layers; with the names.
void require_same(Circuit circuit, const std::vector<std::string>& names) {
    const Folder folder;
    const std::string path = folder.path("run.h5");
    Observed<double> seen(std::move(circuit));
    write_run(seen, path);
    analysed({.file = path});
    analysed({.file = path, .evolution = true});
    const auto measured = seen.measure();
    for (const std::string& name : names) {
        INFO(name);
        const auto found = values(path, "final/" + name), over_time = values(path, "evolution/" + name);
        REQUIRE(found.size() == measured.at(name).size());
        REQUIRE(over_time.size() == 2 * found.size());
        for (std::size_t k = 0; k < found.size(); ++k) {
            CHECK(found[k] == Approx(measured.at(name)[k]).epsilon(1e-6));
            CHECK(over_time[found.size() + k] == Approx(found[k]).epsilon(1e-5));
        }
    }
}

/// A file whose /final has matrices of these names and sizes, all entries alike.
struct Named {
    const char* name;
    Eigen::Index rows, columns;
};
void write_matrices(const std::string& path, const std::vector<Named>& matrices, double entry = 1) {
    Hdf5Sink sink({.path = path});
    const auto axis = [](const std::string& name, Eigen::Index n) {
        return Axis{name, "1", "cells", std::vector<double>(static_cast<std::size_t>(n))};
    };
    for (const auto& [name, rows, columns] : matrices) {
        const Axis post = axis(std::string(name) + "_post", rows), pre = axis(std::string(name) + "_pre", columns);
        sink.write({"/final",
                    {post, pre},
                    {name, "1", name, {post.name, pre.name}},
                    std::vector<double>(static_cast<std::size_t>(rows * columns), entry)});
    }
    sink.finish();
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("layers of one cell, at the input, between and at the output, are layers; biases never are") {
    const std::vector<std::size_t> sizes = GENERATE(
        std::vector<std::size_t>{2, 1, 2}, std::vector<std::size_t>{1, 4, 3}, std::vector<std::size_t>{3, 4, 1},
        std::vector<std::size_t>{5, 3, 1, 4}, std::vector<std::size_t>{1, 1, 1});
    Upstream upstream;
    upstream.hidden.assign(sizes.begin() + 1, sizes.end() - 1);
    upstream.biases = GENERATE(false, true);
    const TaskShape task{sizes.front(), sizes.back(), Loss::squared_error, 1};
    require_same(backpropagation_circuit(upstream, task), {"norm_W", "spectral_norm_W", "effective_rank_W"});
    require_same(self_assembly::circuit(upstream, independent_motif(), task),
                 {"norm_W", "norm_Wbar", "norm_V", "smallest_eigenvalue_H", "motif_residual", "cosine_path"});
}

TEST_CASE("matrices that make no network are measured one by one, and the table says why") {
    const Folder folder;
    const std::string path = folder.path("strange.h5");
    write_matrices(path, {{"W1", 4, 3}, {"W2", 2, 5}, {"V1", 7, 7}, {"Vbar1", 2, 3}, {"Wbar2", 9, 9}});
    const std::string table = analysed({.file = path});
    CHECK(contains(table, "W2 (2 x 5) does not stand on W1 (4 x 3)"));
    CHECK(values(path, "final/singular_values_W1")[0] == Approx(std::sqrt(12)));
    CHECK_FALSE(hdf5::File::open(path).exists("/analysis/final/norm_W"));
}

TEST_CASE("without a first layer there are matrices and no layers; a gap ends the network") {
    const Folder folder;
    const std::string path = folder.path("strange.h5"), gap = folder.path("gap.h5");
    write_matrices(path, {{"W2", 4, 3}, {"W3", 1, 4}, {"A", 1, 1}});
    const std::string table = analysed({.file = path});
    CHECK(contains(table, "W2: the file has no W1"));
    CHECK(contains(table, "W3: the file has no W1"));
    CHECK(values(path, "final/singular_values_W3")[0] == Approx(2));
    CHECK(values(path, "final/singular_values_A")[0] == Approx(1));
    CHECK_FALSE(contains(table, "nan"));
    write_matrices(gap, {{"W1", 4, 3}, {"W3", 2, 4}});
    CHECK(contains(analysed({.file = gap}), "W3: the file has no W2"));
    CHECK(values(gap, "final/norm_W").size() == 1);
}

TEST_CASE("weights that are not numbers have no value in the tables, and NaN in the file") {
    const Folder folder;
    const std::string path = folder.path("lost.h5");
    write_matrices(path, {{"W1", 4, 3}, {"W2", 2, 4}}, NAN);
    const std::string table = analysed({.file = path});
    CHECK(contains(table, "no value"));
    CHECK_FALSE(contains(table, "nan"));
    CHECK(std::isnan(values(path, "final/norm_W")[1]));
}

TEST_CASE("cross synapses that are not complete or do not fit are named, and the layers of W stay") {
    const Folder folder;
    const std::string path = folder.path("parts.h5"), wrong = folder.path("wrong.h5");
    const std::vector<Named> W{{"W1", 4, 3}, {"W2", 2, 4}, {"W3", 1, 2}};
    auto some = W;
    some.insert(some.end(), {{"V1", 5, 4}, {"Vbar1", 4, 5}});
    write_matrices(path, some);
    CHECK(contains(analysed({.file = path}), "V1: the file has no V2"));
    CHECK(values(path, "final/norm_W").size() == 3);
    auto all = some;
    all.insert(all.end(), {{"V2", 3, 2}, {"Vbar2", 3, 2}});
    write_matrices(wrong, all);
    CHECK(contains(analysed({.file = wrong}), "Vbar2 (3 x 2): beside the other matrices it would have to be 2 x 3"));
    CHECK_FALSE(hdf5::File::open(wrong).exists("/analysis/final/norm_V"));
}

TEST_CASE("what the file has no matrices for is refused, or said beside what was measured") {
    const Folder folder;
    const std::string path = folder.path("run.h5"), none = folder.path("none.h5");
    write_matrices(path, {{"W1", 4, 3}});
    CHECK(contains(refused({.file = path, .metrics = {"smallest_eigenvalue_H"}}), "smallest_eigenvalue_H"));
    CHECK_FALSE(hdf5::File::open(path).exists("/analysis"));
    CHECK(contains(analysed({.file = path, .metrics = {"norm_W", "norm_V"}}), "not measured: norm_V"));
    Hdf5Sink sink({.path = none});
    sink.write({"/final", {}, {"loss", "1", "", {}}, {1}, Storage::float64});
    sink.finish();
    CHECK(contains(refused({.file = none}), "no weights"));
    CHECK(contains(refused({.file = none, .evolution = true}), "no snapshots"));
}
