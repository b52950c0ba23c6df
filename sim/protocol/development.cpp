#include "sim/protocol/development.hpp"

#include <algorithm>
#include <stdexcept>

#include "sim/network/lane_normals.hpp"

namespace apical {

/// The activity of one column in one step.
template <class S>
class Developing<S>::Draw final : public Op<S> {
   public:
    Draw(const Spontaneous& what, const std::string& stream, std::size_t units, Ref<S> to, const Developing& of)
        : what_(what), stream_(Random::stream(stream)), to_(to), of_(of), tiles_(Tiles::of_cells(units, of.lanes_)) {
        if (what.law == Spontaneous::Law::sparse) tiles_.count = 1;
    }

    std::size_t parts() const override { return tiles_.count; }
    double work() const override {
        constexpr double products_a_number = 200;
        return products_a_number * static_cast<double>(tiles_.extent * of_.lanes_);
    }
    void run(std::size_t part) override {
        const std::size_t first = tiles_.begin(part), end = tiles_.begin(part + 1);
        const bool silent = of_.step_ % 2 != what_.turn;
        if (silent || what_.law == Spontaneous::Law::sparse)
            std::fill(to_.data() + first * of_.lanes_, to_.data() + end * of_.lanes_, S(0));
        if (silent) return;
        const std::uint64_t event = of_.step_ * of_.lanes_;
        if (what_.law == Spontaneous::Law::sparse) draw_sparse(event);
        else draw_normal(first, end, event);
    }

   private:
    void draw_sparse(std::uint64_t event) const {
        const auto active = static_cast<std::uint32_t>(what_.parameter);
        for (std::size_t lane = 0; lane < of_.lanes_; ++lane)
            for (std::uint32_t k = 0; k < active; ++k) {
                const double u = of_.random_.uniform(stream_, k, event + lane);
                const auto unit = static_cast<std::size_t>(u * static_cast<double>(tiles_.extent));
                to_.data()[unit * of_.lanes_ + lane] = 1;
            }
    }
    void draw_normal(std::size_t first, std::size_t end, std::uint64_t event) const {
        for (std::size_t unit = first; unit < end; ++unit) {
            S* const row = to_.data() + unit * of_.lanes_;
            for_normals_of_lanes(of_.random_, stream_, unit, event, of_.lanes_, [&](std::uint64_t lane, double xi) {
                row[lane] = static_cast<S>(what_.parameter * xi);
            });
        }
    }

    Spontaneous what_;
    std::uint32_t stream_;
    Ref<S> to_;
    const Developing& of_;
    Tiles tiles_;
};

template <class S>
Developing<S>::Developing(const Development& development, std::vector<WeightState<S>>& weights, std::size_t lanes,
                          std::uint64_t seed)
    : lanes_(lanes),
      steps_((development.events + lanes - 1) / lanes),
      random_(seed),
      pathways_(development.circuit, weights, lanes, PathwayOptions::settled()),
      network_(development.circuit, pathways_),
      synapses_(development.circuit, network_, network_),
      learning_(pathways_, synapses_) {
    const Circuit& circuit = development.circuit;
    for (const auto& plastic : synapses_.all())
        if (plastic.plasticity.decay_rate * static_cast<double>(lanes) > 0.5)
            throw std::invalid_argument("the development has too few events for " + std::to_string(lanes) +
                                        " lanes: each step would forget more than half");
    for (const Spontaneous& what : development.activity) {
        const Population& population = circuit.populations.at(what.population);
        draws_.push_back(std::make_unique<Draw>(what, development.draws + "/" + population.name + "/" + what.column,
                                                population.units,
                                                network_.ref(what.population, what.column, Instant::now), *this));
        activity_.add(0, *draws_.back());
    }
}

template <class S>
void Developing<S>::advance(ThreadPool& pool, double factor) {
    activity_.run(pool);
    network_.evaluate(pool);
    // Gains and decays are per event, and updates are means over lanes.
    learning_.run(factor * static_cast<double>(lanes_), pool);
    ++step_;
}

template class Developing<float>;
template class Developing<double>;

}  // namespace apical
