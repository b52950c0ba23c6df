#include "analysis/recorded_trains.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>

#include "sim/core/error.hpp"
#include "sim/experiment/recorded_spikes.hpp"
#include "sim/experiment/sections.hpp"

namespace apical {
namespace {

constexpr std::uint64_t block = 1 << 18;  ///< spikes

[[noreturn]] void refuse(const hdf5::File& file, const std::string& what, const std::string& found,
                         const std::string& expected) {
    throw InputError({{file.path(), 0, 0}, what, found, expected, "is this the file of a run?"});
}

/// One population's spikes, one after the other.
class Reader {
   public:
    Reader(const hdf5::File& file, const RecordedTrains::Population& population, double step)
        : file_(file),
          group_("/spikes/" + population.name),
          times_(file.data_set(group_ + "/timestamps")),
          nodes_(file.data_set(group_ + "/node_ids")),
          population_(population),
          step_(step) {
        load();
    }

    bool at_end() const { return place_ == steps_.size(); }
    std::uint64_t step() const { return steps_[place_]; }
    /// Cells of the step that is next, which is then over.
    void take(std::vector<std::uint32_t>& cells) {
        cells.clear();
        for (const std::uint64_t now = step(); !at_end() && step() == now;) {
            cells.push_back(cells_[place_]);
            if (++place_ == steps_.size()) load();
        }
    }

   private:
    void load() {
        const std::uint64_t count = std::min(block, population_.spikes - first_);
        const std::uint64_t before = steps_.empty() ? 0 : steps_.back();
        steps_.clear();
        cells_.clear();
        place_ = 0;
        if (count == 0) return;
        const std::vector<double> times = times_.read_rows<double>(first_, count);
        const std::vector<std::uint64_t> nodes = nodes_.read_rows<std::uint64_t>(first_, count);
        for (std::size_t k = 0; k < times.size(); ++k) {
            const double steps = times[k] / step_;
            if (!(steps > 0.5 && steps < 1e18))
                refuse(file_, group_ + "/timestamps", fmt::format("{} ms", times[k]), "the time of a step");
            steps_.push_back(static_cast<std::uint64_t>(std::llround(steps)));
            if (steps_.back() < (k == 0 ? before : steps_[k - 1]))
                refuse(file_, group_ + "/timestamps", "spikes in another order", "that of time");
            const auto cell = std::ranges::lower_bound(population_.cells, nodes[k]);
            if (cell == population_.cells.end() || *cell != nodes[k])
                refuse(file_, group_ + "/node_ids", fmt::format("cell {}", nodes[k]), "a cell that is recorded");
            cells_.push_back(static_cast<std::uint32_t>(cell - population_.cells.begin()));
        }
        first_ += count;
    }

    const hdf5::File& file_;
    std::string group_;
    hdf5::DataSet times_, nodes_;
    const RecordedTrains::Population& population_;
    double step_;
    std::uint64_t first_ = 0;  ///< row of the file that is read next
    std::vector<std::uint64_t> steps_;
    std::vector<std::uint32_t> cells_;
    std::size_t place_ = 0;
};

template <class T>
T section_of(const Node& config, const std::string& name, const Table<T>& table) {
    const Node* section = config.find(name);
    return section == nullptr ? T{} : table.read(*section);
}

std::uint64_t steps(double time, double step) { return static_cast<std::uint64_t>(std::llround(time / step)); }

/// Time up to which the file has all spikes, in ms: a run that did not come to its end has flushed its last row of
/// metrics with the spikes before it.
double recorded_until(const hdf5::File& file, double duration, const std::vector<RecordedTrains::Population>& all) {
    if (file.group("/provenance").attribute("ending") == "done") return duration;
    const auto last = [&](const std::string& path) {
        const hdf5::DataSet data = file.data_set(path);
        return data.count() == 0 ? 0 : data.read_rows<double>(data.count() - 1, 1).front();
    };
    if (file.exists("/metrics/time") && !file.is_group("/metrics/time"))
        return std::min(duration, last("/metrics/time"));
    double latest = 0;
    for (const auto& population : all) latest = std::max(latest, last("/spikes/" + population.name + "/timestamps"));
    return std::min(duration, latest);
}

}  // namespace

bool has_spikes(const hdf5::File& file) { return file.is_group("/spikes") && !file.list("/spikes").empty(); }

RecordedTrains::RecordedTrains(const hdf5::File& file) : file_(file) {
    const Node config = parse_toml(file.data_set("/config").text(), file.path() + ":/config");
    const RunSection run = section_of(config, "run", run_table());
    const RecordSection record = section_of(config, "record", record_table());
    seed_ = static_cast<std::uint64_t>(run.seed);
    window_.step = run.step;
    if (!(run.step > 0) || !(run.duration / run.step < 1e15)) refuse(file, "/config", "no time step", "run.step");
    double from = 0, until = run.duration;
    if (!has_spikes(file))
        refuse(file, "/spikes", "no spikes", "those of some population: record.spikes, [spikes.POPULATION]");
    for (const std::string& name : file.list("/spikes")) {
        const std::string group = "/spikes/" + name;
        Population population{name, {}, 0, 0};
        const std::string count = file.group(group).attribute("cells").value_or("");
        const auto [end, problem] = std::from_chars(count.data(), count.data() + count.size(), population.all);
        if (problem != std::errc{} || end != count.data() + count.size() || population.all > 4294967295)
            refuse(file, group, count.empty() ? "no attribute cells" : "cells = " + count, "how many cells there are");
        SpikesSection chosen;
        chosen.name = name;
        if (const Node* sections = config.find("spikes"))
            if (const Node* section = sections->find(name)) chosen = spikes_table().read(*section);
        chosen.name = name;
        from = std::max(from, chosen.from);
        if (chosen.until > 0) until = std::min(until, chosen.until);
        population.cells = chosen_cells(chosen, population.all, config);
        for (const char* one : {"/timestamps", "/node_ids"})
            if (!file.exists(group + one) || file.is_group(group + one) ||
                file.data_set(group + one).shape().size() != 1)
                refuse(file, group + one, "nothing of the kind", "a list of numbers");
        population.spikes = file.data_set(group + "/timestamps").count();
        if (file.data_set(group + "/node_ids").count() < population.spikes)  // a killed run may have more of either
            population.spikes = file.data_set(group + "/node_ids").count();
        populations_.push_back(std::move(population));
    }
    begin_ = steps(from, run.step);
    end_ = steps(std::min(until, recorded_until(file, run.duration, populations_)), run.step);
    window_.from = std::max(begin_, steps(record.statistics_from, run.step));
    window_.bin = std::max<std::uint64_t>(1, steps(record.statistics_bin, run.step));
}

void RecordedTrains::each(std::uint64_t after, std::uint64_t until, const Each& call) const {
    std::vector<Reader> readers;
    readers.reserve(populations_.size());
    for (const Population& population : populations_) readers.emplace_back(file_, population, window_.step);
    std::vector<std::uint32_t> cells;
    for (;;) {
        std::optional<std::uint64_t> next;
        for (const Reader& reader : readers)
            if (!reader.at_end()) next = std::min(next.value_or(reader.step()), reader.step());
        if (!next || *next > until) return;
        for (std::size_t k = 0; k < readers.size(); ++k) {
            if (readers[k].at_end() || readers[k].step() != *next) continue;
            readers[k].take(cells);
            if (*next > after) call(k, *next, cells);
        }
    }
}

}  // namespace apical
