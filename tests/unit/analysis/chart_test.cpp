#include "analysis/html/chart.hpp"

#include <cmath>
#include <limits>
#include <set>

#include "analysis/html/palette.hpp"
#include "tests/support/catch.hpp"

using namespace apical;

namespace {

const double none = std::numeric_limits<double>::quiet_NaN(), infinite = std::numeric_limits<double>::infinity();

std::string drawn(std::vector<double> y, bool logarithmic = false) {
    Curve curve{.name = "curve", .y = std::move(y), .colour = "#123456"};
    for (std::size_t k = 0; k < curve.y.size(); ++k) curve.x.push_back(static_cast<double>(k));
    return svg_of({.title = "title", .x_label = "x", .y_logarithmic = logarithmic, .curves = {curve}});
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

bool has(const std::string& text, const std::string& part) { return count(text, part) > 0; }

}  // namespace

TEST_CASE("a chart says what of it has no place") {
    CHECK(has(drawn({}), "nothing to draw<"));
    CHECK(has(drawn({none, infinite}), "nothing to draw: 2 without a value"));
    CHECK(has(drawn({0, -1, none}, true), "nothing to draw: 1 without a value, 2 at or below 0"));
    CHECK(has(drawn({1, 0, 2, none}, true), "not drawn: 1 without a value, 1 at or below 0"));
    CHECK_FALSE(has(drawn({1, 0, 2}), "not drawn"));
}

TEST_CASE("a point that no line reaches is a dot") {
    CHECK(count(drawn({1}), "<circle") == 1);
    CHECK(count(drawn({1, none, 2, 3, none, 4}), "<circle") == 2);
    CHECK(count(drawn({1, 2}), "<circle") == 0);
    CHECK(has(drawn({1e300, -1e300}), "10³⁰⁰"));
}

TEST_CASE("a curve of very many points keeps its highest and lowest and stays small") {
    std::vector<double> many(100000);
    for (std::size_t k = 0; k < many.size(); ++k) many[k] = std::sin(0.001 * static_cast<double>(k));
    std::vector<double> peaks = many;
    peaks[54321] = 30;
    peaks[54500] = -30;
    peaks[70000] = none;
    const std::string svg = drawn(peaks);
    CHECK(svg.size() < 200000);
    CHECK(has(svg, "not drawn: 1 without a value"));
    // The highest of all stands as far from the upper edge as the lowest from the lower one.
    const std::string two = drawn({30, -30});
    const auto first = two.find("d=\"M", two.find("h18") + 1), space = two.find(' ', first);
    const std::string top = two.substr(space, two.find('L', space) - space);
    CHECK(has(svg, top));
}

TEST_CASE("error bars that reach 0 go to the bottom of a logarithmic axis") {
    Curve curve{.name = "", .x = {1, 2}, .y = {1, 10}, .deviation = {2, 1}, .line = false, .dots = true};
    const std::string svg = svg_of({.title = "", .x_label = "", .y_logarithmic = true, .curves = {curve}});
    CHECK(count(svg, "y1=\"294.0\"") >= 2);  // the axis and the bar
}

TEST_CASE("names that do not fit are cut or left out, never over each other") {
    Chart chart{.title = "title", .x_label = "key"};
    Curve curve{.name = "", .line = false, .dots = true};
    for (int k = 0; k < 300; ++k) {
        chart.x_names.push_back("value number " + std::to_string(k));
        curve.x.push_back(k);
        curve.y.push_back(k % 7);
    }
    chart.curves = {curve};
    const std::string svg = svg_of(chart);
    CHECK(has(svg, "…"));
    CHECK(count(svg, "<text") < 60);
}

TEST_CASE("layers have different colours, whatever their number, and none is a method's") {
    const std::vector<std::string> models{
        "self_assembly", "pal", "pal_layers", "burst_ccn", "backpropagation", "feedback_alignment", "kolen_pollack"};
    for (const std::size_t layers : {1u, 2u, 3u, 7u, 20u}) {
        std::set<std::string> colours;
        for (std::size_t l = 1; l <= layers; ++l) colours.insert(layer_colour(l, layers));
        CHECK(colours.size() == layers);
        for (const char* method : {"self_assembly", "pal", "burst_ccn", "backpropagation", "kolen_pollack"})
            CHECK_FALSE(colours.contains(method_colour(method, models)));
    }
    CHECK(method_colour("backpropagation", models) != method_colour("self_assembly", models));
    CHECK(layer_colour(9, 3) == layer_colour(3, 3));
}
