#include "sim/experiment/experiment.hpp"

#include <cmath>

#include "sim/core/error.hpp"
#include "sim/hdf5/file.hpp"
#include "tests/support/catalogue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

using namespace apical;

namespace {

const std::string minimal = "[task]\ndataset = \"xor\"\n[circuit]\nmodel = \"self_assembly\"\n";

Experiment resolved(const std::string& text) { return resolve(parse_toml(text, "e.toml"), test::catalogue()); }

InputError::Parts refusal(const std::string& text) {
    try {
        const Experiment experiment = resolved(text);
        build_circuit(experiment, *experiment.model);
    } catch (const InputError& error) {
        return error.parts();
    }
    FAIL("accepted: " << text);
    return {};
}

}  // namespace

TEST_CASE("an experiment needs a data set and a model; the rest has defaults") {
    const Experiment e = resolved(minimal);
    CHECK(e.run.lanes == 32);
    CHECK(e.shape.inputs == 2);
    CHECK(e.shape.outputs == 2);
    CHECK(e.shape.loss == Loss::softmax_cross_entropy);
    CHECK(e.document.find("record")->find("metrics")->text() == "\"2 epochs and end\"");
    CHECK(e.document.find("self_assembly")->find("gate")->text() == "\"partner\"");
    CHECK(e.document.find("feedback_alignment") == nullptr);
}

TEST_CASE("the resolved document resolves to itself") {
    const std::string rich = minimal +
                             "[run]\nbaselines = [\"feedback_alignment\"]\nepochs = 3\nstep = \"100 us\"\n"
                             "[checkpoint]\nevery = \"2 min\"\n[kolen_pollack]\nscale_B = 2\n";
    const std::string once = to_toml(resolved(rich).document);
    CHECK(to_toml(resolved(once).document) == once);
    CHECK(once.find("step = \"0.1 ms\"") == std::string::npos);  // what the user wrote stays as it was written
    CHECK(once.find("[kolen_pollack]") != std::string::npos);
    CHECK(once.find("[feedback_alignment]\nscale_B = 1.0") != std::string::npos);
}

TEST_CASE("a run is a whole number of presentations, and not shorter than asked for") {
    CHECK(resolved(minimal + "[run]\nlanes = 3\nepochs = 1\n").end == 6);
    CHECK(resolved(minimal + "[run]\nlanes = 4\nepochs = 2.5\n").end == 12);
    CHECK(resolved(minimal + "[run]\nlanes = 4\nsamples = 8\n").end == 8);
    CHECK(resolved(minimal + "[run]\nlanes = 32\nepochs = 0.1\n").end == 32);
}

TEST_CASE("an endless generator has epochs of the size that the run gives them") {
    const Experiment e = resolved(
        "[task]\ndataset = \"xor\"\nsamples = 0\n[circuit]\nmodel = \"backpropagation\"\n"
        "[run]\nepoch_size = 100\nepochs = 3\nlanes = 10\n");
    CHECK(e.end == 300);
    CHECK(e.metrics.rows(e.end, 10) == 3);  // "2 epochs and end"
}

TEST_CASE("the loss follows the data unless it is given") {
    const std::string regression =
        "[task]\ndataset = \"teacher_student\"\ndims = [4, 3, 2]\n[circuit]\nmodel = \"backpropagation\"\n";
    CHECK(resolved(regression).shape.loss == Loss::squared_error);
    CHECK(resolved("task.loss = \"squared_error\"\n" +
                   std::string("task.dataset = \"xor\"\ncircuit.model = \"backpropagation\"\n"))
              .shape.loss == Loss::squared_error);
    const auto parts = refusal(
        "task.loss = \"softmax_cross_entropy\"\ntask.dataset = \"teacher_student\"\ntask.dims = [4, 3, "
        "2]\ncircuit.model = \"backpropagation\"\n");
    CHECK(parts.key == "task.loss");
    CHECK(parts.place.line == 1);
}

TEST_CASE("every kind of cell is accepted where it makes sense") {
    const auto builds = [](const std::string& text) {
        const Experiment e = resolved("task.dataset = \"xor\"\ncircuit.model = \"self_assembly\"\n" + text);
        return !build_circuit(e, *e.model).populations.empty();
    };
    const std::string pyramidal = "circuit.neuron = \"pyramidal\"\n", continuous = "run.mode = \"continuous\"\n";
    CHECK(builds(pyramidal));
    CHECK(builds(pyramidal + continuous +
                 "circuit.g_A = \"240 nS\"\nself_assembly.g_A_downstream = \"24 nS\"\ncircuit.adaptation = \"5 "
                 "pA\"\ncircuit.tau_B = \"5 ms\"\n"));
    CHECK(builds("circuit.tau_A = \"5 ms\"\ncircuit.prospective = true\n"));
}

TEST_CASE("noise into a column that a circuit fills with noise of its own takes its place") {
    const Experiment e = resolved(
        "[task]\ndataset = \"xor\"\nloss = \"squared_error\"\n[circuit]\nmodel = \"pal\"\n"
        "[run]\nmode = \"continuous\"\nstep = \"0.01 ms\"\npresentation = \"1 ms\"\nstepper = \"euler_maruyama\"\n"
        "[noise.n]\ninto = [\"pyr1.noise\"]\nkind = \"white\"\nsigma = 3\n");
    const Circuit circuit = build_circuit(e, *e.model);
    const auto& noise = circuit.populations[circuit.population("pyr1")].noise;
    REQUIRE(noise.size() == 1);
    CHECK(noise[0].column == "noise");
    CHECK(noise[0].law == NoiseCurrent::Law::white);
    CHECK(noise[0].sigma == 3);
}

TEST_CASE("an autoencoder answers its input") {
    const Experiment e =
        resolved("task.answer = \"input\"\ntask.dataset = \"xor\"\ncircuit.model = \"self_assembly\"\n");
    CHECK(e.shape.outputs == e.shape.inputs);
    CHECK(!e.data.classes);
    CHECK(e.shape.loss == Loss::squared_error);
    const std::vector<std::uint64_t> index{0, 3};
    std::vector<float> x(e.shape.inputs * 2), y(x.size());
    e.data.train->gather(index, x.data(), y.data());
    CHECK(x == y);
    CHECK(e.data.train->label(0) == -1);
}

TEST_CASE("what does not fit is refused with its key") {
    struct Case {
        std::string text, key, hint;
    };
    const std::string shared = "task.dataset = \"xor\"\ncircuit.model = \"self_assembly\"\n",
                      microcircuit =
                          "[run]\nmode = \"continuous\"\nstep = \"0.01 ms\"\npresentation = \"1 ms\"\nstepper = "
                          "\"euler_maruyama\"\n[circuit]\nmodel = \"pal\"\n",
                      quadratic = "[task]\ndataset = \"xor\"\nloss = \"squared_error\"\n",
                      exponential = "[run]\nmode = \"continuous\"\nstepper = \"exponential_euler\"\n";
    const Case cases[] = {
        {"circuit.g_A = \"10 nS\"\ncircuit.neuron = \"pyramidal\"\n" + shared, "circuit.g_A", ""},
        {"circuit.g_A = \"10 nS\"\nrun.mode = \"continuous\"\n" + shared, "circuit.g_A", ""},
        {"self_assembly.g_A_downstream = \"10 nS\"\ncircuit.neuron = \"pyramidal\"\n" + shared,
         "self_assembly.g_A_downstream", ""},
        {"self_assembly.g_A_downstream = \"10 nS\"\nrun.mode = \"continuous\"\n" + shared,
         "self_assembly.g_A_downstream", ""},
        {"circuit.adaptation = \"1 pA\"\ncircuit.neuron = \"pyramidal\"\n" + shared, "circuit.adaptation", ""},
        {"circuit.adaptation = \"1 pA\"\nrun.mode = \"continuous\"\n" + shared, "circuit.adaptation", ""},
        {"circuit.tau_B = \"5 ms\"\n" + shared, "circuit.tau_B", ""},
        {"circuit.E_L = \"-70 mV\"\ncircuit.neuron = \"pyramidal\"\n" + shared, "circuit.E_L", ""},
        {"circuit.E_L = \"65 mV\"\ncircuit.neuron = \"pyramidal\"\n" + shared, "circuit.E_L", ""},
        {"eta_W = 0.1\n" + minimal, "eta_W",
         "did you mean 'circuit.eta_W' or 'pal.eta_W' or 'pal_layers.eta_W' or 'burst_ccn.eta_W'?"},
        {"\"circuit.eta_W\" = 0.1\n" + minimal, "\"circuit.eta_W\"",
         "in quotes this is one name: circuit.eta_W without them?"},
        {shared + "circuit.hidden = \"100,100\"\n", "circuit.hidden", "a list stands in brackets: [100, 100]"},
        {shared + "self_assembly.plastic = \"W,V\"\n", "self_assembly.plastic",
         "a list stands in brackets: [\"W\", \"V\"]"},
        {minimal + "[record]\nmetrics = \"every epoch\"\n", "record.metrics", "\"every\" is not needed: \"1 epoch\"?"},
        {"circuit.tau_B = \"5 ms\"\nrun.mode = \"continuous\"\n" + shared, "circuit.tau_B", ""},
        {minimal + "[noise.n]\ninto = [\"up1.basal\"]\n", "noise.n.into", ""},
        {minimal + exponential + "[noise.n]\ninto = [\"up1.dorsal\"]\n", "noise.n.into", ""},
        {minimal + exponential + "[noise.n]\ninto = [\"up1.basal\"]\nkind = \"file\"\n", "noise.n.file", ""},
        {minimal + "[recrod]\n", "recrod", "did you mean 'record'?"},
        {minimal + "[run]\nsead = 2\n", "run.sead", "did you mean 'seed'?"},
        {"epochs = 2\n" + minimal, "epochs", "did you mean 'run.epochs'?"},
        {"run = 2\n" + minimal, "run", ""},
        {minimal + "[run]\nbaselines = [\"self_assembly\"]\n", "run.baselines", ""},
        {minimal + "[run]\nbaselines = [\"backpropagation\", \"backpropagation\"]\n", "run.baselines", ""},
        {minimal + "[run]\nmode = \"continuous\"\nstep = \"0.3 ms\"\npresentation = \"1 ms\"\n", "run.presentation",
         ""},
        {minimal + "[run]\nmode = \"continuous\"\nstepper = \"rk5\"\n", "run.stepper", "did you mean 'rk4'?"},
        {minimal + "[kolen_pollack]\nscale_B = -1\n", "kolen_pollack.scale_B", ""},
        {minimal + "[backpropagation]\nscale_B = 1\n", "backpropagation.scale_B", "did you mean 'scale_W'?"},
        {minimal + "[record]\nmetrics = \"10 ms\"\n", "record.metrics", "this is counted in samples here"},
        {"[task]\ndataset = \"xor\"\n", "circuit.model", "this key has no default"},
        {microcircuit + "[task]\ndataset = \"xor\"\n", "task.loss", ""},
        {microcircuit + quadratic + "[pal]\neta_W = [1, 2, 3]\n", "pal.eta_W", ""},
        {microcircuit + quadratic + "[pal]\nrange_B = [1]\n", "pal.range_B", ""},
        {microcircuit + quadratic + "[pal]\ntau_xi = \"5 us\"\n", "pal.tau_xi", ""},
        {microcircuit + quadratic + "[noise.n]\ninto = [\"pyr2.noise\"]\n", "noise.n.into", ""},
        {microcircuit + quadratic + "[noise.n]\ninto = []\n", "noise.n.into", ""},
        {"run.mode = \"settled\"\ncircuit.model = \"pal\"\n" + quadratic, "run.mode", ""},
        {"[circuit]\nmodel = \"backpropagation\"\n", "task.dataset", "this key has no default"},
    };
    for (const Case& one : cases) {
        const auto parts = refusal(one.text);
        CAPTURE(one.text, parts.found, parts.expected);
        CHECK(parts.key == one.key);
        CHECK(parts.hint == one.hint);
    }
}

TEST_CASE("a noise series with a number that is not finite is refused with its place") {
    const test::Folder folder;
    const auto refused = [&](double bad) {
        {
            std::vector<double> series(20 * 3, 0.5);
            series[7 * 3 + 1] = bad;
            hdf5::File file = hdf5::File::create(folder.path("noise.h5"), hdf5::Layout::finished);
            file.make_data_set("/n", {hdf5::Kind::float64, {20, 3}}).write<double>(series);
        }
        return refusal(
            "[run]\nmode = \"continuous\"\nlanes = 2\nsamples = 8\nstep = \"1 ms\"\npresentation = \"5 ms\"\nstepper = "
            "\"exponential_euler\"\n[task]\ndataset = \"xor\"\n[circuit]\nmodel = \"backpropagation\"\nhidden = [3]\n"
            "[noise.z]\ninto = [\"up1.basal\"]\nkind = \"file\"\nfile = \"" +
            folder.path("noise.h5") + "\"\ndataset = \"n\"\n");
    };
    for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL, 1e39}) {
        const InputError::Parts parts = refused(bad);
        CAPTURE(bad, parts.found);
        CHECK(parts.key == "noise.z.dataset");
        CHECK(parts.found.find("in row 8, column 2") != std::string::npos);
        CHECK(parts.expected.starts_with("finite numbers"));
    }
}
