#include "sim/run/simulation.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "sim/core/error.hpp"

namespace apical {

namespace {

bool reads_before(const std::vector<Read>& reads) {
    return std::any_of(reads.begin(), reads.end(), [](const Read& read) { return read.instant == Instant::before; });
}

bool looks_back(const Circuit& circuit) {
    for (const Population& population : circuit.populations) {
        if (population.neuron && reads_before(population.neuron->reads())) return true;
        for (const auto& signal : population.signals)
            if (reads_before(signal->reads())) return true;
    }
    return std::any_of(circuit.weights.begin(), circuit.weights.end(), [](const Weights& w) {
        return w.rule && (reads_before(w.rule->post_reads()) || reads_before(w.rule->pre_reads()));
    });
}

constexpr const char* advice_on_divergence =
    "lower the learning rates, lengthen the warm-up, shrink the initial weights, or raise the weight decay";

}  // namespace

template <class S>
Simulation<S>::Simulation(Circuit circuit, const Setup& setup)
    : circuit_(std::move(circuit)), setup_(setup), team_(std::make_unique<Team>(setup.threads)) {
    if (setup_.lanes == 0) throw std::invalid_argument("a simulation needs at least one lane");
    const Random random(setup_.seed);
    weights_.reserve(circuit_.weights.size());  // networks keep pointers to them
    for (const Weights& w : circuit_.weights)
        weights_.emplace_back(w, circuit_.populations.at(w.post).units, circuit_.populations.at(w.pre).units, random);
    derive();
    network_ = std::make_unique<Network<S>>(circuit_, weights_, setup_.lanes, setup_.mode);
    synapses_ = std::make_unique<Synapses<S>>(circuit_, *network_);
    learning_ = std::make_unique<Learning<S>>(weights_, *synapses_, setup_.lanes);
    looks_back_ = looks_back(circuit_);
    if (circuit_.development)
        developing_ = std::make_unique<Developing<S>>(*circuit_.development, weights_, setup_.lanes, setup_.seed);
    if (setup_.mode == Mode::continuous) {
        if (!(setup_.step > 0) || !(setup_.presentation >= setup_.step))
            throw std::invalid_argument("a presentation must last at least one step of positive length");
        stepper_ = make_stepper<S>(setup_.stepper);
    }
}

template <class S>
void Simulation<S>::derive() {
    for (WeightsId k = 0; k < circuit_.weights.size(); ++k)
        if (const auto& derived = circuit_.weights[k].derived) {
            const Eigen::MatrixXd from = weights_[derived->from].matrix();
            weights_[k].assign(Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd>(from).pseudoInverse());
        }
}

template <class S>
void Simulation<S>::develop() {
    if (events_left() == 0) throw std::logic_error("the development is over");
    developing_->advance(*team_);
    derive();
}

template <class S>
void Simulation<S>::present(const S* inputs, const S* targets) {
    // A new instant begins before its inputs are set, so that previous() of an input is the input before.
    if (looks_back_) network_->flip();
    network_->clamp(circuit_.input, "rate", inputs);
    network_->clamp(circuit_.target, "rate", targets);
    if (stepper_) stepper_->restart();
    samples_ += setup_.lanes;
    const auto steps = setup_.mode == Mode::settled
                           ? std::uint64_t{1}
                           : static_cast<std::uint64_t>(std::llround(setup_.presentation / setup_.step));
    for (std::uint64_t k = 0; k < steps; ++k) {
        if (looks_back_ && k > 0) network_->flip();
        step(1 / static_cast<double>(steps));
    }
    const Population& readout = circuit_.populations[circuit_.readout];
    const S* answer = network_->column(circuit_.readout, "soma");
    if (!std::all_of(answer, answer + readout.units * setup_.lanes, [](S x) { return std::isfinite(x); }))
        report_bad_number();
}

/// One step; `share` is the part of a presentation that it lasts.
template <class S>
void Simulation<S>::step(double share) {
    if (setup_.mode == Mode::settled) {
        network_->evaluate(*team_);
    } else {
        const auto t = static_cast<S>(time());
        network_->accept(network_->states(), slope_, *team_);
        const auto stage = [this](const auto& x, auto& slope, S) { network_->stage(x, slope, *team_); };
        stepper_->step(stage, network_->states(), slope_, t, static_cast<S>(setup_.step));
    }
    learn(share);
    ++steps_;
}

template <class S>
void Simulation<S>::learn(double share) {
    learning_->run(circuit_.rates.at(samples_) * share, *team_);
    derive();
}

template <class S>
Matrix<double> Simulation<S>::weights(std::string_view name) const {
    return weights_[circuit_.weights_named(name)].matrix();
}

template <class S>
void Simulation<S>::assign(std::string_view name, const Matrix<double>& values) {
    WeightState<S>& state = weights_[circuit_.weights_named(name)];
    if (values.rows() != static_cast<Eigen::Index>(state.rows()) ||
        values.cols() != static_cast<Eigen::Index>(state.columns()))
        throw std::invalid_argument("weights '" + std::string(name) + "' are " + std::to_string(state.rows()) + " x " +
                                    std::to_string(state.columns()) + " (post x pre), found " +
                                    std::to_string(values.rows()) + " x " + std::to_string(values.cols()));
    if (!values.allFinite())
        throw std::invalid_argument("weights '" + std::string(name) + "' hold a number that is not finite");
    if (const Support& support = state.support(); !support.dense()) {
        Matrix<double> elsewhere = values;
        for (std::size_t k = 0; k < support.post.size(); ++k) elsewhere(support.post[k], support.pre[k]) = 0;
        if ((elsewhere.array() != 0).any())
            throw std::invalid_argument("weights '" + std::string(name) +
                                        "' hold a number where the circuit has no synapse");
    }
    state.assign(values);
    derive();
}

template <class S>
void Simulation<S>::check_weights(double limit) const {
    for (WeightsId k = 0; k < weights_.size(); ++k) {
        const auto values = weights_[k].values();
        if (values.size() == 0) continue;
        const auto is_bad = [&](S w) { return !(std::abs(static_cast<double>(w)) <= limit); };
        const auto* const end = values.data() + values.size();
        const auto* const bad = std::find_if(values.data(), end, is_bad);
        if (bad == end) continue;
        const auto at = static_cast<std::size_t>(bad - values.data());
        const Support& support = weights_[k].support();
        const std::size_t unit = support.dense() ? at / weights_[k].columns() : support.post[at];
        throw NumericalError({circuit_.weights[k].name, "weights", unit, 0, static_cast<double>(*bad),
                              static_cast<double>(samples_), "samples", advice_on_divergence});
    }
}

template <class S>
void Simulation<S>::report_bad_number() const {
    // The first column, in the order of computation, that holds one is where it came from.
    for (const auto& place : network_->computed_columns()) {
        const S* values = network_->column(place.population, place.column);
        for (std::size_t k = 0; k < network_->cells(place.population); ++k)
            if (!std::isfinite(values[k]))
                throw NumericalError({circuit_.populations[place.population].name, place.column, k / setup_.lanes,
                                      k % setup_.lanes, static_cast<double>(values[k]), static_cast<double>(samples_),
                                      "samples", advice_on_divergence});
    }
    check_weights(std::numeric_limits<double>::max());
    throw NumericalError({circuit_.populations[circuit_.readout].name, "soma", 0, 0, NAN, static_cast<double>(samples_),
                          "samples", advice_on_divergence});
}

template <class S>
void Simulation<S>::save(ArchiveWriter& archive, const std::string& prefix) const {
    const std::uint64_t counts[] = {samples_, steps_, events_left()};
    archive.put(prefix + "/counts", std::span<const std::uint64_t>(counts));
    for (WeightsId k = 0; k < weights_.size(); ++k) {
        const auto values = weights_[k].values();
        archive.put(prefix + "/weights/" + circuit_.weights[k].name,
                    std::span<const S>(values.data(), static_cast<std::size_t>(values.size())));
    }
    const auto& states = network_->states();
    if (states.size() != 0)
        archive.put(prefix + "/states", std::span<const S>(states.data(), static_cast<std::size_t>(states.size())));
    if (looks_back_) archive.put(prefix + "/columns", std::as_const(*network_).columns());
}

template <class S>
void Simulation<S>::load(const ArchiveReader& archive, const std::string& prefix) {
    std::uint64_t counts[3];
    archive.take(prefix + "/counts", std::span<std::uint64_t>(counts));
    for (WeightsId k = 0; k < weights_.size(); ++k) {
        auto values = weights_[k].values();
        archive.take(prefix + "/weights/" + circuit_.weights[k].name,
                     std::span<S>(values.data(), static_cast<std::size_t>(values.size())));
    }
    auto& states = network_->states();
    if (states.size() != 0)
        archive.take(prefix + "/states", std::span<S>(states.data(), static_cast<std::size_t>(states.size())));
    if (looks_back_) archive.take(prefix + "/columns", network_->columns());
    samples_ = counts[0];
    steps_ = counts[1];
    if (developing_) developing_->skip_to(counts[2]);
}

template class Simulation<float>;
template class Simulation<double>;

}  // namespace apical
