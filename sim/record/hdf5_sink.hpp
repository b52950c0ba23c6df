#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "sim/hdf5/file.hpp"
#include "sim/record/sink.hpp"

namespace apical {

/// Writes the file of a run: plain HDF5 that is also valid netCDF-4.
///
/// While it grows the file is uncompressed, and after `kill -9` it opens as it is and holds every row up to the last
/// flush (how: sim/hdf5/ordered_driver.hpp). It is compressed once, by `finish`. Groups, series and attributes are in
/// the file after a flush too; what of them cannot be written in place is written into a copy, which takes its place.
/// When the disk is full the call that finds out throws RunError, and so does every later one; the file stays as the
/// last flush left it.
class Hdf5Sink : public Sink {
   public:
    /// How to go on with a file that is there.
    struct Continuation {
        std::vector<Series> series;       ///< that will be opened, in this order
        std::vector<std::uint64_t> rows;  ///< of each, after which to go on: what `rows` gave
        /// Throws InputError if this is not the file to go on with.
        std::function<void(const hdf5::File&)> check = [](const hdf5::File&) {};
        std::string otherwise{};  ///< what to do about another file, or a damaged one: a hint
    };
    struct Options {
        std::string path;
        std::string name{};             ///< of the file in messages; empty: its path
        bool force = false;             ///< an existing file may be replaced
        double flush_interval = 2;      ///< s of wall time, looked at when rows come
        bool compress_at_close = true;  ///< what `finish` does
        std::optional<Continuation> resume{};
    };

    /// Makes or opens the file. Throws InputError if it exists and `force` is not given, is in use by another run, or
    /// the place cannot be written to; when resuming, if it is missing, damaged, not the file to go on with, or has
    /// fewer rows than are to be kept: then it stays as it is, to the byte.
    /// No other process writes under this name until `close`, or, also after `finish`, as long as the sink lives.
    explicit Hdf5Sink(Options options);
    /// As `close`, but silent about errors.
    ~Hdf5Sink() override;
    Hdf5Sink(const Hdf5Sink&) = delete;
    Hdf5Sink& operator=(const Hdf5Sink&) = delete;

    /// When resuming: goes on after the rows that are to be kept. Those beyond them stay until they are written anew.
    Id open(const Series& series) override;
    void append(Id id, double time, std::span<const double> values) override;
    void append_each(Id id, double time, std::span<const std::uint32_t> numbers) override;
    void write(const Field& field) override;
    void attribute(const std::string& group, const std::string& name, const std::string& text) override;
    void text(const std::string& path, const std::string& content) override;
    void texts(const std::string& path, const std::vector<std::string>& contents) override;
    std::vector<std::uint64_t> rows() const override;
    /// Takes a group or data set out of the file, if it is there; not a series that was opened.
    void remove(const std::string& path);

    /// All rows so far are in the file after this, whatever happens to the process.
    void flush();
    /// The same, whatever happens to the machine. To be called before a checkpoint is committed.
    void synchronise();
    /// "" if other processes are kept from writing the file, else why they cannot be.
    std::string missing_lock() const;
    /// Flushes and closes, leaving the file as a later run can go on with it: for interrupted runs.
    void close();
    /// The orderly end: makes the file durable and compresses it (unless told not to). Returns "", or why the file is
    /// complete but not compressed (no room for the copy). Nothing can be written afterwards.
    std::string finish();

   private:
    struct State;
    template <class Work>
    void guarded(const Work& work);
    void flush_if_due();

    Options options_;
    std::unique_ptr<State> state_;  ///< null after `close`
    std::chrono::steady_clock::time_point last_flush_;
};

}  // namespace apical
