#pragma once
#include <span>
#include <string>

#include "sim/core/error.hpp"
#include "sim/core/input_file.hpp"

namespace apical {

/// A file that a command will write, and who named it.
struct Output {
    std::string path;
    Place place;         ///< of its name; the command line, unless a key names it
    std::string key;     ///< "--out", "checkpoint.file"
    std::string advice;  ///< what to do if it is an input, for the message
};

/// True if both paths lead to one file: by device and inode, whatever links lie between; of files that are not there
/// yet, by the folder and the name that links lead to.
bool is_same_file(const std::string& one, const std::string& other);

/// Throws InputError if the output is one of the files. To be asked before anything is written, --force or not.
void require_distinct(const Output& output, std::span<const InputFile> files);

}  // namespace apical
