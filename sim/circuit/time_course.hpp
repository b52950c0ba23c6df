#pragma once
#include <memory>
#include <variant>
#include <vector>

#include "sim/circuit/quantity.hpp"

namespace apical {

/// A function of time. Times in ms.
class TimeCourse {
   public:
    /// values[k] from times[k] on, up to the next; 0 before the first. Throws std::invalid_argument unless there are as
    /// many values as times, at least one, all finite, and times rise.
    static TimeCourse steps(std::vector<double> times, std::vector<double> values);
    /// mean + amplitude sin(2 pi frequency t + phase), frequency in Hz, phase in radians. Throws std::invalid_argument
    /// for what is not finite.
    static TimeCourse sine(double mean, double amplitude, double frequency, double phase);

    double at(double time) const;
    /// No value lies outside.
    Interval range() const;

   private:
    struct Steps {
        std::vector<double> times, values;
    };
    struct Sine {
        double mean, amplitude, frequency, phase;
    };
    using Law = std::variant<std::shared_ptr<const Steps>, Sine>;
    explicit TimeCourse(Law law) : law_(std::move(law)) {}
    Law law_;
};

}  // namespace apical
