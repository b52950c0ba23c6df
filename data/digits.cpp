#include "data/digits.hpp"

#include "data/data_path.hpp"
#include "data/keys.hpp"
#include "data/parts.hpp"
#include "data/readers/csv.hpp"

namespace apical {
namespace {

struct Keys : PartKeys {
    Keys() {
        test_samples = 360;
        standardise = "global";
    }
};

const Table<Keys>& table() {
    static const Table<Keys> rows{test_samples_row<Keys>(),        validation_samples_row<Keys>(),
                                  validation_fraction_row<Keys>(), split_seed_row<Keys>(),
                                  standardise_row<Keys>(),         train_limit_row<Keys>()};
    return rows;
}

const char* const reference =
    "E. Alpaydin, C. Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, "
    "doi:10.24432/C50P49; CC BY 4.0";

DataSet load(const Node& task, const Random& random) {
    const Keys keys = table().read(task, keys_of_others);
    CsvFormat format;
    format.classes = 10;
    format.largest_pixel = 16;
    return set_of_parts("digits", reference, read_csv({find_in(data_folders("digits"), "digits.csv", task)}, format),
                        {}, {}, keys, task, random);
}

}  // namespace

DataSource digits_source() {
    return {"digits", "Handwritten digits, 8 x 8 pixels of 17 grey levels, 10 classes, 1,797 samples.", reference,
            table().descriptors(), load};
}

}  // namespace apical
