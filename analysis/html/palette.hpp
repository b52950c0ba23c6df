#pragma once
#include <string>
#include <vector>

namespace apical {

// A method, a population or a layer has one colour everywhere; no method has that of a layer.

/// Of a model, by its place among all `models`: Okabe and Ito's colours, which the colour-blind can tell apart.
std::string method_colour(const std::string& model, const std::vector<std::string>& models);

/// Of a population that fires, by its place in the file: the same colours.
std::string population_colour(std::size_t place);

/// Of layer `l`, counted from 1 (what lies outside counts as the nearest), of `layers`: from dark to light.
std::string layer_colour(std::size_t l, std::size_t layers);

}  // namespace apical
