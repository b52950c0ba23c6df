#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "data/records.hpp"

namespace apical {

/// One array of a file of arrays.
struct Array {
    std::string name;  ///< file, and name inside it, for messages
    std::vector<std::size_t> shape;
    Numbers values;               ///< as many as the product of `shape`; row-major, unless the reader says otherwise
    bool is_whole = false;        ///< integers or truth values in the file
    bool is_from_matlab = false;  ///< stored by MATLAB in HDF5, where the order of the axes is turned round
};

/// Product of a shape; nothing above `limit` is distinguished, so that it cannot wrap round.
std::size_t element_count(const std::vector<std::size_t>& shape, std::size_t limit);

/// "3 x 4", "a single number".
std::string shape_text(const std::vector<std::size_t>& shape);

/// What the outputs of an array are.
enum class Targets {
    by_data,     ///< integers are labels, floating point is a regression
    classes,     ///< whole numbers of any type are labels
    regression,  ///< numbers of any type are targets
};

/// Samples from two arrays: `inputs` is samples x any shape, which is flattened; bytes count as pixels (255 stands for
/// 1.0). `outputs` is either one label a sample (samples, or samples x 1) or the targets of a regression (samples, or
/// samples x targets). `classes` = 0: as many as the largest label says. Warns of floating-point targets that look like
/// labels. Throws InputError for numbers that are not finite in float32, shapes that do not fit, and labels that are
/// out of range or not whole.
Records array_records(Array inputs, const Array& outputs, std::int64_t classes = 0, Targets targets = Targets::by_data);

}  // namespace apical
