#pragma once
#include <memory>
#include <vector>

#include "analysis/observation.hpp"
#include "sim/experiment/instrument.hpp"
#include "sim/record/sink.hpp"

namespace apical {

/// What there is to measure in a circuit or a file.
struct Available {
    bool W = false;
    bool Wbar = false;
    bool cross = false;       ///< V and Vbar
    bool loops = false;       ///< a state that settles through V and Vbar: not in a file
    bool updates = false;     ///< dW and dW_sgd: not in a file
    bool reweighted = false;  ///< dW_reweighted: topographic circuits
    bool rates = false;       ///< h: not in a file
    bool downstream = false;  ///< hbar: not in a file
    bool classes = false;     ///< targets are classes; not in a file
    bool feedback = false;    ///< B: not in a file
    bool cancelling = false;  ///< Q: not in a file
    bool slopes = false;      ///< slope_B: not in a file, and not where layers differ in their activation
    bool attenuated = false;  ///< attenuated_B: the output loses less of its drive than hidden cells
};

/// One measurement, layer by layer. Its unit is 1.
struct Metric {
    /// The layers it is taken of.
    enum class Over {
        layer,           ///< 1 .. L
        hidden_layer,    ///< 1 .. L-1
        feedback_layer,  ///< 2 .. L: those with a Wbar
    };
    Component about;
    MetricGroup group;
    Over over;
    Available needs;
    bool needs_activity() const {
        return needs.updates || needs.rates || needs.downstream || needs.classes || needs.feedback ||
               needs.cancelling || needs.loops;
    }
    double (*value)(const Observation& observation, std::size_t l);
};

/// A spectrum of every layer, largest first; shorter ones are filled up with NaN to the length of the axis.
struct SpectrumMetric {
    enum class Axis { singular_value, eigenvalue };
    Component about;
    Axis axis;
    Metric::Over over;
    Available needs;
    Spectrum (*values)(const Observation& observation, std::size_t l);
};

/// All of them.
const std::vector<Metric>& layer_metrics();
/// What /spectra records of every layer besides.
const std::vector<SpectrumMetric>& layer_spectra();
/// What `analyse` measures of every matrix in a file besides.
const std::vector<Component>& spectrum_metrics();

/// What measures all that apply to a circuit, of one group.
std::unique_ptr<Instrument> make_instrument(const Circuit& circuit, MetricGroup group);
/// All of that for a catalogue; those that only `analyse` measures are among the spectra.
std::vector<MetricSet> metric_sets();

bool applies(const Available& needs, const Available& available);
/// First and last layer, 1 <= first. There are none if last < first.
struct Layers {
    std::size_t first, last;
};
Layers layers_of(Metric::Over over, std::size_t L);
/// The layers as an axis, numbered as in the equations.
Axis layer_axis(Metric::Over over, std::size_t L);
const char* name_of(SpectrumMetric::Axis axis);
Variable variable_of(const Metric& metric);
Variable variable_of(const SpectrumMetric& metric);

}  // namespace apical
