#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include "sim/circuit/mode.hpp"

namespace apical {

class ThreadPool;

/// How states and weights take turns in continuous dynamics.
enum class Splitting {
    lie,      ///< a step of the states with the weights held, then one of the weights with the columns of its beginning
    strang,   ///< half a step of the states, a step of the weights (midpoint rule), half a step of the states
    coupled,  ///< the weights are part of the states, evaluated at every stage: for validation, on small circuits
};

/// A key of the clock does not go with the circuit, or with the other keys.
class ClockError : public std::invalid_argument {
   public:
    ClockError(std::string key, std::string found, std::string expected);
    const std::string& key() const { return key_; }
    const std::string& found() const { return found_; }
    const std::string& expected() const { return expected_; }

   private:
    std::string key_, found_, expected_;
};

/// Continuous time, in ms. Steps are counted, never summed.
struct Clock {
    double step = 0.1;
    double presentation = 100;  ///< how long a sample is shown: the time that gains and decays of rules are given for
    double ramp = 0;         ///< within which the input goes from the sample before to this one; 0: ports stand still
    double error_onset = 0;  ///< after which the teacher sees the target; until then it sees none and is silent
    std::string stepper = "rk4";
    double tolerance = 1e-6;  ///< of a controlled stepper, absolute and relative
    Splitting splitting = Splitting::lie;
    bool held_sources = true;  ///< static sources and deferred updates, where they are exact
    bool one_pass = true;
    double settling = 0;              ///< before time begins, with the first inputs and without all else
    bool is_plasticity_exact = true;  ///< decay and low-pass of plasticity; if not, by explicit Euler

    std::uint64_t steps() const;  ///< of a presentation
    std::uint64_t steps_of_settling() const;
    std::uint64_t steps_before_error() const;
    /// Throws ClockError if these do not fit together: times that are no whole number of steps, an onset or a ramp that
    /// does not end before the presentation.
    void check() const;
};

/// How a circuit is run.
struct Setup {
    Mode mode = Mode::settled;
    std::size_t lanes = 32;
    std::uint64_t seed = 1;
    int threads = 1;
    Clock clock{};
    std::shared_ptr<ThreadPool> pool{};  ///< that does the steps; null: one of its own, of so many threads
};

}  // namespace apical
