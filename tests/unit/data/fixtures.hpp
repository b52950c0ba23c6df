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
template <class S>
struct Gathered {
    std::vector<S> x, y;
};
template <class S = float>
Gathered<S> gather(const Samples& samples, const std::vector<std::uint64_t>& index) {
    Gathered<S> g{std::vector<S>(samples.features() * index.size(), S{-99}),
                  std::vector<S>(samples.outputs() * index.size(), S{-99})};
    samples.gather(index, g.x.data(), g.y.data());
    return g;
}
inline std::vector<std::uint64_t> first(std::size_t n) {
    std::vector<std::uint64_t> index(n);
    for (std::size_t i = 0; i < n; ++i) index[i] = i;
    return index;
}

}  // namespace apical
