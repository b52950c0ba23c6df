#include "sim/protocol/training.hpp"

#include <stdexcept>
#include <string>
#include <utility>

#include "sim/core/archive.hpp"
#include "sim/core/error.hpp"

namespace apical {

template <class S>
Training<S>::Training(ModelCircuit circuit, const Setup& setup)
    : Simulation<S>(std::move(static_cast<Circuit&>(circuit)), setup),
      rates_(circuit.rates),
      development_(std::move(circuit.development)),
      between_(std::move(circuit.between)),
      redrawn_(std::move(circuit.redrawn)),
      presentation_(this->running()),
      answer_(this->port(ports::answer)) {
    if (development_)
        developing_ = std::make_unique<Developing<S>>(*development_, this->weights(), this->setup(), setup.lanes);
    if (between_)
        going_on_ = std::make_unique<Developing<S>>(*between_, this->weights(), this->setup(),
                                                    static_cast<std::size_t>(between_->events));
    if (circuit.through_time)
        through_time_ = std::make_unique<LearningThroughTime<S>>(*circuit.through_time, this->circuit(),
                                                                 this->network(), this->weights(), setup.clock.steps());
}

template <class S>
void Training<S>::develop() {
    if (events_left() == 0) throw std::logic_error("the development is over");
    developing_->advance();
    derive(this->circuit(), this->weights());
}

template <class S>
void Training<S>::present(const S* inputs, const S* targets, const Observer& observe) {
    if (samples_ == 0) presentation_.settle(inputs);
    samples_ += this->setup().lanes;
    this->set_rate(rates_.at(samples_));
    redraw();
    show(inputs, targets, observe);
    counting_samples([&] { this->check_finite(answer_); });
    if (!going_on_) return;
    going_on_->go_to(samples_ / this->setup().lanes - 1);
    going_on_->advance(rates_.at(samples_));
    derive(this->circuit(), this->weights());
}

template <class S>
void Training<S>::show(const S* inputs, const S* targets, const Observer& observe) {
    if (!through_time_) return presentation_.show(inputs, targets, observe);
    presentation_.show(inputs, targets, [&](std::uint64_t step) {
        if (observe) observe(step);
        if (step > 0) through_time_->look(step - 1);  // columns are those of the step before
    });
    through_time_->look(this->setup().clock.steps() - 1);
    through_time_->learn(rates_.at(samples_));
    derive(this->circuit(), this->weights());
}

template <class S>
void Training<S>::redraw() {
    if (redrawn_.empty()) return;
    const std::string number = std::to_string(samples_ / this->setup().lanes);
    for (const WeightsId id : redrawn_) {
        const Weights& w = this->circuit().weights[id];
        WeightState<S>& state = this->weights()[id];
        state.assign(
            whole(w.initial, Random(this->setup().seed), w.name + "/" + number, state.rows(), state.columns()));
    }
    derive(this->circuit(), this->weights());
}

template <class S>
void Training<S>::check_weights(double limit) const {
    counting_samples([&] { Simulation<S>::check_weights(limit); });
}

template <class S>
template <class Work>
void Training<S>::counting_samples(const Work& work) const {
    try {
        work();
    } catch (const NumericalError& error) {
        NumericalError::Parts parts = error.parts();
        parts.time = static_cast<double>(samples_);
        parts.time_unit = "samples";
        throw NumericalError(parts);
    }
}

template <class S>
void Training<S>::save(ArchiveWriter& archive, const std::string& prefix) const {
    const std::uint64_t counts[] = {samples_, events_left()};
    archive.put(prefix + "/counts", std::span<const std::uint64_t>(counts));
    Simulation<S>::save(archive, prefix);
    if (events_left() > 0) developing_->save(archive, prefix + "/development");
}

template <class S>
void Training<S>::load(const ArchiveReader& archive, const std::string& prefix) {
    std::uint64_t counts[2];
    archive.take(prefix + "/counts", std::span<std::uint64_t>(counts));
    Simulation<S>::load(archive, prefix);
    samples_ = counts[0];
    if (developing_) developing_->skip_to(counts[1]);
    if (events_left() > 0) developing_->load(archive, prefix + "/development");
}

template class Training<float>;
template class Training<double>;

}  // namespace apical
