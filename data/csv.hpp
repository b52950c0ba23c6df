#pragma once
#include "sim/core/data_source.hpp"

namespace apical {

/// A table of numbers, one row a sample: classes by label, or a regression on some columns.
DataSource csv_source();

}  // namespace apical
