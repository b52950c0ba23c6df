#include "sim/dynamics/simulation.hpp"

#include <fmt/format.h>

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/synapses/synapse_list.hpp"

namespace apical {

namespace {

bool reads_before(const std::vector<Read>& reads) {
    return std::any_of(reads.begin(), reads.end(), [](const Read& read) { return read.instant == Instant::before; });
}

bool any_looks_back(const Circuit& circuit) {
    for (const Population& population : circuit.populations) {
        for (const auto& neuron : population.neurons)
            if (reads_before(neuron->reads())) return true;
        for (const auto& signal : population.signals)
            if (reads_before(signal->reads())) return true;
    }
    return std::any_of(circuit.weights.begin(), circuit.weights.end(),
                       [](const Weights& w) { return w.rule && w.rule->looks_back(); });
}

constexpr const char* advice_on_divergence =
    "lower the learning rates, lengthen the warm-up, shrink the initial weights, or raise the weight decay";

}  // namespace

template <class S>
Simulation<S>::Simulation(Circuit circuit, const Setup& setup) : circuit_(std::move(circuit)), setup_(setup) {
    if (!setup_.pool) setup_.pool = std::make_shared<ThreadPool>(setup_.threads);
    if (setup_.lanes == 0) throw std::invalid_argument("a simulation needs at least one lane");
    const Random random(setup_.seed);
    weights_.reserve(circuit_.weights.size());  // networks keep pointers to them
    for (const Weights& w : circuit_.weights)
        weights_.emplace_back(w, circuit_.populations.at(w.post).units, circuit_.populations.at(w.pre).units, random);
    derive();
    looks_back_ = any_looks_back(circuit_);
    if (setup_.mode == Mode::settled) {
        pathways_ = std::make_unique<Pathways<S>>(circuit_, weights_, setup_.lanes, PathwayOptions::settled());
        network_ = std::make_unique<Network<S>>(circuit_, *pathways_);
        synapses_ = std::make_unique<Synapses<S>>(circuit_, *network_, *network_);
        learning_ = std::make_unique<Learning<S>>(*pathways_, *synapses_);
    } else {
        const Clock& clock = setup_.clock;
        clock.check();
        for (const Weights& w : circuit_.weights)
            if (const double tau = w.rule ? w.rule->plasticity().low_pass : 0;
                tau > 0 && !clock.is_plasticity_exact && clock.step > tau * (1 + 1e-9))
                throw ClockError(
                    "step", fmt::format("{} ms", clock.step),
                    fmt::format("at most {} ms, the low-pass of '{}', with plasticity = \"euler\"", tau, w.name));
        pathways_ = std::make_unique<Pathways<S>>(circuit_, weights_, setup_.lanes, clock.pathways());
        network_ = std::make_unique<Network<S>>(circuit_, *pathways_, clock.step);
        synapses_ = std::make_unique<Synapses<S>>(circuit_, *network_, *network_);
        learning_ = std::make_unique<Learning<S>>(*pathways_, *synapses_, clock.step, clock.is_plasticity_exact);
        motion_ = std::make_unique<Motion<S>>(circuit_, *network_, clock, setup_.seed, "noise");
        if (clock.splitting != Splitting::lie) require_smooth();
        if (clock.splitting == Splitting::coupled)
            coupled_ = std::make_unique<Coupled<S>>(weights_, *network_, *synapses_, clock);
    }
    if (circuit_.development)
        developing_ = std::make_unique<Developing<S>>(*circuit_.development, weights_, setup_.lanes, setup_.seed);
}

/// The other splittings ask for a right side without a past of its own.
template <class S>
void Simulation<S>::require_smooth() const {
    const std::string found = setup_.clock.splitting == Splitting::strang ? "strang" : "coupled";
    const auto refuse = [&](const std::string& reason) {
        throw ClockError("splitting", found, "lie, since " + reason);
    };
    if (looks_back_) refuse("something reads the previous step");
    for (const Population& population : circuit_.populations)
        if (!population.noise.empty()) refuse("'" + population.name + "' has noise");
    for (const Projection& projection : circuit_.projections)
        if (projection.delay > 0) refuse("a projection has a delay");
    for (WeightsId k{}; k < weights_.size(); ++k) {
        const std::string of = "weights '" + circuit_.weights[k].name + "' ";
        if (!weights_[k].eligibility().size()) continue;
        refuse(of + "have a low-passed plasticity");
    }
    if (setup_.clock.splitting != Splitting::coupled) return;
    for (WeightsId k{}; k < weights_.size(); ++k)
        if (weights_[k].has_limits() || circuit_.weights[k].derived)
            refuse("weights '" + circuit_.weights[k].name + "' have bounds or scaling, or follow from others");
}

template <class S>
void Simulation<S>::derive() {
    for (WeightsId k{}; k < circuit_.weights.size(); ++k)
        if (const auto& derived = circuit_.weights[k].derived) {
            const Eigen::MatrixXd from = weights_[derived->from].matrix();
            weights_[k].assign(Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd>(from).pseudoInverse());
        }
}

template <class S>
void Simulation<S>::develop() {
    if (events_left() == 0) throw std::logic_error("the development is over");
    developing_->advance(pool());
    derive();
}

template <class S>
void Simulation<S>::present(const S* inputs, const S* targets, const Watch& watch) {
    if (motion_ && samples_ == 0)
        motion_->settle(inputs, setup_.clock.steps_of_settling(), pool(), [this] {
            if (looks_back_) network_->flip();
        });
    // A new instant begins before its inputs are set, so that previous() of an input is the input before.
    if (looks_back_) network_->flip();
    samples_ += setup_.lanes;
    if (setup_.mode == Mode::settled) {
        network_->clamp(circuit_.input, "rate", inputs);
        network_->clamp(circuit_.target, "rate", targets);
        network_->evaluate(pool());
        if (watch) watch(0);
        learn(circuit_.rates.at(samples_));
    } else {
        motion_->show(inputs, targets, pool());
        const std::uint64_t steps = setup_.clock.steps();
        const double factor = circuit_.rates.at(samples_) / static_cast<double>(steps);
        for (std::uint64_t k = 0; k < steps; ++k) {
            if (looks_back_ && k > 0) network_->flip();
            step(k, factor, watch);
        }
        learning_->flush(pool());
    }
    const Population& readout = circuit_.populations[circuit_.readout];
    const S* answer = network_->column(circuit_.readout, "soma");
    if (!std::all_of(answer, answer + readout.units * setup_.lanes, [](S x) { return std::isfinite(x); }))
        report_bad_number();
}

/// Step k of a presentation; `factor` multiplies what plasticity does in a presentation.
template <class S>
void Simulation<S>::step(std::uint64_t k, double factor, const Watch& watch) {
    switch (setup_.clock.splitting) {
        case Splitting::lie:
            motion_->evaluate(k, pool());
            if (watch) watch(k);
            motion_->advance(k, pool());
            learn(factor);
            break;
        case Splitting::strang:
            motion_->evaluate(k, pool());
            if (watch) watch(k);
            strang_step(k, factor);
            break;
        case Splitting::coupled:
            motion_->evaluate(k, pool());
            if (watch) watch(k);
            coupled_->step(k, circuit_.rates.at(samples_), *motion_, pool());
            break;
    }
    motion_->pass();
}

/// Both halves are of second order, and so is the whole: the weights' own step is the midpoint rule.
template <class S>
void Simulation<S>::strang_step(std::uint64_t k, double factor) {
    motion_->advance(k, pool(), 0, 0.5);
    motion_->evaluate(k, pool(), 0.5);
    const std::vector<WeightState<S>> before = weights_;
    learn(factor / 2);
    motion_->evaluate(k, pool(), 0.5);
    std::copy(before.begin(), before.end(), weights_.begin());
    learn(factor);
    motion_->evaluate(k, pool(), 0.5);
    motion_->advance(k, pool(), 0.5, 0.5);
}

template <class S>
void Simulation<S>::learn(double factor) {
    learning_->run(factor, pool());
    derive();
}

template <class S>
Matrix<double> Simulation<S>::weights(std::string_view name) const {
    const WeightState<S>& state = weights_[circuit_.weights_named(name)];
    constexpr std::size_t most = std::size_t{1} << 31;  // numbers: 16 GB
    if (!state.dense() && state.rows() > most / std::max<std::size_t>(1, state.columns()))
        throw std::invalid_argument(fmt::format("weights '{}' are {} x {}, too many for a matrix: visit their synapses",
                                                name, state.rows(), state.columns()));
    return state.matrix();
}

template <class S>
void Simulation<S>::assign(std::string_view name, std::span<const std::uint64_t> places,
                           std::span<const double> values) {
    const std::string problem = assign_list(weights_[circuit_.weights_named(name)], places, values);
    if (!problem.empty()) throw std::invalid_argument(fmt::format("weights '{}' {}", name, problem));
    derive();
}

template <class S>
void Simulation<S>::assign(std::string_view name, const Matrix<double>& values) {
    WeightState<S>& state = weights_[circuit_.weights_named(name)];
    if (values.rows() != static_cast<Eigen::Index>(state.rows()) ||
        values.cols() != static_cast<Eigen::Index>(state.columns()))
        throw std::invalid_argument("weights '" + std::string(name) + "' are " + std::to_string(state.rows()) + " x " +
                                    std::to_string(state.columns()) + " (post x pre), found " +
                                    std::to_string(values.rows()) + " x " + std::to_string(values.cols()));
    for (Eigen::Index post = 0; post < values.rows(); ++post)
        for (Eigen::Index pre = 0; pre < values.cols(); ++pre)
            if (!(std::abs(values(post, pre)) <= static_cast<double>(std::numeric_limits<S>::max())))
                throw std::invalid_argument(fmt::format(
                    "weights '{}' hold a number that is not finite in run.precision: {} from cell {} to cell {}", name,
                    values(post, pre), pre, post));
    if (!state.dense()) {
        const Matrix<double> synapses = state.as_matrix(std::vector<double>(state.synapses(), 1.0));
        if ((synapses.array() == 0 && values.array() != 0).any())
            throw std::invalid_argument("weights '" + std::string(name) +
                                        "' hold a number where the circuit has no synapse");
    }
    state.assign(values);
    derive();
}

template <class S>
void Simulation<S>::check_weights(double limit) const {
    for (WeightsId k{}; k < weights_.size(); ++k) {
        const auto values = weights_[k].values();
        if (values.size() == 0) continue;
        const auto is_bad = [&](S w) { return !(std::abs(static_cast<double>(w)) <= limit); };
        const auto* const end = values.data() + values.size();
        const auto* const bad = std::find_if(values.data(), end, is_bad);
        if (bad == end) continue;
        const std::size_t unit = weights_[k].post_of(static_cast<std::size_t>(bad - values.data()));
        throw NumericalError({circuit_.weights[k].name, "weights", unit, std::nullopt, static_cast<double>(*bad),
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
    const std::uint64_t counts[] = {samples_, events_left()};
    archive.put(prefix + "/counts", std::span<const std::uint64_t>(counts));
    for (WeightsId k{}; k < weights_.size(); ++k) {
        const auto put = [&](const char* what, const auto& values) {
            archive.put(prefix + what + circuit_.weights[k].name,
                        std::span<const S>(values.data(), static_cast<std::size_t>(values.size())));
        };
        put("/weights/", weights_[k].values());
        if (weights_[k].eligibility().size() != 0) put("/eligibility/", weights_[k].eligibility());
        // The numbers alone do not say whose they are.
        if (circuit_.weights[k].connectivity.is_random())
            archive.put(prefix + "/synapses/" + circuit_.weights[k].name, fingerprint_of_synapses(weights_[k]));
    }
    if (motion_) motion_->save(archive, prefix + "/motion");
    else if (looks_back_) archive.put(prefix + "/columns", std::as_const(*network_).columns());
}

template <class S>
void Simulation<S>::load(const ArchiveReader& archive, const std::string& prefix) {
    std::uint64_t counts[2];
    archive.take(prefix + "/counts", std::span<std::uint64_t>(counts));
    for (WeightsId k{}; k < weights_.size(); ++k) {
        const std::string synapses = prefix + "/synapses/" + circuit_.weights[k].name;
        if (circuit_.weights[k].connectivity.is_random() &&
            archive.text(synapses) != fingerprint_of_synapses(weights_[k]))
            throw InputError({{"checkpoint", 0, 0},
                              synapses,
                              "other synapses than this program draws",
                              "the same",
                              "go on with the version that wrote it"});
        const auto take = [&](const char* what, auto values) {
            archive.take(prefix + what + circuit_.weights[k].name,
                         std::span<S>(values.data(), static_cast<std::size_t>(values.size())));
        };
        take("/weights/", weights_[k].values());
        if (weights_[k].eligibility().size() != 0) take("/eligibility/", weights_[k].eligibility());
    }
    if (motion_) motion_->load(archive, prefix + "/motion");
    else if (looks_back_) archive.take(prefix + "/columns", network_->columns());
    samples_ = counts[0];
    if (developing_) developing_->skip_to(counts[1]);
}

template class Simulation<float>;
template class Simulation<double>;

}  // namespace apical
