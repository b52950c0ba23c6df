#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace apical {

/// A fixed axis of a variable: layers, or the units of a population. Becomes a dimension scale.
struct Axis {
    std::string name;  ///< e.g. "hidden_layer", "up1"
    std::string unit;  ///< UDUNITS spelling
    std::string long_name;
    std::vector<double> values;
    /// Or, of an axis of points gathered from a grid (CF conventions, section 8.2): the names of the grid's axes, in
    /// the same series or group, and the row-major place of every point on it.
    std::vector<std::string> gathered{};
    std::vector<std::uint64_t> addresses{};

    std::size_t size() const { return gathered.empty() ? values.size() : addresses.size(); }
};

struct Variable {
    std::string name;
    std::string unit;
    std::string long_name;
    std::vector<std::string> axes;  ///< names of axes of the same series or group, after time if there is one
};

enum class Storage { float32, float64, uint64 };

/// What a group holds besides data sets, for programs that know the format.
enum class Convention { none, sonata_spikes };

/// Variables that share one growing time axis, in one HDF5 group. Time is float64, the rest as `storage` says.
struct Series {
    std::string group;  ///< "/metrics", "/weights", "/trace/<probe>"
    Variable time;      ///< name (usually "time"), unit, long_name; `axes` empty
    std::vector<Axis> axes;
    std::vector<Variable> variables;
    Storage storage = Storage::float32;
    /// Exact if the schedule knows it, for the size that is printed before a run; 0: nobody knows.
    std::uint64_t expected_rows = 0;
    Convention convention = Convention::none;
};

/// Data written once: `/final/<weights>`.
struct Field {
    std::string group;
    std::vector<Axis> axes;
    Variable variable;
    std::vector<double> values;  ///< row-major
    Storage storage = Storage::float32;
};

/// Where records go: memory or HDF5.
class Sink {
   public:
    using Id = std::size_t;
    virtual ~Sink() = default;
    /// Makes a series (or, when going on with an existing file, finds it and checks that it is the same).
    virtual Id open(const Series& series) = 0;
    /// One row: the values of all variables, one after the other, each row-major.
    virtual void append(Id id, double time, std::span<const double> values) = 0;
    /// A row for each of these numbers, all of the same time: spikes. The series has one variable, without axes.
    virtual void append_each(Id id, double time, std::span<const std::uint32_t> numbers) = 0;
    virtual void write(const Field& field) = 0;
    /// Text attribute of a group, which is made if missing: provenance.
    virtual void attribute(const std::string& group, const std::string& name, const std::string& text) = 0;
    /// A scalar text data set: `/config`.
    virtual void text(const std::string& path, const std::string& content) = 0;
    /// A list of texts, not empty: names of classes.
    virtual void texts(const std::string& path, const std::vector<std::string>& contents) = 0;
    /// Rows so far of every series, in the order of `open`: what a checkpoint stores.
    virtual std::vector<std::uint64_t> rows() const = 0;
};

}  // namespace apical
