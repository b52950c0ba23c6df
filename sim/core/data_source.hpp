#pragma once
#include <functional>
#include <string>
#include <vector>

#include "sim/core/descriptor.hpp"
#include "sim/core/document.hpp"
#include "sim/core/random.hpp"
#include "sim/core/samples.hpp"

namespace apical {

/// A place samples come from: a format of file, a published set, a generator.
struct DataSource {
    std::string name;
    std::string text;                    ///< one sentence
    std::string reference;               ///< who to cite, and the licence; empty for the user's own files
    std::vector<Descriptor> parameters;  ///< the keys of [task] that belong to this source
    /// `task` is the table [task]; its keys `dataset`, `loss` and `answer` are read elsewhere. Throws InputError.
    std::function<DataSet(const Node& task, const Random& random)> load;
};

}  // namespace apical
