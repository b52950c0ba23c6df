#include "sim/app/main.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <iostream>
#include <new>

#include "sim/app/describe_experiment.hpp"
#include "sim/app/directory.hpp"
#include "sim/app/plugin.hpp"
#include "sim/app/printable_output.hpp"
#include "sim/app/progress_lines.hpp"
#include "sim/app/result_options.hpp"
#include "sim/core/descriptor.hpp"
#include "sim/core/error.hpp"
#include "sim/core/interruption.hpp"
#include "sim/core/printable.hpp"
#include "sim/core/subprocess.hpp"
#include "sim/experiment/build_info.hpp"
#include "sim/experiment/catalogue.hpp"
#include "sim/experiment/run.hpp"
#include "sim/experiment/summary.hpp"
#include "sim/kernels/instruction_set.hpp"
#include "sim/sweep/sweep.hpp"

namespace apical {
namespace {

constexpr int failed = 1, wrong_input = 2;

/// Daemons and `2>&-` start a program without its first descriptors. The next file that it opens would get one of them,
/// and with it all that is printed.
void occupy_standard_descriptors() {
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(descriptor, F_GETFD) < 0 && errno == EBADF && ::open("/dev/null", O_RDWR) != descriptor)
            ::_exit(EXIT_FAILURE);  // there is nowhere to say it
}

std::string quoted(int argc, char** argv) {
    std::string line;
    for (int k = 0; k < argc; ++k) {
        const std::string word = argv[k];
        const bool plain = !word.empty() && word.find_first_of(" \t\n\"'\\$*?[]{}()<>|&;#~`!") == std::string::npos;
        std::string safe = word;
        for (std::size_t at = 0; !plain && (at = safe.find('\'', at)) != std::string::npos; at += 4)
            safe.replace(at, 1, "'\\''");
        line += (k == 0 ? "" : " ") + (plain ? word : "'" + safe + "'");
    }
    return line;
}

std::string version_text(const Catalogue& catalogue) {
    std::string text = "apical";
    for (const auto& [name, value] : build_info())
        text += name == "version" ? fmt::format(" {}", value) : fmt::format("\n{}: {}", name, value);
    for (const auto& [name, version] : catalogue.extensions) text += fmt::format("\nextension {}: {}", name, version);
    return text;
}

/// A run, from its start or from a checkpoint, and what is said after it.
template <class Go>
int follow(const std::string& progress_kind, const Go& go) {
    const auto progress = make_progress(progress_kind);
    Outcome outcome;
    try {
        outcome = go(*progress);
    } catch (...) {
        progress->end();
        throw;
    }
    progress->end();
    // Never destroyed: the status is that of the run, whatever comes until the process is gone.
    [[maybe_unused]] static const auto& to_the_exit = *new std::shared_ptr(outcome.interruption);
    if (outcome.signal != 0) {
        std::cerr << "apical: stopped by signal " << outcome.signal << " " << outcome.moment << "; go on with\n"
                  << "    apical resume " << outcome.checkpoint << "\n";
        return 128 + outcome.signal;
    }
    try {
        summarise(outcome.file, std::cout);
    } catch (const RunError& error) {  // no process to read it in: the run is done all the same
        std::cerr << "apical: warning: " << outcome.file << " is done, but without a summary: " << error.what() << "\n";
    }
    if (!outcome.checkpoint.empty()) std::cout << outcome.checkpoint << " (to go on from the end)\n";
    return 0;
}

int complain(const std::string& what, int status) {
    std::cerr << "apical: error: " << printable(what) << "\n";
    return status;
}

/// For what has been printed as all that a command does. Who closes a pipe has read enough (`apical list models |
/// head`); anything else, as a full disk, is a failure. Returns the exit status.
int printed() {
    std::cout.flush();
    if (std::cout) return 0;
    pollfd out{STDOUT_FILENO, POLLOUT, 0};
    if (::poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0) return 0;
    return complain("standard output: cannot be written to the end", failed);
}

/// What is done with a sweep besides carrying it out.
struct SweepChoices {
    bool list = false, json = false, expand = false, index = false;
};

/// What is said after a sweep, and its status.
int conclude(const SweepOutcome& outcome) {
    const SweepStanding& standing = outcome.standing;
    std::cout << fmt::format("{} of {} runs done, {} failed{}: {}\n", standing.done, standing.runs, standing.failed,
                             standing.interrupted > 0 ? fmt::format(", {} interrupted", standing.interrupted) : "",
                             outcome.index_is_current
                                 ? fmt::format("{0}/index.csv, {0}/index.h5", outcome.folder)
                                 : fmt::format("{}/runs (the last shard makes the index, or --index)", outcome.folder));
    if (outcome.signal != 0) {
        std::cerr << "apical: stopped by signal " << outcome.signal << "; the same command goes on\n";
        return 128 + outcome.signal;
    }
    return standing.failed + standing.interrupted == 0 ? 0 : failed;
}

/// A sweep, or what can be said or written of it without running anything.
int carry_out(const SweepRequest& request, const Catalogue& catalogue, const SweepChoices& choices,
              const std::string& progress_kind) {
    if (choices.list) {
        list_runs(request, catalogue, choices.json, std::cout, std::cerr);
        return printed();
    }
    if (choices.expand) {
        expand(request, catalogue, std::cout, std::cerr);
        return 0;
    }
    if (choices.index) {
        conclude(make_index(request, catalogue, std::cerr));
        return 0;
    }
    const auto progress = make_sweep_progress(progress_kind);
    SweepOutcome outcome;
    try {
        outcome = sweep(request, catalogue, *progress);
    } catch (...) {
        progress->end();
        throw;
    }
    progress->end();
    return conclude(outcome);
}

struct Arguments {
    RunRequest run;
    ResumeRequest resume;
    SweepRequest sweep;
    SweepChoices sweep_choices;
    ResultArguments results;
    std::string progress = "auto";
    std::string name;
    bool dot = false;
};

void add_threads_and_progress(CLI::App& command, std::optional<std::int64_t>& threads, std::string& progress) {
    command.add_option("--threads", threads, "Threads; 0: one for every core. The results do not depend on it.")
        ->check(CLI::Range(0, 1024));
    command.add_option("--progress", progress, "What to show on the way.")
        ->check(CLI::IsMember({"auto", "bar", "plain", "none"}))
        ->capture_default_str();
}

void declare(CLI::App& app, Catalogue& catalogue, Arguments& arguments) {
    app.require_subcommand(1);
    // Before --version, which names them.
    app.add_option_function<std::vector<std::string>>(
           "--plugin",
           [&](const std::vector<std::string>& files) {
               for (const std::string& file : files) {
                   load_plugin(file, catalogue);
                   arguments.sweep.options.insert(arguments.sweep.options.end(),
                                                  {"--plugin", std::filesystem::absolute(file).string()});
               }
           },
           "Shared library with circuits, data sets and metrics of your own; may be given several times. It may do\n"
           "whatever the program may: only load what you trust.")
        ->take_all()
        ->expected(1);
    app.set_version_flag("--version", [&] { return version_text(catalogue); });
    app.footer(
        "Each command explains itself:  apical run --help\n"
        "Exit status: 0 done, 1 the run failed, 2 the input is wrong, 128 + n stopped by signal n (130 by Ctrl-C), "
        "with what\nwas done saved.");

    CLI::App& run = *app.add_subcommand("run", "Run an experiment and record it to a file.");
    run.add_option("EXPERIMENT", arguments.run.experiment, "TOML file.")->required();
    run.add_option("--set", arguments.run.changes, "Change a key for this run: section.key=value.")
        ->take_all()
        ->expected(1);
    run.add_option("--out", arguments.run.out,
                   "File to write; by default named after the experiment, in the current folder.");
    run.add_flag("--force", arguments.run.force, "Replace existing files.");
    add_threads_and_progress(run, arguments.run.threads, arguments.progress);
    run.footer(
        "Examples:\n  apical run models/self_assembly/digits.toml\n"
        "  apical run models/self_assembly/digits.toml --set run.seed=2 --set circuit.eta_W=0.05 --out seed2.h5");

    CLI::App& resume = *app.add_subcommand("resume", "Go on exactly where a run stopped, in the same file.");
    resume.add_option("CHECKPOINT", arguments.resume.checkpoint, "Checkpoint that the run left.")->required();
    resume.add_option("--set", arguments.resume.changes, "Change a key; few may change in a run.")
        ->take_all()
        ->expected(1);
    add_threads_and_progress(resume, arguments.resume.threads, arguments.progress);
    resume.footer(
        "Examples:\n  apical resume digits.h5.checkpoint\n  apical resume digits.h5.checkpoint --set run.epochs=100");

    CLI::App& sweep =
        *app.add_subcommand("sweep", "Run an experiment with many values of its keys, and tabulate them.");
    sweep.add_option("SWEEP", arguments.sweep.sweep, "TOML file: [sweep], [grid], [[list]], [random] or [sobol].")
        ->required();
    sweep.add_option("--set", arguments.sweep.changes, "Change a key in all runs: section.key=value.")
        ->take_all()
        ->expected(1);
    sweep.add_option("--out", arguments.sweep.out,
                     "Folder to write to; by default named after the sweep, in the current folder.");
    sweep.add_option("-j,--processes", arguments.sweep.processes, "Runs at a time; 0: one for every core.")
        ->check(CLI::Range(0, 4096))
        ->capture_default_str();
    sweep.add_option("--threads", arguments.sweep.threads, "Threads of each run.")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
    sweep.add_option("--shard", arguments.sweep.shard,
                     "Only this part: i/n, the i-th of n; auto: what Slurm or mpirun says.");
    sweep.add_flag("--retry", arguments.sweep.retry, "Try runs again that have failed.");
    auto* list_runs = sweep.add_flag("--list", arguments.sweep_choices.list, "Say what would be run, and run nothing.");
    sweep.add_flag("--json", arguments.sweep_choices.json, "With --list: for programs, as JSON.")->needs(list_runs);
    sweep
        .add_flag("--expand", arguments.sweep_choices.expand,
                  "Write FOLDER/runs/NAME.toml for `apical run`, and run nothing.")
        ->excludes(list_runs);
    sweep.add_flag("--index", arguments.sweep_choices.index, "Make the index of what is there, and run nothing.")
        ->excludes(list_runs)
        ->excludes("--expand");
    sweep.add_option("--progress", arguments.progress, "What to show on the way.")
        ->check(CLI::IsMember({"auto", "bar", "plain", "none"}))
        ->capture_default_str();
    sweep.footer(
        "Ctrl-C, or a machine that goes down, costs nothing: the same command skips what is done and goes on with what "
        "is\n"
        "half done. FOLDER/index.csv and FOLDER/index.h5 have a row a run, with every key and every final metric.\n"
        "Examples:\n  apical sweep rates.toml -j 2\n  apical sweep rates.toml --shard 3/10 --out results/rates");

    declare_result_commands(app, catalogue.results, arguments.results);

    CLI::App& list = *app.add_subcommand("list", "List what the program knows.");
    list.add_option("KIND", arguments.name, "What to list.")->required()->check(CLI::IsMember(kinds()));
    list.footer("Example:\n  apical list models");

    CLI::App& describe =
        *app.add_subcommand("describe", "Explain a model, rule, data set, metric, section, key, column or experiment.");
    describe
        .add_option("NAME", arguments.name, "A name that `apical list` gives, a key, column, population or TOML file.")
        ->required();
    describe.add_option("--set", arguments.run.changes, "Of a TOML file, change a key.")->take_all()->expected(1);
    describe.add_flag("--dot", arguments.dot,
                      "Of a TOML file, its populations and projections as a graph for Graphviz.");
    describe.footer(
        "Of an experiment: populations, projections, and how weights are stored, read and updated, and "
        "why.\nExamples:\n"
        "  apical describe self_assembly\n  apical describe run\n  apical describe circuit.eta_W\n"
        "  apical describe models/self_assembly/digits.toml --set run.mode=continuous\n"
        "  apical describe models/networks/brunel.toml --dot | dot -Tsvg > brunel.svg");
}

int dispatch(const CLI::App& app, const Catalogue& catalogue, Arguments& arguments) {
    const std::string command = app.get_subcommands().front()->get_name();
    if (command == "run")
        return follow(arguments.progress, [&](Progress& progress) { return run(arguments.run, catalogue, progress); });
    if (command == "resume")
        return follow(arguments.progress,
                      [&](Progress& progress) { return resume(arguments.resume, catalogue, progress); });
    if (command == "sweep") return carry_out(arguments.sweep, catalogue, arguments.sweep_choices, arguments.progress);
    const ResultCommands& results = catalogue.results;
    if (command == "analyse") results.analyse(arguments.results.analyse, catalogue, std::cout);
    if (command == "report") std::cout << results.report(arguments.results.page, catalogue) << "\n";
    if (command == "export")
        for (const std::string& file : results.export_groups(arguments.results.exported)) std::cout << file << "\n";
    if (command == "plot") return results.plot(app.get_subcommands().front()->remaining());
    if (command == "list") list(arguments.name, catalogue, std::cout);
    if (command == "describe") describe_any(arguments.name, arguments.run.changes, arguments.dot, catalogue, std::cout);
    return command == "list" || command == "describe" ? printed() : 0;
}

/// The first word must be a command; the parser would only say that one is missing.
void check_command(const CLI::App& app, int argc, char** argv) {
    if (argc < 2 || argv[1][0] == '-') return;  // options of the program come first
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
        names.push_back(command->get_name());
    if (std::find(names.begin(), names.end(), argv[1]) != names.end()) return;
    const std::string near = nearest(argv[1], names);
    throw InputError({{"command line", 0, 0},
                      "",
                      "command '" + std::string(argv[1]) + "'",
                      CLI::detail::join(names, ", "),
                      near.empty() ? "" : "did you mean '" + near + "'?"});
}

}  // namespace

int main(int argc, char** argv, Catalogue catalogue) {
    occupy_standard_descriptors();
    answer_signals();
    read_in_subprocesses();
    const PrintableOutput to_screen(std::cout), to_errors(std::cerr);
    CLI::App app("Simulates circuits of compartmental pyramidal neurons that learn while they run.", "apical");
    Arguments arguments;
    arguments.sweep.program = "/proc/self/exe";  // this very program, also if its file is replaced meanwhile
    arguments.run.command_line = arguments.resume.command_line = quoted(argc, argv);
    try {
        instruction_set();  // a wrong APICAL_ISA is said before anything else
        check(catalogue, {"catalogue", 0, 0});
        declare(app, catalogue, arguments);
        check_command(app, argc, argv);
        app.parse(argc, argv);
        return dispatch(app, catalogue, arguments);
    } catch (const CLI::Success& request) {  // help or version
        return app.exit(request);
    } catch (const CLI::ParseError& error) {
        return complain(std::string(error.what()) + " (apical --help)", wrong_input);
    } catch (const InputError& error) {
        return complain(error.what(), wrong_input);
    } catch (const RunError& error) {
        return complain(error.what(), failed);
    } catch (const std::bad_alloc&) {
        return complain("not enough memory: fewer lanes, smaller layers, or less to record", failed);
    } catch (const std::exception& error) {
        return complain(error.what(), failed);
    }
}

}  // namespace apical
