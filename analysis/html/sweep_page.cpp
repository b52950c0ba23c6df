#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <iterator>
#include <map>
#include <numeric>
#include <set>
#include <string_view>

#include "analysis/html/chart.hpp"
#include "analysis/html/describe.hpp"
#include "analysis/html/page.hpp"
#include "analysis/html/palette.hpp"
#include "sim/core/error.hpp"

namespace apical {
namespace {

namespace fs = std::filesystem;

/// A key that differs between runs.
struct Key {
    std::string name;
    std::vector<std::string> texts;
    std::vector<double> numbers;  ///< empty: not a number
    std::string label;
};

/// The number by which runs are compared: on the validation part where there is one.
struct Objective {
    std::string name;
    bool larger_is_better = true;
    std::string choice;  ///< what it means to choose by it
    std::vector<double> values;
};

const char* const on_validation = "on the validation part: the test part has not been looked at";
const char* const on_test =
    "on the test part, which is then no longer unseen: the best result is better than a new test would give. "
    "task.validation_samples makes a part to choose on";
const char* const on_training = "on the training samples: how the settings generalise is not known";

struct Table {
    std::vector<std::string> status, reason;
    std::vector<std::string> files;   ///< of every run, from the folder of the sweep; empty if the index has none
    std::vector<std::string> models;  ///< of every run
    std::vector<Key> keys;
    Objective objective;
    std::size_t runs() const { return status.size(); }
    bool counts(std::size_t run) const { return status[run] == "done" && std::isfinite(objective.values[run]); }
};

Key key_of(const hdf5::File& index, const std::string& name) {
    const hdf5::DataSet data = index.data_set("/keys/" + name);
    Key key{name, {}, {}, name};
    if (data.kind() == hdf5::Kind::text) {
        key.texts = data.texts();
        return key;
    }
    key.numbers = data.read<double>();
    for (const double number : key.numbers) key.texts.push_back(std::isnan(number) ? "" : shown(number));
    if (const std::string unit = data.attribute("units").value_or("1"); unit != "1") key.label += " (" + unit + ")";
    return key;
}

Table table_of(const hdf5::File& index) {
    Table table{index.data_set("/keys/status").texts(), index.data_set("/keys/reason").texts(), {}, {}, {}, {}};
    table.models.resize(table.runs());
    if (index.exists("/keys/file")) table.files = index.data_set("/keys/file").texts();
    if (index.exists("/keys/circuit.model")) table.models = index.data_set("/keys/circuit.model").texts();
    for (const std::string& name : index.list("/keys")) {
        if (name == "run" || name == "file" || name == "status" || name == "reason") continue;
        Key key = key_of(index, name);
        std::set<std::string> different(key.texts.begin(), key.texts.end());
        different.erase("");  // of runs to which the key does not belong
        if (different.size() > 1) table.keys.push_back(std::move(key));
    }
    for (const Objective& objective :
         {Objective{"validation_accuracy", true, on_validation, {}},
          Objective{"validation_loss", false, on_validation, {}}, Objective{"test_accuracy", true, on_test, {}},
          Objective{"test_loss", false, on_test, {}}, Objective{"loss", false, on_training, {}}}) {
        const std::string path = "/metrics/" + objective.name;
        if (!index.exists(path)) continue;
        table.objective = objective;
        table.objective.values = index.data_set(path).read<double>();
        break;
    }
    table.objective.values.resize(table.runs(), std::nan(""));
    return table;
}

struct Spread {
    double mean = 0, deviation = 0;
    std::size_t count = 0;
};

Spread spread_of(const std::vector<double>& values) {
    Spread spread{0, 0, values.size()};
    spread.mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
    for (const double value : values) spread.deviation += (value - spread.mean) * (value - spread.mean);
    spread.deviation = values.size() < 2 ? 0 : std::sqrt(spread.deviation / static_cast<double>(values.size() - 1));
    return spread;
}

/// Settings that differ in the seed alone are one: best first.
void best_settings(const Table& table, Page& page) {
    std::map<std::vector<std::string>, std::vector<double>> settings;
    for (std::size_t run = 0; run < table.runs(); ++run) {
        if (!table.counts(run)) continue;
        std::vector<std::string> setting;
        for (const Key& key : table.keys)
            if (key.name != "run.seed") setting.push_back(key.texts[run]);
        settings[setting].push_back(table.objective.values[run]);
    }
    std::vector<std::pair<std::vector<std::string>, Spread>> order;
    order.reserve(settings.size());
    for (const auto& [setting, values] : settings) order.emplace_back(setting, spread_of(values));
    std::stable_sort(order.begin(), order.end(), [&](const auto& a, const auto& b) {
        return table.objective.larger_is_better ? a.second.mean > b.second.mean : a.second.mean < b.second.mean;
    });
    constexpr std::size_t most_shown = 25;
    std::vector<std::string> head{"place"};
    for (const Key& key : table.keys)
        if (key.name != "run.seed") head.push_back(key.label);
    head.insert(head.end(), {table.objective.name + ", mean", "standard deviation", "runs"});
    std::vector<std::vector<std::string>> rows;
    for (std::size_t k = 0; k < std::min(most_shown, order.size()); ++k) {
        rows.push_back({std::to_string(k + 1)});
        rows.back().insert(rows.back().end(), order[k].first.begin(), order[k].first.end());
        const Spread& spread = order[k].second;
        rows.back().insert(rows.back().end(), {shown(spread.mean), spread.count < 2 ? "" : shown(spread.deviation),
                                               std::to_string(spread.count)});
    }
    page.heading(fmt::format("Best settings ({} of {})", rows.size(), order.size()));
    page.paragraph(fmt::format("Chosen by {}, {}.", table.objective.name, table.objective.choice));
    page.table(head, rows);
}

/// Where a run stands along a key; not finite if the key does not belong to it. Names the places of texts.
std::vector<double> places_of(const Key& key, Chart& chart) {
    if (!key.numbers.empty()) {
        const auto known = [](double number) { return std::isfinite(number); };
        std::vector<double> numbers;
        std::ranges::copy_if(key.numbers, std::back_inserter(numbers), known);
        const auto [low, high] = std::ranges::minmax_element(numbers);
        chart.x_logarithmic = low != numbers.end() && *low > 0 && *high / *low >= 10;
        return key.numbers;
    }
    std::set<std::string> different(key.texts.begin(), key.texts.end());
    different.erase("");
    chart.x_names.assign(different.begin(), different.end());
    std::vector<double> places;
    for (const std::string& text : key.texts)
        places.push_back(text.empty() ? std::nan("")
                                      : static_cast<double>(std::distance(different.begin(), different.find(text))));
    return places;
}

/// The objective of every run against one key, in the colours of the models; with means and deviations where the key
/// has few values.
void effect_of(const Table& table, const Key& key, const std::vector<std::string>& models, Page& page) {
    Chart chart{.title = table.objective.name, .x_label = key.label};
    const std::vector<double> places = places_of(key, chart);
    std::map<std::string, std::map<double, std::vector<double>>> found;  // by model and place
    for (std::size_t run = 0; run < table.runs(); ++run)
        if (table.counts(run) && std::isfinite(places[run]))
            found[table.models[run]][places[run]].push_back(table.objective.values[run]);
    constexpr std::size_t few = 12;
    for (const auto& [model, at] : found) {
        const std::string colour = method_colour(model, models);
        Curve dots{.name = model, .line = false, .dots = true, .colour = colour};
        Curve means{.name = "", .line = !key.numbers.empty(), .colour = colour};
        for (const auto& [place, values] : at) {
            for (const double value : values) {
                dots.x.push_back(place);
                dots.y.push_back(value);
            }
            const Spread spread = spread_of(values);
            means.x.push_back(place);
            means.y.push_back(spread.mean);
            means.deviation.push_back(spread.deviation);
        }
        if (at.size() <= few) chart.curves.push_back(means);
        chart.curves.push_back(dots);
    }
    page.figure(
        svg_of(chart),
        fmt::format("Every run that is done, against {}{}.", key.name,
                    table.keys.size() > 1 ? "; lines and bars: mean and standard deviation over all other keys" : ""));
}

/// A path as it stands in a URL: what is no plain character is escaped, so that it can be nothing but a path.
std::string as_url(const std::string& path) {
    std::string url;
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = std::isalnum(byte) != 0 || std::string_view("/-_.~").find(c) != std::string_view::npos;
        url += byte < 128 && plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
    }
    return url;
}

/// Where a run of the index is to be read: a file below the sweep's folder that is there, or "".
std::string link_to(const fs::path& sweep, const fs::path& file, const fs::path& from) {
    const auto leaves = [](const fs::path& part) { return part == ".."; };
    if (file.empty() || file.is_absolute() || std::ranges::any_of(file, leaves)) return "";
    std::error_code none;
    fs::path target = sweep / file;
    if (const fs::path page = fs::path(target).replace_extension(".html"); fs::is_regular_file(page, none))
        target = page;
    if (!fs::is_regular_file(target, none)) return "";
    const fs::path here = fs::weakly_canonical(fs::absolute(from, none), none);
    return as_url(fs::weakly_canonical(fs::absolute(target, none), none).lexically_relative(here).generic_string());
}

void all_runs(const Table& table, const fs::path& sweep, const fs::path& from, Page& page) {
    std::vector<std::string> head{"run", "status"};
    for (const Key& key : table.keys) head.push_back(key.label);
    head.insert(head.end(), {table.objective.name, "reason"});
    std::vector<std::vector<std::string>> rows;
    for (std::size_t run = 0; run < table.runs(); ++run) {
        rows.push_back({std::to_string(run + 1), table.status[run]});
        for (const Key& key : table.keys) rows.back().push_back(key.texts[run]);
        const double objective = table.objective.values[run];  // none in the index of a run that is not done
        rows.back().insert(rows.back().end(), {std::isnan(objective) ? "" : shown(objective), table.reason[run]});
    }
    std::vector<std::string> links;
    for (const std::string& file : table.files) links.push_back(link_to(sweep, file, from));
    page.heading("All runs");
    page.table(head, rows, {}, links);
}

void fixed_keys(const hdf5::File& index, Page& page) {
    std::string text;
    for (const std::string& name : index.list("/keys")) {
        if (name == "run" || name == "file" || name == "status" || name == "reason") continue;
        const Key key = key_of(index, name);
        if (std::set<std::string>(key.texts.begin(), key.texts.end()).size() == 1)
            text += key.label + " = " + key.texts[0] + "\n";
    }
    page.heading("What is the same in all runs");
    page.text("keys and values", text);
}

}  // namespace

void describe_sweep(const hdf5::File& index, const std::vector<std::string>& models, const fs::path& from, Page& page) {
    const Table table = table_of(index);
    std::map<std::string, std::size_t> states;
    for (const std::string& status : table.status) ++states[status];
    std::string summary = fmt::format("{}: {} runs", index.path(), table.runs());
    for (const auto& [state, count] : states) summary += fmt::format(", {} {}", count, state);
    page.paragraph(summary + ".");
    if (table.objective.name.empty()) {
        page.paragraph("No run has measured a loss or an accuracy yet.");
    } else {
        best_settings(table, page);
        page.heading("Effect of each key");
        for (const Key& key : table.keys)
            if (key.name != "run.seed" || table.keys.size() == 1) effect_of(table, key, models, page);
    }
    all_runs(table, fs::path(index.path()).parent_path(), from, page);
    fixed_keys(index, page);
}

}  // namespace apical
