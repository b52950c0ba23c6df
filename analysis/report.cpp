#include "analysis/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "analysis/metrics/agreement.hpp"

namespace apical {

namespace {

/// A number in a column of a table, set flush right.
std::string cell(double value, int width, const char* form) {
    return fmt::format("{:>{}}", std::isnan(value) ? "no value" : fmt::format(fmt::runtime(form), value), width);
}

}  // namespace

Report::Report(const Snapshot& snapshot, std::vector<std::string> metrics, std::ostream& out)
    : snapshot_(snapshot), metrics_(std::move(metrics)), out_(out), group_("/analysis/" + snapshot.group) {}

bool Report::wants(const std::string& metric) const {
    return metrics_.empty() || std::ranges::find(metrics_, metric) != metrics_.end();
}

void Report::matrices() {
    if (!wants("singular_values") && !wants("participation_ratio") && !wants("stable_rank")) return;
    out_ << fmt::format("\n{:<10}{:>12}{:>10}{:>11}{:>11}{:>11}{:>15}{:>13}\n", "matrix", "post x pre", "norm",
                        "largest s", "smallest s", "eff. rank", "participation", "stable rank");
    for (const auto& [name, values, s] : snapshot_.entries) {
        const double effective = effective_rank(s), participation = participation_ratio(s), stable = stable_rank(s);
        out_ << fmt::format("{:<10}{:>12}", name, fmt::format("{} x {}", values.rows(), values.cols()))
             << cell(frobenius_norm(values), 10, "{:.4g}") << cell(s[0], 11, "{:.4g}")
             << cell(s.tail<1>().value(), 11, "{:.3g}") << cell(effective, 11, "{:.1f}")
             << cell(participation, 15, "{:.1f}") << cell(stable, 13, "{:.1f}") << '\n';
        add_spectrum("singular_values", "singular_values_" + name, "singular values of " + name, s);
        add_number("participation_ratio", name, participation);
        add_number("stable_rank", name, stable);
    }
}

void Report::products(const Layered& network) {
    const auto& [seen, available, left_out] = network;
    const bool squares = available.W && wants("eigenvalues_WWT"), H = available.cross && wants("eigenvalues_H");
    if (!squares && !H) return;
    out_ << fmt::format("\n{:<26}{:>11}{:>11}{:>11}\n", "eigenvalues of", "largest", "smallest", "eff. rank");
    // Squares of singular values, which are accurate however small; eigenvalues of the product would not be.
    for (std::size_t l = 1; squares && l <= seen.layers; ++l)
        product("eigenvalues_WWT", l, fmt::format("W{0} W{0}^T", l),
                with_zeros(seen.in_W[l].cwiseAbs2(), seen.W[l].rows()));
    for (std::size_t l = 1; H && l < seen.layers; ++l)
        product("eigenvalues_H", l, fmt::format("H{0} = Vbar{0} Vbar{0}^T", l), seen.in_h(l));
}

void Report::layers(const Layered& network) {
    const auto& [seen, available, left_out] = network;
    left_out_ = left_out;
    std::string heading = fmt::format("\n{:<26}", "layer");
    for (std::size_t l = 1; l <= seen.layers; ++l) heading += fmt::format("{:>11}", l);
    for (const Metric& metric : layer_metrics()) {
        if (!applies(metric.needs, available) || !wants(metric.about.name)) continue;
        const Axis axis = layer_axis(metric.over, seen.layers);
        if (axis.values.empty()) continue;
        if (!heading.empty()) out_ << heading << '\n';
        heading.clear();
        const Layers over = layers_of(metric.over, seen.layers);
        std::vector<double> values;
        out_ << fmt::format("{:<{}}", metric.about.name, 26 + 11 * (over.first - 1));
        for (std::size_t l = over.first; l <= over.last; ++l) {
            values.push_back(metric.value(seen, l));
            out_ << cell(values.back(), 11, "{:.4g}");
        }
        out_ << '\n';
        add(metric.about.name, {group_, {axis}, variable_of(metric), values, Storage::float64});
    }
}

void Report::say_what_is_missing(std::ostream& out) const {
    for (const std::string& metric : metrics_)
        if (!measured_.contains(metric))
            out << "\nnot measured: " << metric << ", which needs matrices that this file does not have\n";
    for (const std::string& reason : left_out_) out << "\nnot measured as a layer: " << reason << '\n';
}

void Report::add(const std::string& metric, Field field) {
    measured_.insert(metric);
    fields_.push_back(std::move(field));
}

void Report::product(const std::string& metric, std::size_t l, const std::string& formula,
                     const Spectrum& eigenvalues) {
    out_ << fmt::format("{:<26}", formula) << cell(eigenvalues[0], 11, "{:.4g}")
         << cell(eigenvalues.tail<1>().value(), 11, "{:.3g}") << cell(effective_rank(eigenvalues), 11, "{:.1f}")
         << '\n';
    add_spectrum(metric, metric + std::to_string(l), "eigenvalues of " + formula, eigenvalues);
}

void Report::add_spectrum(const std::string& metric, const std::string& name, const std::string& text,
                          const Spectrum& values) {
    if (!wants(metric)) return;
    // Spectra of one length share their axis.
    const std::string length = std::to_string(values.size());
    Axis axis{"place_" + length, "1", "place in a spectrum of " + length + ", largest first", {}};
    for (Eigen::Index k = 1; k <= values.size(); ++k) axis.values.push_back(static_cast<double>(k));
    add(metric, {group_, {axis}, {name, "1", text, {axis.name}}, {values.begin(), values.end()}, Storage::float64});
}

void Report::add_number(const std::string& metric, const std::string& matrix, double value) {
    if (!wants(metric)) return;
    const std::string name = metric + "_" + matrix;
    add(metric, {group_, {}, {name, "1", metric + " of " + matrix, {}}, {value}, Storage::float64});
}

void print_evolution(const std::string& file, const Series& series,
                     const std::vector<std::pair<double, std::vector<double>>>& rows, std::ostream& out) {
    out << fmt::format("{}, {} snapshots\n", file, rows.size());
    constexpr std::size_t most_shown = 12;
    std::vector<std::size_t> shown;
    const std::size_t count = std::min(most_shown, rows.size());
    for (std::size_t k = 0; k < count; ++k) shown.push_back(count == 1 ? 0 : k * (rows.size() - 1) / (count - 1));
    out << fmt::format("\n{:<26}", "samples");
    for (const std::size_t k : shown) out << fmt::format("{:>11.4g}", rows[k].first);
    out << '\n';
    std::size_t place = 0;
    for (const Variable& variable : series.variables) {
        const bool single = variable.axes.empty();
        const auto axis = single ? series.axes.end() : std::ranges::find(series.axes, variable.axes[0], &Axis::name);
        const std::size_t width = single ? 1 : axis->values.size();
        const bool spectrum = !single && variable.axes[0].starts_with("place_");  // too long to be shown
        for (std::size_t j = 0; !spectrum && j < width; ++j) {
            const std::string layer = single ? "" : fmt::format("[{}]", axis->values[j]);
            out << fmt::format("{:<26}", variable.name + layer);
            for (const std::size_t k : shown) out << cell(rows[k].second[place + j], 11, "{:.4g}");
            out << '\n';
        }
        place += width;
    }
}

}  // namespace apical
