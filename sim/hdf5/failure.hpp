#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/hdf5/handle.hpp"

namespace apical::hdf5 {

enum class Access { read, write };

/// The dimension scales of one group: for every reference to a data set, the axes that have one, and which.
using GroupScales = std::map<std::uint64_t, std::vector<std::pair<std::size_t, std::string>>>;

/// Whose fault a failure is: a file opened for reading is the user's input (InputError), one we write is not
/// (RunError).
struct Origin {
    std::string path;
    Access access = Access::read;
    /// How many times larger than in the file an array of more than 64 MiB may be that is read in one piece. Deflate,
    /// the strongest filter there is, makes data at most 1032 times smaller.
    std::uint64_t most_expanded = 1032;
    /// Of the groups looked at so far, by path; null while the file may change.
    std::shared_ptr<std::map<std::string, GroupScales>> scales = nullptr;
};

/// Throws InputError or RunError, as the origin says. `object` is the path inside the file, "" for the file itself.
[[noreturn]] void fail(const Origin& origin, std::string_view object, const std::string& what,
                       const std::string& expected = "", const std::string& hint = "");

/// The result of a call of the library, if it succeeded; else `fail` with the innermost message of the error stack.
/// The one place that turns that stack into an exception.
Identifier check(Identifier result, const Origin& origin, std::string_view object, std::string_view action);

}  // namespace apical::hdf5
