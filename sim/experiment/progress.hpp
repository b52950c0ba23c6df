#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace apical {

/// Where a run stands.
struct Standing {
    std::uint64_t samples = 0;
    std::uint64_t end = 0;
    std::uint64_t events_left = 0;  ///< of spontaneous activity before the first sample
    double epochs = 0;
    std::optional<double> loss, test_accuracy, cosine;  ///< of the last measurement
};

/// Who follows a run while it goes on.
class Progress {
   public:
    virtual ~Progress() = default;
    /// Called after every presentation: cheap, or rate-limited.
    virtual void show(const Standing& standing) = 0;
    /// A line for the user: the size of the file, a warning.
    virtual void note(const std::string& line) = 0;
    /// Nothing more will be shown.
    virtual void end() {}
};

}  // namespace apical
