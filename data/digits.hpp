#pragma once
#include "sim/core/data_source.hpp"

namespace apical {

/// 1,797 handwritten digits of 8 x 8 pixels; ships with the project.
DataSource digits_source();

}  // namespace apical
