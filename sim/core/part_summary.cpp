#include "sim/core/part_summary.hpp"

#include <algorithm>
#include <cmath>

namespace apical {
namespace {

constexpr std::uint64_t most_labels = 10'000'000;
constexpr std::uint64_t endless_sample = 1000;  // so many of an endless part are enough for its range
constexpr std::uint64_t lanes = 64;             // gathered together

/// Welford's sums: one pass, no cancellation for means far from 0.
class Running {
   public:
    void add(const std::vector<float>& values, std::size_t count) {
        for (std::size_t k = 0; k < count; ++k) {
            const auto value = static_cast<double>(values[k]);
            if (!std::isfinite(value)) continue;
            ++spread_.count;
            spread_.lowest = spread_.count == 1 ? value : std::min(spread_.lowest, value);
            spread_.highest = spread_.count == 1 ? value : std::max(spread_.highest, value);
            const double difference = value - spread_.mean;
            spread_.mean += difference / static_cast<double>(spread_.count);
            squares_ += difference * (value - spread_.mean);
        }
    }
    Spread spread() const {
        Spread result = spread_;
        if (result.count > 0) result.deviation = std::sqrt(squares_ / static_cast<double>(result.count));
        return result;
    }

   private:
    Spread spread_;
    double squares_ = 0;
};

/// The k-th of `count` evenly spaced samples of `size`, size >= count.
std::uint64_t spaced(std::uint64_t k, std::uint64_t count, std::uint64_t size) {
    return k * (size / count) + std::min(k, size % count);
}

void count_classes(const Samples& samples, PartSummary& summary) {
    summary.counted = std::min(summary.samples, most_labels);
    summary.class_counts.assign(samples.outputs(), 0);
    for (std::uint64_t k = 0; k < summary.counted; ++k)
        ++summary.class_counts[static_cast<std::size_t>(samples.label(spaced(k, summary.counted, summary.samples)))];
}

PartSummary summary_of(const std::string& name, const Samples& samples, bool classes, std::uint64_t most_numbers) {
    PartSummary summary;
    summary.name = name;
    summary.samples = samples.size();
    if (classes && summary.samples > 0) count_classes(samples, summary);

    const std::uint64_t size = summary.samples > 0 ? summary.samples : endless_sample;
    summary.examined = std::clamp<std::uint64_t>(most_numbers / samples.features(), 1, size);
    std::vector<float> x(samples.features() * lanes), y(samples.outputs() * lanes);
    std::vector<std::uint64_t> index;
    Running inputs, targets;
    for (std::uint64_t first = 0; first < summary.examined; first += lanes) {
        index.clear();
        for (std::uint64_t k = first; k < std::min(first + lanes, summary.examined); ++k)
            index.push_back(spaced(k, summary.examined, size));
        samples.gather(index, x.data(), y.data());
        inputs.add(x, samples.features() * index.size());
        if (!classes) targets.add(y, samples.outputs() * index.size());
    }
    summary.inputs = inputs.spread();
    summary.targets = targets.spread();
    return summary;
}

}  // namespace

std::vector<PartSummary> summarise_parts(const DataSet& set, std::uint64_t most_numbers) {
    std::vector<PartSummary> parts{summary_of("training", *set.train, set.classes, most_numbers)};
    if (set.validation) parts.push_back(summary_of("validation", *set.validation, set.classes, most_numbers));
    if (set.test) parts.push_back(summary_of("test", *set.test, set.classes, most_numbers));
    return parts;
}

}  // namespace apical
