#include "sim/dynamics/arrival_tiles.hpp"

#include <algorithm>

#include "sim/dynamics/arrivals.hpp"
#include "sim/network/poisson.hpp"

namespace apical {

ArrivalTiles::ArrivalTiles(const Circuit& circuit, std::size_t threads) : threads_(threads) {
    for (const Population& population : circuit.populations) units_.push_back(population.units);
    for (const EventProjection& of : circuit.event_projections)
        work_[{of.target, of.receptor}] += work_of_events(
            expected_events(of.connectivity.expected_synapses(units_.at(of.target), units_.at(of.source))));
    for (const Drive& of : circuit.drives) {
        const DriveTarget to = target_of(of);
        work_[{to.population, to.receptor}] += work_of_drive(units_.at(to.population));
    }
    for (const auto& [receptor, work] : work_) all_ += work;
}

Tiles ArrivalTiles::at(PopulationId population, const std::string& receptor) const {
    constexpr double worth_a_cut = 2e6;  // in all
    constexpr double share = 0.25;       // of what a thread does: whole ones that are smaller let threads come out even
    const auto found = work_.find({population, receptor});
    const double work = found == work_.end() ? 0 : found->second;
    const bool is_cut = all_ >= worth_a_cut && work > share * all_ / static_cast<double>(threads_);
    return {units_.at(population), is_cut ? threads_ : 1, Poisson<float>::together};
}

}  // namespace apical
