#pragma once
#include <map>
#include <string>
#include <vector>

#include "tests/papers/spiking_self_assembly/fixture.hpp"

namespace apical::self_assembly::spiking::test {

constexpr std::size_t measured_samples = 60;

/// What the instruments of a run see: variable -> its numbers, layer by layer, over the first samples of the fixture.
std::map<std::string, std::vector<double>> measured(const Net& net, const Training<double>& training);

}  // namespace apical::self_assembly::spiking::test
