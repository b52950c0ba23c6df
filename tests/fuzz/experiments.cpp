// Whatever is written behind --set, and whatever is done to the bytes of a file that init.file names: an experiment, or
// one error in one line, soon.
#include <chrono>
#include <fstream>
#include <iterator>

#include "sim/core/document.hpp"
#include "sim/core/error.hpp"
#include "sim/core/random.hpp"
#include "sim/core/subprocess.hpp"
#include "sim/experiment/experiment.hpp"
#include "sim/experiment/run.hpp"
#include "tests/fuzz/damaged_file.hpp"
#include "tests/support/catalogue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

using namespace apical;

// The library (1.10) does not free everything when it gives a damaged file up.
// NOLINTNEXTLINE(readability-identifier-naming): the sanitizer's name
extern "C" const char* __lsan_default_suppressions() { return "leak:libhdf5"; }

namespace {

constexpr double longest = 5;  // seconds

struct Silent : Progress {
    void show(const Standing&) override {}
    void note(const std::string&) override {}
};

struct Tally {
    int accepted = 0, refused = 0;
    double slowest = 0;  ///< seconds
};

template <class Work>
void attempt(const Work& work, Tally& tally) {
    const auto begin = std::chrono::steady_clock::now();
    try {
        work();
        ++tally.accepted;
    } catch (const InputError& error) {
        REQUIRE(!error.parts().found.empty());
        REQUIRE(std::string(error.what()).find('\n') == std::string::npos);
        ++tally.refused;
    } catch (const RunError& error) {
        REQUIRE(std::string(error.what()).find('\n') == std::string::npos);
        ++tally.refused;
    }
    tally.slowest =
        std::max(tally.slowest, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
}

const std::string base = "[task]\ndataset = \"xor\"\n[circuit]\nmodel = \"self_assembly\"\nhidden = [4]\n";

const std::vector<std::string> assignments{"run.seed=3",
                                           "run.lanes=4",
                                           "run.epochs=2.5",
                                           "run.baselines=['feedback_alignment']",
                                           "run.mode='continuous'",
                                           "run.step='0.1 ms'",
                                           "run.stepper='exponential_euler'",
                                           "run.precision='double'",
                                           "run.order='sequential'",
                                           "task.noise=0.1",
                                           "circuit.model='pal'",
                                           "circuit.hidden=[8, 4]",
                                           "circuit.eta_W=1e-2",
                                           "circuit.phi='softplus'",
                                           "circuit.g_A='10 nS'",
                                           "self_assembly.gate='partner'",
                                           "self_assembly.ratio=[2]",
                                           "self_assembly.plastic=['W', 'V']",
                                           "record.metrics='0.5 epochs'",
                                           "record.weights='at 0, 4, 8 samples'",
                                           "checkpoint.every='1 s'",
                                           "guard.largest_weight=10",
                                           "noise.n={into=['up1.basal'], sigma=0.2, tau='2 ms'}",
                                           "trace.t={population='up1', column='soma', when='80 samples'}",
                                           "init.file='nowhere.h5'"};
const std::vector<std::string> words{"-1",
                                     "0",
                                     "1e300",
                                     "99999999999999999999",
                                     "nan",
                                     "inf",
                                     "[]",
                                     "{}",
                                     "\"",
                                     "true",
                                     "'never'",
                                     "'1 mV'",
                                     "[run]",
                                     "#",
                                     "=",
                                     "==",
                                     "\\u0000",
                                     "\xff",
                                     "\n",
                                     "\"\"\"",
                                     "run.",
                                     ".",
                                     "..",
                                     "'",
                                     "{a={a={a=1}}}",
                                     "loop",
                                     "1979-05-27",
                                     "0x7f",
                                     "1_0",
                                     "+.5",
                                     "''",
                                     "[[1,2],[3]]",
                                     " ",
                                     "\t"};

/// Number `number` of all texts: one of the assignments with one to three pieces replaced.
std::string damaged_assignment(std::uint32_t number) {
    const Random random(2025);
    std::uint32_t step = 0;
    const auto draw = [&](std::size_t n) {
        return static_cast<std::size_t>(random.bits(Random::stream("assignment"), number, step++)[0]) % n;
    };
    std::string text = assignments[draw(assignments.size())];
    for (std::size_t pieces = 1 + draw(3); pieces > 0; --pieces) {
        const std::size_t at = draw(text.size() + 1), length = draw(4) == 0 ? draw(12) : draw(2);
        const std::string& other = assignments[draw(assignments.size())];
        std::string piece;
        switch (draw(4)) {
            case 0:
                piece = words[draw(words.size())];
                break;
            case 1:
                piece = std::string(1, static_cast<char>(draw(256)));
                break;
            case 2:
                piece = other.substr(draw(other.size()), draw(10));
                break;
            default:
                break;
        }
        text.replace(at, std::min(length, text.size() - at), piece);
    }
    return text;
}

void damage_assignments(std::uint32_t first, std::uint32_t many) {
    Tally tally;
    for (std::uint32_t number = first; number < first + many; ++number) {
        const std::string assignment = damaged_assignment(number);
        CAPTURE(number, assignment);
        attempt(
            [&] {
                Node document = parse_toml(base, "e.toml");
                set(document, assignment);
                // So that what is accepted is small, unless it is the kind of value that is damaged.
                if (assignment.find("hidden") == std::string::npos) set(document, "circuit.hidden=[4]");
                const Experiment experiment = resolve(document, test::catalogue());
                if (assignment.find("hidden") == std::string::npos) build_circuit(experiment, *experiment.model);
            },
            tally);
    }
    INFO(tally.accepted << " accepted, slowest " << tally.slowest << " s");
    CHECK(tally.slowest < longest);
    CHECK(tally.accepted > static_cast<int>(many) / 50);
    CHECK(tally.refused > static_cast<int>(many) / 2);
}

void damage_initial_weights(std::uint32_t first, std::uint32_t many) {
    read_in_subprocesses();
    const test::Folder folder;
    Silent silent;
    RunRequest request;
    request.experiment = folder.write("e.toml", base + "[run]\nlanes = 4\nsamples = 8\nthreads = 1\n");
    request.changes = {"record.weights='start and end'"};
    request.out = folder.path("whole.h5");
    request.force = true;
    run(request, test::catalogue(), silent);
    std::ifstream stream(request.out, std::ios::binary);
    const fuzz::DamagedFile damaged(std::string{std::istreambuf_iterator<char>(stream), {}});
    REQUIRE(damaged.checked_blocks() > 10);
    request.out = folder.path("run.h5");
    request.changes = {"init.file='" + folder.path("damaged.h5") + "'", "self_assembly.development=0"};
    Tally tally;
    for (std::uint32_t number = first; number < first + many; ++number) {
        CAPTURE(number);
        folder.write("damaged.h5", damaged(number));
        attempt([&] { run(request, test::catalogue(), silent); }, tally);
    }
    INFO(tally.accepted << " accepted, slowest " << tally.slowest << " s");
    CHECK(tally.slowest < longest);
    CHECK(tally.accepted > static_cast<int>(many) / 50);
    CHECK(tally.refused > static_cast<int>(many) / 10);
}

}  // namespace

TEST_CASE("fuzz: whatever --set says is an experiment or one error") { damage_assignments(0, 2000); }

TEST_CASE("fuzz: damaged files of initial weights are read or refused") { damage_initial_weights(0, 60); }

TEST_CASE("fuzz: whatever --set says, by the hundred thousand", "[paper]") { damage_assignments(10000, 200000); }

TEST_CASE("fuzz: damaged files of initial weights, by the ten thousand", "[paper]") {
    damage_initial_weights(1000, 10000);
}
