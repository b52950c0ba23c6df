#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "data/readers/csv.hpp"
#include "data/readers/csv_cells.hpp"

namespace apical {

/// A cell that is no label. The parser knows where it stands.
struct LabelError {
    std::string expected;
    std::string hint;
};

/// The labels of a table: all numbers, or all names.
class CsvLabels {
   public:
    explicit CsvLabels(const CsvFormat& format);

    /// What to keep for this cell until `finish`. Throws LabelError.
    std::uint16_t take(const Cell& cell);
    /// Turns what `take` gave into classes: names are numbered in alphabetical order.
    void finish(std::vector<std::uint16_t>& labels);

    std::size_t classes() const { return classes_; }
    /// Of each class, in its order; empty if labels are numbers.
    const std::vector<std::string>& names() const { return names_; }

   private:
    std::uint16_t number(double value) const;
    std::uint16_t name(const Cell& cell);

    const CsvFormat& format_;
    CsvFormat::Labels kind_;
    std::map<std::string, std::uint16_t, std::less<>> seen_;  ///< by first appearance, or by class if those are known
    std::vector<std::string> names_;
    std::size_t classes_ = 0;
};

}  // namespace apical
