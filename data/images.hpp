#pragma once
#include "sim/core/data_source.hpp"

namespace apical {

/// Your own images in IDX files.
DataSource idx_source();
/// The two published sets that come as four IDX files; looked for in the folders of `data_folders`.
DataSource mnist_source();
DataSource fashion_mnist_source();

}  // namespace apical
