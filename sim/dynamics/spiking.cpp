#include "sim/dynamics/spiking.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <stdexcept>
#include <string_view>

#include "sim/circuit/tiles.hpp"

namespace apical {

/// The cells of a population, and when they have fired.
template <class S>
class Spiking<S>::Firing final : public Op<S> {
   public:
    Firing(std::unique_ptr<EventCells<S>> cells, std::size_t count, std::size_t longest_delay)
        : history(longest_delay), cells_(std::move(cells)), tiles_(Tiles::of_cells(count, 1)), fired_(count) {}

    std::size_t parts() const override { return tiles_.count; }
    double work() const override {
        constexpr double products_a_cell = 20;
        return products_a_cell * static_cast<double>(tiles_.extent);
    }
    void run(std::size_t part) override {
        const std::size_t first = tiles_.begin(part);
        counts_[part] = cells_->step(first, tiles_.begin(part + 1), fired_.data() + first);
    }
    /// The step is over.
    void push() {
        std::size_t end = counts_[0];
        for (std::size_t part = 1; part < tiles_.count; ++part) {
            const auto* const from = fired_.data() + tiles_.begin(part);
            std::copy_n(from, counts_[part], fired_.data() + end);
            end += counts_[part];
        }
        history.push({fired_.data(), end});
    }
    void rest() {
        cells_->rest();
        history.rest();
    }

    EventHistory history;

   private:
    std::unique_ptr<EventCells<S>> cells_;
    Tiles tiles_;
    std::vector<std::uint32_t> fired_;  ///< of every tile, from its first cell on
    std::array<std::size_t, Tiles::most> counts_{};
};

/// All that reaches one receptor of a population.
template <class S>
class Spiking<S>::Arrivals final : public Op<S> {
   public:
    struct Source {
        EventSynapses<S> synapses;
        const EventHistory* history;
    };
    Arrivals(Ref<S> into, const std::uint64_t& step, bool at_input)
        : instantaneous(at_input), into_(into), step_(step) {}

    double work() const override {
        constexpr double share = 1e-3;  // of the synapses that are used in a step: 10 Hz, 0.1 ms
        double synapses = 0;
        for (const Source& source : sources) synapses += static_cast<double>(source.synapses.synapses());
        return 10 * share * synapses;
    }
    void run(std::size_t) override {
        for (const Source& source : sources) {
            const std::span<const std::uint32_t> delays = source.synapses.delays();
            for (std::size_t k = 0; k < delays.size(); ++k)
                source.synapses.deliver(source.history->ago(delays[k]), k, into_.data());
        }
        for (const Poisson<S>& drive : drives) drive.add(step_, into_.data());
    }

    const bool instantaneous;
    std::vector<Source> sources;
    std::vector<Poisson<S>> drives;

   private:
    Ref<S> into_;
    const std::uint64_t& step_;
};

namespace {

double checked_step(const Setup& setup) {
    if (!(setup.clock.step > 0) || !std::isfinite(setup.clock.step))
        throw ClockError("step", fmt::format("{} ms", setup.clock.step), "more than 0 ms");
    if (setup.lanes != 1)
        throw std::invalid_argument(
            fmt::format("spiking dynamics have one lane, found {}: every network of cells that "
                        "fire takes a simulation, and a seed, of its own",
                        setup.lanes));
    return setup.clock.step;
}

/// Names are addresses of what is drawn, and places in archives.
void check_names(const auto& all, const char* what) {
    std::set<std::string_view> names;
    for (const auto& one : all)
        if (one.name.empty() || !names.insert(one.name).second)
            throw std::invalid_argument(fmt::format("two {} have the name '{}', or one has none", what, one.name));
}

}  // namespace

template <class S>
Spiking<S>::Spiking(const Setup& setup, const Circuit& circuit, Network<S>& network)
    : network_(network), step_(checked_step(setup)) {
    check_names(circuit.populations, "populations");
    check_names(circuit.event_projections, "event projections");
    check_names(circuit.poisson_drives, "Poisson drives");
    const Random random(setup.seed);
    std::vector<std::size_t> longest(circuit.populations.size(), 1);
    std::vector<EventSynapses<S>> synapses;
    synapses.reserve(circuit.event_projections.size());
    for (const EventProjection& projection : circuit.event_projections) {
        const Population& source = circuit.populations.at(projection.source);
        const Population& target = circuit.populations.at(projection.target);
        synapses.emplace_back(projection, source.units, target.units, step_, random);
        for (const std::size_t delay : synapses.back().delays())
            longest[projection.source] = std::max(longest[projection.source], delay);
    }
    for (PopulationId p{}; p < circuit.populations.size(); ++p) {
        const Population& population = circuit.populations[p];
        const CellNumbers numbers{population.name, population.parameters, population.initial, random};
        names_.push_back(population.name);
        cells_.push_back(
            std::make_unique<Firing>(population.cells->bind(network, p, numbers, step_), population.units, longest[p]));
        advance_.add(0, *cells_.back());
    }
    const auto at = [&](const std::string& name, PopulationId p, const std::string& receptor) -> Arrivals& {
        return arrivals_at(circuit.populations.at(p), name, p, receptor);
    };
    for (std::size_t k = 0; k < synapses.size(); ++k) {
        const EventProjection& projection = circuit.event_projections[k];
        at(projection.name, projection.target, projection.receptor)
            .sources.push_back({std::move(synapses[k]), &cells_[projection.source]->history});
    }
    for (const PoissonDrive& drive : circuit.poisson_drives)
        at(drive.name, drive.target, drive.receptor)
            .drives.emplace_back(drive, circuit.populations.at(drive.target).units, step_, random);
    for (const auto& [column, arrivals] : arrivals_) (arrivals->instantaneous ? before_ : after_).add(0, *arrivals);
    rest();
}

template <class S>
Spiking<S>::~Spiking() = default;

template <class S>
typename Spiking<S>::Arrivals& Spiking<S>::arrivals_at(const Population& population, const std::string& name,
                                                       PopulationId p, const std::string& receptor) {
    const auto has = [&](const std::vector<std::string>& columns) {
        return std::ranges::find(columns, receptor) != columns.end();
    };
    const std::vector<std::string> inputs = population.cells->inputs(), receptors = population.cells->receptors();
    if (!has(inputs) && !has(receptors)) {
        std::vector<std::string> all = inputs;
        all.insert(all.end(), receptors.begin(), receptors.end());
        throw std::invalid_argument(fmt::format("'{}': the cells of population '{}' have no receptor '{}', but {}",
                                                name, population.name, receptor, fmt::join(all, ", ")));
    }
    auto& arrivals = arrivals_[network_.place_of(p, receptor)];
    if (!arrivals) arrivals = std::make_unique<Arrivals>(network_.ref(p, receptor, Instant::now), steps_, has(inputs));
    return *arrivals;
}

template <class S>
void Spiking<S>::step(std::uint64_t k, const Context& context) {
    if (context.observe) context.observe(k);
    before_.run(context.pool);
    advance_.run(context.pool);
    after_.run(context.pool);
    for (const auto& cells : cells_) cells->push();
    ++steps_;
}

template <class S>
void Spiking<S>::rest() {
    steps_ = 0;
    network_.rest();
    for (const auto& cells : cells_) cells->rest();
}

template <class S>
std::span<const std::uint32_t> Spiking<S>::spikes(PopulationId population) const {
    return cells_.at(population)->history.ago(1);
}

template <class S>
void Spiking<S>::save(ArchiveWriter& archive, const std::string& prefix) const {
    const std::uint64_t steps[] = {steps_};
    archive.put(prefix + "/spiking/steps", std::span<const std::uint64_t>(steps));
    archive.put(prefix + "/spiking/columns", std::as_const(network_).columns().all());
    for (std::size_t p = 0; p < cells_.size(); ++p)
        cells_[p]->history.save(archive, prefix + "/spiking/events/" + names_[p]);
}

template <class S>
void Spiking<S>::load(const ArchiveReader& archive, const std::string& prefix) {
    std::uint64_t steps[1];
    archive.take(prefix + "/spiking/steps", std::span<std::uint64_t>(steps));
    steps_ = steps[0];
    archive.take(prefix + "/spiking/columns", network_.columns().all());
    for (std::size_t p = 0; p < cells_.size(); ++p)
        cells_[p]->history.load(archive, prefix + "/spiking/events/" + names_[p], network_.cells(PopulationId(p)));
}

template class Spiking<float>;
template class Spiking<double>;

}  // namespace apical
