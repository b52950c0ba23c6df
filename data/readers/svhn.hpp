#pragma once
#include <string>

#include "data/readers/array.hpp"

namespace apical {

/// The cropped digits of SVHN: a MATLAB file with X (32 x 32 x 3 x samples, bytes) and y (a label from 1 to 10 for
/// each, 10 standing for the digit 0). Pixels come out as those of CIFAR-10: all of red, then green, then blue, each
/// row by row from the top left. Label k is the digit k. Throws InputError.
Records read_svhn(const std::string& path);

/// The same from the two variables, as `read_mat` gives them.
Records svhn_records(Array images, const Array& labels);

}  // namespace apical
