#pragma once
#include <memory>
#include <string>
#include <vector>

#include "data/records.hpp"
#include "sim/core/samples.hpp"

namespace apical {

/// What a circuit sees of a stored value v of feature f: (v - shift[f]) * scale[f].
struct Standardisation {
    std::vector<double> shift;
    std::vector<double> scale;
};

/// "none": full scale becomes 1. "global": mean 0 and deviation 1 over all features of `rows` together. "channel": over
/// the features of each channel together. "feature": of each feature alone. What is constant becomes 0. Only `rows`
/// (the training part) are looked at.
Standardisation standardise(const Records& records, const std::vector<std::uint32_t>& rows, const std::string& kind);

/// Some rows of a table in memory.
class StoredSamples final : public SamplesOf<StoredSamples> {
   public:
    StoredSamples(std::shared_ptr<const Records> records, std::vector<std::uint32_t> rows, Standardisation scaling)
        : records_(std::move(records)), rows_(std::move(rows)), standardisation_(std::move(scaling)) {}

    std::size_t size() const override { return rows_.size(); }
    std::size_t features() const override { return records_->features; }
    std::size_t outputs() const override { return records_->outputs; }
    template <class S>
    void fill(std::span<const std::uint64_t> index, S* x, S* y) const;
    int label(std::uint64_t index) const override;
    void add_to(Fingerprint& fingerprint) const override;

   private:
    std::shared_ptr<const Records> records_;
    std::vector<std::uint32_t> rows_;
    Standardisation standardisation_;
};

extern template void StoredSamples::fill(std::span<const std::uint64_t>, float*, float*) const;
extern template void StoredSamples::fill(std::span<const std::uint64_t>, double*, double*) const;

/// 0 .. n-1: the whole table in its own order.
std::vector<std::uint32_t> all_rows(const Records& records);

/// One part of a stored set: a table and the rows that belong.
struct Part {
    std::shared_ptr<const Records> records;  ///< null: there is no such part
    std::vector<std::uint32_t> rows;
};

struct StoredParts {
    Part train, validation, test;
};

/// Puts a set together; all parts are scaled by what the training part says. `train_limit` > 0 keeps the first so many
/// training rows; a warning if there are fewer, and if no input differs between them.
DataSet stored_set(std::string name, std::string attribution, StoredParts parts, std::int64_t train_limit,
                   const std::string& kind);

}  // namespace apical
