#pragma once
#include <string>
#include <vector>

#include "sim/circuit/column_kind.hpp"
#include "sim/circuit/model.hpp"
#include "sim/core/data_source.hpp"
#include "sim/core/error.hpp"
#include "sim/experiment/instrument.hpp"
#include "sim/experiment/result_commands.hpp"

namespace apical {

/// Who brought something into a catalogue besides what the program is shipped with: for --version and the provenance.
struct Extension {
    std::string name;
    std::string version;
};

/// All that a program knows by name. A value: `main` makes it and passes it down, a test makes its own. It stays where
/// it is as long as an Experiment lives that was read with it.
struct Catalogue {
    std::vector<Model> models{};
    std::vector<Component> rules{}, neurons{};  ///< of the models, for `list` and `describe`
    std::vector<ColumnKind> columns{};          ///< of their populations
    std::vector<DataSource> data{};
    std::vector<MetricSet> metrics{};  ///< in the order of their variables in a file
    ResultCommands results{};
    std::vector<Extension> extensions{};
};

/// Every metric of a group.
std::vector<Component> metrics_of(const Catalogue& catalogue, MetricGroup group);

/// Throws InputError, at `place`, for what cannot be asked for by its name: one that two things have, that is a section
/// of an experiment, or that no key or variable can have; and for a thing without the function that it is there for.
void check(const Catalogue& catalogue, const Place& place);

}  // namespace apical
