#pragma once
#include <string>
#include <string_view>

#include "sim/hdf5/handle.hpp"

namespace apical::hdf5 {

enum class Access { read, write };

/// Whose fault a failure is: a file opened for reading is the user's input (InputError), one we write is not
/// (RunError).
struct Origin {
    std::string path;
    Access access = Access::read;
};

/// Throws InputError or RunError, as the origin says. `object` is the path inside the file, "" for the file itself.
[[noreturn]] void fail(const Origin& origin, std::string_view object, const std::string& what);

/// The result of a call of the library, if it succeeded; else `fail` with the innermost message of the error stack.
/// The one place that turns that stack into an exception.
Identifier check(Identifier result, const Origin& origin, std::string_view object, std::string_view action);

/// Stops the library from printing errors to stderr. Called by everything that opens a file.
void silence();

}  // namespace apical::hdf5
