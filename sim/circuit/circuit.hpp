#pragma once
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/circuit/anatomy.hpp"
#include "sim/circuit/connectivity.hpp"
#include "sim/circuit/drive.hpp"
#include "sim/circuit/event.hpp"
#include "sim/circuit/event_projection.hpp"
#include "sim/circuit/initial.hpp"
#include "sim/circuit/layout.hpp"
#include "sim/circuit/neuron.hpp"
#include "sim/circuit/quantity.hpp"
#include "sim/circuit/rule.hpp"
#include "sim/circuit/signal.hpp"
#include "sim/circuit/teacher.hpp"

namespace apical {

class EventNeuron;

/// A noise current in a column of its own, which an identity projection may add to any
/// compartment. Every cell of every lane has its own; its mean is 0, and it is 0 in settled dynamics. Moments in
/// sim/steppers/ornstein_uhlenbeck.hpp.
struct NoiseCurrent {
    enum class Law {
        white,               ///< autocovariance sigma^2 delta(s), s in ms: sigma has the column's unit times ms^(1/2)
        ornstein_uhlenbeck,  ///< autocovariance sigma^2 exp(-|s| / tau)
        series,              ///< given, one row of `units` values a step, the same in all lanes
    };
    /// How ornstein_uhlenbeck goes from step to step.
    enum class Scheme {
        exact,           ///< the law does not depend on the step
        euler_maruyama,  ///< as codes of other authors do; the step is to be at most tau
    };
    std::string column;
    Law law = Law::ornstein_uhlenbeck;
    double sigma = 0;  ///< 0: silent, at no cost
    double tau = 0;    ///< ms
    std::shared_ptr<const std::vector<double>> series{};
    Scheme scheme = Scheme::exact;
};

/// n cells of one kind. Columns are (units x lanes): `compartments` receive projections, the neuron's states follow the
/// dynamics, signals are computed from both. A clamped column is held from outside (an input, a target) or constant.
/// If the cells fire, or have other events, they take spiking dynamics; a column for every kind of event, and those of
/// their EventNeuron, stand beside the graded ones.
struct Population {
    std::string name;
    std::size_t units = 0;
    std::vector<std::string> compartments{};
    std::vector<std::string> clamped{};                    ///< set from outside, through a port
    std::optional<double> constant{};                      ///< every clamped column holds this value (a bias cell: 1)
    std::vector<std::shared_ptr<const Neuron>> neurons{};  ///< dendrites and soma that have states of their own
    std::vector<NoiseCurrent> noise{};
    std::vector<std::shared_ptr<const Signal>> signals{};
    std::shared_ptr<const EventNeuron> cells{};    ///< cells that fire; null: they are graded
    std::map<std::string, Quantity> parameters{};  ///< of cells that fire; what is not named keeps its preset
    std::map<std::string, Quantity> initial{};     ///< their columns before the first step; others at rest
    std::vector<std::shared_ptr<const EventNeuron>> events{};  ///< further ones, of the same cells: bursts, errors
    std::vector<EventTrace> traces{};                          ///< of what the cells do
    std::vector<ColumnFilter> filters{};                       ///< in spiking dynamics
    std::vector<std::string> anew{};  ///< of what advances by itself, columns that are 0 when a presentation begins
};

/// Its cells that fire, if they do, and all else that has events.
std::vector<std::shared_ptr<const EventNeuron>> event_neurons_of(const Population& population);
/// Names of the columns that advance by themselves: of cells that fire, of their events and of traces of these.
std::vector<std::string> columns_of_events(const Population& population);
/// Names of all its columns.
std::vector<std::string> columns_of(const Population& population);

/// Homeostatic synaptic scaling: after every update each cell brings the sum of squares of its own synapses (all that
/// it receives, or all that it sends) to 1. A group that is all zero stays so.
enum class Scaling { none, incoming, outgoing };

/// Weights that follow from others instead of learning: not local, marked `transport` by `describe`.
struct Derived {
    WeightsId from{};
    enum class As {
        pseudo_inverse,
        transposed_signs,  ///< those of `from`, transposed, on fixed numbers: B_ji = M_ji sign(W_ij), sign(0) = 1
    } as = As::pseudo_inverse;
    WeightsId magnitudes{};  ///< M, of transposed_signs: of the same shape as these
};

/// A matrix of synapses, post.units x pre.units, and how it changes.
struct Weights {
    std::string name;  ///< also of the data set in `/weights` and `/final`
    PopulationId post{};
    PopulationId pre{};
    Connectivity connectivity{};
    std::shared_ptr<const Rule> rule{};  ///< none: fixed
    double lower = -std::numeric_limits<double>::infinity();
    double upper = std::numeric_limits<double>::infinity();
    Scaling scaling = Scaling::none;
    Initial initial{};
    std::optional<Derived> derived{};
};

/// One use of weights: target.compartment += scale W source.signal (or W^T). Without weights it is a fixed identity.
///
///     circuit.add(Projection{.weights = W, .source = in, .signal = rate, .target = up, .compartment = basal});
struct Projection {
    std::optional<WeightsId> weights{};
    PopulationId source{};
    std::string signal{};
    PopulationId target{};
    std::string compartment{};
    bool transposed = false;
    double scale = 1;
    double delay = 0;  ///< ms, a whole number of steps; no matter in settled dynamics
};

/// A column that the world sets or reads, by name. Ports into the circuit are clamped columns; all others lead out.
struct Port {
    std::string name;
    PopulationId population{};
    std::string column;
};

/// Names of the ports that a task asks for.
namespace ports {
inline constexpr std::string_view input = "input";    ///< takes the sample
inline constexpr std::string_view target = "target";  ///< takes what the teacher compares with
inline constexpr std::string_view answer = "answer";  ///< its largest cell is the class
}  // namespace ports

/// The pure description of a circuit. A value without state; a Simulation gives it one.
struct Circuit {
    std::string name;
    std::vector<Population> populations;
    std::vector<Weights> weights;
    std::vector<Projection> projections;
    std::vector<EventProjection> event_projections;
    std::vector<Drive> drives;  ///< from outside, of cells that fire
    std::vector<Teacher> teachers;
    std::vector<Port> ports;
    Anatomy anatomy;

    PopulationId add(Population population);
    WeightsId add(Weights weights);
    void add(Projection projection);
    /// The target gets the columns that its rule low-passes. Throws Unusable if it cannot have them.
    void add(EventProjection projection);
    void add(Drive drive);
    void add(Teacher teacher);
    /// Gives a column a name for the world, in place of what had it; returns the population.
    PopulationId open(std::string_view port, PopulationId population, std::string column);
    /// Throws std::out_of_range.
    PopulationId population(std::string_view name) const;
    WeightsId weights_named(std::string_view name) const;
    std::size_t event_projection(std::string_view name) const;
    const Port& port(std::string_view name) const;
};

/// Whether the rule of these weights changes synapses of cells that have an event in a step, and no others.
bool learns_from_events(const Circuit& circuit, WeightsId weights);

/// Whether something reads a column of the previous step.
bool needs_history(const Circuit& circuit);

}  // namespace apical
