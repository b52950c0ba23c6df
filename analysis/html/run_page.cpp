#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <sstream>
#include <string_view>

#include "analysis/html/chart.hpp"
#include "analysis/html/describe.hpp"
#include "analysis/html/page.hpp"
#include "analysis/html/palette.hpp"
#include "analysis/metrics/spectrum.hpp"
#include "analysis/snapshot.hpp"
#include "sim/core/document.hpp"

namespace apical {
namespace {

/// A variable of a series: rows x places.
struct Measured {
    std::vector<double> epoch, values;
    std::size_t width = 1;
    std::vector<double> places;  ///< along its axis: 1, 2, 3 for layers
    std::string text;

    std::vector<double> column(std::size_t place) const {
        std::vector<double> numbers;
        for (std::size_t k = place; k < values.size(); k += width) numbers.push_back(values[k]);
        return numbers;
    }
    double last(std::size_t place = 0) const { return values[values.size() - width + place]; }
    double first(std::size_t place = 0) const { return values[place]; }
};

std::optional<Measured> measured(const hdf5::File& file, const std::string& group, const std::string& name) {
    const std::string path = group + "/" + name;
    if (!file.exists(path) || !file.exists(group + "/epoch")) return std::nullopt;
    const hdf5::DataSet data = file.data_set(path);
    if (data.shape().empty() || data.shape().size() > 2 || data.count() == 0) return std::nullopt;
    Measured found{file.data_set(group + "/epoch").read<double>(),
                   data.read<double>(),
                   1,
                   {},
                   data.attribute("long_name").value_or("")};
    found.width = found.values.size() / data.shape()[0];
    found.epoch.resize(data.shape()[0]);
    if (data.shape().size() == 2)
        if (const auto scales = data.scales(); !scales[1].empty())
            found.places = file.data_set(scales[1]).read<double>();
    return found;
}

/// The circuit under study, then the baselines: name and the group before /metrics.
using Circuits = std::vector<std::pair<std::string, std::string>>;

Circuits circuits_of(const hdf5::File& file, const Node& config) {
    Circuits all;
    const Node* circuit = config.find("circuit");
    const Node* model = circuit == nullptr ? nullptr : circuit->find("model");
    const auto* name = model == nullptr ? nullptr : std::get_if<std::string>(&model->value);
    all.emplace_back(name == nullptr ? "circuit" : *name, "");
    if (file.is_group("/baselines"))
        for (const std::string& baseline : file.list("/baselines"))
            all.emplace_back(baseline, "/baselines/" + baseline);
    return all;
}

/// L of the circuit, by what the file holds; layers have the same colours in all charts.
std::size_t count_layers(const hdf5::File& file) {
    if (file.exists("/metrics/hidden_layer")) return file.data_set("/metrics/hidden_layer").count() + 1;
    std::size_t L = 0;
    while (file.exists(fmt::format("/final/W{}", L + 1))) ++L;
    return L;
}

void scores(const hdf5::File& file, const Circuits& all, Page& page) {
    constexpr std::pair<const char*, const char*> columns[] = {{"validation_accuracy", "validation"},
                                                               {"test_accuracy", "test"},
                                                               {"train_accuracy", "train"},
                                                               {"loss", "loss on the evaluation batch"},
                                                               {"validation_loss", "validation loss"},
                                                               {"test_loss", "test loss"}};
    std::vector<std::string> head{"at the end"};
    std::vector<std::vector<std::string>> rows;
    for (const auto& [name, group] : all) rows.push_back({name});
    for (const auto& [column, title] : columns) {
        std::vector<std::string> cells;
        for (const auto& [name, group] : all) {
            const auto found = measured(file, group + "/metrics", column);
            const bool percent =
                std::string_view(column).ends_with("accuracy") && found && std::isfinite(found->last());
            cells.push_back(!found    ? ""
                            : percent ? fmt::format("{:.2f} %", 100 * found->last())
                                      : shown(found->last()));
        }
        if (std::all_of(cells.begin(), cells.end(), [](const std::string& cell) { return cell.empty(); })) continue;
        head.emplace_back(title);
        for (std::size_t k = 0; k < rows.size(); ++k) rows[k].push_back(cells[k]);
    }
    page.table(head, rows);
}

/// Draws it, or says in a line that there is no number in it.
void draw(const Chart& chart, const std::string& text, Page& page) {
    const auto has_number = [](const Curve& curve) {
        return std::ranges::any_of(curve.y, [](double y) { return std::isfinite(y); });
    };
    if (std::ranges::any_of(chart.curves, has_number)) page.figure(svg_of(chart), text);
    else page.paragraph(chart.title + ": no value throughout. " + text);
}

/// One variable of all circuits that have it, from the first sample on.
void compare(const hdf5::File& file, const Circuits& all, const std::vector<std::string>& models,
             const std::string& name, Chart chart, Page& page) {
    std::string text;
    for (const auto& [circuit, group] : all)
        if (const auto found = measured(file, group + "/metrics", name)) {
            Curve curve{.name = circuit, .colour = method_colour(circuit, models)};
            const std::vector<double> values = found->column(0);
            for (std::size_t row = 0; row < values.size(); ++row) {
                if (found->epoch[row] < 0) continue;
                curve.x.push_back(found->epoch[row]);
                curve.y.push_back(values[row]);
            }
            curve.dots = curve.x.size() < 5;
            chart.curves.push_back(std::move(curve));
            text = found->text;
        }
    if (!chart.curves.empty()) draw(chart, text, page);
}

/// One variable, a curve a layer.
void layers(const hdf5::File& file, const std::string& group, const std::string& name, Page& page,
            bool logarithmic = false) {
    const auto found = measured(file, group, name);
    if (!found) return;
    Chart chart{.title = name, .x_label = "epoch (negative: development)", .y_logarithmic = logarithmic};
    for (std::size_t k = 0; k < found->width; ++k) {
        const auto l = found->places.empty() ? k + 1 : static_cast<std::size_t>(found->places[k]);
        chart.curves.push_back({.name = found->width == 1 && found->places.empty() ? "" : fmt::format("layer {}", l),
                                .x = found->epoch,
                                .y = found->column(k),
                                .dots = found->epoch.size() < 5,
                                .colour = layer_colour(l, count_layers(file))});
    }
    draw(chart, found->text, page);
}

void spectra(const hdf5::File& file, Page& page) {
    if (!has_final_weights(file) && count_snapshots(file) == 0) return;
    Snapshot snapshot = read_snapshot(file, -1);
    decompose(snapshot);
    std::vector<Chart> charts;  // of W, Wbar, V, Vbar
    std::vector<std::vector<std::string>> rows;
    for (const Snapshot::Entry& entry : snapshot.entries) {
        std::vector<double> x, y;
        for (Eigen::Index k = 0; k < entry.singular.size(); ++k) {
            x.push_back(static_cast<double>(k + 1));
            y.push_back(entry.singular[k]);
        }
        const std::size_t number = entry.name.find_first_of("0123456789");
        const std::string group = entry.name.substr(0, number);
        std::size_t l = 1;
        if (number != std::string::npos) std::from_chars(&entry.name[number], entry.name.data() + entry.name.size(), l);
        const std::string title = "singular values of " + group;
        if (std::ranges::find(charts, title, &Chart::title) == charts.end())
            charts.push_back({.title = title, .x_label = "place, largest first", .y_logarithmic = true});
        std::ranges::find(charts, title, &Chart::title)
            ->curves.push_back({.name = entry.name,
                                .x = x,
                                .y = y,
                                .dots = y.size() < 5,
                                .colour = layer_colour(l, count_layers(file))});
        rows.push_back({entry.name, fmt::format("{} x {}", entry.values.rows(), entry.values.cols()),
                        shown(entry.values.norm()), shown(entry.singular[0]), shown(entry.singular.tail<1>().value()),
                        shown(effective_rank(entry.singular)), shown(participation_ratio(entry.singular)),
                        shown(stable_rank(entry.singular))});
    }
    if (rows.empty() && snapshot.left_out.empty()) return;
    page.heading("Weights " + snapshot.when);
    if (!rows.empty())
        page.table({"matrix", "post x pre", "norm", "largest s", "smallest s", "effective rank", "participation ratio",
                    "stable rank"},
                   rows);
    for (const std::string& reason : snapshot.left_out) page.paragraph("Not measured: " + reason + ".");
    for (const Chart& chart : charts) draw(chart, "The " + chart.title + ", " + snapshot.when + ".", page);
}

void final_values(const hdf5::File& file, const Circuits& all, Page& page) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& circuit : all)
        for (const char* series : {"/metrics", "/spectra"}) {
            const std::string group = circuit.second + series;
            if (!file.is_group(group)) continue;
            for (const std::string& name : file.list(group)) {
                const auto found = measured(file, group, name);
                if (!found || name == "epoch" || name == "time" ||
                    file.data_set(group + "/" + name).scales()[0] != group + "/time")
                    continue;
                for (std::size_t k = 0; k < found->width; ++k)
                    rows.push_back({group.substr(1) + "/" + name +
                                        (found->places.empty() ? "" : "[" + shown(found->places[k]) + "]"),
                                    shown(found->first(k)), shown(found->last(k)), k == 0 ? found->text : ""});
            }
        }
    page.heading("All measurements");
    page.table({"variable", "first", "last", "what it is"}, rows,
               fmt::format("{} of them, first and last", rows.size()));
}

/// What the run said before its first step: data, circuit, time, and what it warned of.
void understood(const hdf5::File& file, Page& page) {
    std::vector<std::vector<std::string>> rows;
    if (file.is_group("/overview")) {
        const hdf5::Object overview = file.group("/overview");
        for (const std::string& name : overview.attributes()) {
            rows.push_back({name, overview.attribute(name).value_or("")});
            std::replace(rows.back()[0].begin(), rows.back()[0].end(), '_', ' ');
        }
    }
    std::istringstream history(file.group("/provenance").attribute("history").value_or(""));
    for (std::string line; std::getline(history, line);)
        if (const std::size_t at = line.find(" warning: "); at != std::string::npos)
            rows.push_back({"warning", line.substr(at + std::string_view(" warning: ").size())});
    if (rows.empty()) return;
    page.heading("What the run understood");
    page.table({"before the first step", "what was found"}, rows);
}

void learning(const hdf5::File& file, const Circuits& all, const std::vector<std::string>& models, Page& page) {
    page.heading("Learning");
    compare(file, all, models, "validation_accuracy", {.title = "validation accuracy", .x_label = "epoch"}, page);
    compare(file, all, models, "test_accuracy", {.title = "test accuracy", .x_label = "epoch"}, page);
    compare(file, all, models, "loss", {.title = "loss", .x_label = "epoch", .y_logarithmic = true}, page);
    page.heading("Alignment");
    for (const char* name : {"cosine_h_sgd", "cosine_sgd"}) layers(file, "/metrics", name, page);
    for (const char* name : {"relative_error_h_sgd", "motif_residual", "cross_asymmetry"})
        layers(file, "/metrics", name, page, true);
    page.heading("Activity and rank");
    for (const char* name : {"silent_fraction", "rate_rms"}) layers(file, "/metrics", name, page);
    for (const char* name : {"effective_rank_W", "effective_rank_H", "correlation_h", "separability"})
        layers(file, "/spectra", name, page);
}

}  // namespace

void describe_run(const hdf5::File& file, const std::vector<std::string>& models, Page& page) {
    const std::string text = file.data_set("/config").text();
    const Node config = parse_toml(text, file.path() + ":/config");
    const Circuits all = circuits_of(file, config);
    const bool is_free = config.find("task") == nullptr;  // shown no samples
    const hdf5::Object provenance = file.group("/provenance");
    page.paragraph(fmt::format("{}; started {}, {}, took {}.", file.path(),
                               provenance.attribute("start").value_or("at an unknown time"),
                               provenance.attribute("ending").value_or("not finished"),
                               provenance.attribute("wall_time").value_or("an unknown time")));
    if (!is_free) scores(file, all, page);
    understood(file, page);
    if (is_free) describe_activity(file, page);
    else learning(file, all, models, page);
    describe_traces(file, page);
    spectra(file, page);
    if (!is_free) final_values(file, all, page);
    page.heading("What was run");
    page.text("the experiment, defaults included (/config)", text);
    std::vector<std::vector<std::string>> rows;
    for (const std::string& name : provenance.attributes())
        rows.push_back({name, provenance.attribute(name).value_or("")});
    page.table({"provenance", "value"}, rows);
}

}  // namespace apical
