#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/circuit/id.hpp"
#include "sim/circuit/quantity.hpp"
#include "sim/circuit/time_course.hpp"

namespace apical {

// What reaches the cells of a population from outside: an input or a receptor of theirs, each cell's own. Spikes that
// reach parrots go through projections from there.

/// Independent Poisson processes, one a cell.
struct PoissonDrive {
    std::string name{};  ///< also of the stream in which it is drawn
    PopulationId target{};
    std::string receptor{};
    Quantity rate = 0;                   ///< Hz: of all the sources of one cell together
    Quantity weight = 0;                 ///< of a cell, in the unit of the receptor
    std::optional<TimeCourse> course{};  ///< by which rates are multiplied; as it is in the middle of a step
    /// Draw one spike or none in a step, with the probability rate times step, as simulators do whose Poisson cells
    /// fire at most once a step: of less variance by that share.
    bool at_most_one = false;
};

/// Spikes at times that are given: spike k, at time[k] ms, rounded to whole steps, reaches cell[k].
struct SpikeTrains {
    std::vector<double> time;
    std::vector<std::uint32_t> cell;
};
struct SpikeDrive {
    std::string name{};
    PopulationId target{};
    std::string receptor{};
    std::shared_ptr<const SpikeTrains> trains{};  ///< in any order
    Quantity weight = 0;                          ///< of a cell, in the unit of the receptor
};

/// Spikes at first, first + interval, first + 2 interval ..., each rounded to whole steps.
struct RegularDrive {
    std::string name{};
    PopulationId target{};
    std::string receptor{};
    Quantity interval = 0;  ///< ms, of a cell; at least a step
    Quantity first = 0;     ///< ms, of a cell; at least a step
    Quantity weight = 0;    ///< of a cell, in the unit of the receptor
};

/// A current, or what else an instantaneous input holds for a step.
struct CurrentDrive {
    std::string name{};
    PopulationId target{};
    std::string receptor{};
    Quantity amplitude = 0;              ///< of a cell, in the unit of the input
    std::optional<TimeCourse> course{};  ///< by which it is multiplied; as it is in the middle of a step
};

/// Gaussian noise, drawn anew for every cell after every `interval` and held in between: white noise of autocovariance
/// deviation^2 interval delta(s) for what is slower than that.
struct NoiseDrive {
    std::string name{};  ///< also of the stream in which it is drawn
    PopulationId target{};
    std::string receptor{};
    Quantity mean = 0;       ///< of a cell, in the unit of the receptor
    Quantity deviation = 0;  ///< likewise
    double interval = 0;     ///< ms, whole steps, at least one
};

using Drive = std::variant<PoissonDrive, SpikeDrive, RegularDrive, CurrentDrive, NoiseDrive>;

/// "Poisson", "spikes", "regular spikes", "current" or "noise".
inline std::string_view kind_of(const Drive& drive) {
    constexpr std::string_view kinds[] = {"Poisson", "spikes", "regular spikes", "current", "noise"};
    return kinds[drive.index()];
}

/// Whether it is there for a whole step, in an input, and nothing that a receptor would keep.
inline bool is_held(const Drive& drive) {
    return std::holds_alternative<CurrentDrive>(drive) || std::holds_alternative<NoiseDrive>(drive);
}

/// What all of them have.
struct DriveTarget {
    const std::string& name;
    PopulationId population;
    const std::string& receptor;
};
inline DriveTarget target_of(const Drive& drive) {
    return std::visit([](const auto& one) { return DriveTarget{one.name, one.target, one.receptor}; }, drive);
}

}  // namespace apical
