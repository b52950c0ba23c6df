#pragma once
#include <memory>
#include <vector>

#include "sim/circuit/model.hpp"
#include "sim/dynamics/simulation.hpp"
#include "sim/record/sink.hpp"

namespace apical {

/// What an instrument may look at. It never changes the simulation.
template <class S>
struct Scene {
    const Simulation<S>& simulation;
    Evaluator<S>& evaluator;  ///< settled for the run's fixed evaluation batch; may be settled for other inputs
    const S* inputs;          ///< the evaluation batch, (d_0 x evaluator.lanes()), row-major
    const S* targets;         ///< (d_L x evaluator.lanes())
};

/// What is measured together: a series of the file, with a schedule of its own (`record.metrics`, `record.spectra`).
enum class Panel {
    metrics,  ///< alignment with the gradient, norms: a fraction of what the accuracies cost
    spectra,  ///< what takes all singular values
};
/// All of them, in the order of their series in a file.
constexpr Panel panels[] = {Panel::metrics, Panel::spectra};
constexpr const char* name_of(Panel panel) { return panel == Panel::metrics ? "metrics" : "spectra"; }

/// All measurements of a panel on one circuit that depend on its anatomy. One object measures them all, since the
/// costly parts (the gradient, singular values) are shared. It may keep work space, but no state that changes what it
/// will measure: a resumed run makes a new one.
class Instrument {
   public:
    virtual ~Instrument() = default;
    /// Axes of the variables, besides time. An axis that the run has too (`hidden_layer`) must be the same.
    virtual std::vector<Axis> axes() const = 0;
    /// What is measured, by name; empty if there is nothing to measure in this circuit.
    virtual std::vector<Variable> variables() const = 0;
    /// Appends the values of all variables to `row`, one after the other, each row-major.
    virtual void measure(const Scene<float>& scene, std::vector<double>& row) = 0;
    virtual void measure(const Scene<double>& scene, std::vector<double>& row) = 0;
};

/// Layers 1 .. L-1 of a circuit with an anatomy, as the axis `hidden_layer`.
Axis hidden_layer_axis(const Circuit& circuit);

// Defined in `analysis`, which the engine may not depend on: the program is put together by the linker.
std::unique_ptr<Instrument> make_instrument(const Circuit& circuit, Panel panel);
/// Every measurement of a panel, for `list` and `describe`; those that only `analyse` makes are among the spectra.
const std::vector<Component>& measurements(Panel panel);

}  // namespace apical
