#include "sim/network/network.hpp"

#include <algorithm>
#include <stdexcept>

#include "sim/circuit/event_columns.hpp"
#include "sim/circuit/event_neuron.hpp"
#include "sim/core/descriptor.hpp"
#include "sim/core/matrix.hpp"
#include "sim/core/whole_steps.hpp"
#include "sim/network/kinds_of_cells.hpp"
#include "sim/network/loop.hpp"

namespace apical {

template <class S>
Network<S>::Network(const Circuit& circuit, Pathways<S>& pathways) : pathways_(pathways), lanes_(pathways.lanes()) {
    require_graded(circuit);
    lay_out(circuit, Mode::settled);
    bind(circuit, Mode::settled);
}

template <class S>
Network<S>::Network(const Circuit& circuit, Pathways<S>& pathways, double step)
    : pathways_(pathways), lanes_(pathways.lanes()), step_(step) {
    require_graded(circuit);
    lay_out(circuit, Mode::continuous);
    bind(circuit, Mode::continuous);
}

template <class S>
Network<S>::Network(const Circuit& circuit, Pathways<S>& pathways, const Spiking& spiking)
    : pathways_(pathways), lanes_(pathways.lanes()), step_(spiking.step) {
    require_firing(circuit);
    lay_out(circuit, Mode::spiking);
    bind(circuit, Mode::spiking, &spiking);
    rest();
}

template <class S>
Network<S>::~Network() = default;

template <class S>
void Network<S>::lay_out(const Circuit& circuit, Mode mode) {
    std::size_t state_size = 0;
    for (PopulationId p{}; p < circuit.populations.size(); ++p) {
        const Population& population = circuit.populations[p];
        auto& columns = offsets_.emplace_back();
        units_.push_back(population.units);
        names_.push_back(population.name);
        const std::size_t room = population.units * lanes_;
        const auto name = [&](const std::string& column, std::size_t place) {
            if (!columns.emplace(column, place).second)
                throw std::invalid_argument("population '" + population.name + "' has two columns '" + column + "'");
            return place;
        };
        // In spiking dynamics who looks before a step sees the columns of the last one.
        const auto add = [&](const std::string& column) {
            return name(column, mode == Mode::spiking ? columns_.add_persistent(room, S(0)) : columns_.add(room));
        };
        const auto alias = [&](const std::string& column, const std::string& of) {
            const auto it = columns.find(of);
            if (it == columns.end())
                throw std::invalid_argument("population '" + population.name + "' has no column '" + of + "'");
            name(column, it->second);
        };
        for (const std::string& column : population.clamped)
            name(column, columns_.add_persistent(room, static_cast<S>(population.constant.value_or(0))));
        for (const std::string& column : population.compartments) add(column);
        for (const NoiseCurrent& noise : population.noise) name(noise.column, columns_.add_persistent(room, S(0)));
        for (const auto& neuron : population.neurons) {
            const std::string of = neuron->target_alias();
            const std::vector<double> rates = neuron->rates();
            for (std::size_t k = 0; const std::string& state : neuron->states()) {
                const double leak = rates[k++];
                if (mode == Mode::settled && !of.empty()) {
                    alias(state, of);
                    continue;
                }
                const std::size_t place = add(state);
                if (mode != Mode::settled) {
                    slots_.push_back({p, state, place, state_size, room, padded<S>(room), leak});
                    state_size += padded<S>(room);
                }
            }
        }
        for (const auto& signal : population.signals)
            for (const std::string& column : signal->writes()) {
                if (signal->alias_of().empty()) add(column);
                else alias(column, signal->alias_of());
            }
        for (const std::string& column : columns_of_events(population))
            held_.push_back({name(column, columns_.add_persistent(room, S(0))), room});
    }
    if (mode == Mode::spiking) lay_out_arrivals(circuit), lay_out_anew(circuit);
    columns_.allocate(mode != Mode::settled);
    states_ = Vector::Zero(index(state_size));
    states_moved();
    leaks_ = states_;
    for (const Slot& slot : slots_)
        leaks_.segment(index(slot.in_state), index(slot.size)).setConstant(static_cast<S>(slot.rate));
}

template <class S>
void Network<S>::pass() {
    delays_.push(columns_);
}

/// Where a projection reads: its column now, or as it was, in continuous dynamics.
template <class S>
Ref<S> Network<S>::source_of(const Projection& projection) {
    if (!(projection.delay > 0) || step_ == 0) return ref(projection.source, projection.signal, Instant::now);
    const std::optional<std::uint64_t> steps = whole_steps(projection.delay, step_);
    if (!steps || *steps == 0)
        throw std::invalid_argument("the delay of the projection from '" + names_[projection.source] + "' to '" +
                                    names_[projection.target] + "' is no whole number of steps");
    return delays_.delayed(offset(projection.source, projection.signal), cells(projection.source), *steps);
}

template <class S>
std::span<S> Network<S>::state(PopulationId population, std::string_view name) {
    for (const Slot& slot : slots_)
        if (slot.population == population && slot.column == name) return {states_.data() + slot.in_state, slot.size};
    throw std::out_of_range(missing(population, name));
}

template <class S>
void Network<S>::hold(ThreadPool& pool) {
    for (const auto& [pathway, now, before] : beginnings_) pathway->begin(now.data(), before.data());
    reading_.run(pool);
}

template <class S>
void Network<S>::bind(const Circuit& circuit, Mode mode, const Spiking* spiking) {
    std::vector<Piece<S>> pieces;
    std::map<std::size_t, ComputedColumn> made;
    const auto add = [&](std::string label, std::vector<std::size_t> reads, PopulationId p,
                         const std::vector<std::string>& writes, std::unique_ptr<Op<S>> op) -> Piece<S>& {
        std::vector<std::size_t> places;
        for (const std::string& column : writes) {
            places.push_back(offset(p, column));
            made[places.back()] = {p, column};
        }
        pieces.push_back({{std::move(label), std::move(reads), std::move(places)},
                          std::move(op),
                          {},
                          ref(p, writes.front(), Instant::now),
                          units_[p]});
        return pieces.back();
    };
    const auto reads_now = [&](PopulationId p, const std::vector<Read>& reads) {
        std::vector<std::size_t> columns;
        for (const Read& read : reads)
            if (read.instant == Instant::now) columns.push_back(offset(p, read.column));
        return columns;
    };

    for (const Projection& projection : circuit.projections) {
        const Population& target = circuit.populations.at(projection.target);
        if (std::find(target.compartments.begin(), target.compartments.end(), projection.compartment) ==
            target.compartments.end())
            throw std::invalid_argument("projection from '" + names_.at(projection.source) + "': population '" +
                                        target.name + "' has no compartment '" + projection.compartment + "'");
    }
    for (PopulationId p{}; p < circuit.populations.size(); ++p) {
        const Population& population = circuit.populations[p];
        for (const std::string& compartment : population.compartments) {
            std::vector<typename SynapticInput<S>::Source> sources;
            std::vector<std::size_t> reads;
            for (const Projection& projection : circuit.projections) {
                if (projection.target != p || projection.compartment != compartment) continue;
                const WeightState<S>* const w = projection.weights ? &pathways_.weights(*projection.weights) : nullptr;
                std::size_t out = w != nullptr ? w->rows() : population.units;
                std::size_t in = w != nullptr ? w->columns() : population.units;
                if (projection.transposed) std::swap(out, in);
                if (out != population.units || in != units_[projection.source])
                    throw std::invalid_argument("projection from '" + names_[projection.source] + "' to '" +
                                                population.name + "." + compartment + "' does not fit its weights");
                Pathway<S>& pathway =
                    projection.weights ? pathways_.of(*projection.weights) : pathways_.identity(population.units);
                const Ref<S> from = source_of(projection);
                const std::size_t column = offset(projection.source, projection.signal);
                sources.push_back({&pathway, from, projection.transposed, static_cast<S>(projection.scale), w, column,
                                   comes_with_events(circuit, projection.source, projection.signal)});
                if (!(projection.delay > 0) || step_ == 0) reads.push_back(column);
                if (pathway.reading().parts == 0) continue;
                beginnings_.push_back({&pathway, from, ref(projection.source, projection.signal, Instant::before)});
                ops_.push_back(std::make_unique<ReadAtBeginning<S>>(pathway));
                reading_.add(0, *ops_.back());
            }
            if (const auto at = arrivals_.find(offset(p, compartment)); at != arrivals_.end())
                sources.push_back({&pathways_.identity(population.units), columns_.ref(at->second, Instant::now), false,
                                   S(1), nullptr, at->second, false});
            if (sources.empty()) continue;
            add(population.name + "." + compartment, std::move(reads), p, {compartment},
                std::make_unique<SynapticInput<S>>(sources, ref(p, compartment, Instant::now), population.units,
                                                   lanes_))
                .sources = std::move(sources);
        }
        for (const auto& neuron : population.neurons) {
            if (mode != Mode::settled) {
                ops_.push_back(neuron->bind_slope(*this, p));
                slopes_.add(0, *ops_.back());
            } else if (neuron->target_alias().empty()) {
                Piece<S>& piece = add(population.name + "." + neuron->states().front(), reads_now(p, neuron->reads()),
                                      p, neuron->states(), neuron->bind_settle(*this, p));
                if (piece.op == nullptr) piece.closing = neuron->closing();
            }
        }
        for (const auto& signal : population.signals)
            if (signal->alias_of().empty())
                add(population.name + "." + signal->writes().front(), reads_now(p, signal->reads()), p,
                    signal->writes(), signal->bind(*this, p));
        if (spiking == nullptr) continue;
        for (Piece<S>& piece : pieces_of_events(circuit, p, *spiking)) pieces.push_back(std::move(piece));
        for (const std::string& column : columns_of_events(population)) made[offset(p, column)] = {p, column};
    }
    for (const Teacher& teacher : circuit.teachers) {
        const PopulationId r = teacher.readout, t = teacher.target, e = teacher.error;
        if (units_[r] != units_[t] || units_[r] != units_[e])
            throw std::invalid_argument("the teacher's readout, target and error differ in size");
        add("teacher", {offset(r, teacher.signal), offset(t, teacher.target_column)}, e, {teacher.compartment},
            std::make_unique<Teach<S>>(teacher.loss, ref(r, teacher.signal, Instant::now),
                                       ref(t, teacher.target_column, Instant::now),
                                       ref(e, teacher.compartment, Instant::now), units_[r], lanes_, taught_));
    }
    std::vector<std::size_t> asked;
    for (const Port& port : circuit.ports) {
        const auto& clamped = circuit.populations.at(port.population).clamped;
        if (!has_column(port.population, port.column))
            throw std::invalid_argument("port '" + port.name + "': " + missing(port.population, port.column));
        if (std::find(clamped.begin(), clamped.end(), port.column) == clamped.end())
            asked.push_back(offset(port.population, port.column));
    }
    for (const Teacher& teacher : circuit.teachers) asked.push_back(offset(teacher.readout, teacher.signal));
    loops_ = close_loops(pieces, lanes_, read_by_rules(circuit));
    std::vector<Computation> computations;
    computations.reserve(pieces.size());
    for (const Piece<S>& piece : pieces) computations.push_back(piece.computation);
    const std::vector<bool> needed = needed_for(asked, computations);
    const std::vector<std::size_t> depth = depths(computations);
    for (std::size_t k : topological_order(computations)) {
        instant_.add(depth[k], *pieces[k].op);
        if (spiking != nullptr && !pieces[k].advances) stage_.add(depth[k], *pieces[k].op);
        if (needed[k]) answer_.add(depth[k], *pieces[k].op);
        ops_.push_back(std::move(pieces[k].op));
        for (std::size_t column : computations[k].writes)
            if (const auto cells = made.find(column); cells != made.end()) computed_.push_back(cells->second);
    }
}

template <class S>
void Network<S>::rest() {
    states_.setZero();
    columns_.rest();
    delays_.rest();
    for (Firing<S>* cells : firing_) cells->rest();
    for (FilterStep<S>* filter : filters_) filter->rest();
}

template <class S>
void Network<S>::save(ArchiveWriter& archive, const std::string& prefix) const {
    archive.put(prefix + "/states", std::span<const S>(states_.data(), static_cast<std::size_t>(states_.size())));
    archive.put(prefix + "/columns", columns_.all());
    delays_.save(archive, prefix + "/delays");
}

template <class S>
void Network<S>::load(const ArchiveReader& archive, const std::string& prefix) {
    archive.take(prefix + "/states", std::span<S>(states_.data(), static_cast<std::size_t>(states_.size())));
    archive.take(prefix + "/columns", columns_.all());
    delays_.load(archive, prefix + "/delays");
    for (Firing<S>* cells : firing_) cells->restore();
}

template <class S>
const S* Network<S>::column(PopulationId population, std::string_view column) const {
    return columns_.now(offset(population, column));
}

template <class S>
bool Network<S>::has_column(PopulationId population, std::string_view column) const {
    return offsets_.at(population).contains(column);
}

template <class S>
void Network<S>::evaluate(ThreadPool& pool) {
    instant_.run(pool);
}

template <class S>
const std::string& Network<S>::failure() const {
    static const std::string none;
    for (const auto& loop : loops_)
        if (!loop->failure().empty()) return loop->failure();
    return none;
}

template <class S>
void Network<S>::complete() {
    for (const auto& loop : loops_) loop->complete();
}

template <class S>
void Network<S>::answer(ThreadPool& pool) {
    answer_.run(pool);
}

template <class S>
std::vector<typename Network<S>::ComputedColumn> Network<S>::computed_columns() const {
    return computed_;
}

/// Columns that plasticity looks at.
template <class S>
std::vector<std::size_t> Network<S>::read_by_rules(const Circuit& circuit) const {
    std::vector<std::size_t> columns;
    for (const Weights& w : circuit.weights)
        for (std::size_t term = 0; w.rule && term < w.rule->terms(); ++term) {
            for (const Read& read : w.rule->post_reads(term)) columns.push_back(offset(w.post, read.column));
            for (const Read& read : w.rule->pre_reads(term)) columns.push_back(offset(w.pre, read.column));
        }
    return columns;
}

template <class S>
void Network<S>::slopes(const Vector& x, Vector& slope, TaskGraph<S>& columns, ThreadPool& pool) {
    for (const Slot& slot : slots_)
        for (std::size_t k = 0; k < slot.padded; k += Pack<S>::size)
            Pack<S>::load(x.data() + slot.in_state + k).store(columns_.now(slot.in_arena + k));
    columns.run(pool);
    slope.resize(x.size());
    slope_base_ = slope.data();
    slopes_.run(pool);
    // What stands in the padding is no cell: a controlled stepper would take its error for one.
    for (const Slot& slot : slots_)
        std::fill_n(slope.data() + slot.in_state + slot.size, slot.padded - slot.size, S(0));
}

template <class S>
void Network<S>::accept(const Vector& x, Vector& slope, ThreadPool& pool) {
    slopes(x, slope, instant_, pool);
    pathways_.transmitted();
    if (states_.size() == 0) return;
    for (const Held& held : held_) columns_.copy_to_stage(held.place, held.cells);
}

template <class S>
void Network<S>::stage(const Vector& x, Vector& slope, ThreadPool& pool) {
    columns_.in_stage([&] { slopes(x, slope, firing_.empty() ? instant_ : stage_, pool); });
}

template <class S>
std::size_t Network<S>::offset(PopulationId population, std::string_view column) const {
    const auto& columns = offsets_.at(population);
    const auto it = columns.find(column);
    if (it == columns.end()) throw std::out_of_range(missing(population, column));
    return it->second;
}

template <class S>
std::string Network<S>::missing(PopulationId population, std::string_view column) const {
    std::vector<std::string> names;
    for (const auto& [name, place] : offsets_.at(population)) names.push_back(name);
    const std::string near = nearest(column, names);
    return "population '" + names_[population] + "' has no column '" + std::string(column) + "'" +
           (near.empty() ? "" : "; did you mean '" + near + "'?");
}

template <class S>
Ref<S> Network<S>::ref(PopulationId population, std::string_view column, Instant instant) const {
    return columns_.ref(offset(population, column), instant);
}

template <class S>
Ref<S> Network<S>::slope(PopulationId population, std::string_view state) const {
    for (const Slot& slot : slots_)
        if (slot.population == population && slot.column == state) return {&slope_base_, slot.in_state};
    throw std::out_of_range("population '" + names_[population] + "' has no state '" + std::string(state) + "'");
}

template <class S>
std::size_t Network<S>::cells(PopulationId population) const {
    return units_.at(population) * lanes_;
}

template <class S>
Ref<S> Network<S>::buffer(PopulationId population) {
    auto side = std::make_unique<Side>();
    side->values = Vector::Zero(index(padded<S>(cells(population))));
    side->data = side->values.data();
    sides_.push_back(std::move(side));
    return {&sides_.back()->data, 0};
}

template class Network<float>;
template class Network<double>;

}  // namespace apical
