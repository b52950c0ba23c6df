#pragma once
#include <string>

namespace apical {

/// The name under which a file is written before it takes the place of `path`: in the same folder, so that renaming
/// does.
std::string temporary_name(const std::string& path);

/// Renames `temporary` to `path` such that, whatever fails, `path` is either the old file or the whole new one: fsync
/// of the file, rename, fsync of the folder. Throws RunError.
void move_into_place(const std::string& temporary, const std::string& path);

/// The folder of a file, "." if the path names none.
std::string folder_of(const std::string& path);

}  // namespace apical
