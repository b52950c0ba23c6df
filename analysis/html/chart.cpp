#include "analysis/html/chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/html/page.hpp"
#include "analysis/html/scale.hpp"

namespace apical {
namespace {

constexpr double width = 560, height = 340, right = 14, bottom = 46, title_height = 30, row_height = 15;
constexpr double letter = 6.5;  ///< mean width

/// Letters of a text in UTF-8.
std::size_t letters(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

/// Its first `most` letters, with a mark if there are more.
std::string clipped(const std::string& text, std::size_t most) {
    if (letters(text) <= most) return text;
    std::size_t end = 0;
    for (std::size_t seen = 0; end < text.size(); ++end)
        if ((text[end] & 0xC0) != 0x80 && ++seen == most) break;
    return text.substr(0, end) + "…";
}

std::string text(double x, double y, const std::string& anchor, const std::string& content,
                 const std::string& more = "") {
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\"{}>{}</text>\n", x, y, anchor, more,
                       escaped(content));
}

std::string line(double x1, double y1, double x2, double y2, const std::string& colour) {
    return fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\"/>\n", x1, y1, x2,
                       y2, colour);
}

std::string dot(double x, double y, const std::string& colour) {
    return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"{}\" fill-opacity=\".7\"/>\n", x, y, colour);
}

/// The names of curves in rows below the title, each with a piece of its curve. Colours alone tell too little.
struct Legend {
    std::string svg;
    double height = 0;

    explicit Legend(const std::vector<Curve>& curves) {
        constexpr double piece = 18, gap = 14, margin = 14, most_rows = 5;
        double x = margin, y = title_height;
        for (const Curve& curve : curves) {
            if (curve.name.empty()) continue;
            const std::string name = clipped(curve.name, 60);
            const double length = piece + 5 + letter * static_cast<double>(letters(name)) + gap;
            if (x + length > width && x > margin) {
                x = margin;
                y += row_height;
            }
            if (y >= title_height + most_rows * row_height) break;
            svg += curve.line ? fmt::format("<path d=\"M{:.1f} {:.1f}h{}\" stroke=\"{}\" stroke-width=\"1.8\"/>\n", x,
                                            y, piece, curve.colour)
                              : dot(x + piece / 2, y, curve.colour);
            svg += text(x + piece + 5, y + 4, "start", name);
            x += length;
        }
        if (!svg.empty()) height = y - title_height + row_height;
    }
};

/// Points of a chart that have no place in it.
struct Absent {
    std::size_t points = 0, no_number = 0, not_positive = 0;

    bool all() const { return points == no_number + not_positive; }
    std::string reasons() const {
        std::string said;
        if (no_number > 0) said = fmt::format("{} without a value", no_number);
        if (not_positive > 0) said += fmt::format("{}{} at or below 0", said.empty() ? "" : ", ", not_positive);
        return said;
    }
};

/// Of many points at most four in each thousandth of them: the first, the lowest, the highest, and one without a value.
/// Nobody could see more, and a page about 10^5 rows can still be opened.
Curve thinned(const Curve& curve) {
    constexpr std::size_t parts = 1000, most = 4 * parts;
    const std::size_t count = curve.x.size();
    if (count <= most || !curve.deviation.empty()) return curve;
    Curve few{.name = curve.name, .line = curve.line, .dots = curve.dots, .colour = curve.colour};
    for (std::size_t part = 0; part < parts; ++part) {
        const std::size_t first = part * count / parts, last = (part + 1) * count / parts;
        std::vector<std::size_t> kept{first};
        std::size_t lowest = last, highest = last, absent = last;
        for (std::size_t k = first; k < last; ++k) {
            if (!std::isfinite(curve.y[k])) absent = k;
            else if (lowest == last) lowest = highest = k;
            else if (curve.y[k] < curve.y[lowest]) lowest = k;
            else if (curve.y[k] > curve.y[highest]) highest = k;
        }
        for (const std::size_t k : {lowest, highest, absent})
            if (k < last) kept.push_back(k);
        std::ranges::sort(kept);
        kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
        for (const std::size_t k : kept) {
            few.x.push_back(curve.x[k]);
            few.y.push_back(curve.y[k]);
        }
    }
    return few;
}

class Drawing {
   public:
    explicit Drawing(const Chart& chart)
        : chart_(chart), x_(chart.x_logarithmic, 0, 1), y_(chart.y_logarithmic, 0, 1), legend_(chart.curves) {
        top_ = title_height + legend_.height;
        y_ = Scale(chart.y_logarithmic, height - bottom, top_);
        take_in(y_, false);
        double left_text = 0;
        if (!y_.is_empty()) {
            y_.finish();
            for (const Scale::Tick& tick : y_.ticks())
                left_text = std::max(left_text, letter * static_cast<double>(letters(tick.text)));
        }
        left_ = std::max(56., left_text + 16);
        x_ = Scale(chart.x_logarithmic, left_, width - right);
        take_in(x_, true);
        if (!chart.x_names.empty())
            for (const double edge : {-0.5, static_cast<double>(chart.x_names.size()) - 0.5}) x_.take_in(edge);
        if (!x_.is_empty()) x_.finish();
    }

    std::string svg() {
        const std::string title = text(14, 18, "start", chart_.title, " font-weight=\"600\"");
        if (x_.is_empty() || y_.is_empty() || absent_.all())
            return title + text(width / 2, height / 2, "middle",
                                absent_.points == 0 ? "nothing to draw" : "nothing to draw: " + absent_.reasons());
        std::string body = title + legend_.svg + axes() + marks();
        for (const Curve& curve : chart_.curves) body += drawn(curve);
        if (const std::string reasons = absent_.reasons(); !reasons.empty())
            body += text(width - right, height - 8, "end", "not drawn: " + reasons, " font-size=\"10\" fill=\"#666\"");
        return body;
    }

   private:
    /// The range of one axis over all points that are drawn; counts those that are not, once.
    void take_in(Scale& scale, bool horizontal) {
        const Scale x(chart_.x_logarithmic, 0, 1), y(chart_.y_logarithmic, 0, 1);
        for (const Curve& curve : chart_.curves)
            for (std::size_t k = 0; k < curve.x.size(); ++k) {
                const bool numbers = std::isfinite(curve.x[k]) && std::isfinite(curve.y[k]);
                if (!numbers || !x.can_show(curve.x[k]) || !y.can_show(curve.y[k])) {
                    if (horizontal) ++(numbers ? absent_.not_positive : absent_.no_number);
                } else {
                    scale.take_in(horizontal ? curve.x[k] : curve.y[k]);
                    const double deviation = curve.deviation.empty() ? 0 : curve.deviation[k];
                    for (const double sign : {-1., 1.})
                        if (!horizontal) scale.take_in(curve.y[k] + sign * deviation);
                }
                if (horizontal) ++absent_.points;
            }
    }

    std::string axes() const {
        std::string svg;
        for (const auto& [place, label] : y_.ticks())
            svg += line(left_, place, width - right, place, "#e5e5e5") + text(left_ - 6, place + 4, "end", label);
        if (chart_.x_names.empty()) {
            for (const auto& [place, label] : x_.ticks())
                svg += line(place, height - bottom, place, height - bottom + 4, "#555") +
                       text(place, height - bottom + 17, "middle", label);
        } else {
            svg += names();
        }
        svg += line(left_, height - bottom, width - right, height - bottom, "#555") +
               line(left_, top_, left_, height - bottom, "#555");
        return svg + text((left_ + width - right) / 2, height - 8, "middle", chart_.x_label);
    }

    std::string marks() const {
        std::string svg;
        for (const double mark : chart_.marks)
            if (x_.can_show(mark) && x_(mark) >= left_ && x_(mark) <= width - right)
                svg += line(x_(mark), top_, x_(mark), height - bottom, "#bbb");
        return svg;
    }

    /// As many letters of the names as fit side by side, and as many names.
    std::string names() const {
        constexpr std::size_t fewest = 4;
        const std::size_t count = chart_.x_names.size();
        const double room = (width - left_ - right) / letter;  // letters
        const auto every =
            static_cast<std::size_t>(std::ceil(static_cast<double>(count) * static_cast<double>(fewest) / room));
        const auto most = static_cast<std::size_t>(room * static_cast<double>(every) / static_cast<double>(count)) - 1;
        std::string svg;
        for (std::size_t k = 0; k < count; k += every)
            svg += text(x_(static_cast<double>(k)), height - bottom + 17, "middle", clipped(chart_.x_names[k], most));
        return svg;
    }

    bool is_visible(const Curve& curve, std::size_t k) const {
        return k < curve.x.size() && x_.can_show(curve.x[k]) && y_.can_show(curve.y[k]);
    }

    std::string drawn(const Curve& whole) const {
        const Curve curve = thinned(whole);
        std::string svg, path;
        bool pen_down = false;
        for (std::size_t k = 0; k < curve.x.size(); ++k) {
            const bool visible = is_visible(curve, k), alone = !pen_down && !is_visible(curve, k + 1);
            if (visible) {
                const double x = x_(curve.x[k]), y = y_(curve.y[k]);
                path += fmt::format("{}{:.1f} {:.1f}", pen_down ? "L" : "M", x, y);
                if (curve.dots || (curve.line && alone)) svg += dot(x, y, curve.colour);
                if (!curve.deviation.empty() && curve.deviation[k] > 0) svg += bar(x, curve, k);
            }
            pen_down = visible;
        }
        if (curve.line && !path.empty())
            svg +=
                fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.8\"/>\n", path, curve.colour);
        return svg;
    }

    /// An error bar; on a logarithmic axis one that reaches 0 goes to the bottom.
    std::string bar(double x, const Curve& curve, std::size_t k) const {
        const double low = curve.y[k] - curve.deviation[k], high = curve.y[k] + curve.deviation[k];
        return line(x, y_.can_show(low) ? y_(low) : height - bottom, x, y_.can_show(high) ? y_(high) : top_,
                    curve.colour);
    }

    const Chart& chart_;
    Scale x_, y_;
    Legend legend_;
    double left_ = 0, top_ = 0;
    Absent absent_;
};

}  // namespace

std::string svg_of(const Chart& chart) {
    return fmt::format(
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" font-size=\"12\" "
               "font-family=\"system-ui, sans-serif\" fill=\"#333\">\n<title>{}</title>\n",
               width, height, escaped(chart.title)) +
           Drawing(chart).svg() + "</svg>\n";
}

}  // namespace apical
