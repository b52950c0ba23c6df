#pragma once
#include <map>

#include "sim/record/sink.hpp"

namespace apical {

/// Keeps the records in memory, as doubles: for tests and for programs that use the engine as a library. All that is
/// asked for must have been recorded (assert).
class MemorySink : public Sink {
   public:
    Id open(const Series& series) override;
    void append(Id id, double time, std::span<const double> values) override;
    void append_each(Id id, double time, std::span<const std::uint32_t> numbers) override;
    void write(const Field& field) override;
    void attribute(const std::string& group, const std::string& name, const std::string& text) override;
    void text(const std::string& path, const std::string& content) override;
    void texts(const std::string& path, const std::vector<std::string>& contents) override;
    std::vector<std::uint64_t> rows() const override;

    bool has(const std::string& group) const;              ///< a series of this group was opened
    const Series& series(const std::string& group) const;  ///< as it was opened
    const std::vector<double>& time(const std::string& group) const;
    /// Time first, then the axes in their order, row-major.
    std::vector<double> values(const std::string& group, const std::string& variable) const;
    /// The last row of a variable.
    std::vector<double> last(const std::string& group, const std::string& variable) const;
    const Field& field(const std::string& group, const std::string& variable) const;
    const std::string& attribute(const std::string& group, const std::string& name) const;
    const std::string& text(const std::string& path) const;
    const std::vector<std::string>& texts(const std::string& path) const;

   private:
    struct Record {
        Series series;
        std::size_t row_length = 0;
        std::vector<double> times;
        std::vector<double> rows;
    };
    struct Slice {
        const Record* record;
        std::size_t offset;
        std::size_t length;
    };
    const Record& record(const std::string& group) const;
    Slice slice(const std::string& group, const std::string& variable) const;

    std::vector<Record> records_;
    std::vector<Field> fields_;
    std::map<std::string, std::map<std::string, std::string>> attributes_;
    std::map<std::string, std::string> texts_;
    std::map<std::string, std::vector<std::string>> lists_;
};

}  // namespace apical
