#include "sim/experiment/overview.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/experiment/effects.hpp"
#include "sim/experiment/recorded_spikes.hpp"
#include "sim/record/file_size.hpp"

namespace apical {
namespace {

std::string numbered(std::uint64_t count, const std::string& one, const std::string& many) {
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string text_of(const Spread& spread) {
    const bool rounding = std::abs(spread.mean) < 1e-6 * spread.deviation;
    return fmt::format("from {:.3g} to {:.3g}, mean {:.3g}, deviation {:.3g}", spread.lowest, spread.highest,
                       rounding ? 0 : spread.mean, spread.deviation);
}

std::string text_of(const PartSummary& part, bool classes) {
    std::string text = part.samples == 0 ? "without end" : numbered(part.samples, "sample", "samples");
    text += ", inputs " + text_of(part.inputs);
    if (!classes) text += "; targets " + text_of(part.targets);
    if (part.samples > part.examined) text += fmt::format(" (of {} samples)", part.examined);
    return text;
}

/// Names stand in a file of the user's: bytes that would steer a terminal are not printed.
std::string class_name(const Experiment& e, std::size_t k) {
    if (k >= e.data.class_names.size()) return std::to_string(k);
    std::string name = e.data.class_names[k];
    for (char& c : name)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    return name;
}

std::string text_of_classes(const Experiment& e, const std::vector<PartSummary>& parts) {
    const std::size_t classes = e.shape.outputs;
    constexpr std::size_t most = 20;
    const bool counted = !parts.front().class_counts.empty();
    std::vector<std::string> words;
    for (std::size_t k = 0; k < std::min(classes, most); ++k) {
        words.push_back(class_name(e, k));
        std::vector<std::uint64_t> counts;
        for (const PartSummary& part : parts)
            if (!part.class_counts.empty()) counts.push_back(part.class_counts[k]);
        if (counted) words.back() += fmt::format(" ({})", fmt::join(counts, " + "));
    }
    std::vector<std::string> names;
    for (const PartSummary& part : parts)
        if (!part.class_counts.empty()) names.push_back(part.name);
    const std::string of = names.empty() ? "" : fmt::format(" ({})", fmt::join(names, " + "));
    std::string text = fmt::format("{}{}: {}", classes, of, fmt::join(words, ", "));
    if (classes > most && counted) {
        const auto [fewest, largest] = std::ranges::minmax_element(parts.front().class_counts);
        text += fmt::format(" ...; the smallest has {} training samples, the largest {}", *fewest, *largest);
    }
    return text;
}

/// Time constants of all states, ms: state -> time constant -> populations, in the order of the circuit.
using TimeConstants = std::map<std::string, std::map<double, std::vector<std::string>>>;

TimeConstants time_constants(const Circuit& circuit) {
    TimeConstants all;
    for (const Population& population : circuit.populations)
        for (const auto& neuron : population.neurons) {
            const std::vector<std::string> states = neuron->states();
            const std::vector<double> rates = neuron->rates();
            for (std::size_t k = 0; k < states.size(); ++k) all[states[k]][1 / rates[k]].push_back(population.name);
        }
    return all;
}

std::string text_of(const TimeConstants& constants) {
    std::vector<std::string> words;
    for (const auto& [state, values] : constants)
        for (const auto& [tau, populations] : values)
            words.push_back(values.size() == 1 && constants.size() == 1
                                ? fmt::format("{} {:.3g} ms", state, tau)
                                : fmt::format("{} {:.3g} ms ({})", state, tau, fmt::join(populations, " ")));
    return words.empty() ? "none: every cell follows its input at once" : fmt::format("{}", fmt::join(words, ", "));
}

std::string text_of_circuit(const Circuit& circuit, const Development* development) {
    std::uint64_t synapses = 0, plastic = 0;
    for (const Weights& w : circuit.weights) {
        const std::uint64_t count =
            w.connectivity.expected_synapses(circuit.populations[w.post].units, circuit.populations[w.pre].units);
        synapses += count;
        if (w.rule) plastic += count;
    }
    std::string text = circuit.name;
    if (!circuit.anatomy.sizes.empty())
        text += fmt::format(", layers of {} cells", fmt::join(circuit.anatomy.sizes, "-"));
    text += fmt::format(", {} parameters, {} of them plastic", synapses, plastic);
    if (development != nullptr) text += fmt::format("; {} events of development first", development->events);
    return text;
}

std::string text_of_cells_that_fire(const Circuit& circuit) {
    std::vector<std::string> populations;
    for (const Population& population : circuit.populations)
        populations.push_back(fmt::format("{} ({})", population.name, numbered(population.units, "cell", "cells")));
    std::uint64_t synapses = 0;
    for (const EventProjection& projection : circuit.event_projections)
        synapses += projection.connectivity.expected_synapses(circuit.populations[projection.target].units,
                                                              circuit.populations[projection.source].units);
    std::uint64_t plastic = 0;
    for (const EventProjection& projection : circuit.event_projections)
        if (projection.plastic.rule != nullptr)
            plastic += projection.connectivity.expected_synapses(circuit.populations[projection.target].units,
                                                                 circuit.populations[projection.source].units);
    return fmt::format("{}, {}, {}{}", circuit.name, fmt::join(populations, ", "),
                       numbered(synapses, "synapse", "synapses"),
                       plastic > 0 ? fmt::format(", {} of them plastic", plastic) : "");
}

/// How many there will be nobody knows, so their size is a rate.
std::string text_of_recorded_spikes(const Experiment& e, const Circuit& circuit) {
    constexpr std::uint64_t bytes = sizeof(double) + sizeof(std::uint64_t), hertz = 10;
    std::uint64_t cells = 0;
    std::vector<std::string> parts;
    bool is_all = true;
    for (const Population& population : circuit.populations) {
        const RecordedSpikes recorded(e, population);
        const std::string text = recorded.any() ? recorded.text() : "none";
        is_all = is_all && text == "all cells";
        cells += recorded.any() ? recorded.cells() : 0;
        parts.push_back(fmt::format("of {} {}", population.name, text));
    }
    if (cells == 0) return "none are recorded";
    return fmt::format("{}, {} bytes each before they are compressed: at {} Hz {} in a simulated second",
                       is_all ? "of all cells" : fmt::format("{}", fmt::join(parts, ", ")), bytes, hertz,
                       readable_size(bytes * hertz * cells));
}

std::string text_of_time(const Experiment& e) {
    const auto lanes = static_cast<std::uint64_t>(e.run.lanes);
    const std::uint64_t presentations = e.end / lanes;
    std::string text =
        fmt::format("{} ({:.4g} epochs) in {} of {}", numbered(e.end, "sample", "samples"),
                    static_cast<double>(e.end) / static_cast<double>(e.shape.epoch),
                    numbered(presentations, "presentation", "presentations"), numbered(lanes, "lane", "lanes"));
    if (e.mode() == Mode::settled) return text + ", one step each";
    const Clock clock = e.clock();
    text += fmt::format(", {:.6g} ms or {} each", clock.presentation, numbered(clock.steps(), "step", "steps"));
    if (clock.error_onset > 0) text += fmt::format(", error after {:.6g} ms", clock.error_onset);
    return text + fmt::format(", {:.4g} s simulated", 1e-3 * clock.presentation * static_cast<double>(presentations));
}

/// The longest time constant of these states in the population, 0 if it has none of them.
double slowest(const Population& population, std::initializer_list<const char*> wanted) {
    double longest = 0;
    for (const auto& neuron : population.neurons) {
        const std::vector<std::string> states = neuron->states();
        const std::vector<double> rates = neuron->rates();
        for (std::size_t k = 0; k < states.size(); ++k)
            if (std::ranges::find(wanted, states[k]) != wanted.end()) longest = std::max(longest, 1 / rates[k]);
    }
    return longest;
}

/// A circuit that has not answered when its answer is judged, or whose error has not come down when the next sample
/// comes, learns from the wrong pairs. Time series are another matter: there the past is part of the sample.
void warn_of_slow_cells(const Experiment& e, const Circuit& circuit, std::vector<std::string>& warnings) {
    if (e.mode() == Mode::settled || e.run.order == "sequential" || e.data.train->size() == 0) return;
    double up = 0, down = 0;
    for (const Anatomy::Layer& layer : circuit.anatomy.layers) {
        const Population& cells = circuit.populations[circuit.population(layer.population)];
        up += slowest(cells, {"soma"}) + slowest(cells, {"basal_potential"});
        down += slowest(cells, {"apical", "apical_potential"});
        for (const auto& [role, name] : layer.companions) {
            const Population& companion = circuit.populations[circuit.population(name)];
            down += slowest(companion, {"soma"}) + slowest(companion, {"basal_potential"});
        }
    }
    const double onset = e.run.error_onset, presentation = e.run.presentation;
    const std::string shorter = "faster cells (" + text_of(time_constants(circuit)) + ")";
    const bool looks_ahead =
        std::ranges::any_of(e.model->shared, [](const Descriptor& row) { return row.name == "prospective"; });
    const std::string or_ahead =
        looks_ahead && !e.document.find("circuit")->find("prospective")->text().starts_with("true")
            ? ", or circuit.prospective = true"
            : "";
    if (const double window = onset > 0 ? onset : presentation; up > window)
        warnings.push_back(
            fmt::format("the answer needs about {:.3g} ms, the sum of the time constants from input to output, and is "
                        "judged {}: it "
                        "will be that to the sample before; {}, or {}{}",
                        up,
                        onset > 0 ? fmt::format("from run.error_onset = {:.6g} ms on", onset)
                                  : fmt::format("throughout run.presentation = {:.6g} ms", presentation),
                        onset > 0 ? "a later run.error_onset" : "a longer run.presentation", shorter, or_ahead));
    if (const double window = presentation - onset; down > window)
        warnings.push_back(fmt::format(
            "the error needs about {:.3g} ms to come down, the sum of the time constants of dendrites and downstream "
            "cells, and has {:.6g} ms from run.error_onset to the end of run.presentation = {:.6g} ms: what it teaches "
            "will be the next sample; a longer run.presentation, or {}{}",
            down, window, presentation, shorter, or_ahead));
}

void warn_of_classes(const Experiment& e, const PartSummary& training, std::vector<std::string>& warnings) {
    if (!e.data.classes) return;
    if (e.shape.outputs == 1) {
        warnings.emplace_back(
            "the data have one class only: every answer is right; targets with task.loss = \"squared_error\" make a "
            "regression");
        return;
    }
    const std::vector<std::uint64_t>& counts = training.class_counts;
    if (counts.empty() || training.counted < training.samples) return;
    std::vector<std::string> absent;
    for (std::size_t k = 0; k < counts.size(); ++k)
        if (counts[k] == 0) absent.push_back(class_name(e, k));
    if (absent.size() + 1 == counts.size()) {
        warnings.push_back(
            fmt::format("all {} training samples are of one class of {}: nothing can be learnt; look at "
                        "the labels in [task]",
                        training.samples, counts.size()));
        return;
    }
    if (absent.empty()) return;
    const std::size_t missing = absent.size();
    constexpr std::size_t most = 10;
    if (missing > most) absent.resize(most);
    warnings.push_back(fmt::format(
        "{} of {} classes ha{} no training samples: {}{}; look at the labels, and at the keys "
        "of [task] that choose samples",
        missing, counts.size(), missing == 1 ? "s" : "ve", fmt::join(absent, ", "), missing > most ? " ..." : ""));
}

/// Instants that a run never reaches.
void warn_of_schedules(const Experiment& e, std::vector<std::string>& warnings) {
    for (const auto& [key, schedule] :
         {std::pair{"metrics", &e.metrics}, {"spectra", &e.spectra}, {"weights", &e.weights}})
        if (const std::uint64_t instant = schedule->beyond_the_end(); instant > 0)
            warnings.push_back(
                fmt::format("record.{}: {} samples will not be reached, the run has {}; run.epochs, or "
                            "\"and end\"",
                            key, instant, e.end));
}

}  // namespace

std::string scale_of_inputs(const Experiment& e, const std::vector<PartSummary>& parts) {
    const Spread& inputs = parts.front().inputs;
    if (inputs.count == 0) return "";
    constexpr double farthest = 10;
    const double scale = std::hypot(inputs.mean, inputs.deviation);
    if (scale >= 1 / (farthest * farthest) && scale <= farthest) return "";
    if (scale == 0) return "all inputs are 0: look at the inputs in [task]";
    const bool standardises =
        std::ranges::any_of(e.source->parameters, [](const Descriptor& row) { return row.name == "standardise"; });
    return fmt::format(
        "inputs have a root mean square of {:.3g}, far from 1, and every drive and update scales with it; {}", scale,
        standardises ? "task.standardise, or other units of the data" : "other units of the data");
}

Overview overview_of(const Experiment& e, const Circuit& circuit, const std::vector<PathwayLine>& pathways) {
    Overview overview;
    auto& lines = overview.lines;
    lines.emplace_back(
        "circuit", e.mode() == Mode::spiking ? text_of_cells_that_fire(circuit) : text_of_circuit(circuit, nullptr));
    if (e.mode() == Mode::spiking) lines.emplace_back("spikes", text_of_recorded_spikes(e, circuit));
    if (!pathways.empty()) lines.emplace_back("pathways", text_of(pathways, circuit));
    if (e.mode() == Mode::continuous) lines.emplace_back("time_constants", text_of(time_constants(circuit)));
    lines.emplace_back("length", fmt::format("{:.4g} s simulated, in {} of {:.6g} ms", 1e-3 * e.run.duration,
                                             numbered(e.end, "step", "steps"), e.run.step));
    if (const std::uint64_t instant = e.weights.beyond_the_end(); instant > 0)
        overview.warnings.push_back(
            fmt::format("record.weights: {:.6g} ms will not be reached, the run has {:.6g} ms; run.duration, or "
                        "\"and end\"",
                        e.run.step * static_cast<double>(instant), e.run.duration));
    for (std::string& line : without_effect(e)) overview.warnings.push_back(std::move(line));
    return overview;
}

std::vector<std::string> shown_lines(const Overview& overview) {
    std::vector<std::string> lines;
    for (const auto& [name, text] : overview.lines) {
        lines.push_back(fmt::format("{:<15} {}", name, text));
        std::replace(lines.back().begin(), lines.back().begin() + static_cast<std::ptrdiff_t>(name.size()), '_', ' ');
    }
    return lines;
}

Overview overview_of(const Experiment& e, const std::vector<PartSummary>& parts, const Circuit& circuit,
                     const Development* development, const std::vector<PathwayLine>& pathways) {
    Overview overview;
    auto& lines = overview.lines;
    lines.emplace_back("data", fmt::format("{}, {} and {}", e.data.name, numbered(e.shape.inputs, "input", "inputs"),
                                           numbered(e.shape.outputs, e.data.classes ? "class" : "target",
                                                    e.data.classes ? "classes" : "targets")));
    for (const PartSummary& part : parts) lines.emplace_back(part.name, text_of(part, e.data.classes));
    if (e.data.classes) lines.emplace_back("classes", text_of_classes(e, parts));
    lines.emplace_back("circuit", text_of_circuit(circuit, development));
    lines.emplace_back("pathways", text_of(pathways, circuit));
    if (e.mode() == Mode::continuous) lines.emplace_back("time_constants", text_of(time_constants(circuit)));
    lines.emplace_back("length", text_of_time(e));

    auto& warnings = overview.warnings;
    warnings = e.data.warnings;
    warn_of_classes(e, parts.front(), warnings);
    if (const std::string scale = scale_of_inputs(e, parts); !scale.empty()) warnings.push_back(scale);
    warn_of_slow_cells(e, circuit, warnings);
    warn_of_schedules(e, warnings);
    for (std::string& line : without_effect(e)) warnings.push_back(std::move(line));
    return overview;
}

}  // namespace apical
