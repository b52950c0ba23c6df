#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/document.hpp"

namespace apical {

// Every file that a data set reads is found by one of these: they note it (sim/core/input_file.hpp).

/// Where a published set may lie, in the order of search: $APICAL_DATA/<name>, share/apical/<name> beside the folder of
/// the program, and in that of a shared library that this is a part of (a Python package), the source tree,
/// /usr/share/datasets/<name>.
std::vector<std::string> data_folders(std::string_view name);

/// The file in the first of the folders that has it, as it is or with .gz. Throws InputError naming every folder.
std::string find_in(const std::vector<std::string>& folders, const std::string& file, const Node& task);

/// A file or folder the user named under `key`: relative to the experiment file, or else to where the program was
/// started. Throws InputError with the place of the key.
std::string find_path(const std::string& path, const Node& task, const std::string& key);

/// Two files that belong together, each under its key: both become existing paths, or both are empty and there is no
/// such part. Throws InputError for one without the other.
void find_pair(std::string& first, const std::string& first_key, std::string& second, const std::string& second_key,
               const Node& task);

/// Where the published set `name` is looked for: in `folder`, the user's key of that name, or if it is empty in
/// `data_folders`. Throws InputError for a folder that does not exist.
std::vector<std::string> folders_of(std::string_view name, const std::string& folder, const Node& task);

/// Place of a key for messages; of the table if the key is absent.
Place place_of(const Node& task, std::string_view key);

/// The user's value under `key` does not fit the data. Throws InputError.
[[noreturn]] void refuse_key(const Node& task, const std::string& key, const std::string& found,
                             const std::string& expected, const std::string& hint = {});

}  // namespace apical
