#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace apical {

/// Named arrays of a checkpoint being written. Names are paths ("simulation/self_assembly/weights/W1").
class ArchiveWriter {
   public:
    virtual ~ArchiveWriter() = default;
    virtual void put(const std::string& name, std::span<const float> values) = 0;
    virtual void put(const std::string& name, std::span<const double> values) = 0;
    virtual void put(const std::string& name, std::span<const std::uint64_t> values) = 0;
    virtual void put(const std::string& name, const std::string& text) = 0;
};

/// Named arrays of a checkpoint. Every call throws InputError (naming the file and the array) if the array is missing,
/// has another type or, for the filling calls, another length.
class ArchiveReader {
   public:
    virtual ~ArchiveReader() = default;
    virtual void take(const std::string& name, std::span<float> values) const = 0;
    virtual void take(const std::string& name, std::span<double> values) const = 0;
    virtual void take(const std::string& name, std::span<std::uint64_t> values) const = 0;
    virtual std::vector<std::uint64_t> numbers(const std::string& name) const = 0;
    virtual std::string text(const std::string& name) const = 0;
};

}  // namespace apical
