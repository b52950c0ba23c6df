#pragma once
#include "sim/hdf5/data_set.hpp"

namespace apical::hdf5 {

/// How a file that we write is laid out.
enum class Layout {
    growing,   ///< survives kill -9 and a full disk (ordered_driver.hpp); blocks start on pages, which takes some space
    finished,  ///< as small as it gets, readable by HDF5 1.8
    sealed     ///< HDF5 1.10: checksums on all metadata
};

using Attributes = std::vector<std::pair<std::string, std::string>>;  ///< name, text

/// An HDF5 file. Paths inside are absolute ("/metrics/loss") or relative to the root.
class File {
   public:
    /// For reading only: everything that goes wrong with this file is an InputError. All that is in it is looked at
    /// first (survey.hpp), so that whoever goes through its groups comes to an end.
    static File open(const std::string& path);
    /// The same for a file of which a few objects are read by name: only these are looked at, so that anything else may
    /// be in it.
    static File open_for_parts(const std::string& path);
    /// A new file, in the place of what has the name: a temporary one (sim/record/output_file.hpp). RunError if it
    /// cannot be made.
    static File create(const std::string& path, Layout layout);
    /// An existing file of layout `growing`, for reading and writing. InputError if it cannot be opened.
    static File edit(const std::string& path);

    const std::string& path() const { return origin_.path; }
    /// Links are followed inside of the file; InputError for one that leads out of it, here and below.
    bool exists(const std::string& path) const;
    bool is_group(const std::string& path) const;
    /// Names in a group, in the order of creation where the file knows it, else by name; without links that name
    /// another path.
    std::vector<std::string> list(const std::string& group = "/") const;
    DataSet data_set(const std::string& path) const;
    Object group(const std::string& path) const;

    /// The group, made with its parents if missing.
    Object make_group(const std::string& path);
    /// Makes the parents too.
    DataSet make_data_set(const std::string& path, const DataSetForm& form);
    /// A scalar string of variable length.
    void make_text(const std::string& path, const std::string& text);
    /// A list of strings of variable length, along one axis.
    DataSet make_texts(const std::string& path, const std::vector<std::string>& texts);
    void remove(const std::string& path);
    /// Gives a group, made if missing, these attributes, or other values of them. If nothing but attributes is in it, a
    /// new group with all of them takes its place by one link, so that they change together. False if all were there.
    bool set_attributes(const std::string& group, const Attributes& attributes);

    /// True if made with layout `growing` and not rewritten since.
    bool is_growing() const;
    /// From here on the file is a valid one at every moment: a process that is killed leaves it as the last flush did,
    /// or with a part of what followed. To be called when it has the name by which others know it.
    void rely_on();
    /// Everything so far is in the file after this, whatever happens to the process. False, once others rely on the
    /// file, if that cannot be done in place: then all waits for `write_copy`.
    [[nodiscard]] bool flush_in_place();
    /// The same for a file that nobody relies on yet.
    void flush();
    /// Writes the file, with what waits, to an empty one. When that has taken the name, `go_on_in_copy`.
    void write_copy(const std::string& path);
    void go_on_in_copy();
    /// What was flushed stays, whatever happens to the machine: fsync.
    void synchronise();
    /// "" if no other process can write this file while it is open for writing; else why it could not be locked.
    std::string missing_lock() const;

    /// True if its name still leads to this file, which is open for reading.
    bool is_in_place() const;
    /// The file has been given another name, for messages.
    void is_now(const std::string& path) { origin_.path = path; }

    Identifier id() const { return handle_.id(); }

   private:
    DataSet write_texts(const std::string& path, Handle space, const std::vector<const char*>& texts);
    File(Handle handle, Origin origin) : handle_(std::move(handle)), origin_(std::move(origin)) {}

    Handle handle_;
    Origin origin_;
};

}  // namespace apical::hdf5
