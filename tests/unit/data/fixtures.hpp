#pragma once
// What the tests ask of a source.
#include <string>
#include <vector>

#include "data/registry.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/data/made_files.hpp"

namespace apical {

/// The parts of the InputError that `action` throws. Anything else fails the test.
template <class Action>
InputError::Parts error_of(Action&& action) {
    try {
        action();
    } catch (const InputError& error) {
        return error.parts();
    }
    FAIL("no InputError");
    return {};
}

/// Loads as an experiment would: `text` is the body of [task].
inline DataSet load(const std::string& dataset, const std::string& text, std::uint64_t seed = 1) {
    const Node root = parse_toml("[task]\ndataset = '" + dataset + "'\nloss = 'softmax'\n" + text, "experiment.toml");
    for (const DataSource& source : data_sources())
        if (source.name == dataset) return source.load(*root.find("task"), Random(seed));
    throw std::runtime_error("no data set " + dataset);
}

/// Inputs and targets of some samples, features x lanes and outputs x lanes, row-major.
struct Gathered {
    std::vector<float> x, y;
};
inline Gathered gather(const Samples& samples, const std::vector<std::uint64_t>& index) {
    Gathered g{std::vector<float>(samples.features() * index.size(), -99.0f),
               std::vector<float>(samples.outputs() * index.size(), -99.0f)};
    samples.gather(index, g.x.data(), g.y.data());
    return g;
}
inline std::vector<std::uint64_t> first(std::size_t n) {
    std::vector<std::uint64_t> index(n);
    for (std::size_t i = 0; i < n; ++i) index[i] = i;
    return index;
}

}  // namespace apical
