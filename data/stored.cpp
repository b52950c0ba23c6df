#include "data/stored.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numeric>

namespace apical {
namespace {

constexpr std::size_t block = 16;  // lanes written together: one cache line of floats

/// Mean, variance and range of each feature; two passes, so that a mean far from zero costs no digits.
struct Statistics {
    std::vector<double> mean, variance, low, high;
};

template <class T>
Statistics statistics(const std::vector<T>& inputs, std::size_t features, const std::vector<std::uint32_t>& rows) {
    const auto n = static_cast<double>(rows.size());
    const T* first = inputs.data() + rows.front() * features;
    Statistics s{std::vector<double>(features),
                 std::vector<double>(features),
                 {first, first + features},
                 {first, first + features}};
    for (std::uint32_t row : rows) {
        const T* values = inputs.data() + row * features;
        for (std::size_t f = 0; f < features; ++f) {
            const auto value = static_cast<double>(values[f]);
            s.mean[f] += value;
            s.low[f] = std::min(s.low[f], value);
            s.high[f] = std::max(s.high[f], value);
        }
    }
    for (double& mean : s.mean) mean /= n;
    for (std::uint32_t row : rows) {
        const T* values = inputs.data() + row * features;
        for (std::size_t f = 0; f < features; ++f) {
            const double difference = static_cast<double>(values[f]) - s.mean[f];
            s.variance[f] += difference * difference;
        }
    }
    for (double& variance : s.variance) variance /= n;
    return s;
}

/// 1 / deviation, or 0 for what is constant. Range and variance are asked both: the mean of equal numbers may be off by
/// a rounding error, and the variance of tiny ones underflows.
double reciprocal_deviation(double variance, bool constant) {
    const double scale = 1 / std::sqrt(variance);
    return constant || !std::isfinite(scale) ? 0 : scale;
}

/// A tile of samples x features is converted along the features, which lie together in the table, and written along the
/// lanes, which lie together in x: neither side is walked in strides.
template <class T, class S>
void gather_inputs(const std::vector<T>& inputs, std::size_t features, const std::vector<std::uint32_t>& rows,
                   const Standardisation& scaling, std::span<const std::uint64_t> index, S* x) {
    const std::size_t lanes = index.size();
    const double* shift = scaling.shift.data();
    const double* scale = scaling.scale.data();
    for (std::size_t lane = 0; lane < lanes; lane += block) {
        const std::size_t n = std::min(block, lanes - lane);
        for (std::size_t first = 0; first < features; first += block) {
            const std::size_t m = std::min(block, features - first);
            std::array<std::array<S, block>, block> tile;
            for (std::size_t k = 0; k < n; ++k) {
                const T* sample = inputs.data() + rows[index[lane + k]] * features + first;
                for (std::size_t f = 0; f < m; ++f)
                    tile[k][f] = static_cast<S>((static_cast<double>(sample[f]) - shift[first + f]) * scale[first + f]);
            }
            for (std::size_t f = 0; f < m; ++f)
                for (std::size_t k = 0; k < n; ++k) x[(first + f) * lanes + lane + k] = tile[k][f];
        }
    }
}

}  // namespace

Standardisation standardise(const Records& records, const std::vector<std::uint32_t>& rows, const std::string& kind) {
    const std::size_t features = records.features;
    if (kind == "none")
        return {std::vector<double>(features, 0.0), std::vector<double>(features, 1 / records.full_scale)};
    const Statistics s =
        std::visit([&](const auto& inputs) { return statistics(inputs, features, rows); }, records.inputs);
    assert(kind == "global" || kind == "channel" || kind == "feature");
    const std::size_t groups = kind == "global" ? 1 : kind == "channel" ? records.channels : features;
    const std::size_t size = features / groups;
    assert(groups * size == features);
    Standardisation scaling{std::vector<double>(features), std::vector<double>(features)};
    for (std::size_t begin = 0; begin < features; begin += size) {
        const std::size_t end = begin + size;
        const auto n = static_cast<double>(size);
        const double mean = std::accumulate(s.mean.begin() + begin, s.mean.begin() + end, 0.0) / n;
        double variance = 0;  // within features + between features
        for (std::size_t f = begin; f < end; ++f)
            variance += (s.variance[f] + (s.mean[f] - mean) * (s.mean[f] - mean)) / n;
        const bool constant = *std::min_element(s.low.begin() + begin, s.low.begin() + end) ==
                              *std::max_element(s.high.begin() + begin, s.high.begin() + end);
        std::fill(scaling.shift.begin() + begin, scaling.shift.begin() + end, mean);
        std::fill(scaling.scale.begin() + begin, scaling.scale.begin() + end, reciprocal_deviation(variance, constant));
    }
    return scaling;
}

template <class S>
void StoredSamples::fill(std::span<const std::uint64_t> index, S* x, S* y) const {
    assert(std::all_of(index.begin(), index.end(), [&](auto i) { return i < rows_.size(); }));
    const std::size_t lanes = index.size();
    std::visit([&](const auto& inputs) { gather_inputs(inputs, features(), rows_, standardisation_, index, x); },
               records_->inputs);
    if (records_->has_classes()) {
        std::fill_n(y, outputs() * lanes, S{0});
        for (std::size_t k = 0; k < lanes; ++k) y[records_->labels[rows_[index[k]]] * lanes + k] = 1;
    } else {
        std::visit(
            [&](const auto& targets) {
                for (std::size_t k = 0; k < lanes; ++k)
                    for (std::size_t o = 0; o < outputs(); ++o)
                        y[o * lanes + k] = static_cast<S>(targets[rows_[index[k]] * outputs() + o]);
            },
            records_->targets);
    }
}

template void StoredSamples::fill(std::span<const std::uint64_t>, float*, float*) const;
template void StoredSamples::fill(std::span<const std::uint64_t>, double*, double*) const;

int StoredSamples::label(std::uint64_t index) const {
    assert(index < rows_.size());
    return records_->has_classes() ? records_->labels[rows_[index]] : -1;
}

void StoredSamples::add_to(Fingerprint& fingerprint) const {
    if (const auto& source = records_->computed_from) {  // what follows from it may differ in its last bits
        if (source->empty()) return;
        fingerprint.add(std::span<const double>(*source));
        fingerprint.add(std::span<const std::uint32_t>(rows_));
        return;
    }
    for (const std::uint64_t number : {size(), features(), outputs(), records_->inputs.index()})
        fingerprint.add(std::uint64_t{number});
    const auto add = [&](const Numbers& numbers, std::size_t width) {
        std::visit(
            [&](const auto& values) {
                for (const std::uint32_t row : rows_) fingerprint.add(std::span(values.data() + row * width, width));
            },
            numbers);
    };
    add(records_->inputs, features());
    if (!records_->has_classes()) return add(records_->targets, outputs());
    for (const std::uint32_t row : rows_) fingerprint.add(std::span(&records_->labels[row], 1));
}

std::vector<std::uint32_t> all_rows(const Records& records) {
    std::vector<std::uint32_t> rows(records.size());
    std::iota(rows.begin(), rows.end(), 0u);
    return rows;
}

DataSet stored_set(std::string name, std::string attribution, StoredParts parts, std::int64_t train_limit,
                   const std::string& kind) {
    Part& train = parts.train;
    assert(train_limit >= 0 && !train.rows.empty());
    DataSet set;
    set.name = std::move(name);
    set.attribution = std::move(attribution);
    set.classes = train.records->has_classes();
    set.class_names = train.records->class_names;
    set.input_names = train.records->input_names;
    set.warnings = train.records->warnings;
    const auto limit = static_cast<std::size_t>(train_limit);
    if (limit > train.rows.size())
        set.warnings.push_back(fmt::format("task.train_limit is {}, but there are {} samples to train on: all are used",
                                           limit, train.rows.size()));
    if (limit > 0 && limit < train.rows.size()) train.rows.resize(limit);
    const Standardisation scaling = standardise(*train.records, train.rows, kind);
    if (std::all_of(scaling.scale.begin(), scaling.scale.end(), [](double scale) { return scale == 0; }))
        set.warnings.push_back(
            fmt::format("task.standardise = \"{}\" makes every input 0: the inputs are the same in every "
                        "training sample ({} of them)",
                        kind, train.rows.size()));
    const auto samples = [&](Part& part) -> std::shared_ptr<const Samples> {
        if (!part.records) return nullptr;
        return std::make_shared<const StoredSamples>(part.records, std::move(part.rows), scaling);
    };
    set.train = samples(train);
    set.validation = samples(parts.validation);
    set.test = samples(parts.test);
    return set;
}

}  // namespace apical
