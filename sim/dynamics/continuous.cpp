#include "sim/dynamics/continuous.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/network/cell_normals.hpp"
#include "sim/steppers/ornstein_uhlenbeck.hpp"

namespace apical {

namespace {

Eigen::Index index(std::size_t k) { return static_cast<Eigen::Index>(k); }

}  // namespace

/// One noise current: its values in all cells, and the draw for the next step.
template <class S>
class Motion<S>::Draw final : public Op<S> {
   public:
    Draw(const NoiseCurrent& what, PopulationId population, const Population& cells, const std::string& stream,
         std::size_t lanes, const Motion& motion)
        : what_(what),
          place_(motion.network_.place_of(population, what.column)),
          lanes_(lanes),
          motion_(motion),
          tiles_(Tiles::of_cells(cells.units * lanes, 1)),
          normals_(motion.random_, Random::stream(stream + "/" + cells.name + "/" + what.column), cells.units * lanes),
          values_(Vector::Zero(index(cells.units * lanes))),
          process_(what.scheme == NoiseCurrent::Scheme::exact
                       ? OrnsteinUhlenbeck<S>(what.tau, what.sigma, motion.clock_.step)
                       : OrnsteinUhlenbeck<S>::euler_maruyama(what.tau, what.sigma, motion.clock_.step)) {
        // White noise is held for a step, at what leaves the same integral.
        if (what.law == NoiseCurrent::Law::white) {
            process_.keep = 0;
            process_.kick = static_cast<S>(what.sigma / std::sqrt(motion.clock_.step));
        }
    }

    std::size_t parts() const override { return tiles_.count; }
    double work() const override { return 100.0 * static_cast<double>(values_.size()); }
    void run(std::size_t part) override {
        const std::size_t first = tiles_.begin(part), end = tiles_.begin(part + 1);
        if (what_.law == NoiseCurrent::Law::series) take_series(first, end);
        else draw(first, end);
    }
    /// After all parts.
    void publish(Network<S>& network) {
        together_ = motion_.steps_ / CellNormals::steps_together;
        network.clamp(place_, values_.data(), static_cast<std::size_t>(values_.size()));
    }
    Vector& values() { return values_; }

   private:
    void draw(std::size_t first, std::size_t end) {
        const std::uint64_t step = motion_.steps_;
        if (step / CellNormals::steps_together != together_) normals_.draw(step, first, end);
        const float* const xi = normals_.of_step(step);
        S* const x = values_.data();
        for (std::size_t k = first; k < end; ++k) x[k] = process_.next(x[k], static_cast<S>(xi[k]));
    }
    void take_series(std::size_t first, std::size_t end) {
        const std::size_t units = static_cast<std::size_t>(values_.size()) / lanes_;
        // It is as long as the run; an evaluator, which lives through presentations of its own, begins it anew.
        const std::size_t step = motion_.steps_ % (what_.series->size() / units);
        for (std::size_t k = first; k < end; ++k)
            values_[index(k)] = static_cast<S>(what_.sigma * (*what_.series)[step * units + k / lanes_]);
    }

    NoiseCurrent what_;
    std::size_t place_;
    std::size_t lanes_;
    const Motion& motion_;
    Tiles tiles_;
    CellNormals normals_;
    std::uint64_t together_ = ~std::uint64_t{0};  ///< which steps have their normals
    Vector values_;
    OrnsteinUhlenbeck<S> process_;
};

template <class S>
Motion<S>::Motion(const Circuit& circuit, Network<S>& network, const Clock& clock, std::uint64_t seed,
                  std::string stream)
    : circuit_(circuit), network_(network), clock_(clock), onset_(clock.steps_before_error()), random_(seed) {
    for (PopulationId p{}; p < circuit.populations.size(); ++p)
        for (const NoiseCurrent& noise : circuit.populations[p].noise) {
            if (noise.sigma == 0) continue;
            noise_.push_back(std::make_unique<Draw>(noise, p, circuit.populations[p], stream, network.lanes(), *this));
            drawing_.add(0, *noise_.back());
        }
    check();
    stepper_ = make_stepper<S>(clock.stepper, {network.leaks().template cast<double>(), clock.tolerance});
    input_ = Vector::Zero(index(network.cells(circuit.input)));
    input_before_ = input_now_ = input_;
}

template <class S>
Motion<S>::~Motion() = default;

template <class S>
void Motion<S>::check() const {
    const auto& all = steppers();
    const auto info =
        std::find_if(all.begin(), all.end(), [&](const StepperInfo& one) { return one.name == clock_.stepper; });
    if (info == all.end()) throw ClockError("stepper", "'" + clock_.stepper + "'", "a known one");
    if (!noise_.empty() && !info->takes_noise)
        throw ClockError("stepper", "'" + clock_.stepper + "' with noise", "another one: " + info->why_no_noise);
    for (const Population& population : circuit_.populations)
        for (const NoiseCurrent& noise : population.noise)
            if (noise.sigma > 0 && noise.scheme == NoiseCurrent::Scheme::euler_maruyama &&
                clock_.step > noise.tau * (1 + 1e-9))
                throw ClockError("step", fmt::format("{} ms", clock_.step),
                                 fmt::format("at most {} ms, the correlation time of {}.{}, with euler_maruyama",
                                             noise.tau, population.name, noise.column));
    const double largest = largest_step(*info, network_.leaks().template cast<double>());
    const double rounding = std::max(1e-9, 4.0 * static_cast<double>(std::numeric_limits<S>::epsilon()));  // of leaks
    if (clock_.step > largest * (1 + rounding))
        throw ClockError("step", fmt::format("{} ms", clock_.step),
                         fmt::format("at most {:.4g} ms for '{}' and the shortest time constant, {:.4g} ms", largest,
                                     clock_.stepper, 1 / static_cast<double>(network_.leaks().maxCoeff())));
}

template <class S>
void Motion<S>::show(const S* inputs, const S* targets, ThreadPool& pool) {
    if (clock_.ramp > 0)
        input_before_ = Eigen::Map<const Vector>(network_.column(circuit_.input, "rate"), input_before_.size());
    input_ = Eigen::Map<const Vector>(inputs, input_.size());
    if (clock_.ramp == 0) network_.clamp(circuit_.input, "rate", inputs);
    taught_ = targets != nullptr;
    if (taught_) network_.clamp(circuit_.target, "rate", targets);
    network_.hold(pool);
    stepper_->restart();
}

template <class S>
void Motion<S>::evaluate(std::uint64_t k, ThreadPool& pool, double gone) {
    look((static_cast<double>(k) + gone) * clock_.step);
    network_.teach(taught_ && k >= onset_);
    if (k > 0 && k == onset_) stepper_->restart();
    if (drawn_ == steps_) {
        drawing_.run(pool);
        ++drawn_;
    }
    for (const auto& noise : noise_) noise->publish(network_);
    network_.accept(network_.states(), slope_, pool);
}

template <class S>
void Motion<S>::settle(const S* inputs, std::uint64_t steps, ThreadPool& pool, const std::function<void()>& flip) {
    for (std::uint64_t k = 0; k < steps; ++k) {
        flip();
        if (k == 0) show(inputs, nullptr, pool);
        network_.teach(false);
        network_.accept(network_.states(), slope_, pool);
        advance(k, pool);
        network_.pass();
    }
}

template <class S>
void Motion<S>::advance(std::uint64_t k, ThreadPool& pool, double gone, double part) {
    const auto stage = [&](const auto& x, auto& slope, S t) {
        move_input(static_cast<double>(t), true);
        network_.stage(x, slope, pool);
    };
    stepper_->step(stage, network_.states(), slope_, static_cast<S>((static_cast<double>(k) + gone) * clock_.step),
                   static_cast<S>(part * clock_.step));
}

template <class S>
void Motion<S>::move_input(double t, bool stage) {
    // One step more than the ramp lasts: then it has arrived, and a stage need not move it.
    if (clock_.ramp == 0 || t > clock_.ramp + clock_.step) return;
    const auto way = static_cast<S>(std::min(1.0, t / clock_.ramp));
    input_now_ = (S(1) - way) * input_before_ + way * input_;
    if (stage) network_.clamp_stage(circuit_.input, "rate", input_now_.data());
    else network_.clamp(circuit_.input, "rate", input_now_.data());
}

template <class S>
void Motion<S>::pass() {
    network_.pass();
    ++steps_;
}

template <class S>
void Motion<S>::rest(std::uint64_t steps) {
    steps_ = drawn_ = steps;
    network_.rest();
    for (const auto& noise : noise_) noise->values().setZero();
}

template <class S>
void Motion<S>::save(ArchiveWriter& archive, const std::string& prefix) const {
    const auto put = [&](const std::string& name, const auto& values) {
        archive.put(prefix + name, std::span<const S>(values.data(), static_cast<std::size_t>(values.size())));
    };
    const std::uint64_t steps[] = {steps_};
    archive.put(prefix + "/steps", std::span<const std::uint64_t>(steps));
    put("/states", std::as_const(network_).states());
    put("/columns", std::as_const(network_).columns());
    if (!network_.delayed().empty()) put("/delayed", std::as_const(network_).delayed());
    for (std::size_t k = 0; k < noise_.size(); ++k) put("/noise" + std::to_string(k), noise_[k]->values());
}

template <class S>
void Motion<S>::load(const ArchiveReader& archive, const std::string& prefix) {
    const auto take = [&](const std::string& name, S* values, std::size_t size) {
        archive.take(prefix + name, std::span<S>(values, size));
    };
    std::uint64_t steps[1];
    archive.take(prefix + "/steps", std::span<std::uint64_t>(steps));
    steps_ = drawn_ = steps[0];
    take("/states", network_.states().data(), static_cast<std::size_t>(network_.states().size()));
    take("/columns", network_.columns().data(), network_.columns().size());
    if (!network_.delayed().empty()) take("/delayed", network_.delayed().data(), network_.delayed().size());
    network_.set_passed(steps_ > 0 ? steps_ + clock_.steps_of_settling() : 0);
    for (std::size_t k = 0; k < noise_.size(); ++k)
        take("/noise" + std::to_string(k), noise_[k]->values().data(),
             static_cast<std::size_t>(noise_[k]->values().size()));
}

template class Motion<float>;
template class Motion<double>;

}  // namespace apical
