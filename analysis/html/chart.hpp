#pragma once
#include <string>
#include <vector>

namespace apical {

/// What is drawn in one colour. Points with a number that is not finite (or not positive on a logarithmic axis) are
/// left out, and a line is broken there; the chart says how many they are.
struct Curve {
    std::string name;  ///< for the legend; "" to leave it out of it
    std::vector<double> x{}, y{};
    std::vector<double> deviation{};  ///< half the length of an error bar at each point; empty: none
    bool line = true;
    bool dots = false;
    std::string colour{};  ///< of CSS; see palette.hpp
};

struct Chart {
    std::string title;  ///< what the vertical axis shows
    std::string x_label;
    bool x_logarithmic = false, y_logarithmic = false;
    std::vector<std::string> x_names{};  ///< of the places 0, 1, 2 ... of an axis without numbers
    std::vector<Curve> curves{};
    std::vector<double> marks{};  ///< instants marked by a vertical line, where they lie within the curves
};

/// The chart as an <svg> element, 560 x 340. Says so if there is nothing to draw.
std::string svg_of(const Chart& chart);

}  // namespace apical
