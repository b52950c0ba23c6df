#include "sim/hdf5/failure.hpp"

#include <hdf5.h>

#include "sim/core/error.hpp"

namespace apical::hdf5 {
namespace {

/// The innermost entry of the error stack: the cause, where the outer ones only say which call was under way.
std::string cause() {
    std::string text;
    H5Ewalk2(
        H5E_DEFAULT, H5E_WALK_UPWARD,
        [](unsigned depth, const H5E_error2_t* entry, void* result) -> herr_t {
            if (depth == 0 && entry->desc != nullptr) *static_cast<std::string*>(result) = entry->desc;
            return 0;
        },
        &text);
    H5Eclear2(H5E_DEFAULT);
    // The library's own lock, by which two programs that both have HDF5 keep out of each other's way.
    if (text.starts_with("unable to lock file")) return "another program has it open";
    return text.empty() ? "unknown cause" : text;
}

/// As it reads after "found": "no such group", "what holds no numbers", "what HDF5 cannot open: ...".
std::string as_found(const std::string& what) {
    constexpr std::string_view absent = "there is ";
    if (what.starts_with(absent)) return what.substr(absent.size());
    if (what.starts_with("cannot ")) return "what HDF5 " + what;
    if (what.starts_with("attribute ")) return "an object whose " + what;
    const bool is_verb = what.starts_with("is ") || what.starts_with("has ") || what.starts_with("holds ");
    return (is_verb ? "what " : "") + what;
}

}  // namespace

void fail(const Origin& origin, std::string_view object, const std::string& what, const std::string& expected,
          const std::string& hint) {
    if (origin.access == Access::read)
        throw InputError({{origin.path, 0, 0}, std::string(object), as_found(what), expected, hint});
    std::string message = origin.path + ": ";
    if (!object.empty()) message += std::string(object) + ": ";
    throw RunError(message + what);
}

Identifier check(Identifier result, const Origin& origin, std::string_view object, std::string_view action) {
    if (result >= 0) return result;
    fail(origin, object, "cannot " + std::string(action) + ": " + cause());
}

}  // namespace apical::hdf5
