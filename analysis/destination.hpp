#pragma once
#include <iosfwd>
#include <optional>
#include <string>

#include "sim/experiment/result_commands.hpp"
#include "sim/record/hdf5_sink.hpp"
#include "sim/record/output_file.hpp"

namespace apical {

/// Where results of `analyse` go: into the file of the run, or into one of their own. It is all or nothing: what is
/// changed is a copy, or new, and takes its place when it is whole.
class Destination {
   public:
    Destination(const AnalyseRequest& request, const std::string& group);
    Sink& sink() { return *sink_; }

    /// Puts the file in its place and says where it is.
    void finish(std::ostream& out);

   private:
    std::string name_, group_;
    bool leave_growing_ = false;
    std::optional<WritersLock> lock_;
    std::optional<OutputFile> output_;
    std::optional<Hdf5Sink> sink_;
};

/// Throws InputError if there are results already that must not be replaced.
void refuse_existing(const AnalyseRequest& request, const std::string& group);

}  // namespace apical
