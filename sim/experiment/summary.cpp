#include "sim/experiment/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <optional>
#include <ostream>
#include <vector>

#include "sim/core/document.hpp"
#include "sim/experiment/sections.hpp"
#include "sim/experiment/spike_statistics.hpp"
#include "sim/hdf5/file.hpp"
#include "sim/record/file_size.hpp"

namespace apical {
namespace {

/// A variable of a group of metrics: rows x the rest.
struct Rows {
    std::vector<double> values;
    std::size_t count = 0, length = 0;
    double first(std::size_t k = 0) const { return values[k]; }
    double last(std::size_t k = 0) const { return values[(count - 1) * length + k]; }
};

/// Nothing if it is not there, or has no rows or no numbers.
std::optional<Rows> rows_of(const hdf5::File& file, const std::string& path) {
    if (!file.exists(path)) return std::nullopt;
    const hdf5::DataSet data = file.data_set(path);
    if (data.count() == 0) return std::nullopt;
    const std::size_t count = data.shape()[0];
    return Rows{data.read<double>(), count, data.count() / count};
}

/// Where there is nothing to compare, a cosine is not a number.
std::string shown(double cosine) { return std::isnan(cosine) ? "no value" : fmt::format("{:.3f}", cosine); }

void print_scores(const hdf5::File& file, const std::string& name, const std::string& group, std::ostream& out) {
    const auto loss = rows_of(file, group + "/loss");
    if (!loss) return;
    std::string line = fmt::format("  {:<20}", name);
    if (const auto validation = rows_of(file, group + "/validation_accuracy"))
        line += fmt::format("  validation {:6.2f} %", 100 * validation->last());
    if (const auto test = rows_of(file, group + "/test_accuracy"))
        line += fmt::format("  test {:6.2f} %", 100 * test->last());
    if (const auto train = rows_of(file, group + "/train_accuracy"))
        line += fmt::format("  train {:6.2f} %", 100 * train->last());
    const auto number = [](double x) { return std::isnan(x) ? "not a number" : fmt::format("{:.4g}", x); };
    out << line << "  loss " << number(loss->last()) << " (from " << number(loss->first()) << ")\n";
}

/// Layer by layer, start to end; empty if it was not measured.
std::string alignment(const hdf5::File& file, const std::string& variable) {
    const auto cosine = rows_of(file, "/metrics/" + variable);
    if (!cosine) return "";
    std::string line;
    bool any = false;
    for (std::size_t l = 0; l < cosine->length; ++l) {
        const double first = cosine->first(l), last = cosine->last(l);
        const bool has_value = !std::isnan(first) || !std::isnan(last);
        any = any || has_value;
        line += fmt::format("{} layer {} ", l == 0 ? "" : ",", l + 1);
        line += has_value ? shown(first) + " to " + shown(last) : "no value";
    }
    return any ? ", start to end:" + line : ": no value, since no W of a hidden layer changes";
}

void print_alignments(const hdf5::File& file, std::ostream& out) {
    const std::string to_h = alignment(file, "cosine_h_sgd"), plain = alignment(file, "cosine_sgd");
    const bool alike = to_h == plain;  // where H is the identity
    if (!to_h.empty())
        out << "  cosine of the update of W and H times the gradient" << (alike ? ", and of it and the gradient" : "")
            << to_h << "\n";
    if (!plain.empty() && !alike) out << "  cosine of the update of W and the gradient" << plain << "\n";
}

void print_activity(const hdf5::File& file, std::ostream& out) {
    if (!rows_of(file, "/metrics/rate")) return;
    std::map<std::string, double> statistics;
    for (const std::string& name : file.list("/metrics"))
        if (const auto rows = rows_of(file, "/metrics/" + name)) statistics[name] = rows->last();
    print_statistics(statistics, out);
}

void warn_of_silence(const hdf5::File& file, const std::string& name, const std::string& group, std::ostream& out) {
    const auto silent = rows_of(file, group + "/silent_fraction");
    for (std::size_t l = 0; silent && l < silent->length; ++l)
        if (silent->last(l) >= 0.5)
            out << fmt::format(
                "warning: {}: {:.0f} % of the cells of hidden layer {} are silent for every sample; lower the rate or "
                "decay of W, or raise scale_W\n",
                name, 100 * silent->last(l), l + 1);
}

void warn_of_collapse(const hdf5::File& file, std::ostream& out) {
    const auto rank = rows_of(file, "/spectra/effective_rank_Vbar");
    if (!rank || !file.exists("/final")) return;
    std::vector<std::size_t> units;  // of the hidden layers and the output
    for (std::size_t l = 1; file.exists(fmt::format("/final/W{}", l)); ++l)
        units.push_back(file.data_set(fmt::format("/final/W{}", l)).shape()[0]);
    for (std::size_t l = 0; l < rank->length && l < units.size(); ++l) {
        // What the error can have: a random matrix that is not collapsed has an effective rank a little below its own.
        const std::size_t needed = std::min(units[l], units.back());
        if (rank->last(l) < 0.5 * static_cast<double>(needed))
            out << fmt::format(
                "warning: Vbar of hidden layer {} has collapsed: its effective rank is {:.1f} where the error has {} "
                "dimensions, so most of it does not reach the layer; use scaling, lower eta_V, or raise gamma_V\n",
                l + 1, rank->last(l), needed);
    }
}

void warn_of_large_weights(const hdf5::File& file, const std::string& group, double guard, std::ostream& out) {
    if (!file.exists(group)) return;
    for (const std::string& name : file.list(group)) {
        if (file.is_group(group + "/" + name)) continue;  // synapses of events, which their rules bound
        const hdf5::DataSet data = file.data_set(group + "/" + name);
        if (data.shape().size() != 2) continue;
        double largest = 0;
        for (const double w : data.read<double>()) largest = std::max(largest, std::abs(w));
        if (largest > 0.1 * guard)
            out << fmt::format(
                "warning: {}/{} reaches {:.3g}, near guard.largest_weight = {}; the run is about to diverge\n", group,
                name, largest, guard);
    }
}

}  // namespace

void summarise(const std::string& path, std::ostream& out) {
    const hdf5::File file = hdf5::File::open(path);
    const Node config = parse_toml(file.data_set("/config").text(), path + ":/config");
    const std::string model = std::get<std::string>(config.find("circuit")->find("model")->value);
    const double guard = guard_table().read(*config.find("guard")).largest_weight;
    const auto baselines = file.exists("/baselines") ? file.list("/baselines") : std::vector<std::string>{};

    print_scores(file, model, "/metrics", out);
    for (const std::string& name : baselines) print_scores(file, name, "/baselines/" + name + "/metrics", out);
    print_alignments(file, out);
    print_activity(file, out);

    warn_of_collapse(file, out);
    warn_of_silence(file, model, "/metrics", out);
    warn_of_large_weights(file, "/final", guard, out);
    for (const std::string& name : baselines) {
        warn_of_silence(file, name, "/baselines/" + name + "/metrics", out);
        warn_of_large_weights(file, "/baselines/" + name + "/final", guard, out);
    }
    out << fmt::format("{} ({}, took {})\n", path, readable_size(std::filesystem::file_size(path)),
                       file.group("/provenance").attribute("wall_time").value_or("unknown time"));
}

}  // namespace apical
