#pragma once
#include "sim/experiment/result_commands.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): of the library
class App;
}

namespace apical {

/// What the command line says to the commands about files of results.
struct ResultArguments {
    AnalyseRequest analyse;
    PageRequest page;
    ExportRequest exported;
};

/// Adds those commands that there are; what is said to them goes into `arguments`.
void declare_result_commands(CLI::App& app, const ResultCommands& results, ResultArguments& arguments);

}  // namespace apical
