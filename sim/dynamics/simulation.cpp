#include "sim/dynamics/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/dynamics/running_network.hpp"
#include "sim/synapses/synapse_list.hpp"
#include "sim/synapses/synapse_visitor.hpp"

namespace apical {

namespace {

constexpr const char* advice_on_divergence =
    "lower the learning rates, lengthen the warm-up, shrink the initial weights, or raise the weight decay";

/// Finds a weight beyond a limit.
struct LargeWeight final : SynapseVisitor {
    struct Found {
        std::size_t post;
        double weight;
    };
    explicit LargeWeight(double largest) : limit(largest) {}
    void visit(std::span<const std::uint32_t> post, std::span<const std::uint32_t>,
               std::span<const double> values) override {
        if (found) return;
        const auto bad = std::ranges::find_if(values, [&](double w) { return !(std::abs(w) <= limit); });
        if (bad != values.end()) found = {post[static_cast<std::size_t>(bad - values.begin())], *bad};
    }
    double limit;
    std::optional<Found> found;
};

Setup complete(Setup setup) {
    if (!setup.pool) setup.pool = std::make_shared<ThreadPool>(setup.threads);
    if (setup.lanes == 0) throw std::invalid_argument("a simulation needs at least one lane");
    return setup;
}

template <class S>
std::vector<WeightState<S>> initial(const Circuit& circuit, std::uint64_t seed) {
    const Random random(seed);
    std::vector<WeightState<S>> weights;
    weights.reserve(circuit.weights.size());
    for (const Weights& w : circuit.weights)
        weights.emplace_back(w, circuit.populations.at(w.post).units, circuit.populations.at(w.pre).units, random);
    derive(circuit, weights);
    return weights;
}

}  // namespace

template <class S>
struct Simulation<S>::State {
    State(Circuit described, const Setup& wanted)
        : circuit(std::move(described)),
          setup(complete(wanted)),
          weights(initial<S>(circuit, setup.seed)),
          running(circuit, weights, setup) {}

    const Circuit circuit;
    const Setup setup;
    std::vector<WeightState<S>> weights;  ///< networks keep pointers to them
    RunningNetwork<S> running;
};

template <class S>
Simulation<S>::Simulation(Circuit circuit, const Setup& setup)
    : state_(std::make_unique<State>(std::move(circuit), setup)) {}
template <class S>
Simulation<S>::~Simulation() = default;
template <class S>
Simulation<S>::Simulation(Simulation&&) noexcept = default;
template <class S>
Simulation<S>& Simulation<S>::operator=(Simulation&&) noexcept = default;

template <class S>
const Circuit& Simulation<S>::circuit() const {
    return state_->circuit;
}
template <class S>
const Setup& Simulation<S>::setup() const {
    return state_->setup;
}
template <class S>
ThreadPool& Simulation<S>::pool() const {
    return *state_->setup.pool;
}
template <class S>
PortHandle Simulation<S>::port(std::string_view name) const {
    return state_->running.port(name);
}
template <class S>
void Simulation<S>::set(PortHandle port, std::span<const S> values) {
    state_->running.set(port, values);
}
template <class S>
void Simulation<S>::teach(bool present) {
    state_->running.teach(present);
}
template <class S>
void Simulation<S>::set_rate(double factor) {
    state_->running.set_rate(factor);
}
template <class S>
void Simulation<S>::advance(std::uint64_t steps, const Observer& observe, Stimulus<S>* stimulus) {
    state_->running.advance(steps, observe, stimulus);
}
template <class S>
void Simulation<S>::relax(std::uint64_t steps) {
    state_->running.relax(steps);
}
template <class S>
double Simulation<S>::time() const {
    return state_->running.time();
}
template <class S>
std::span<const S> Simulation<S>::column(PortHandle port) const {
    return state_->running.column(port);
}
template <class S>
std::span<const S> Simulation<S>::column(std::string_view population, std::string_view column) const {
    const PopulationId p = state_->circuit.population(population);
    return {network().column(p, column), network().cells(p)};
}
template <class S>
std::span<const std::uint32_t> Simulation<S>::spikes(std::string_view population) const {
    return std::as_const(state_->running).spikes(state_->circuit.population(population));
}
template <class S>
void Simulation<S>::visit_synapses(std::string_view name, SynapseVisitor& visitor) const {
    std::as_const(state_->running).visit(state_->circuit.event_projection(name), visitor);
}
template <class S>
const Network<S>& Simulation<S>::network() const {
    return std::as_const(state_->running).network();
}
template <class S>
const Pathways<S>& Simulation<S>::pathways() const {
    return state_->running.pathways();
}
template <class S>
RunningNetwork<S>& Simulation<S>::running() {
    return state_->running;
}
template <class S>
const std::vector<WeightState<S>>& Simulation<S>::weights() const {
    return state_->weights;
}
template <class S>
std::vector<WeightState<S>>& Simulation<S>::weights() {
    return state_->weights;
}

template <class S>
Matrix<double> Simulation<S>::weights(std::string_view name) const {
    const WeightState<S>& state = state_->weights[circuit().weights_named(name)];
    constexpr std::size_t most = std::size_t{1} << 31;  // numbers: 16 GB
    if (!state.dense() && state.rows() > most / std::max<std::size_t>(1, state.columns()))
        throw std::invalid_argument(fmt::format("weights '{}' are {} x {}, too many for a matrix: visit their synapses",
                                                name, state.rows(), state.columns()));
    return state.matrix();
}

template <class S>
void Simulation<S>::assign(std::string_view name, std::span<const std::uint64_t> addresses,
                           std::span<const double> values) {
    const std::string problem = assign_list(state_->weights[circuit().weights_named(name)], addresses, values);
    if (!problem.empty()) throw std::invalid_argument(fmt::format("weights '{}' {}", name, problem));
    derive(circuit(), state_->weights);
}

template <class S>
void Simulation<S>::assign(std::string_view name, const Matrix<double>& values) {
    WeightState<S>& state = state_->weights[circuit().weights_named(name)];
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
    derive(circuit(), state_->weights);
}

template <class S>
void Simulation<S>::check_weights(double limit) const {
    for (WeightsId k{}; k < weights().size(); ++k) {
        const WeightState<S>& state = weights()[k];
        const auto values = state.values();
        if (values.size() == 0) continue;
        const auto is_bad = [&](S w) { return !(std::abs(static_cast<double>(w)) <= limit); };
        const auto* const end = values.data() + values.size();
        const auto* const bad = std::find_if(values.data(), end, is_bad);
        if (bad == end) continue;
        const std::size_t unit = state.post_of(static_cast<std::size_t>(bad - values.data()));
        throw NumericalError({circuit().weights[k].name, "weights", unit, std::nullopt, static_cast<double>(*bad),
                              time(), "ms", advice_on_divergence});
    }
    for (const EventProjection& projection : circuit().event_projections) {
        if (projection.plastic.rule == nullptr) continue;
        LargeWeight large(limit);
        visit_synapses(projection.name, large);
        if (large.found)
            throw NumericalError({projection.name, "weights", large.found->post, std::nullopt, large.found->weight,
                                  time(), "ms", advice_on_divergence});
    }
}

template <class S>
void Simulation<S>::check_finite(PortHandle port) const {
    const auto is_finite = [](S x) { return std::isfinite(x); };
    const std::span<const S> values = column(port);
    const auto bad = std::find_if_not(values.begin(), values.end(), is_finite);
    if (bad == values.end()) return;
    const std::size_t lanes = setup().lanes;
    const auto report = [&](const std::string& population, const std::string& column, std::size_t k, S value) {
        throw NumericalError(
            {population, column, k / lanes, k % lanes, static_cast<double>(value), time(), "ms", advice_on_divergence});
    };
    // The first column, in the order of computation, that holds one is where it came from.
    for (const auto& place : network().computed_columns()) {
        const S* const found = network().column(place.population, place.column);
        for (std::size_t k = 0; k < network().cells(place.population); ++k)
            if (!std::isfinite(found[k]))
                report(circuit().populations[place.population].name, place.column, k, found[k]);
    }
    check_weights(std::numeric_limits<double>::max());
    for (const Port& one : circuit().ports)
        if (this->port(one.name).place == port.place)
            report(circuit().populations[one.population].name, one.column,
                   static_cast<std::size_t>(bad - values.begin()), *bad);
    throw std::logic_error("a port of another simulation");
}

template <class S>
void Simulation<S>::save(ArchiveWriter& archive, const std::string& prefix) const {
    for (WeightsId k{}; k < weights().size(); ++k) {
        const auto put = [&](const char* what, const auto& values) {
            archive.put(prefix + what + circuit().weights[k].name,
                        std::span<const S>(values.data(), static_cast<std::size_t>(values.size())));
        };
        put("/weights/", weights()[k].values());
        if (weights()[k].eligibility().size() != 0) put("/eligibility/", weights()[k].eligibility());
        // The numbers alone do not say whose they are.
        if (circuit().weights[k].connectivity.is_random())
            archive.put(prefix + "/synapses/" + circuit().weights[k].name, fingerprint_of_synapses(weights()[k]));
    }
    std::as_const(state_->running).save(archive, prefix);
}

template <class S>
void Simulation<S>::load(const ArchiveReader& archive, const std::string& prefix) {
    for (WeightsId k{}; k < weights().size(); ++k) {
        const std::string synapses = prefix + "/synapses/" + circuit().weights[k].name;
        if (circuit().weights[k].connectivity.is_random() &&
            archive.text(synapses) != fingerprint_of_synapses(weights()[k]))
            throw InputError({{"checkpoint", 0, 0},
                              synapses,
                              "other synapses than this program draws",
                              "the same",
                              "go on with the version that wrote it"});
        const auto take = [&](const char* what, auto values) {
            archive.take(prefix + what + circuit().weights[k].name,
                         std::span<S>(values.data(), static_cast<std::size_t>(values.size())));
        };
        take("/weights/", weights()[k].values());
        if (weights()[k].eligibility().size() != 0) take("/eligibility/", weights()[k].eligibility());
    }
    state_->running.load(archive, prefix);
}

template class Simulation<float>;
template class Simulation<double>;

}  // namespace apical
