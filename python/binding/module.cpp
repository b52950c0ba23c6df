// The module apical._core: what a program calls, as functions of plain values. Defaults, names and help are the
// package's, in Python.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include "python/binding/simulation.hpp"
#include "python/binding/values.hpp"
#include "sim/core/error.hpp"
#include "sim/experiment/experiment.hpp"

namespace apical::python {
namespace {

void raise(const char* type, const std::exception& error, const nb::dict& parts) {
    const nb::object made = nb::module_::import_("apical._errors").attr(type)(error.what(), **parts);
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(made.ptr())), made.ptr());
}

void translate(const std::exception_ptr& pointer, void*) {
    try {
        std::rethrow_exception(pointer);
    } catch (const InputError& error) {
        nb::dict parts;
        parts["place"] = nb::make_tuple(error.parts().place.file, error.parts().place.line, error.parts().place.column);
        parts["key"] = error.parts().key;
        parts["found"] = error.parts().found;
        parts["expected"] = error.parts().expected;
        parts["hint"] = error.parts().hint;
        raise("InputError", error, parts);
    } catch (const NumericalError& error) {
        nb::dict parts;
        parts["population"] = error.parts().population;
        parts["variable"] = error.parts().variable;
        parts["unit"] = error.parts().unit;
        parts["lane"] = error.parts().lane ? nb::object(nb::cast(*error.parts().lane)) : nb::object(nb::none());
        parts["value"] = error.parts().value;
        parts["time"] = error.parts().time;
        parts["time_unit"] = error.parts().time_unit;
        raise("NumericalError", error, parts);
    } catch (const RunError& error) {
        raise("RunError", error, {});
    }
}

}  // namespace

void bind_simulation(nb::module_& module) {
    using nb::arg;
    nb::class_<AnySimulation>(module, "Simulation")
        .def("present", &AnySimulation::present, arg("inputs").noconvert(), arg("targets").none())
        .def("develop", &AnySimulation::develop)
        .def("advance", &AnySimulation::advance, arg("steps"))
        .def("set", &AnySimulation::set, arg("port"), arg("values").noconvert())
        .def("column", &AnySimulation::column, arg("population"), arg("column"))
        .def("spikes", &AnySimulation::spikes, arg("population"))
        .def("weights", &AnySimulation::weights, arg("name"))
        .def("synapses", &AnySimulation::synapses, arg("name"))
        .def("assign", &AnySimulation::assign, arg("name"), arg("values").noconvert())
        .def("batch", &AnySimulation::batch, arg("part"), arg("index").none())
        .def("state", &AnySimulation::state)
        .def("restore", &AnySimulation::restore, arg("state"))
        .def("save", &AnySimulation::save, arg("path"))
        .def("load", &AnySimulation::load, arg("path"))
        .def_prop_ro("time", &AnySimulation::time)
        .def_prop_ro("samples", &AnySimulation::samples)
        .def_prop_ro("lanes", &AnySimulation::lanes)
        .def_prop_ro("dtype", &AnySimulation::dtype)
        .def_prop_ro("config", [](const AnySimulation& s) { return to_python(s.experiment().document); })
        .def_prop_ro("populations",
                     [](const AnySimulation& s) {
                         nb::dict all;
                         for (const Population& population : s.circuit().populations)
                             all[population.name.c_str()] = nb::make_tuple(population.units, columns_of(population));
                         return all;
                     })
        .def_prop_ro("weight_names",
                     [](const AnySimulation& s) {
                         std::vector<std::string> names;
                         for (const Weights& w : s.circuit().weights) names.push_back(w.name);
                         return names;
                     })
        .def_prop_ro("event_projections",
                     [](const AnySimulation& s) {
                         std::vector<std::string> names;
                         for (const EventProjection& p : s.circuit().event_projections) names.push_back(p.name);
                         return names;
                     })
        .def_prop_ro("ports", [](const AnySimulation& s) {
            nb::dict all;
            for (const Port& port : s.circuit().ports)
                all[port.name.c_str()] = nb::make_tuple(s.circuit().populations[port.population].name, port.column);
            return all;
        });
    module.def("make_simulation", make_simulation, arg("experiment").none(), arg("changes"), arg("threads"));
    module.def("config_of_checkpoint", config_of_checkpoint, arg("path"));
}

}  // namespace apical::python

NB_MODULE(_core, module) {
    namespace python = apical::python;
    nanobind::register_exception_translator(python::translate);
    python::bind_runs(module);
    python::bind_descriptions(module);
    python::bind_simulation(module);
    python::bind_sweeps(module);
}
