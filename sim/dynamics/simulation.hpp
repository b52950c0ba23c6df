#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/dynamics/stimulus.hpp"

namespace Eigen {
template <typename Scalar, int rows, int columns, int options, int most_rows, int most_columns>
class Matrix;
}

namespace apical {

struct Circuit;
struct Setup;
class ArchiveWriter;
class ArchiveReader;
class SynapseVisitor;
class ThreadPool;
template <class S>
class Network;
template <class S>
class Pathways;
template <class S>
class RunningNetwork;
template <class S>
class WeightState;

/// A circuit with state: its weights, its cells, and where they are in time. It knows no sample: ports are set by name
/// and steps are taken; presentations of samples, schedules of rates, development are protocols (sim/protocol). S is
/// float or double. Steps take no time in settled dynamics, `Clock::step` in the others (setup.hpp).
template <class S>
class Simulation {
   public:
    /// Throws std::invalid_argument for a circuit or setup that makes no sense, Cycle for signals that depend on
    /// themselves.
    Simulation(Circuit circuit, const Setup& setup);
    ~Simulation();
    Simulation(Simulation&&) noexcept;
    Simulation& operator=(Simulation&&) noexcept;

    const Circuit& circuit() const;
    const Setup& setup() const;
    const Pathways<S>& pathways() const;
    /// The threads of the simulation, for who looks at it between two steps.
    ThreadPool& pool() const;

    /// Throws std::out_of_range for a name that the circuit does not have.
    PortHandle port(std::string_view name) const;
    /// Values of a clamped column, (units x lanes) row-major, which it holds from the next step on. Throws
    /// std::invalid_argument for another number of them.
    void set(PortHandle port, std::span<const S> values);
    /// From now on teachers see their targets (they do at first), or see none and emit no error.
    void teach(bool present);
    /// From now on multiplies the gains and decays of all rules; 1 at first.
    void set_rate(double factor);
    /// So many steps, with plasticity. In continuous dynamics decay, and what was read once of a source that stands
    /// still, comes into the weights at the end of the call: the same steps in more calls may differ in the last bits.
    void advance(std::uint64_t steps, const Observer& observe = {}, Stimulus<S>* stimulus = nullptr);
    /// So many steps outside of time: without noise, plasticity and teachers. Nothing but in continuous dynamics.
    void relax(std::uint64_t steps);
    /// ms since the beginning; 0 in settled dynamics.
    double time() const;
    /// (units x lanes) row-major, of the last step; valid until the next.
    std::span<const S> column(PortHandle port) const;
    /// Throws std::out_of_range for names that the circuit does not have.
    std::span<const S> column(std::string_view population, std::string_view column) const;
    /// Cells of the population that fired in the last step, at `time()`, ascending; none in graded dynamics. Valid
    /// until the next step. Throws std::out_of_range for a name that the circuit does not have.
    std::span<const std::uint32_t> spikes(std::string_view population) const;

    /// Shows the synapses of an event projection with their weights as they are now, a presynaptic cell at a time.
    /// Throws std::out_of_range for a name that the circuit does not have.
    void visit_synapses(std::string_view event_projection, SynapseVisitor& visitor) const;

    const std::vector<WeightState<S>>& weights() const;
    /// post x pre, zero where there is no synapse; whoever calls it includes Eigen. Throws std::invalid_argument for
    /// sparse weights that would make a matrix of more than 2^31 numbers.
    Eigen::Matrix<double, -1, -1, 1, -1, -1> weights(std::string_view name) const;
    /// Replaces weights. Entries outside of the support must be zero (std::invalid_argument).
    void assign(std::string_view name, const Eigen::Matrix<double, -1, -1, 1, -1, -1>& values);

    /// The same for the synapses at these addresses (post * columns + pre, ascending), which must be all that there are
    /// (std::invalid_argument).
    void assign(std::string_view name, std::span<const std::uint64_t> addresses, std::span<const double> values);

    /// Throws NumericalError, in ms, if any weight is not finite or larger than `limit` in absolute value.
    void check_weights(double limit) const;
    /// Throws NumericalError, in ms, if the column is not finite: names the first that is not, in the order in which
    /// they are computed.
    void check_finite(PortHandle port) const;

    void save(ArchiveWriter& archive, const std::string& prefix) const;
    void load(const ArchiveReader& archive, const std::string& prefix);

    // For protocols and instruments.
    const Network<S>& network() const;
    RunningNetwork<S>& running();
    std::vector<WeightState<S>>& weights();

   private:
    struct State;
    std::unique_ptr<State> state_;
};

extern template class Simulation<float>;
extern template class Simulation<double>;

}  // namespace apical
