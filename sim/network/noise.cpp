#include "sim/network/noise.hpp"

#include <algorithm>
#include <cmath>

#include "sim/network/cell_normals.hpp"
#include "sim/steppers/ornstein_uhlenbeck.hpp"

namespace apical {

/// One noise current: its values in all cells, and the draw for the next step.
template <class S>
class Noise<S>::Current final : public Op<S> {
   public:
    using Vector = typename Network<S>::Vector;

    Current(const NoiseCurrent& what, PopulationId population, const Population& cells, const std::string& stream,
            const Noise& noise)
        : what_(what),
          place_(noise.network_.place_of(population, what.column)),
          lanes_(noise.network_.lanes()),
          noise_(noise),
          tiles_(Tiles::of_cells(cells.units * lanes_, 1)),
          normals_(noise.random_, Random::stream(stream + "/" + cells.name + "/" + what.column), cells.units * lanes_),
          values_(Vector::Zero(static_cast<Eigen::Index>(cells.units * lanes_))),
          process_(what.scheme == NoiseCurrent::Scheme::exact
                       ? OrnsteinUhlenbeck<S>(what.tau, what.sigma, noise.step_)
                       : OrnsteinUhlenbeck<S>::euler_maruyama(what.tau, what.sigma, noise.step_)) {
        // White noise is held for a step, at what leaves the same integral.
        if (what.law == NoiseCurrent::Law::white) {
            process_.keep = 0;
            process_.kick = static_cast<S>(what.sigma / std::sqrt(noise.step_));
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
    void publish() {
        together_ = noise_.now_ / CellNormals::steps_together;
        noise_.network_.columns().set(place_, {values_.data(), static_cast<std::size_t>(values_.size())});
    }
    Vector& values() { return values_; }

   private:
    void draw(std::size_t first, std::size_t end) {
        const std::uint64_t step = noise_.now_;
        if (step / CellNormals::steps_together != together_) normals_.draw(step, first, end);
        const float* const xi = normals_.of_step(step);
        S* const x = values_.data();
        for (std::size_t k = first; k < end; ++k) x[k] = process_.next(x[k], static_cast<S>(xi[k]));
    }
    void take_series(std::size_t first, std::size_t end) {
        const std::size_t units = static_cast<std::size_t>(values_.size()) / lanes_;
        // It is as long as the run; an evaluator, which has a time of its own, begins it anew.
        const std::size_t step = noise_.now_ % (what_.series->size() / units);
        for (std::size_t k = first; k < end; ++k)
            values_[static_cast<Eigen::Index>(k)] =
                static_cast<S>(what_.sigma * (*what_.series)[step * units + k / lanes_]);
    }

    NoiseCurrent what_;
    std::size_t place_;
    std::size_t lanes_;
    const Noise& noise_;
    Tiles tiles_;
    CellNormals normals_;
    std::uint64_t together_ = ~std::uint64_t{0};  ///< which steps have their normals
    Vector values_;
    OrnsteinUhlenbeck<S> process_;
};

template <class S>
Noise<S>::Noise(const Circuit& circuit, Network<S>& network, double step, std::uint64_t seed, const std::string& stream)
    : network_(network), step_(step), random_(seed) {
    for (PopulationId p{}; p < circuit.populations.size(); ++p)
        for (const NoiseCurrent& noise : circuit.populations[p].noise) {
            if (noise.sigma == 0) continue;
            currents_.push_back(std::make_unique<Current>(noise, p, circuit.populations[p], stream, *this));
            drawing_.add(0, *currents_.back());
        }
}

template <class S>
Noise<S>::~Noise() = default;

template <class S>
void Noise<S>::draw(std::uint64_t step, ThreadPool& pool) {
    now_ = step;
    if (drawn_ == step) {
        drawing_.run(pool);
        ++drawn_;
    }
    for (const auto& current : currents_) current->publish();
}

template <class S>
void Noise<S>::rest(std::uint64_t step) {
    now_ = drawn_ = step;
    for (const auto& current : currents_) current->values().setZero();
}

template <class S>
void Noise<S>::save(ArchiveWriter& archive, const std::string& prefix) const {
    for (std::size_t k = 0; k < currents_.size(); ++k) {
        const auto& values = currents_[k]->values();
        archive.put(prefix + std::to_string(k),
                    std::span<const S>(values.data(), static_cast<std::size_t>(values.size())));
    }
}

template <class S>
void Noise<S>::load(const ArchiveReader& archive, const std::string& prefix, std::uint64_t step) {
    now_ = drawn_ = step;
    for (std::size_t k = 0; k < currents_.size(); ++k) {
        auto& values = currents_[k]->values();
        archive.take(prefix + std::to_string(k), std::span<S>(values.data(), static_cast<std::size_t>(values.size())));
    }
}

template class Noise<float>;
template class Noise<double>;

}  // namespace apical
