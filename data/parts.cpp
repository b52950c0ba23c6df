#include "data/parts.hpp"

#include <fmt/format.h>

#include <cmath>

#include "data/places.hpp"
#include "data/split.hpp"
#include "data/stored.hpp"

namespace apical {
namespace {

/// How many samples are held out. At most one of the three keys may say so.
std::size_t held_out(const PartKeys& keys, bool has_test, const std::string& test_key, std::size_t n,
                     const Node& task) {
    if (has_test + (keys.test_samples > 0) + (keys.test_fraction > 0) > 1)
        refuse_key(task, keys.test_fraction > 0 ? "test_fraction" : "test_samples",
                   "a second way to choose the test part",
                   fmt::format("one of {}, test_samples and test_fraction", test_key));
    const std::string key = keys.test_fraction > 0 ? "test_fraction" : "test_samples";
    const auto test = keys.test_fraction > 0
                          ? static_cast<std::size_t>(std::llround(keys.test_fraction * static_cast<double>(n)))
                          : static_cast<std::size_t>(keys.test_samples);
    if (test >= n || (test == 0 && keys.test_fraction > 0))
        refuse_key(task, key, fmt::format("{} of {} samples held out", test, n), "at least one sample in either part");
    return test;
}

}  // namespace

DataSet set_of_parts(const std::string& name, const std::string& attribution, Records samples,
                     const ReadTest& read_test, const std::string& test_key, const PartKeys& keys, const Node& task,
                     const Random& random) {
    const auto records = std::make_shared<const Records>(std::move(samples));
    const std::size_t test = held_out(keys, read_test != nullptr, test_key, records->size(), task);
    Part train_part{records, all_rows(*records)}, test_part;
    if (test > 0) {
        // A regression has no classes to keep in proportion: one class of all.
        const auto labels = records->has_classes() ? records->labels : std::vector<std::uint16_t>(records->size(), 0);
        const Random draw = keys.split_seed < 0 ? random : Random(static_cast<std::uint64_t>(keys.split_seed));
        Split split = stratified_split(labels, test, draw);
        train_part.rows = std::move(split.train);
        test_part = {records, std::move(split.test)};
    } else if (read_test) {
        const std::int64_t classes = records->has_classes() ? static_cast<std::int64_t>(records->outputs) : 0;
        const auto other = std::make_shared<const Records>(read_test(classes));
        if (other->features != records->features)
            refuse_key(task, test_key, fmt::format("{} inputs a sample", other->features),
                       fmt::format("{}, as in the training part", records->features));
        if (other->has_classes() != records->has_classes() || other->outputs != records->outputs)
            refuse_key(task, test_key, other->has_classes() ? "labels" : fmt::format("{} targets", other->outputs),
                       records->has_classes() ? "labels, as in the training part"
                                              : fmt::format("{} targets, as in the training part", records->outputs));
        test_part = {other, all_rows(*other)};
    }
    return stored_set(name, attribution, std::move(train_part), std::move(test_part), keys.train_limit,
                      keys.standardise);
}

void hold_out_validation(Part& train, Part& test, std::int64_t samples, const Node& task) {
    if (samples == 0) return;
    const auto count = static_cast<std::size_t>(samples);
    if (count >= train.records->size())
        refuse_key(task, "validation_samples", fmt::format("{}", count),
                   fmt::format("less than {}", train.records->size()));
    constexpr std::uint64_t seed = 0;  // not the run's: seeds are compared on the same samples
    Split split = stratified_split(train.records->labels, count, Random(seed));
    train.rows = std::move(split.train);
    test = {train.records, std::move(split.test)};
}

}  // namespace apical
