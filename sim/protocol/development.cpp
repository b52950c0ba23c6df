#include "sim/protocol/development.hpp"

#include <algorithm>
#include <stdexcept>

#include "sim/network/lane_normals.hpp"

namespace apical {

namespace {

Setup setup_of(const Development& development, const Setup& setup, std::size_t lanes) {
    Setup own;
    own.lanes = lanes;
    own.seed = setup.seed;
    own.threads = setup.threads;
    own.pool = setup.pool;
    if (development.duration == 0) return own;
    own.mode = Mode::spiking;
    own.clock.step = development.step;
    own.clock.presentation = development.duration;
    return own;
}

}  // namespace

/// The activity of one column in one step.
template <class S>
class Developing<S>::Draw final : public Op<S> {
   public:
    Draw(const Spontaneous& what, const std::string& stream, std::size_t units, PortHandle to, const Developing& of)
        : what_(what),
          stream_(Random::stream(stream)),
          port_(to),
          values_(to.cells),
          of_(of),
          tiles_(Tiles::of_cells(units, of.lanes_)) {
        if (what.law == Spontaneous::Law::sparse) tiles_.count = 1;
    }
    void give(RunningNetwork<S>& to) const { to.set(port_, values_); }

    std::size_t parts() const override { return tiles_.count; }
    double work() const override {
        constexpr double products_a_number = 200;
        return products_a_number * static_cast<double>(tiles_.extent * of_.lanes_);
    }
    void run(std::size_t part) override {
        const std::size_t first = tiles_.begin(part), end = tiles_.begin(part + 1);
        const bool silent = of_.step_ % 2 != what_.turn;
        const std::uint64_t event = of_.step_ * of_.lanes_;
        if (!silent && what_.law == Spontaneous::Law::normal) return draw_normal(first, end, event);
        std::fill(values_.data() + first * of_.lanes_, values_.data() + end * of_.lanes_,
                  static_cast<S>(silent ? 0 : value_of_all()));
        if (!silent && what_.law == Spontaneous::Law::sparse) draw_sparse(event);
    }

   private:
    double value_of_all() const {
        if (what_.law == Spontaneous::Law::sparse) return 0;
        if (what_.law == Spontaneous::Law::all) return what_.parameter;
        const double left = static_cast<double>(of_.steps_ - of_.step_) / static_cast<double>(of_.steps_);
        return what_.parameter * left * left;
    }
    void draw_sparse(std::uint64_t event) {
        const auto active = static_cast<std::uint32_t>(what_.parameter);
        for (std::size_t lane = 0; lane < of_.lanes_; ++lane)
            for (std::uint32_t k = 0; k < active; ++k) {
                const double u = of_.random_.uniform(stream_, k, event + lane);
                const auto unit = static_cast<std::size_t>(u * static_cast<double>(tiles_.extent));
                values_[unit * of_.lanes_ + lane] = 1;
            }
    }
    void draw_normal(std::size_t first, std::size_t end, std::uint64_t event) {
        for (std::size_t unit = first; unit < end; ++unit) {
            S* const row = values_.data() + unit * of_.lanes_;
            for_normals_of_lanes(of_.random_, stream_, unit, event, of_.lanes_, [&](std::uint64_t lane, double xi) {
                row[lane] = static_cast<S>(what_.parameter * xi);
            });
        }
    }

    Spontaneous what_;
    std::uint32_t stream_;
    PortHandle port_;
    std::vector<S> values_;
    const Developing& of_;
    Tiles tiles_;
};

template <class S>
Developing<S>::Developing(const Development& development, std::vector<WeightState<S>>& weights, const Setup& setup,
                          std::size_t lanes)
    : lanes_(lanes),
      steps_((development.events + lanes - 1) / lanes),
      random_(setup.seed),
      running_(development.circuit, weights, setup_of(development, setup, lanes)) {
    const Circuit& circuit = development.circuit;
    for (const auto& plastic : running_.synapses().all())
        if (plastic.plasticity.decay_rate * static_cast<double>(lanes) > 0.5)
            throw std::invalid_argument("the development has too few events for " + std::to_string(lanes) +
                                        " lanes: each step would forget more than half");
    for (const Spontaneous& what : development.activity) {
        const Population& population = circuit.populations.at(what.population);
        const PortHandle to{running_.network().place_of(what.population, what.column),
                            running_.network().cells(what.population)};
        draws_.push_back(std::make_unique<Draw>(what, development.draws + "/" + population.name + "/" + what.column,
                                                population.units, to, *this));
        activity_.add(0, *draws_.back());
    }
}

template <class S>
Developing<S>::~Developing() = default;

template <class S>
bool Developing<S>::fires() const {
    return running_.setup().mode == Mode::spiking;
}

template <class S>
void Developing<S>::advance(double factor) {
    activity_.run(*running_.setup().pool);
    if (fires()) running_.begin_presentation();
    for (const auto& draw : draws_) draw->give(running_);
    // Gains and decays are per event, and updates are means over lanes.
    running_.set_rate(factor * static_cast<double>(lanes_));
    running_.advance(fires() ? running_.setup().clock.steps() : 1);
    ++step_;
}

template <class S>
void Developing<S>::save(ArchiveWriter& archive, const std::string& prefix) const {
    if (fires()) running_.save(archive, prefix);
}

template <class S>
void Developing<S>::load(const ArchiveReader& archive, const std::string& prefix) {
    if (fires()) running_.load(archive, prefix);
}

template class Developing<float>;
template class Developing<double>;

}  // namespace apical
