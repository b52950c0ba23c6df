#include "analysis/html/chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "analysis/html/page.hpp"

namespace apical {
namespace {

constexpr double width = 560, height = 340, left = 56, right = 14, top = 30, bottom = 46;
/// Okabe and Ito's colours, which the colour-blind can tell apart.
constexpr std::array<const char*, 7> colours{"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                             "#e69f00", "#56b4e9", "#000000"};

/// One direction of a chart: numbers to places on the page.
class Scale {
   public:
    Scale(bool logarithmic, double from, double to) : logarithmic_(logarithmic), from_(from), to_(to) {}

    void take_in(double value) {
        if (!can_show(value)) return;
        low_ = std::min(low_, transformed(value));
        high_ = std::max(high_, transformed(value));
    }
    bool is_empty() const { return low_ > high_; }
    /// A little room at both ends; some, if all values are the same.
    void settle() {
        const double room = high_ > low_ ? 0.04 * (high_ - low_) : std::max(0.5 * std::abs(low_), 0.5);
        low_ -= room;
        high_ += room;
    }
    bool can_show(double value) const { return std::isfinite(value) && (!logarithmic_ || value > 0); }
    double operator()(double value) const {
        return from_ + (transformed(value) - low_) / (high_ - low_) * (to_ - from_);
    }

    /// Round numbers within the range: steps of 1, 2 or 5 times a power of ten; powers of ten if logarithmic.
    std::vector<double> ticks() const {
        std::vector<double> found;
        const double step =
            logarithmic_ ? std::max(1.0, std::ceil((high_ - low_) / 6)) : round_step((high_ - low_) / 6);
        for (double k = std::ceil(low_ / step); k * step <= high_; ++k)
            found.push_back(logarithmic_ ? std::pow(10, k * step) : k * step);
        if (!logarithmic_ || found.size() >= 2) return found;
        // Less than two decades: 1, 2 and 5 of each.
        found.clear();
        for (double decade = std::floor(low_); decade <= high_; ++decade)
            for (const double digit : {1., 2., 5.})
                if (const double x = decade + std::log10(digit); x >= low_ && x <= high_)
                    found.push_back(std::pow(10, x));
        return found;
    }

   private:
    static double round_step(double wanted) {
        const double power = std::pow(10, std::floor(std::log10(wanted)));
        for (const double digit : {1., 2., 5.})
            if (digit * power >= wanted) return digit * power;
        return 10 * power;
    }
    double transformed(double value) const { return logarithmic_ ? std::log10(value) : value; }

    bool logarithmic_;
    double from_, to_;
    double low_ = std::numeric_limits<double>::infinity(), high_ = -low_;
};

std::string text(double x, double y, const std::string& anchor, const std::string& content,
                 const std::string& more = "") {
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\"{}>{}</text>\n", x, y, anchor, more,
                       escaped(content));
}

std::string line(double x1, double y1, double x2, double y2, const char* colour) {
    return fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\"/>\n", x1, y1, x2,
                       y2, colour);
}

std::string tick_text(double value) { return fmt::format("{:.4g}", std::abs(value) < 1e-12 ? 0 : value); }

std::string axes(const Chart& chart, const Scale& x, const Scale& y) {
    std::string svg;
    for (const double value : y.ticks())
        svg += line(left, y(value), width - right, y(value), "#e5e5e5") +
               text(left - 6, y(value) + 4, "end", tick_text(value));
    if (chart.x_names.empty()) {
        for (const double value : x.ticks())
            svg += line(x(value), height - bottom, x(value), height - bottom + 4, "#555") +
                   text(x(value), height - bottom + 17, "middle", tick_text(value));
    } else {
        for (std::size_t k = 0; k < chart.x_names.size(); ++k)
            svg += text(x(static_cast<double>(k)), height - bottom + 17, "middle", chart.x_names[k]);
    }
    svg += line(left, height - bottom, width - right, height - bottom, "#555") +
           line(left, top, left, height - bottom, "#555");
    svg += text((left + width - right) / 2, height - 8, "middle", chart.x_label);
    return svg + text(left, 18, "start", chart.title, " font-weight=\"600\"");
}

std::string drawn(const Curve& curve, const Scale& x, const Scale& y) {
    const char* colour = colours[curve.colour % colours.size()];
    std::string svg, path;
    bool pen_down = false;
    for (std::size_t k = 0; k < curve.x.size(); ++k) {
        const bool visible = x.can_show(curve.x[k]) && y.can_show(curve.y[k]);
        if (visible) path += fmt::format("{}{:.1f} {:.1f}", pen_down ? "L" : "M", x(curve.x[k]), y(curve.y[k]));
        pen_down = visible;
        if (visible && curve.dots)
            svg += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"{}\" fill-opacity=\".7\"/>\n",
                               x(curve.x[k]), y(curve.y[k]), colour);
        if (!visible || curve.deviation.empty() || !(curve.deviation[k] > 0)) continue;
        const double low = curve.y[k] - curve.deviation[k], high = curve.y[k] + curve.deviation[k];
        if (y.can_show(low)) svg += line(x(curve.x[k]), y(low), x(curve.x[k]), y(high), colour);
    }
    if (curve.line && !path.empty())
        svg += fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.8\"/>\n", path, colour);
    return svg;
}

std::string legend(const Chart& chart) {
    const auto width_of = [](const Curve& curve) {
        return curve.name.empty() ? 0 : 6.4 * static_cast<double>(curve.name.size()) + 14;
    };
    double place = width - right;
    for (const Curve& curve : chart.curves) place -= width_of(curve);
    std::string svg;
    for (const Curve& curve : chart.curves) {
        place += width_of(curve);
        if (curve.name.empty()) continue;
        svg += text(place, 18, "end", curve.name, fmt::format(" fill=\"{}\"", colours[curve.colour % colours.size()]));
    }
    return svg;
}

}  // namespace

std::string svg_of(const Chart& chart) {
    Scale x(chart.x_logarithmic, left, width - right), y(chart.y_logarithmic, height - bottom, top);
    for (const Curve& curve : chart.curves)
        for (std::size_t k = 0; k < curve.x.size(); ++k) {
            if (!x.can_show(curve.x[k]) || !y.can_show(curve.y[k])) continue;
            const double deviation = curve.deviation.empty() ? 0 : curve.deviation[k];
            x.take_in(curve.x[k]);
            for (const double value : {curve.y[k], curve.y[k] - deviation, curve.y[k] + deviation}) y.take_in(value);
        }
    for (std::size_t k = 0; k < chart.x_names.size(); ++k) x.take_in(static_cast<double>(k));
    std::string svg = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" font-size=\"12\" "
        "font-family=\"system-ui, sans-serif\" fill=\"#333\">\n<title>{}</title>\n",
        width, height, escaped(chart.title));
    if (x.is_empty() || y.is_empty())
        return svg + text(left, 18, "start", chart.title, " font-weight=\"600\"") +
               text(width / 2, height / 2, "middle", "nothing to draw") + "</svg>\n";
    x.settle();
    y.settle();
    svg += axes(chart, x, y);
    for (const Curve& curve : chart.curves) svg += drawn(curve, x, y);
    return svg + legend(chart) + "</svg>\n";
}

}  // namespace apical
