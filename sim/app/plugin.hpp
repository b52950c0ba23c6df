#pragma once
#include <string>

#include "sim/core/abi.hpp"
#include "sim/experiment/catalogue.hpp"
#include "sim/experiment/version.hpp"  // made by the build

namespace apical {

// A plug-in is a shared library that adds to the catalogue of a program: `apical --plugin own.so run own.toml`.
//
//     void extend(apical::Catalogue& catalogue) { catalogue.models.push_back(own_model()); }
//     APICAL_PLUGIN("own", "1.0", extend)
//
// It is compiled against the headers of the very build that loads it (CMake target apical::plugin), has no library of
// this project in it, and takes all from the program.

#define APICAL_PLUGIN_TEXT_ONCE_MORE(word) #word
#define APICAL_PLUGIN_TEXT(word) APICAL_PLUGIN_TEXT_ONCE_MORE(word)
/// What a plug-in and the program must have in common; in the file of the plug-in it is found without running any of
/// it.
#define APICAL_PLUGIN_MARK "apical plug-in made for "
#define APICAL_PLUGIN_BUILD                                                                         \
    APICAL_VERSION " (" APICAL_GIT_COMMIT                                                           \
                   "), " APICAL_PLUGIN_TEXT(APICAL_INSTRUCTIONS) ", libstdc++ " APICAL_PLUGIN_TEXT( \
                       _GLIBCXX_RELEASE) " " APICAL_PLUGIN_TEXT(_GLIBCXX_USE_CXX11_ABI)

struct PluginTag {
    const char* build;
    const char* name;
    const char* version;
    void (*extend)(Catalogue&);
};

#define APICAL_PLUGIN(plugin_name, plugin_version, plugin_extend)                                            \
    extern "C" {                                                                                             \
    [[gnu::visibility("default")]] extern const apical::PluginTag apical_plugin;                             \
    [[gnu::used]] const apical::PluginTag apical_plugin{APICAL_PLUGIN_MARK APICAL_PLUGIN_BUILD, plugin_name, \
                                                        plugin_version, plugin_extend};                      \
    }

/// Adds what the plug-in in a file brings, and names it among the extensions. Throws InputError, before anything of the
/// file is run, if it is no plug-in or made for another build; and if it cannot be loaded, or what it brings does not
/// pass `check`. Whether it crashes is tried in a subprocess first, where the program has asked for those.
void load_plugin(const std::string& file, Catalogue& catalogue);

}  // namespace apical
