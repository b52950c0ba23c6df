#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/dynamics/simulation.hpp"
#include "sim/record/sink.hpp"

namespace apical {

/// What a file has of the synapses of one projection that change with events: all weights in /synapses/NAME, each with
/// its cells, how they are distributed in /weight_distributions/NAME, and the last ones in /final/NAME.
class RecordedSynapses {
   public:
    template <class S>
    RecordedSynapses(const Simulation<S>& simulation, std::string projection, Storage storage);

    std::uint64_t count() const { return synapses_; }
    Series weights(std::uint64_t expected_rows) const;
    /// Histogram, mean and deviation. Bins go from 0 to the bound of the rule, or to twice the largest weight of the
    /// beginning; the outermost have what lies beyond.
    Series distribution(std::uint64_t expected_rows) const;
    /// Rows of these, of now.
    template <class S>
    std::vector<double> weights_now(const Simulation<S>& simulation) const;
    template <class S>
    std::vector<double> distribution_now(const Simulation<S>& simulation) const;

    /// Source and target of every synapse, which are written once: without values, and with them.
    std::vector<Field> cells() const;
    template <class S>
    void write_cells(const Simulation<S>& simulation, Sink& sink) const;
    /// Source, target and weight of every synapse in /final/NAME, as lists of synapses are read: likewise.
    std::vector<Field> final_fields() const;
    template <class S>
    void write_final(const Simulation<S>& simulation, Sink& sink) const;

   private:
    std::vector<Field> cells_in(const std::string& group) const;
    template <class S>
    void write_cells_in(const std::string& group, const Simulation<S>& simulation, Sink& sink) const;

    std::string projection_;
    Storage storage_;
    std::uint64_t synapses_ = 0;
    double low_ = 0, high_ = 0;  ///< of the bins
};

/// Names of the projections that have a rule of events.
std::vector<std::string> plastic_projections(const Circuit& circuit);

}  // namespace apical
