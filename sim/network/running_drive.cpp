#include "sim/network/running_drive.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <type_traits>

#include "sim/circuit/event_neuron.hpp"
#include "sim/circuit/unusable.hpp"
#include "sim/network/cell_normals.hpp"
#include "sim/network/poisson.hpp"

namespace apical {
namespace {

/// Refuses a number of a drive, which stands under this key where the drive was read from a file.
template <class Of>
auto refusing(const Of& drive, const char* key) {
    return [name = drive.name, key](const std::string& what) { throw Unusable("input", name, key, what); };
}

/// Number c of what may be one number for all cells.
template <class S>
S of_cell(const std::vector<S>& numbers, std::size_t c) {
    return numbers[numbers.size() == 1 ? 0 : c];
}

template <class S>
class RunningTrains final : public RunningDrive<S> {
   public:
    RunningTrains(const SpikeDrive& drive, std::size_t cells, double step, const Random& random) {
        const auto refuse = refusing(drive, "times");
        weight_ = drive_numbers<S>(drive.weight, cells, random, "weight/" + drive.name, refusing(drive, "weight"));
        if (!drive.trains || drive.trains->time.size() != drive.trains->cell.size())
            refuse("not as many cells as times of spikes");
        const SpikeTrains& trains = *drive.trains;
        std::vector<std::size_t> order(trains.time.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::vector<std::uint64_t> steps;
        for (std::size_t k = 0; k < trains.time.size(); ++k) {
            constexpr double most = 0x1p53;
            const double end = std::round(trains.time[k] / step);
            if (!(end >= 1 && end <= most))
                refuse(
                    fmt::format("spike {} is at {} ms, expected from one step of {} ms on", k, trains.time[k], step));
            if (trains.cell[k] >= cells)
                refuse(fmt::format("spike {} is of cell {}, and there are {}", k, trains.cell[k], cells));
            steps.push_back(static_cast<std::uint64_t>(end) - 1);
        }
        std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
            return std::pair{steps[a], trains.cell[a]} < std::pair{steps[b], trains.cell[b]};
        });
        for (const std::size_t k : order) {
            step_.push_back(steps[k]);
            cell_.push_back(trains.cell[k]);
        }
    }
    void add(std::uint64_t step, S* into, Rows cells) const override {
        const auto [first, last] = std::equal_range(step_.begin(), step_.end(), step);
        for (auto at = first; at != last; ++at)
            if (const std::size_t c = cell_[static_cast<std::size_t>(at - step_.begin())];
                c >= cells.first && c < cells.end)
                into[c] += of_cell(weight_, c);
    }

   private:
    std::vector<std::uint64_t> step_;  ///< in which each spike arrives, ascending
    std::vector<std::uint32_t> cell_;
    std::vector<S> weight_;
};

template <class S>
class RunningRegular final : public RunningDrive<S> {
   public:
    RunningRegular(const RegularDrive& drive, std::size_t cells, double step, const Random& random) : step_(step) {
        const auto refuse_interval = refusing(drive, "interval"), refuse_first = refusing(drive, "first");
        weight_ = drive_numbers<S>(drive.weight, cells, random, "weight/" + drive.name, refusing(drive, "weight"));
        interval_ = drive_numbers<double>(drive.interval, cells, random, "interval/" + drive.name, refuse_interval);
        first_ = drive_numbers<double>(drive.first, cells, random, "first/" + drive.name, refuse_first);
        for (const double interval : interval_)
            if (!(interval >= step * (1 - 1e-9)))
                refuse_interval(fmt::format("an interval of {} ms, expected at least a step of {} ms", interval, step));
        for (const double first : first_)
            if (!(std::round(first / step) >= 1))
                refuse_first(fmt::format("a first spike at {} ms, expected from one step of {} ms on", first, step));
    }
    void add(std::uint64_t step, S* into, Rows cells) const override {
        // Spikes at the end of this step are those from half a step before to half a step after.
        const double begin = (static_cast<double>(step) + 0.5) * step_, end = (static_cast<double>(step) + 1.5) * step_;
        for (std::size_t c = cells.first; c < cells.end; ++c) {
            const double first = of_cell(first_, c), interval = of_cell(interval_, c);
            const auto before = [&](double time) { return std::max(std::ceil((time - first) / interval), 0.0); };
            into[c] += static_cast<S>(before(end) - before(begin)) * of_cell(weight_, c);
        }
    }

   private:
    double step_;
    std::vector<double> interval_, first_;
    std::vector<S> weight_;
};

template <class S>
class RunningCurrent final : public RunningDrive<S> {
   public:
    RunningCurrent(const CurrentDrive& drive, std::size_t cells, double step, const Random& random)
        : step_(step), course_(drive.course) {
        amplitude_ =
            drive_numbers<S>(drive.amplitude, cells, random, "amplitude/" + drive.name, refusing(drive, "amplitude"));
    }
    void prepare(std::uint64_t step) override {
        if (course_) factor_ = static_cast<S>(course_->at((static_cast<double>(step) + 0.5) * step_));
    }
    void add(std::uint64_t /*step*/, S* into, Rows cells) const override {
        for (std::size_t c = cells.first; c < cells.end; ++c) into[c] += factor_ * of_cell(amplitude_, c);
    }

   private:
    double step_;
    std::optional<TimeCourse> course_;
    S factor_ = 1;
    std::vector<S> amplitude_;
};

template <class S>
class RunningNoise final : public RunningDrive<S> {
   public:
    RunningNoise(const NoiseDrive& drive, std::size_t cells, double step, const Random& random)
        : cells_(cells), normals_(random, Random::stream("noise/" + drive.name), cells) {
        const auto refuse_deviation = refusing(drive, "deviation"), refuse_interval = refusing(drive, "interval");
        mean_ = drive_numbers<S>(drive.mean, cells, random, "mean/" + drive.name, refusing(drive, "mean"));
        deviation_ = drive_numbers<S>(drive.deviation, cells, random, "deviation/" + drive.name, refuse_deviation);
        for (const S deviation : deviation_)
            if (deviation < 0) refuse_deviation(fmt::format("a deviation of {}, expected 0 or more", deviation));
        const std::optional<std::uint64_t> steps = whole_steps(drive.interval, step);
        if (!steps || *steps == 0)
            refuse_interval(fmt::format("an interval of {} ms, expected a whole number of steps of {} ms, at least one",
                                        drive.interval, step));
        interval_ = *steps;
    }
    void prepare(std::uint64_t step) override {
        draw_ = step / interval_;
        const std::uint64_t four = draw_ / CellNormals::steps_together;
        if (drawn_ != four) normals_.draw(draw_, 0, cells_);
        drawn_ = four;
    }
    void add(std::uint64_t /*step*/, S* into, Rows cells) const override {
        const float* const normal = normals_.of_step(draw_);
        for (std::size_t c = cells.first; c < cells.end; ++c)
            into[c] += of_cell(mean_, c) + of_cell(deviation_, c) * static_cast<S>(normal[c]);
    }

   private:
    std::size_t cells_;
    CellNormals normals_;
    std::uint64_t interval_ = 1, draw_ = 0;
    std::optional<std::uint64_t> drawn_{};  ///< which four draws `normals_` has
    std::vector<S> mean_, deviation_;
};

template <class S, class Of>
struct RunningOf;
template <class S>
struct RunningOf<S, PoissonDrive> : std::type_identity<Poisson<S>> {};
template <class S>
struct RunningOf<S, SpikeDrive> : std::type_identity<RunningTrains<S>> {};
template <class S>
struct RunningOf<S, RegularDrive> : std::type_identity<RunningRegular<S>> {};
template <class S>
struct RunningOf<S, CurrentDrive> : std::type_identity<RunningCurrent<S>> {};
template <class S>
struct RunningOf<S, NoiseDrive> : std::type_identity<RunningNoise<S>> {};

}  // namespace

template <class S>
std::unique_ptr<RunningDrive<S>> running(const Drive& drive, std::size_t cells, double step, const Random& random) {
    return std::visit(
        [&]<class Of>(const Of& of) -> std::unique_ptr<RunningDrive<S>> {
            return std::make_unique<typename RunningOf<S, Of>::type>(of, cells, step, random);
        },
        drive);
}

template std::unique_ptr<RunningDrive<float>> running(const Drive&, std::size_t, double, const Random&);
template std::unique_ptr<RunningDrive<double>> running(const Drive&, std::size_t, double, const Random&);

}  // namespace apical
