#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace apical {

/// Where a run stands.
struct Standing {
    std::uint64_t now = 0;  ///< presented samples; of a circuit that runs freely: steps
    std::uint64_t end = 0;
    double step = 0;                ///< ms in a step; 0: samples are what is counted
    std::uint64_t events_left = 0;  ///< of spontaneous activity before the first sample
    double epochs = 0;
    std::optional<double> loss{}, test_accuracy{}, cosine{}, validation_accuracy{};  ///< of the last measurement
    double bytes = 0;  ///< of spikes that were recorded in a simulated second, so far
};

/// Who follows a run while it goes on.
class Progress {
   public:
    virtual ~Progress() = default;
    /// Called after every presentation, or some steps of a free run: cheap, or rate-limited.
    virtual void show(const Standing& standing) = 0;
    /// A line for the user: the size of the file, a warning.
    virtual void note(const std::string& line) = 0;
    /// Nothing more will be shown.
    virtual void end() {}
};

}  // namespace apical
