#include "sim/app/result_options.hpp"

#include <CLI/CLI.hpp>

namespace apical {

void declare_result_commands(CLI::App& app, const ResultCommands& results, ResultArguments& arguments) {
    if (results.analyse) {
        CLI::App& analyse = *app.add_subcommand(
            "analyse", "Measure on the weights and spikes of a file; write into its group /analysis.");
        analyse.add_option("RUN", arguments.analyse.file, "File of a run.")->required();
        analyse.add_option("--metric", arguments.analyse.metrics, "Only this measurement; may be given several times.")
            ->take_all()
            ->expected(1);
        analyse
            .add_option("--row", arguments.analyse.row,
                        "Snapshot of /weights, counted from 0, then /final; negative: from the last one back.")
            ->capture_default_str();
        analyse.add_flag("--evolution", arguments.analyse.evolution,
                         "All snapshots of /weights, one after the other, into /analysis/evolution.");
        analyse.add_option("--from", arguments.analyse.from,
                           "Spikes after this time, \"200 ms\"; by default record.statistics_from of the run.");
        analyse.add_option("--until", arguments.analyse.until,
                           "Spikes until this time; by default the end of the run.");
        analyse.add_option("--out", arguments.analyse.out, "File to write to, instead of RUN.");
        analyse
            .add_option("--threads", arguments.analyse.threads, "Snapshots measured at a time; 0: one for every core.")
            ->check(CLI::Range(0, 1024));
        analyse.add_flag("--force", arguments.analyse.force, "Replace an earlier analysis.");
        analyse.footer(
            "Examples:\n  apical analyse digits.h5\n  apical analyse brunel.h5 --from \"500 ms\"\n  apical analyse "
            "digits.h5 --evolution --metric effective_rank_W");
    }
    if (results.report) {
        CLI::App& report = *app.add_subcommand("report", "Write one HTML file about a run or a sweep, with figures.");
        report.add_option("SUBJECT", arguments.page.subject, "File of a run, or folder of a sweep.")->required();
        report.add_option("--out", arguments.page.out, "File to write; by default RUN.html, or FOLDER/report.html.");
        report.add_flag("--force", arguments.page.force, "Replace an existing file.");
        report.footer("Examples:\n  apical report digits.h5\n  apical report results/rates");
    }
    if (results.plot) {
        CLI::App& plot = *app.add_subcommand(
            "plot", "Draw pictures of a run or a sweep: learning, angles, weights, traces, spikes.");
        // All words go on to the program that draws, which has a help of its own.
        plot.set_help_flag();
        plot.prefix_command();
    }
    if (results.export_groups) {
        CLI::App& exporting = *app.add_subcommand(
            "export", "Write what was recorded as CSV, one file a group, or spikes as SONATA or NWB.");
        exporting.add_option("RUN", arguments.exported.file, "File of a run.")->required();
        exporting.add_option("--out", arguments.exported.folder,
                             "Folder to write to; by default RUN without its ending.");
        exporting
            .add_option(
                "--group", arguments.exported.groups,
                "Only this group: /metrics, /trace/NAME, /final ...; may be given several times. By default all series "
                "but /weights.")
            ->take_all()
            ->expected(1);
        exporting
            .add_option(
                "--format", arguments.exported.format,
                "csv; or, of the spikes of all populations, sonata (spikes.h5, not compressed) or nwb (spikes.nwb).")
            ->check(CLI::IsMember({"csv", "sonata", "nwb"}))
            ->capture_default_str();
        exporting.add_flag("--force", arguments.exported.force, "Replace existing files.");
        exporting.footer(
            "Examples:\n  apical export digits.h5\n  apical export digits.h5 --group /final --out weights\n"
            "  apical export brunel.h5 --format sonata");
    }
}

}  // namespace apical
