#pragma once
#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/circuit/drive.hpp"
#include "sim/core/random.hpp"
#include "sim/synapses/pathway.hpp"

namespace apical {

/// What a drive does in every step. It has no state that a checkpoint would need: a step says all.
template <class S>
class RunningDrive {
   public:
    virtual ~RunningDrive() = default;
    /// Before what is added in a step, by one thread.
    virtual void prepare(std::uint64_t /*step*/) {}
    /// into[c] += what reaches cell c at the end of a step, for some of the cells.
    virtual void add(std::uint64_t step, S* into, Rows cells) const = 0;
};

/// For cells of a population, in steps of `step` ms. Throws std::invalid_argument, naming the drive, for numbers that
/// make no sense.
template <class S>
std::unique_ptr<RunningDrive<S>> running(const Drive& drive, std::size_t cells, double step, const Random& random);

/// The numbers of a drive: one a cell, or one if it is the same for all. Calls `refuse` with the reason.
template <class S, class Refuse>
std::vector<S> drive_numbers(const Quantity& of, std::size_t cells, const Random& random, const std::string& stream,
                             const Refuse& refuse) {
    const std::string what = stream.substr(0, stream.find('/'));
    if (const std::string why = of.refuse(cells); !why.empty()) refuse(what + "s: " + why);
    std::vector<S> numbers;
    for (std::size_t cell = 0; cell < (of.is_number() ? 1 : cells); ++cell) {
        const double number = of.at(random, Random::stream(stream), cell);
        numbers.push_back(static_cast<S>(number));
        if (!std::isfinite(numbers.back()))
            refuse(fmt::format("{} {} of {}, expected one that {} bits can hold",
                               what.find_first_of("aeiou") == 0 ? "an" : "a", what, number, 8 * sizeof(S)));
    }
    return numbers;
}

extern template std::unique_ptr<RunningDrive<float>> running(const Drive&, std::size_t, double, const Random&);
extern template std::unique_ptr<RunningDrive<double>> running(const Drive&, std::size_t, double, const Random&);

}  // namespace apical
