#!/usr/bin/env python3
"""The exclusive or of bursting ensembles: late rates of the output's events, pattern by pattern, while it is taught, and in the test.

  exclusive_or.py RUN.h5 [CONTROL.h5] --out PREFIX     of models/burst_ccn/xor_spiking.toml; PREFIX.csv has the tests
"""
import argparse

from drawing import colours, lacking, letter, Missing, origin, plt, refusing, save, style

from bursts import value
import h5py
import numpy as np
from table import write_rows
import tomllib

PATTERNS = {(0, 0): ("o", "-"), (1, 0): ("s", "-"), (0, 1): ("^", "--"), (1, 1): ("D", "-.")}
TARGETS = {"1": 8, "0": 5}  # Hz: at least for (1, 0) and (0, 1), at most for the others; 5.9 of the specification


def late_rates(run):
    """Events per second and cell in the second half of every example: rows of four patterns; and how many examples are taught."""
    section = tomllib.loads(run["config"][()].decode()).get("burst_xor")
    if section is None:
        raise Missing(f"{run.filename}: there is no exclusive or; models/burst_ccn/xor_spiking.toml has one")
    if "trace/output_events" not in run:
        raise lacking(run, "trace/output_events")
    group = run["trace/output_events"]
    times = group["time"][()]
    counts = group["event_count"][()].reshape(len(times), -1).mean(axis=1)
    example = value(section["example"])
    # The last row is before the end of the last example, whose second half is shorter for that.
    count = 4 * int((times[-1] / example + 0.5) // 4)
    middles = (np.arange(count) + 0.5) * example
    ends = np.minimum(middles + example / 2, times[-1])
    if not (ends > middles).all():
        raise Missing(f"{run.filename}: trace.output_events.every must be shorter than half of burst_xor.example")
    events = np.interp(ends, times, counts) - np.interp(middles, times, counts)
    return (1000 * events / (ends - middles)).reshape(-1, 4), section["taught"]


def draw(options):
    style()
    figure, grid = plt.subplots(1, len(options.runs), figsize=(2.6 * len(options.runs) + 0.9, 2.8), sharey=True, squeeze=False, layout="constrained")
    rows, titles, seeds = [], [], []
    for axes, path in zip(grid[0], options.runs):
        with h5py.File(path) as run:
            rates, taught = late_rates(run)
            config = tomllib.loads(run["config"][()].decode())
        baseline = config["burst_xor"]["baseline"]
        seeds.append(str(config["run"].get("seed", 1)))
        first = taught // 4  # row of the test
        for place, (pattern, (marker, dashes)) in enumerate(PATTERNS.items()):
            label, colour = "({}, {})".format(*pattern), colours.INPUTS[pattern]
            axes.plot(4 * np.arange(first) + place + 1, rates[:first, place], dashes, color=colour, lw=1.1)
            if first < len(rates):
                axes.plot(taught + 4 * np.arange(1, len(rates) - first + 1), rates[first:, place], marker, color=colour, ms=3.5)
                rows.append((baseline, label, len(rates) - first, float(rates[first:, place].mean())))
        axes.axvspan(0, taught, color=colours.CELLS["teacher"], alpha=0.08, lw=0)
        for rate in TARGETS.values():
            axes.axhline(rate, color="0.55", lw=0.8, ls=":", zorder=0)
        axes.set(xlabel="examples of the four patterns", ylim=(0, None), xlim=(0, None))
        titles.append("bursts beyond a fixed share" if baseline == "constant" else "control: beyond that of late")
    grid[0][0].set_ylabel("late events of the output (Hz)")
    letter(grid[0], titles)
    handles = [plt.Line2D([], [], color=colours.INPUTS[pattern], ls=dashes, marker=marker, ms=3.5, lw=1.1) for pattern, (marker, dashes) in PATTERNS.items()]
    handles += [plt.Rectangle((0, 0), 1, 1, color=colours.CELLS["teacher"], alpha=0.08, lw=0), plt.Line2D([], [], color="0.55", lw=0.8, ls=":")]
    names = ["({}, {})".format(*pattern) for pattern in PATTERNS] + ["with a teacher", "asked: ≥ 8 Hz for (1, 0)\nand (0, 1), ≤ 5 Hz for\n(0, 0) and (1, 1)"]
    grid[0][-1].legend(handles, names, title="inputs", loc="center left", bbox_to_anchor=(1.02, 0.5))
    lines = "\n" if len(options.runs) == 1 else "; "
    origin(figure, f"exclusive or, cells that burst, one run each (n = 1), seed {' and '.join(dict.fromkeys(seeds))}{lines}lines: while taught, marks: tests")
    save(figure, options.out)
    write_rows(f"{options.out}.csv", ("baseline", "inputs", "tests", "events_in_Hz"), rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+")
    parser.add_argument("--out", required=True, metavar="PREFIX")
    options = parser.parse_args()
    return refusing(lambda: draw(options))


if __name__ == "__main__":
    raise SystemExit(main())
