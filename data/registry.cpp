#include "data/registry.hpp"

#include "data/arrays.hpp"
#include "data/colour_images.hpp"
#include "data/csv.hpp"
#include "data/digits.hpp"
#include "data/images.hpp"
#include "data/leaky_teacher.hpp"
#include "data/signals.hpp"
#include "data/teacher_student.hpp"
#include "data/xor.hpp"
#include "data/yinyang.hpp"

namespace apical {

std::vector<DataSource> data_sources() {
    return {
        // One line each, whatever the formatter thinks.
        // clang-format off
        digits_source(),
        csv_source(),
        npy_source(),
        hdf5_source(),
        idx_source(),
        mnist_source(),
        fashion_mnist_source(),
        cifar10_source(),
        svhn_source(),
        teacher_student_source(),
        signals_source(),
        leaky_teacher_source(),
        xor_source(),
        yinyang_source(),
        // clang-format on
    };
}

}  // namespace apical
