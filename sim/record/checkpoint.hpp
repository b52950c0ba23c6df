#pragma once
#include <memory>
#include <optional>

#include "sim/core/archive.hpp"
#include "sim/hdf5/file.hpp"
#include "sim/record/output_file.hpp"

namespace apical {

/// Writes a checkpoint under a temporary name (output_file.hpp). Until `commit` the old checkpoint, if any, stays as
/// it is, also if the process is killed or the disk is full (RunError). Every array carries a CRC-32C, all metadata the
/// checksums of HDF5.
class CheckpointWriter : public ArchiveWriter {
   public:
    explicit CheckpointWriter(const std::string& path);

    void put(const std::string& name, std::span<const float> values) override;
    void put(const std::string& name, std::span<const double> values) override;
    void put(const std::string& name, std::span<const std::uint64_t> values) override;
    void put(const std::string& name, const std::string& text) override;
    /// Makes the checkpoint durable (fsync of file and folder) and gives it its name. Nothing can be put afterwards.
    void commit();

   private:
    OutputFile output_;
    std::optional<hdf5::File> file_;
};

/// Reads a checkpoint. The constructor verifies every array, before anything is taken: InputError for files that are
/// missing, truncated, corrupted, or no checkpoint of a version this program reads.
class CheckpointReader : public ArchiveReader {
   public:
    explicit CheckpointReader(std::string path);
    void take(const std::string& name, std::span<float> values) const override;
    void take(const std::string& name, std::span<double> values) const override;
    void take(const std::string& name, std::span<std::uint64_t> values) const override;
    std::vector<std::uint64_t> numbers(const std::string& name) const override;
    std::string text(const std::string& name) const override;
    bool has(const std::string& name) const;
    /// Throws InputError if the name no longer leads to the file that was read.
    void require_in_place() const;

   private:
    hdf5::DataSet find(const std::string& name) const;

    hdf5::File file_;
};

}  // namespace apical
