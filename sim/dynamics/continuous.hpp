#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/core/archive.hpp"
#include "sim/core/random.hpp"
#include "sim/dynamics/setup.hpp"
#include "sim/network/network.hpp"
#include "sim/steppers/stepper.hpp"

namespace apical {

/// A network in continuous time: what the world shows it, its noise, the steps of its states. Plasticity is none of its
/// business. Time runs from the beginning of a presentation: t = k dt, never summed.
template <class S>
class Motion {
   public:
    /// Keeps references to circuit and network. Noise is drawn at the addresses of (seed, `stream`/population/column,
    /// cell, step). Throws ClockError for a stepper that cannot do what is asked, or a step too long for a time
    /// constant.
    Motion(const Circuit& circuit, Network<S>& network, const Clock& clock, std::uint64_t seed, std::string stream);
    ~Motion();
    Motion(const Motion&) = delete;
    Motion& operator=(const Motion&) = delete;

    /// A presentation begins: inputs (d_0 x lanes) and targets (d_L x lanes), row-major. Without targets there is no
    /// teacher in it. Both must stand until it ends.
    void show(const S* inputs, const S* targets, ThreadPool& pool);
    /// So many steps before time begins: this input, no teacher, no noise. `flip` begins each of them.
    void settle(const S* inputs, std::uint64_t steps, ThreadPool& pool, const std::function<void()>& flip);
    /// All columns at the present states, in step k of the presentation, of which the part `gone` has passed.
    void evaluate(std::uint64_t k, ThreadPool& pool, double gone = 0);
    /// The states a `part` of a step later, from what `evaluate` found.
    void advance(std::uint64_t k, ThreadPool& pool, double gone = 0, double part = 1);
    /// The input as it stands at time t of the presentation, in the accepted columns.
    void look(double t) { move_input(t, false); }
    /// A step is over.
    void pass();
    /// Steps since the beginning, over all presentations.
    std::uint64_t steps() const { return steps_; }
    /// Rest: no activity, no input or target, no noise, nothing under way; time goes on from `steps`.
    void rest(std::uint64_t steps);

    void save(ArchiveWriter& archive, const std::string& prefix) const;
    void load(const ArchiveReader& archive, const std::string& prefix);

   private:
    class Draw;

    void check() const;
    using Vector = typename Network<S>::Vector;

    /// Where the input stands at time t of the presentation, into the accepted columns or those of a stage.
    void move_input(double t, bool stage);

    const Circuit& circuit_;
    Network<S>& network_;
    Clock clock_;
    std::uint64_t onset_;  ///< step of a presentation from which on the teacher sees the target
    Random random_;
    std::unique_ptr<Stepper<S>> stepper_;
    Vector slope_, input_before_, input_, input_now_;
    std::vector<std::unique_ptr<Draw>> noise_;
    TaskGraph<S> drawing_;
    std::uint64_t steps_ = 0;
    std::uint64_t drawn_ = 0;  ///< steps that have their noise: one that is evaluated again has the same
    bool taught_ = false;
};

extern template class Motion<float>;
extern template class Motion<double>;

}  // namespace apical
