// Circuits that are shown no samples, and what runs them in a test.
#pragma once
#include <csignal>

#include "models/neurons/leaky.hpp"
#include "models/neurons/lif.hpp"
#include "models/plasticity/hebbian.hpp"
#include "sim/circuit/signal.hpp"
#include "sim/core/error.hpp"
#include "sim/experiment/catalogue.hpp"
#include "sim/experiment/effects.hpp"
#include "sim/experiment/run.hpp"
#include "sim/experiment/trained_circuit.hpp"
#include "sim/hdf5/file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

namespace apical::free_runs {

using Values = std::vector<double>;

struct RateIsSoma {
    static constexpr auto is = soma;
    static constexpr auto writes = tags(rate);
};

/// Three leaky cells that drive one another through plastic weights, and noise that drives them.
inline Circuit ring(const Node&, const TaskShape& task) {
    CHECK(task.inputs == 0);
    Circuit circuit;
    circuit.name = "ring";
    Population cells{.name = "E", .units = 3, .compartments = {"basal"}, .neurons = {neuron(Leaky{5})}};
    cells.signals.push_back(signal(RateIsSoma{}));
    const PopulationId E = circuit.add(std::move(cells));
    Weights W{.name = "W", .post = E, .pre = E};
    W.rule = rule(Hebbian{0.5, 0.1});
    circuit.add(Projection{
        .weights = circuit.add(std::move(W)), .source = E, .signal = rate, .target = E, .compartment = basal});
    return circuit;
}

/// Cells that fire, driven by Poisson input and by one another.
inline Circuit firing(const Node&, const TaskShape&) {
    Circuit circuit;
    circuit.name = "firing";
    const auto add = [&](const char* name, std::size_t units) {
        return circuit.add(Population{.name = name,
                                      .units = units,
                                      .cells = event_neuron(lif::Delta{}),
                                      .parameters = {{lif::E_L, 0.0}, {lif::V_th, 20.0}, {lif::V_reset, 10.0}},
                                      .initial = {{lif::V, Quantity::uniform(10, 20)}}});
    };
    const PopulationId E = add("E", 80), I = add("I", 20);
    circuit.add(EventProjection{.name = "EI",
                                .source = E,
                                .target = I,
                                .receptor = "delta",
                                .connectivity = Connectivity::probability(0.1),
                                .weight = 1.0,
                                .delay = 1.5});
    circuit.add(EventProjection{.name = "IE",
                                .source = I,
                                .target = E,
                                .receptor = "delta",
                                .connectivity = Connectivity::probability(0.1),
                                .weight = -1.0,
                                .delay = 1.5});
    for (const auto& [name, p] : {std::pair{"to_E", E}, {"to_I", I}})
        circuit.add(PoissonDrive{.name = name, .target = p, .receptor = "delta", .rate = 2500.0, .weight = 0.5});
    return circuit;
}

template <class Build>
Model free_model(const char* name, Mode mode, Build build) {
    Model model;
    model.name = name;
    model.modes = {mode};
    model.needs_task = false;
    model.build = build;
    return model;
}

inline Model firing_model() { return free_model("firing", Mode::spiking, firing); }

inline Catalogue own() {
    Catalogue catalogue;
    catalogue.models.push_back(free_model("ring", Mode::continuous, ring));
    catalogue.models.push_back(firing_model());
    return catalogue;
}

inline const Catalogue& catalogue() {
    static const Catalogue all = own();
    return all;
}

/// 320 steps: four stretches, the last one shorter.
inline const std::string experiment = R"(
[run]
mode = "continuous"
duration = "0.16 s"
step = "0.5 ms"
stepper = "exponential_euler"
threads = 1
precision = "double"
[circuit]
model = "ring"
[noise.drive]
into = ["E.basal"]
sigma = 0.3
tau = "5 ms"
[record]
weights = "60 ms and end"
precision = "float64"
[trace.soma]
population = "E"
column = "soma"
every = "2 ms"
from = "1 ms"
)";

struct Watcher : Progress {
    void show(const Standing& standing) override {
        last = standing;
        if (standing.now == stop_at) std::raise(SIGTERM);
    }
    void note(const std::string& line) override { notes += line + "\n"; }
    Standing last;
    std::uint64_t stop_at = 0;
    std::string notes;
};

struct Workplace {
    test::Folder folder;
    Watcher progress;

    Outcome run(const std::string& name, const std::vector<std::string>& changes = {},
                const std::string& text = experiment) {
        RunRequest request;
        request.experiment = folder.write("e.toml", text);
        request.changes = changes;
        request.out = folder.path(name);
        return apical::run(request, catalogue(), progress);
    }
    Outcome resume(const std::string& checkpoint, const std::vector<std::string>& changes = {}) {
        progress.stop_at = 0;
        return apical::resume({checkpoint, changes, {}, ""}, catalogue(), progress);
    }
    Values read(const std::string& name, const std::string& path) const {
        return hdf5::File::open(folder.path(name)).data_set(path).read<double>();
    }
    void require_same(const std::string& one, const std::string& other) const {
        for (const char* path : {"/trace/soma/time", "/trace/soma/soma", "/weights/time", "/weights/W", "/final/W"})
            REQUIRE(read(one, path) == read(other, path));
    }
};

/// 1005 steps: the last stretch is shorter.
inline const std::string spikes = R"(
[run]
mode = "spiking"
duration = "100.5 ms"
threads = 1
[circuit]
model = "firing"
[trace.V]
population = "I"
column = "V"
units = [3]
every = "10 ms"
)";

}  // namespace apical::free_runs
