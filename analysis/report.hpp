#pragma once
#include <iosfwd>
#include <set>
#include <string>
#include <vector>

#include "analysis/snapshot.hpp"
#include "sim/record/sink.hpp"

namespace apical {

/// What `analyse` measures on one snapshot: printed as tables, and collected as fields of /analysis/<snapshot>.
class Report {
   public:
    /// `metrics`: names of what is wanted; empty: all.
    Report(const Snapshot& snapshot, std::vector<std::string> metrics, std::ostream& out);

    const std::string& group() const { return group_; }
    const std::vector<Field>& fields() const { return fields_; }

    /// Size, norm, singular values and ranks of every matrix.
    void matrices();
    /// Eigenvalues of W W^T and of H = Vbar Vbar^T.
    void products(const Layered& network);
    /// Layer metrics that need weights only.
    void layers(const Layered& network);
    /// Metrics that were asked for by name and not measured, and matrices that belong to no layer.
    void say_what_is_missing(std::ostream& out) const;

   private:
    bool wants(const std::string& metric) const;
    void add(const std::string& metric, Field field);
    void product(const std::string& metric, std::size_t l, const std::string& formula, const Spectrum& eigenvalues);
    void add_spectrum(const std::string& metric, const std::string& name, const std::string& text,
                      const Spectrum& values);
    void add_number(const std::string& metric, const std::string& matrix, double value);

    const Snapshot& snapshot_;
    std::vector<std::string> metrics_;
    std::ostream& out_;
    std::string group_;
    std::vector<Field> fields_;
    std::set<std::string> measured_;     ///< metrics
    std::vector<std::string> left_out_;  ///< of the layers
};

/// Prints the numbers of an evolution that are one a snapshot: those of at most a dozen snapshots, evenly spread.
void print_evolution(const std::string& file, const Series& series,
                     const std::vector<std::pair<double, std::vector<double>>>& rows, std::ostream& out);

}  // namespace apical
