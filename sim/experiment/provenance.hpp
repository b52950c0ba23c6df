#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/archive.hpp"
#include "sim/experiment/catalogue.hpp"
#include "sim/experiment/given.hpp"
#include "sim/record/sink.hpp"

namespace apical {

/// Who ran what, when and with what: the attributes of /provenance. The one part of a file in which two equal runs
/// differ.
class Provenance {
   public:
    explicit Provenance(std::string command_line, const std::vector<Extension>& extensions = {});

    /// Takes over the earlier part of a run from its checkpoint. Returns "", or in what this binary or processor
    /// differs from those that wrote it, so that the results may differ in the last bits.
    std::string take_over(const ArchiveReader& archive);
    void save(ArchiveWriter& archive) const;

    /// What is known at the start; `data` says who made the data set.
    void write_start(Sink& sink, std::uint64_t seed, int threads, const std::string& data,
                     const std::vector<Given>& given) const;
    /// What is known when a run goes on: it is no longer as it stopped.
    void write_going_on(Sink& sink) const;
    /// What is known when the run stops, and why it does.
    void write_end(Sink& sink, const std::string& ending);
    /// Adds a line with the present time to the history.
    void add(const std::string& event);

   private:
    double elapsed() const;  ///< s of wall time, over all parts of the run

    std::string command_line_;
    std::string extensions_, binary_;
    std::string start_;
    std::string history_;
    double elapsed_before_ = 0;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// Why the run stopped whose results are in the file, "done" at its end; "" if it did not say so (it is under way, or
/// was killed); nothing if the file is missing, or no results file.
std::optional<std::string> ending_of(const std::string& file);

}  // namespace apical
