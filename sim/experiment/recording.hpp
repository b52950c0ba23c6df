#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sim/experiment/experiment.hpp"
#include "sim/experiment/traces.hpp"
#include "sim/experiment/trained_circuit.hpp"
#include "sim/record/sink.hpp"

namespace apical {

/// What of a run goes into its file, row by row: the metrics of all circuits; weights and traces of the first, which is
/// the circuit under study. It looks at circuits and changes nothing.
template <class S>
class Recording {
   public:
    using TrainedCircuits = std::vector<std::unique_ptr<TrainedCircuit<S>>>;

    /// Keeps references to both. Throws InputError for traces of what the circuit does not have.
    Recording(const Experiment& experiment, const TrainedCircuits& circuits);

    /// All series, in the order in which a checkpoint counts their rows.
    std::vector<Series> series() const;
    /// What is written once, at the end; without values.
    std::vector<Field> final_fields() const;
    /// Presented samples; before the first, events of spontaneous activity count backwards.
    double time() const;

    /// From now on rows go here; the series are opened.
    void open(Sink& sink);
    struct Due {
        bool metrics, spectra, weights;
    };
    void record(const Due& due);
    void write_final();
    /// Records what is due in the presentation of these samples, which is about to begin; nothing if that is nothing.
    Observer of_presentation(std::span<const std::uint64_t> samples);

    /// Of the circuit under study, measured last.
    struct Headline {
        std::optional<double> loss, test_accuracy, cosine, validation_accuracy;
    };
    const Headline& headline() const { return headline_; }

   private:
    const Training<S>& studied() const { return circuits_.front()->simulation(); }
    Series snapshots() const;
    void measure(MetricGroup group);
    void snapshot();

    const Experiment& experiment_;
    const TrainedCircuits& circuits_;
    std::vector<Trace> traces_;  ///< of the circuit under study
    Sink* sink_ = nullptr;
    std::map<MetricGroup, std::vector<Sink::Id>> measured_;  ///< of every circuit
    std::optional<Sink::Id> snapshots_;
    std::vector<Sink::Id> trace_ids_, presentation_ids_;  ///< their rows, and the presentations these are of
    Headline headline_;
};

extern template class Recording<float>;
extern template class Recording<double>;

}  // namespace apical
