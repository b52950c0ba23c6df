#include "data/parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "data/data_path.hpp"
#include "data/split.hpp"

namespace apical {
namespace {

/// One way to choose a part: "test" or "validation".
struct Choice {
    std::string name;
    std::int64_t samples;
    double fraction;
    const OwnFiles& files;
};

/// How many of `available` samples are held out, of `all` in the file. At most one of the three keys may say so.
std::size_t held_out(const Choice& choice, std::size_t available, std::size_t all, const Node& task) {
    const std::string samples_key = choice.name + "_samples", fraction_key = choice.name + "_fraction";
    const std::string key = choice.fraction > 0 ? fraction_key : samples_key;
    if ((choice.files.read != nullptr) + (choice.samples > 0) + (choice.fraction > 0) > 1)
        refuse_key(task, key, "a second way to choose the " + choice.name + " part",
                   fmt::format("one of {}{}{} and {}", choice.files.key, choice.files.key.empty() ? "" : ", ",
                               samples_key, fraction_key));
    const auto count = choice.fraction > 0
                           ? static_cast<std::size_t>(std::llround(choice.fraction * static_cast<double>(all)))
                           : static_cast<std::size_t>(choice.samples);
    if (count >= available || (count == 0 && choice.fraction > 0))
        refuse_key(task, key, fmt::format("{} of {} samples held out", count, available),
                   fmt::format("at least one sample for the {} part and one to train on", choice.name));
    return count;
}

/// Takes `count` rows out of the training part, each class in proportion.
Part hold_out(Part& train, std::size_t count, const Random& random) {
    // A regression has no classes to keep in proportion: one class of all.
    std::vector<std::uint16_t> labels(train.rows.size(), 0);
    if (train.records->has_classes())
        for (std::size_t k = 0; k < labels.size(); ++k) labels[k] = train.records->labels[train.rows[k]];
    const Split split = stratified_split(labels, count, random);
    const auto rows_at = [&](const std::vector<std::uint32_t>& places) {
        std::vector<std::uint32_t> rows;
        rows.reserve(places.size());
        for (const std::uint32_t place : places) rows.push_back(train.rows[place]);
        return rows;
    };
    Part held{train.records, rows_at(split.test)};
    train.rows = rows_at(split.train);
    return held;
}

/// `warnings` get what may not be meant.
Part read_part(const OwnFiles& files, const Records& training, const Node& task, std::vector<std::string>& warnings) {
    const auto records = std::make_shared<const Records>(files.read(training));
    if (records->features != training.features)
        refuse_key(task, files.key, fmt::format("{} inputs a sample", records->features),
                   fmt::format("{}, as in the training part", training.features));
    if (records->has_classes() != training.has_classes() || records->outputs != training.outputs)
        refuse_key(task, files.key, records->has_classes() ? "labels" : fmt::format("{} targets", records->outputs),
                   training.has_classes() ? "labels, as in the training part"
                                          : fmt::format("{} targets, as in the training part", training.outputs));
    for (std::size_t k = 0; k < std::min(records->input_names.size(), training.input_names.size()); ++k)
        if (records->input_names[k] != training.input_names[k])
            refuse_key(task, files.key, fmt::format("'{}' as input {}", records->input_names[k], k + 1),
                       fmt::format("'{}', as in the training part", training.input_names[k]));
    if (records->inputs == training.inputs && records->labels == training.labels &&
        records->targets == training.targets)
        warnings.push_back("task." + files.key + " has the samples of the training part: it says nothing about others");
    warnings.insert(warnings.end(), records->warnings.begin(), records->warnings.end());
    return {records, all_rows(*records)};
}

}  // namespace

DataSet set_of_parts(const std::string& name, const std::string& attribution, Records samples,
                     const OwnFiles& validation, const OwnFiles& test, const PartKeys& keys, const Node& task,
                     const Random& random) {
    const auto records = std::make_shared<const Records>(std::move(samples));
    StoredParts parts;
    std::vector<std::string> warnings;
    parts.train = {records, all_rows(*records)};
    const auto choose = [&](const Choice& choice, const Random& draw) -> Part {
        const std::size_t count = held_out(choice, parts.train.rows.size(), records->size(), task);
        if (count > 0) return hold_out(parts.train, count, draw);
        return choice.files.read ? read_part(choice.files, *records, task, warnings) : Part{};
    };
    const bool of_the_run = keys.split_seed < 0;
    parts.test = choose({"test", keys.test_samples, keys.test_fraction, test},
                        of_the_run ? random : Random(static_cast<std::uint64_t>(keys.split_seed)));
    constexpr std::uint64_t always_the_same = 0;  // not the run's seed: seeds are compared on the same samples
    parts.validation =
        choose({"validation", keys.validation_samples, keys.validation_fraction, validation}, Random(always_the_same));
    DataSet set = stored_set(name, attribution, std::move(parts), keys.train_limit, keys.standardise);
    set.warnings.insert(set.warnings.end(), warnings.begin(), warnings.end());
    return set;
}

}  // namespace apical
