#pragma once
#include <limits>
#include <string>
#include <vector>

namespace apical {

/// One direction of a chart: numbers to places on the page, and the numbers that stand beside it. Takes every range of
/// doubles: none, one value, one that is constant up to rounding, all of them.
class Scale {
   public:
    /// A number beside an axis.
    struct Tick {
        double place;
        std::string text;
    };

    /// `from` and `to` are places on the page, of the lowest and the highest number.
    Scale(bool logarithmic, double from, double to) : logarithmic_(logarithmic), from_(from), to_(to) {}

    /// Finite, and positive on a logarithmic axis.
    bool can_show(double value) const;
    /// Widens the range to this value, if it can be shown.
    void take_in(double value);
    /// No value could be shown. Then there are no places either.
    bool is_empty() const { return lowest_ > highest_; }
    /// After the last value: leaves a little room at both ends, and a range of some width around values that are all
    /// the same or differ by rounding alone.
    void finish();

    double operator()(double value) const;
    /// Between two and a dozen, in order: steps of 1, 2 or 5 times a power of ten; powers of ten, or 1, 2 and 5 times
    /// one, on a logarithmic axis of some decades. Texts differ where the numbers do.
    std::vector<Tick> ticks() const;

   private:
    double transformed(double value) const;
    double place_of(double coordinate) const { return from_ + (coordinate - low_) / (high_ - low_) * (to_ - from_); }

    bool logarithmic_;
    double from_, to_;
    double lowest_ = std::numeric_limits<double>::infinity(), highest_ = -lowest_;  ///< values
    int exponent_ = 0;           ///< coordinates of a linear axis are values / 10^exponent
    double low_ = 0, high_ = 1;  ///< coordinates: values, or their logarithms
};

}  // namespace apical
