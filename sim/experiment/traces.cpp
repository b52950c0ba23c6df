#include "sim/experiment/traces.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "sim/core/units.hpp"
#include "sim/core/whole_steps.hpp"
#include "sim/experiment/catalogue.hpp"

namespace apical {
namespace {

/// The chosen indices of `count`; all of them if none is chosen.
std::vector<std::size_t> chosen(const std::vector<std::int64_t>& wanted, std::size_t count) {
    std::vector<std::size_t> selected(wanted.begin(), wanted.end());
    if (wanted.empty()) {
        selected.resize(count);
        std::iota(selected.begin(), selected.end(), std::size_t{0});
    }
    return selected;
}

Axis axis_of(const char* name, const std::string& text, const std::vector<std::size_t>& selected) {
    return {name, "1", text, {selected.begin(), selected.end()}};
}

}  // namespace

Trace::Trace(const Experiment& experiment, const TraceSection& section, const Circuit& circuit)
    : name_(section.name),
      column_(section.column),
      population_name_(section.population),
      is_free_(experiment.is_free()),
      samples_(experiment.data.train),
      classes_(experiment.data.classes),
      population_(0),
      settled_(experiment.mode() == Mode::settled),
      steps_of_presentation_(settled_   ? 1
                             : is_free_ ? experiment.end
                                        : experiment.clock().steps()),
      end_(experiment.end),
      stride_(static_cast<std::uint64_t>(experiment.run.lanes)),
      storage_(experiment.storage()) {
    const std::string table = "trace." + name_;
    const auto refused = [&](const std::string& key, const std::string& found, const std::string& expected) {
        refuse(experiment.document, table, key, found, expected);
    };
    std::vector<std::string> names;
    for (const Population& population : circuit.populations) names.push_back(population.name);
    const auto at = std::find(names.begin(), names.end(), section.population);
    if (at == names.end())
        refused("population", "'" + section.population + "'", fmt::format("one of {}", fmt::join(names, ", ")));
    population_ = static_cast<PopulationId>(at - names.begin());
    const std::vector<std::string> columns = columns_of(circuit.populations[population_]);
    if (std::find(columns.begin(), columns.end(), column_) == columns.end())
        refused("column", "'" + column_ + "'",
                fmt::format("one of {} of '{}'", fmt::join(columns, ", "), section.population));
    unit_ = unit_of_column(experiment.catalogue->columns, circuit.populations[population_], column_);
    text_ = text_of_column(experiment.catalogue->columns, circuit.populations[population_], column_);
    shown_for_ = settled_ ? "settled" : with_unit(experiment.run.presentation, "ms");
    units_ = chosen(section.units, circuit.populations[population_].units);
    lanes_ = chosen(section.lanes, stride_);
    const auto check = [&](const char* key, const std::vector<std::size_t>& selected, std::size_t count) {
        if (const std::size_t most = *std::max_element(selected.begin(), selected.end()); most >= count)
            refused(key, std::to_string(most), fmt::format("from 0 to {}", count - 1));
    };
    check("units", units_, circuit.populations[population_].units);
    check("lanes", lanes_, stride_);

    const double dt = experiment.run.step;
    const std::string whole = is_free_ ? "run" : "presentation";
    const auto step_at = [&](const char* key, double time) {
        const std::optional<std::uint64_t> steps = whole_steps(time, dt);
        if (settled_ && time != 0) refused(key, fmt::format("{} ms", time), "run.mode = \"continuous\" with it");
        if (!steps || *steps > steps_of_presentation_)
            refused(key, fmt::format("{} ms", time),
                    fmt::format("a multiple of run.step, {} ms, up to the {} of {} ms", dt, whole,
                                is_free_ ? experiment.run.duration : experiment.run.presentation));
        return *steps;
    };
    every_ = std::max<std::uint64_t>(1, step_at("every", section.every));
    first_step_ = step_at("from", section.from);
    if (section.until > 0 && section.until < section.from)
        refused("until", fmt::format("{} ms", section.until), fmt::format("at least from, {} ms", section.from));
    if (first_step_ >= steps_of_presentation_)
        refused("from", fmt::format("{} ms", section.from), "a time before the " + whole + " ends");
    last_step_ = section.until > 0 ? step_at("until", section.until) : steps_of_presentation_ - 1;
    last_step_ = std::min(last_step_, steps_of_presentation_ - 1);
    for (double time : section.at) listed_.push_back(step_at("at", time));
    std::sort(listed_.begin(), listed_.end());
    if (!listed_.empty() && listed_.back() >= steps_of_presentation_)
        refused("at", fmt::format("{} ms", static_cast<double>(listed_.back()) * dt),
                "times before the " + whole + " ends");
    if (is_free_) return;
    const Node* when = experiment.document.find("trace")->find(name_)->find("when");
    when_ = Schedule::parse(section.when, {experiment.end, experiment.shape.epoch, 0}, when->place, table + ".when");
    if (presentations_recorded() == 0)
        refused("when", "'" + section.when + "'",
                fmt::format("a moment of the run, which has {} samples: the trace would hold nothing", end_));
}

std::uint64_t Trace::presentations_recorded() const { return is_free_ ? 1 : when_.onsets(end_, stride_); }

std::uint64_t Trace::steps_recorded() const {
    if (!listed_.empty())
        return static_cast<std::uint64_t>(std::set<std::uint64_t>(listed_.begin(), listed_.end()).size());
    return (last_step_ - first_step_) / every_ + 1;
}

bool Trace::due(std::uint64_t previous, std::uint64_t now) const { return when_.due_at_onset(previous, now); }

bool Trace::due_step(std::uint64_t k) const {
    if (!listed_.empty()) return std::binary_search(listed_.begin(), listed_.end(), k);
    return k >= first_step_ && k <= last_step_ && (k - first_step_) % every_ == 0;
}

Series Trace::series() const {
    const Variable time =
        settled_ ? Variable{"time", "1", "presented samples", {}}
                 : Variable{"time", "ms", is_free_ ? "simulated time" : "simulated time since the first sample", {}};
    return {"/trace/" + name_,
            time,
            {axis_of("unit", "cell of the population", units_), lane_axis()},
            {{column_, unit_, text_, {"unit", "lane"}}},
            storage_,
            steps_recorded() * presentations_recorded()};
}

Axis Trace::lane_axis() const { return axis_of("lane", "input stream", lanes_); }

Series Trace::presentations() const {
    const Variable onset = settled_
                               ? Variable{"onset", "1", "presented samples, those of this presentation included", {}}
                               : Variable{"onset", "ms", "simulated time at which a presentation begins", {}};
    Series series{"/trace/" + name_, onset, {lane_axis()}, {}, Storage::float64, presentations_recorded()};
    series.variables.push_back(
        {"sample",
         "1",
         samples_->size() > 0 ? "place of the sample in the training part, counted from 0" : "number of the sample",
         {"lane"}});
    if (classes_) series.variables.push_back({"label", "1", "class of the sample, counted from 0", {"lane"}});
    return series;
}

std::vector<std::pair<std::string, std::string>> Trace::attributes() const {
    std::vector<std::pair<std::string, std::string>> all{{"population", population_name_}, {"compartment", column_}};
    if (!is_free_) all.emplace_back("presentation", shown_for_);
    return all;
}

std::vector<double> Trace::shown(std::span<const std::uint64_t> samples) const {
    std::vector<double> row;
    for (std::size_t lane : lanes_) row.push_back(static_cast<double>(samples[lane]));
    if (classes_)
        for (std::size_t lane : lanes_) row.push_back(samples_->label(samples[lane]));
    return row;
}

template <class S>
std::vector<double> Trace::row(const Simulation<S>& simulation) const {
    const std::span<const S> values = simulation.column(population_name_, column_);
    std::vector<double> row;
    row.reserve(units_.size() * lanes_.size());
    for (std::size_t unit : units_)
        for (std::size_t lane : lanes_) row.push_back(static_cast<double>(values[unit * stride_ + lane]));
    return row;
}

template std::vector<double> Trace::row(const Simulation<float>&) const;
template std::vector<double> Trace::row(const Simulation<double>&) const;

}  // namespace apical
