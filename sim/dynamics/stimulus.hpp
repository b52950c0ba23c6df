#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace apical {

/// A port of one simulation, found once by its name.
struct PortHandle {
    std::size_t place = 0;  ///< of its column in the arena
    std::size_t cells = 0;  ///< units x lanes
};

/// Where the world sets ports. S is float or double.
template <class S>
class Inlet {
   public:
    virtual ~Inlet() = default;
    /// Values (units x lanes), row-major, which the column holds from now on. Throws std::invalid_argument for another
    /// number of them.
    virtual void set(PortHandle port, std::span<const S> values) = 0;
    /// From now on teachers see their targets (they do at first), or see none and emit no error.
    virtual void teach(bool present) = 0;
};

/// Called in step k of an `advance`, when all columns of the step are known and the weights are those they were
/// computed with.
using Observer = std::function<void(std::uint64_t k)>;

/// What the world does while steps go on; steps and time are counted from the beginning of one `advance`.
template <class S>
class Stimulus {
   public:
    virtual ~Stimulus() = default;
    /// Before step k.
    virtual void before_step(std::uint64_t k, Inlet<S>& inlet) = 0;
    /// Whether ports move within a step, as `Clock::ramp` must have announced.
    virtual bool moves() const { return false; }
    /// Sets the ports that move to where they are at `time` (ms); asked also by the stages of a stepper. No teacher
    /// comes or goes here (std::logic_error).
    virtual void move(double /*time*/, Inlet<S>& /*inlet*/) {}
};

}  // namespace apical
