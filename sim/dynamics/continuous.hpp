#pragma once
#include <memory>
#include <string>

#include "sim/dynamics/dynamics.hpp"
#include "sim/network/noise.hpp"
#include "sim/steppers/stepper.hpp"

namespace apical {

/// States follow their differential equations. In every step the weights are held while the states advance, then they
/// learn from the columns of the step's beginning (`Splitting::lie`); the other splittings derive from this class. Time
/// is steps times dt, never summed.
template <class S>
class Continuous : public Dynamics<S> {
   public:
    using typename Dynamics<S>::Context;

    /// Throws ClockError for a stepper that cannot do what is asked, or a step too long for a time constant.
    Continuous(const Setup& setup, const Circuit& circuit, Network<S>& network, const std::string& stream);

    void begin(const Context& context) override;
    void restart() override {
        if (stepper_) stepper_->restart();
    }
    void step(std::uint64_t k, const Context& context) override;
    void evaluate(std::uint64_t k, const Context& context) override { accept(k, context); }
    void relax(std::uint64_t k, ThreadPool& pool) override;
    void rest() override;
    double time() const override { return static_cast<double>(steps_) * clock_.step; }

    void save(ArchiveWriter& archive, const std::string& prefix) const override;
    void load(const ArchiveReader& archive, const std::string& prefix) override;

   protected:
    using Vector = typename Network<S>::Vector;

    /// All columns at the present states, when the part `gone` of step k has passed.
    void accept(std::uint64_t k, const Context& context, double gone = 0);
    /// The states a `part` of a step later, from what `accept` found.
    void advance(std::uint64_t k, const Context& context, double gone = 0, double part = 1);
    /// Ports that move, as they are at `time`, in the accepted columns.
    void move(double time, const Context& context);
    /// A step is over.
    void pass();

    Network<S>& network_;
    const Clock clock_;
    double share_ = 0;  ///< of a presentation's plasticity, what a step does
    std::uint64_t steps_ = 0;

   private:
    void check(const Circuit& circuit) const;

    std::unique_ptr<Stepper<S>> stepper_;  ///< null: there are no states
    Noise<S> noise_;
    Vector slope_;
    bool moving_ = false;  ///< ports move in this advance
};

extern template class Continuous<float>;
extern template class Continuous<double>;

}  // namespace apical
