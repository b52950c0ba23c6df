#include "sim/experiment/recorded_spikes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "sim/core/units.hpp"
#include "sim/experiment/free_experiment.hpp"
#include "sim/record/sonata.hpp"

namespace apical {
namespace {

std::string text_of(const SpikesSection& section, std::size_t chosen, std::size_t all) {
    if (chosen == all) return "all cells";
    if (!section.cells.empty()) return fmt::format("{} chosen cell{}", chosen, chosen == 1 ? "" : "s");
    const std::string of =
        section.first > 0 ? fmt::format("the first {} cells", section.first) : std::string("all cells");
    return section.every > 1 ? fmt::format("one in {} of {}", section.every, of) : of;
}

}  // namespace

std::vector<std::uint32_t> chosen_cells(const SpikesSection& section, std::size_t cells, const Node& document) {
    const std::string table = "spikes." + section.name;
    std::vector<std::uint32_t> chosen;
    if (section.cells.empty()) {
        if (static_cast<std::size_t>(section.first) > cells)
            refuse(document, table, "first", fmt::format("the first {}", section.first),
                   fmt::format("at most the {} cells of '{}'", cells, section.name));
        const std::size_t end = section.first > 0 ? static_cast<std::size_t>(section.first) : cells;
        for (std::size_t cell = 0; cell < end; cell += static_cast<std::size_t>(section.every))
            chosen.push_back(static_cast<std::uint32_t>(cell));
        return chosen;
    }
    for (const std::int64_t cell : section.cells) {
        if (static_cast<std::size_t>(cell) >= cells)
            refuse(document, table, "cells", std::to_string(cell), fmt::format("from 0 to {}", cells - 1));
        chosen.push_back(static_cast<std::uint32_t>(cell));
    }
    std::ranges::sort(chosen);
    chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
    return chosen;
}

RecordedSpikes::RecordedSpikes(const Experiment& experiment, const Population& population)
    : population_(population.name), text_("all cells"), all_(population.units), cells_(all_), until_(experiment.end) {
    const auto section = std::ranges::find(experiment.spikes, population.name, &SpikesSection::name);
    if (section == experiment.spikes.end()) {
        any_ = experiment.record.spikes == "all";
        return;
    }
    any_ = section->record;
    const std::string table = "spikes." + population.name;
    const std::vector<std::uint32_t> chosen = chosen_cells(*section, all_, experiment.document);
    cells_ = chosen.size();
    text_ = text_of(*section, cells_, all_);
    if (cells_ < all_) {
        chosen_.resize(all_);
        for (const std::uint32_t cell : chosen) chosen_[cell] = true;
    }
    from_ = steps_of(experiment, table, "from", section->from);
    if (section->until > 0) until_ = steps_of(experiment, table, "until", section->until);
    if (from_ >= experiment.end)
        refuse(experiment.document, table, "from", with_unit(section->from, "ms"),
               "a time before the run ends, after " + with_unit(experiment.run.duration, "ms"));
    if (until_ <= from_)
        refuse(experiment.document, table, "until", with_unit(section->until, "ms"),
               "a time after from, " + with_unit(section->from, "ms"));
    if (section->from > 0) text_ += " after " + with_unit(section->from, "ms");
    if (section->until > 0) text_ += " until " + with_unit(section->until, "ms");
}

Series RecordedSpikes::series() const { return spikes_of(population_); }

std::vector<std::pair<std::string, std::string>> RecordedSpikes::attributes() const {
    return {{"cells", std::to_string(all_)}, {"recorded", text_}};
}

std::span<const std::uint32_t> RecordedSpikes::of(std::uint64_t step, std::span<const std::uint32_t> cells) {
    if (!any_ || step <= from_ || step > until_) return {};
    if (chosen_.empty()) return cells;
    those_.clear();
    std::ranges::copy_if(cells, std::back_inserter(those_), [&](std::uint32_t cell) { return chosen_[cell]; });
    return those_;
}

void check_recorded_spikes(const Experiment& experiment, const Circuit& circuit) {
    std::vector<std::string> names;
    for (const Population& population : circuit.populations)
        if (population.cells != nullptr) names.push_back(population.name);
    for (const SpikesSection& section : experiment.spikes)
        if (std::ranges::find(names, section.name) == names.end()) {
            const Node* table = experiment.document.find("spikes")->find(section.name);
            throw InputError({table->place, table->key, "no population of cells that fire",
                              names.empty() ? "" : fmt::format("one of {}", fmt::join(names, ", ")), ""});
        }
}

}  // namespace apical
