#pragma once
#include "sim/core/data_source.hpp"

namespace apical {

/// The two published sets of 32 x 32 colour images; looked for in the folders of `data_folders`. An input is all of
/// red, then green, then blue, each row by row from the top left.
DataSource cifar10_source();
DataSource svhn_source();

}  // namespace apical
