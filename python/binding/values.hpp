#pragma once
#include <nanobind/nanobind.h>

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "sim/core/descriptor.hpp"
#include "sim/core/document.hpp"
#include "sim/experiment/catalogue.hpp"

namespace apical::python {

namespace nb = nanobind;

/// All that the package knows by name: what the program does. It stays until the process ends.
const Catalogue& catalogue();

/// The HDF5 library may be used by one thread at a time, and a run has the signals of the process to itself.
std::mutex& one_at_a_time();
/// Has that to itself. The interpreter is free while this waits: nobody waits for it who has the interpreter, and so it
/// may be asked for by who has this.
class Turn {
   public:
    Turn() {
        const nb::gil_scoped_release others;
        one_at_a_time().lock();
    }
    ~Turn() { one_at_a_time().unlock(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
};

/// A dict of sections as a document. Numbers of NumPy and lists, tuples and arrays are taken for those of TOML. The
/// place of every value is unknown, its key is the dotted path. Throws InputError for what has no counterpart in TOML.
Node to_node(nb::handle value, const std::string& key = {});
nb::object to_python(const Node& node);

/// A file by its path, or a dict.
struct Source {
    std::string file;  ///< "" for a dict
    Node document;
};
/// `changes` maps dotted keys to values, and is applied.
Source read(nb::handle experiment, const nb::dict& changes);
/// Puts every one of these, dotted keys, in place of what the document has.
void apply(const nb::dict& changes, Node& document);

/// A row of a table of keys: key, unit, default, range, choices, text, needs.
nb::dict to_python(const std::string& section, const Descriptor& row);

void bind_runs(nb::module_& module);
void bind_descriptions(nb::module_& module);
void bind_simulation(nb::module_& module);
void bind_sweeps(nb::module_& module);

}  // namespace apical::python
