#include "sim/dynamics/running_network.hpp"

#include <stdexcept>
#include <utility>

#include "sim/dynamics/spiking.hpp"

namespace apical {

PathwayOptions pathways_of(const Clock& clock) {
    const bool forward = clock.splitting == Splitting::lie;
    return {.static_sources = clock.held_sources && forward,
            .deferred_updates = clock.one_pass && forward,
            .inputs_stand_still = clock.ramp == 0,
            .repeats = clock.presentation > 1.5 * clock.step};
}

template <class S>
RunningNetwork<S>::RunningNetwork(const Circuit& circuit, std::vector<WeightState<S>>& weights, const Setup& setup)
    : circuit_(circuit), setup_(setup), needs_history_(apical::needs_history(circuit)) {
    const Clock& clock = setup.clock;
    if (setup.mode == Mode::settled) {
        make_network(weights, setup.lanes);
        update_ = std::make_unique<WeightUpdate<S>>(circuit, weights, *pathways_, *synapses_);
    } else {
        // Where nothing is presented, a presentation is the time that gains of rules are given for.
        if (setup.mode == Mode::continuous || !circuit.weights.empty()) clock.check();
        make_network(weights, setup.lanes);
        update_ = std::make_unique<WeightUpdate<S>>(circuit, weights, *pathways_, *synapses_, clock);
    }
    dynamics_ = make_dynamics<S>(setup, circuit, *network_, update_.get(), "noise");
}

template <class S>
RunningNetwork<S>::RunningNetwork(const Circuit& circuit, const std::vector<WeightState<S>>& weights,
                                  const Setup& setup, std::size_t lanes, const std::string& stream)
    : circuit_(circuit), setup_(setup), needs_history_(setup.mode != Mode::settled && apical::needs_history(circuit)) {
    make_network(weights, lanes);
    dynamics_ = make_dynamics<S>(setup, circuit, *network_, nullptr, stream);
}

/// All but the dynamics.
template <class S>
template <class Weighted>
void RunningNetwork<S>::make_network(Weighted& weights, std::size_t lanes) {
    const bool is_settled = setup_.mode == Mode::settled;
    pathways_ = std::make_unique<Pathways<S>>(circuit_, weights, lanes,
                                              is_settled ? PathwayOptions::settled() : pathways_of(setup_.clock));
    if (is_settled) network_ = std::make_unique<Network<S>>(circuit_, *pathways_);
    else if (setup_.mode == Mode::continuous)
        network_ = std::make_unique<Network<S>>(circuit_, *pathways_, setup_.clock.step);
    else
        network_ = std::make_unique<Network<S>>(
            circuit_, *pathways_,
            typename Network<S>::Spiking{Spiking<S>::checked_step(setup_.clock, circuit_, lanes), Random(setup_.seed)});
    synapses_ = std::make_unique<Synapses<S>>(circuit_, *network_, *network_);
}

template <class S>
PortHandle RunningNetwork<S>::port(std::string_view name) const {
    const Port& port = circuit_.port(name);
    return {network_->place_of(port.population, port.column), network_->cells(port.population)};
}

template <class S>
void RunningNetwork<S>::set(PortHandle port, std::span<const S> values) {
    if (values.size() != port.cells)
        throw std::invalid_argument("a port of " + std::to_string(port.cells) + " cells is set to " +
                                    std::to_string(values.size()) + " values");
    begin_instant();
    // What was read once of the values before belongs to the steps so far.
    if (under_way_ && !set_ && update_) update_->flush(*setup_.pool);
    network_->columns().set(port.place, values);
    set_ = true;
}

template <class S>
void RunningNetwork<S>::teach(bool present) {
    taught_ = present;
    network_->teach(present);
    dynamics_->restart();
}

template <class S>
void RunningNetwork<S>::begin_presentation() {
    begin_instant();
    network_->begin_presentation();
}

template <class S>
void RunningNetwork<S>::begin(const Context& context) {
    dynamics_->begin(context);
    if (set_) dynamics_->restart();
    set_ = false;
}

template <class S>
void RunningNetwork<S>::advance(std::uint64_t steps, const Observer& observe, Stimulus<S>* stimulus) {
    if (stimulus != nullptr && stimulus->moves() && setup_.mode == Mode::continuous && setup_.clock.ramp == 0)
        throw std::logic_error("ports move, and run.ramp is 0: what was computed of them once would be wrong");
    const Context context{update_.get(), rate_, stimulus, observe, *setup_.pool};
    under_way_ = false;  // whatever happened to the call before
    for (steps_ = 0; steps_ < steps; ++steps_) {
        begin_instant();
        if (stimulus != nullptr) stimulus->before_step(steps_, *this);
        if (set_ || !under_way_) begin(context);
        under_way_ = true;
        dynamics_->step(steps_, context);
        open_ = false;
    }
    under_way_ = false;
    if (update_ && steps > 0) update_->flush(context.pool);  // once: what was read at the beginning is not begun anew
}

template <class S>
void RunningNetwork<S>::relax(std::uint64_t steps) {
    if (setup_.mode != Mode::continuous) return;
    network_->teach(false);
    const Observer nobody;
    for (std::uint64_t k = 0; k < steps; ++k) {
        begin_instant();
        if (k == 0) begin({nullptr, 0, nullptr, nobody, *setup_.pool});
        dynamics_->relax(k, *setup_.pool);
        open_ = false;
    }
    network_->teach(taught_);
}

template <class S>
void RunningNetwork<S>::evaluate(Extent extent, Stimulus<S>* stimulus) {
    begin_instant();
    const Observer nobody;
    const Context context{nullptr, 0, stimulus, nobody, *setup_.pool};
    if (set_) begin(context);
    if (extent == Extent::answer && setup_.mode == Mode::settled) network_->answer(*setup_.pool);
    else dynamics_->evaluate(steps_, context);
    open_ = false;
}

template <class S>
void RunningNetwork<S>::rest() {
    dynamics_->rest();
    open_ = set_ = false;
    steps_ = 0;
}

template <class S>
void RunningNetwork<S>::save(ArchiveWriter& archive, const std::string& prefix) const {
    if (open_ && needs_history_) throw std::logic_error("ports were set, and no step was taken since");
    dynamics_->save(archive, prefix);
    if (setup_.mode == Mode::settled && needs_history_)
        archive.put(prefix + "/columns", std::as_const(*network_).columns().all());
}

template <class S>
void RunningNetwork<S>::load(const ArchiveReader& archive, const std::string& prefix) {
    dynamics_->load(archive, prefix);
    if (setup_.mode == Mode::settled && needs_history_) archive.take(prefix + "/columns", network_->columns().all());
    open_ = set_ = false;
}

template class RunningNetwork<float>;
template class RunningNetwork<double>;

}  // namespace apical
