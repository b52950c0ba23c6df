#pragma once
#include "sim/core/data_source.hpp"

namespace apical {

/// A series: cosines, and what a fixed random network of leaky logistic cells makes of them as it goes, one sample a
/// step of its own. The target of sample k is its answer before it has seen input k. For `run.order = "sequential"`.
/// After Greedy et al. 2022, Fig. 3, and the authors' later code.
DataSource leaky_teacher_source();

}  // namespace apical
