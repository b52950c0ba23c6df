#include "data/digits.hpp"

#include <fmt/format.h>

#include "data/keys.hpp"
#include "data/places.hpp"
#include "data/readers/csv.hpp"
#include "data/split.hpp"
#include "data/stored.hpp"

namespace apical {
namespace {

struct Keys {
    std::int64_t test_samples = 360;
    std::int64_t split_seed = -1;
    std::string standardise = "global";
    std::int64_t train_limit = 0;
};

const Table<Keys>& table() {
    static const Table<Keys> rows{
        {"test_samples", &Keys::test_samples, "1", "Samples held out, each class in proportion.", non_negative},
        split_seed_row<Keys>(),
        standardise_row<Keys>(),
        train_limit_row<Keys>()};
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
    const auto records =
        std::make_shared<const Records>(read_csv({find_in(data_folders("digits"), "digits.csv", task)}, format));
    const auto held_out = static_cast<std::size_t>(keys.test_samples);
    if (held_out >= records->size())
        refuse_key(task, "test_samples", fmt::format("{}", held_out), fmt::format("less than {}", records->size()));
    const Random draw = keys.split_seed < 0 ? random : Random(static_cast<std::uint64_t>(keys.split_seed));
    Split split = stratified_split(records->labels, held_out, draw);
    const auto test_records = held_out > 0 ? records : nullptr;
    return stored_set("digits", reference, {records, std::move(split.train)}, {test_records, std::move(split.test)},
                      keys.train_limit, keys.standardise);
}

}  // namespace

DataSource digits_source() {
    return {"digits", "Handwritten digits, 8 x 8 pixels of 17 grey levels, 10 classes, 1,797 samples.", reference,
            table().descriptors(), load};
}

}  // namespace apical
