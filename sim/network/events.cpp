// The part of a network that has events.
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "sim/network/loop.hpp"
#include "sim/network/network.hpp"

namespace apical {

namespace {

/// Throws std::invalid_argument.
void check(const EventTrace& trace, const std::string& population) {
    const std::string whose = "trace '" + trace.column + "' of population '" + population + "': ";
    if (!(trace.tau > 0) || !std::isfinite(trace.tau))
        throw std::invalid_argument(whose + "found a time constant of " + std::to_string(trace.tau) +
                                    " ms, expected more than 0 ms");
    if (!std::isfinite(trace.gain))
        throw std::invalid_argument(whose + "found a gain of " + std::to_string(trace.gain) +
                                    ", expected a finite number");
}

}  // namespace

template <class S>
std::vector<Piece<S>> Network<S>::pieces_of_events(const Circuit& circuit, PopulationId p, const Spiking& spiking) {
    const Population& population = circuit.populations[p];
    std::vector<Piece<S>> pieces;
    const auto add = [&](const std::string& label, std::vector<std::size_t> reads, std::vector<std::size_t> writes,
                         std::unique_ptr<Op<S>> op) {
        pieces.push_back({.computation = {population.name + "." + label, std::move(reads), std::move(writes)},
                          .op = std::move(op),
                          .units = population.units,
                          .advances = true});
    };
    const std::size_t first = firing_.size();
    if (population.cells) {
        const CellNumbers numbers{population.name, population.parameters, population.initial, spiking.random};
        auto cells = std::make_unique<Firing<S>>(p, spike, population.cells->bind(*this, p, numbers, spiking.step),
                                                 population.units, ref(p, spike.name, Instant::now));
        firing_.push_back(cells.get());
        std::vector<std::size_t> written;
        for (const std::string& column : population.cells->columns()) written.push_back(offset(p, column));
        const std::size_t of_cells = written.front();
        add("cells", {}, std::move(written), std::move(cells));
        add(firing_.back()->event, {of_cells}, {offset(p, firing_.back()->event)},
            std::make_unique<Collect<S>>(*firing_.back()));
    }
    for (const EventTrace& trace : population.traces) {
        check(trace, population.name);
        const auto events = std::find_if(firing_.begin() + static_cast<std::ptrdiff_t>(first), firing_.end(),
                                         [&](const auto& firing) { return firing->event == trace.event; });
        if (events == firing_.end())
            throw std::invalid_argument("trace '" + trace.column + "' of population '" + population.name +
                                        "': its cells have no event '" + trace.event + "'");
        const Ref<S> event = ref(p, trace.event, Instant::now);
        add(trace.column, {event.offset}, {offset(p, trace.column)},
            std::make_unique<TraceStep<S>>(trace, **events, ref(p, trace.column, Instant::now), event, population.units,
                                           spiking.step));
    }
    return pieces;
}

template std::vector<Piece<float>> Network<float>::pieces_of_events(const Circuit&, PopulationId, const Spiking&);
template std::vector<Piece<double>> Network<double>::pieces_of_events(const Circuit&, PopulationId, const Spiking&);

}  // namespace apical
