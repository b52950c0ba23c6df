#pragma once
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sim/core/interruption.hpp"

namespace apical {

/// What may happen to a file that is there already under the name of an output.
enum class Existing {
    refused,   ///< it stays, whenever it came: InputError naming --force
    replaced,  ///< it is replaced, unless a run is writing it: then InputError
    ours       ///< it is replaced: this run made it, or holds the lock on it
};

/// A file that is written under a temporary name and gets its own when it is whole, so that under that name there is
/// either what was there before or all of the new file, whatever fails.
///
/// Every command writes every file through this. If the path is a symbolic link, the file it leads to is written (made,
/// if the link dangles) and the link stays. The temporary name is that of the file, 12 random letters and ".part", made
/// exclusively in the folder where the file will be; an error, or a signal that ends the program, removes it. Only a
/// process that is killed leaves it, and nothing ever looks at such a file again. A file that is replaced hands on its
/// permissions, and keeps its content under its other names (hard links).
class OutputFile {
   public:
    /// Makes the temporary file. Throws InputError if the path is a folder, a device, write-protected, in a folder that
    /// is missing or may not be written to, or as `existing` says; RunError if there is no space left.
    OutputFile(std::string path, Existing existing);
    /// Without `commit`: removes the temporary file.
    ~OutputFile();
    OutputFile(OutputFile&& other) noexcept;
    OutputFile& operator=(OutputFile&& other) noexcept;

    /// As the caller named it.
    const std::string& path() const { return path_; }
    /// Where to write: an empty file, to be opened by this name.
    const std::string& temporary() const { return temporary_; }

    /// For text: opens the temporary file.
    std::ofstream stream() const { return std::ofstream(temporary_, std::ios::binary | std::ios::trunc); }
    /// Closes the stream. Throws RunError if not everything has reached the file.
    void close(std::ofstream& stream) const;

    /// Makes the file durable and gives it its name: fsync of the file, rename, fsync of the folder. Throws InputError
    /// if a file has come there meanwhile that `existing` protects, RunError if the system refuses.
    void commit();
    /// The same for several files that belong together: they get their names when all of them are on the disk. If one
    /// cannot have it, those that had none before lose theirs again.
    static void commit(std::span<OutputFile> files);

   private:
    void synchronise() const;
    void publish();
    void withdraw();

    std::string path_;
    std::string target_;     ///< the path with symbolic links followed
    std::string temporary_;  ///< "" once it has its name
    std::optional<Unfinished> unfinished_;
    Existing existing_;
    bool was_new_ = false;  ///< nothing was replaced when it got its name
};

/// While it lives no other process writes the file: a run that would, or whoever would replace it, is refused. For
/// those who read a file, change a copy, and put it in its place.
class WritersLock {
   public:
    /// Throws InputError if another process is writing the file, or it may not be written to.
    explicit WritersLock(const std::string& path);
    ~WritersLock();
    WritersLock(const WritersLock&) = delete;
    WritersLock& operator=(const WritersLock&) = delete;

   private:
    int descriptor_;
};

/// A file with this content, all or nothing.
void write_file(const std::string& path, Existing existing, std::string_view content);

/// Where the path leads when symbolic links in its last part are followed; that file need not exist. Throws InputError
/// for links that never end.
std::string target_of(const std::string& path);

/// The folder of a file, "." if the path names none.
std::string folder_of(const std::string& path);

}  // namespace apical
