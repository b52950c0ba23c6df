// A catalogue of one's own: what it may hold, and that the engine runs it without anything else. This program is linked
// with the engine alone.
#include "sim/experiment/catalogue.hpp"

#include "sim/circuit/rule.hpp"
#include "sim/circuit/signal.hpp"
#include "sim/dynamics/simulation.hpp"
#include "sim/experiment/experiment.hpp"
#include "sim/experiment/run.hpp"
#include "sim/hdf5/file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

using namespace apical;

namespace {

struct SomaIsBasal {
    static constexpr auto is = basal;
    static constexpr auto writes = tags(soma);
};

struct RateIsSoma {
    static constexpr auto is = soma;
    static constexpr auto writes = tags(rate);
};

struct ApicalTimesRate {
    static constexpr auto post_is = apical::apical;
    static constexpr auto pre_is = rate;
    double gain() const { return 0.5; }
};

Circuit one_cell(const Node&, const TaskShape& task) {
    Circuit circuit;
    circuit.name = "one_cell";
    const PopulationId in = circuit.add(Population{.name = "in", .units = task.inputs, .clamped = {"rate"}});
    circuit.open(ports::input, in, "rate");
    Population cell{.name = "out", .units = task.outputs, .compartments = {"basal", "apical"}};
    cell.signals.push_back(signal(SomaIsBasal{}));
    cell.signals.push_back(signal(RateIsSoma{}));
    const PopulationId out = circuit.add(std::move(cell));
    circuit.open(ports::answer, out, "soma");
    const PopulationId target = circuit.add(Population{.name = "target", .units = task.outputs, .clamped = {"rate"}});
    circuit.open(ports::target, target, "rate");
    circuit.add(Teacher{.loss = task.loss,
                        .readout = out,
                        .signal = rate,
                        .target = target,
                        .target_column = rate,
                        .error = out,
                        .compartment = apical::apical});
    Weights W{.name = "W1", .post = out, .pre = in};
    W.rule = rule(ApicalTimesRate{});
    circuit.add(Projection{
        .weights = circuit.add(std::move(W)), .source = in, .signal = rate, .target = out, .compartment = basal});
    return circuit;
}

/// Target: three times the input, which is 1.
class Threefold final : public SamplesOf<Threefold> {
   public:
    std::size_t size() const override { return 4; }
    std::size_t features() const override { return 1; }
    std::size_t outputs() const override { return 1; }
    template <class S>
    void fill(std::span<const std::uint64_t> index, S* x, S* y) const {
        std::fill_n(x, index.size(), S{1});
        std::fill_n(y, index.size(), S{3});
    }
    int label(std::uint64_t) const override { return -1; }
};

Catalogue own() {
    Model model;
    model.name = "one_cell";
    model.modes = {Mode::settled};
    model.build = one_cell;
    DataSource source;
    source.name = "threefold";
    source.load = [](const Node&, const Random&) {
        DataSet set;
        set.name = "threefold";
        set.classes = false;
        set.train = std::make_shared<const Threefold>();
        return set;
    };
    Catalogue catalogue;
    catalogue.models.push_back(std::move(model));
    catalogue.data.push_back(std::move(source));
    catalogue.metrics.push_back(number_metric({"W", "The weight.", "", ""}, MetricGroup::metrics,
                                              [](const auto& at) { return at.simulation.weights("W1")(0, 0); }));
    catalogue.extensions.push_back({"own", "2.1"});
    return catalogue;
}

struct Silent : Progress {
    void show(const Standing&) override {}
    void note(const std::string&) override {}
};

/// "KEY: found X".
template <class Change>
std::string refusal(const Change& change) {
    Catalogue catalogue = own();
    change(catalogue);
    try {
        check(catalogue, {"own.so", 0, 0});
    } catch (const InputError& error) {
        CHECK(error.parts().place.file == "own.so");
        return error.parts().key + ": " + error.parts().found;
    }
    return "";
}

}  // namespace

TEST_CASE("a circuit, data and a metric of one's own are run by the engine alone, and the file names whose they are") {
    const test::Folder folder;
    const Catalogue catalogue = own();
    check(catalogue, {"own", 0, 0});
    const std::string text =
        "[run]\nlanes = 2\nepochs = 10\n[task]\ndataset = \"threefold\"\n[circuit]\nmodel = \"one_cell\"\n"
        "[record]\nmetrics = \"1 epoch\"\nspectra = \"never\"\nprecision = \"float64\"\n";
    for (const std::string precision : {"float", "double"}) {
        RunRequest request;
        request.experiment = folder.write("e.toml", text);
        request.changes = {"run.precision=\"" + precision + "\""};
        request.out = folder.path(precision + ".h5");
        Silent silent;
        const hdf5::File file = hdf5::File::open(run(request, catalogue, silent).file);
        // W <- W + (3 - W) / 2 from 0, two updates an epoch.
        const std::vector<double> W = file.data_set("/metrics/W").read<double>();
        REQUIRE(W.size() == 11);
        CHECK(W[0] == 0);
        CHECK(W[1] == 2.25);
        CHECK(W.back() == Approx(3).epsilon(1e-5));
        CHECK(file.group("/provenance").attribute("extensions") == "own 2.1");
    }
}

TEST_CASE("an experiment finds the names of its catalogue, and no others") {
    const Catalogue catalogue = own();
    const auto found = [&](const std::string& text) {
        try {
            read_experiment(parse_toml(text, "e.toml"), catalogue);
        } catch (const InputError& error) {
            return error.parts().expected;
        }
        return std::string();
    };
    CHECK(found("task.dataset = \"threefold\"\ncircuit.model = \"one_cell\"\n").empty());
    CHECK(found("task.dataset = \"digits\"\ncircuit.model = \"one_cell\"\n") == "one of threefold");
    CHECK(found("task.dataset = \"threefold\"\ncircuit.model = \"pal\"\n") == "one of one_cell");
    CHECK_THAT(found("task.dataset = \"threefold\"\ncircuit.model = \"one_cell\"\nrun.baselines = [\"pal\"]\n"),
               Catch::Matchers::Contains("one of one_cell"));
}

TEST_CASE("a catalogue without clear names is refused") {
    CHECK(refusal([](Catalogue&) {}).empty());
    CHECK(refusal([](Catalogue& c) { c.models.push_back(c.models[0]); }) ==
          "model 'one_cell': a second one of this name");
    CHECK(refusal([](Catalogue& c) { c.models[0].name = "run"; }) == "model 'run': a second one of this name");
    CHECK(refusal([](Catalogue& c) { c.models[0].name = "a/b"; }) == "model 'a/b': \"a/b\", a path");
    CHECK(refusal([](Catalogue& c) { c.models[0].name = ""; }) == "model '': an empty name");
    CHECK(refusal([](Catalogue& c) { c.models[0].build = nullptr; }) == "model 'one_cell': nothing");
    CHECK(refusal([](Catalogue& c) { c.models[0].modes.clear(); }) == "model 'one_cell': nothing");
    CHECK(refusal([](Catalogue& c) { c.data.push_back(c.data[0]); }) ==
          "data set 'threefold': a second one of this name");
    CHECK(refusal([](Catalogue& c) { c.data[0].load = nullptr; }) == "data set 'threefold': nothing");
    CHECK(refusal([](Catalogue& c) { c.metrics[0].metrics[0].name = "loss"; }) ==
          "metric 'loss': a second one of this name");
    CHECK(refusal([](Catalogue& c) { c.metrics.push_back(c.metrics[0]); }) == "metric 'W': a second one of this name");
    CHECK(refusal([](Catalogue& c) { c.metrics[0].make = nullptr; }) == "metric 'W': nothing");
    CHECK(refusal([](Catalogue& c) {
              c.extensions.push_back({"own", "3"});
          }) == "extension 'own': a second one of this name");
}
