#pragma once
#include "sim/hdf5/file.hpp"
#include "sim/record/sink.hpp"

namespace apical {

/// Throws InputError unless the file has the same series, with at least `rows` rows, or has none of it and `rows` is 0.
void require_series(const hdf5::File& file, const Series& series, std::uint64_t rows);

/// One series in a growing HDF5 file. Rows are gathered in memory and handed to HDF5 in blocks.
class GrowingSeries {
   public:
    /// Makes the series; or, if the file has it (as `require_series` says), goes on after its first `keep` rows. What
    /// is there beyond them stays until it is written anew: a run that goes on from a checkpoint comes to the same
    /// rows, and none is lost if it is killed before.
    GrowingSeries(hdf5::File& file, const Series& series, std::uint64_t keep);

    void append(double time, std::span<const double> values);
    void append_each(double time, std::span<const std::uint32_t> numbers);
    /// Hands all gathered rows to HDF5.
    void drain();
    std::uint64_t rows() const { return written_ + times_.size(); }
    /// At the end of a run: takes out rows of an earlier part that this one did not come to.
    void cut();

   private:
    struct Column {
        hdf5::DataSet data;
        std::size_t length;         ///< numbers in a row
        std::vector<float> narrow;  ///< gathered numbers: one of the three
        std::vector<double> wide;
        std::vector<std::uint64_t> whole;
    };
    void make(hdf5::File& file, const Series& series);
    void find(const hdf5::File& file, const Series& series);
    void drain_if_many();

    Storage storage_;
    std::vector<Column> columns_;
    std::vector<hdf5::DataSet> time_;  ///< one: a data set has no empty state
    std::vector<double> times_;
    std::size_t row_bytes_ = 0;
    std::uint64_t written_ = 0;
};

}  // namespace apical
