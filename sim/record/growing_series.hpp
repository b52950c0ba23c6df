#pragma once
#include "sim/hdf5/file.hpp"
#include "sim/record/sink.hpp"

namespace apical {

/// One series in a growing HDF5 file. Rows are gathered in memory and handed to HDF5 in blocks.
class GrowingSeries {
   public:
    /// Makes the series, with `keep` rows = 0; or finds it in the file, where it must be the same series with at least
    /// `keep` rows (InputError), of which it keeps those.
    GrowingSeries(hdf5::File& file, const Series& series, std::uint64_t keep);

    void append(double time, std::span<const double> values);
    /// Hands all gathered rows to HDF5.
    void drain();
    std::uint64_t rows() const { return written_ + times_.size(); }

   private:
    struct Column {
        hdf5::DataSet data;
        std::size_t length;         ///< numbers in a row
        std::vector<float> narrow;  ///< gathered numbers: one of the two
        std::vector<double> wide;
    };
    void make(hdf5::File& file, const Series& series);
    void find(hdf5::File& file, const Series& series, std::uint64_t keep);

    Storage storage_;
    std::vector<Column> columns_;
    std::vector<hdf5::DataSet> time_;  ///< one: a data set has no empty state
    std::vector<double> times_;
    std::size_t row_bytes_ = 0;
    std::uint64_t written_ = 0;
};

}  // namespace apical
