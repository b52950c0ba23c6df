#!/usr/bin/env python3
"""The demonstration of bursting ensembles: spikes of some cells, rates of events, burst probabilities and weights, with the
times at which the teacher is there.

  bursts.py RUN.h5 --out PREFIX     RUN.h5: of models/burst_ccn/demonstration.toml
"""
import argparse

from drawing import colours, lacking, letter, Missing, origin, plt, refusing, save, style

import h5py
import numpy as np
import tomllib

HIDDEN, OUTPUT, TEACHER = (colours.CELLS[cells] for cells in ("hidden", "output", "teacher"))
SHOWN = 25  # cells of an ensemble


def value(text):
    """The number of "20 s" and the like, times in ms."""
    number, _, unit = str(text).partition(" ")
    return float(number) * {"s": 1000, "min": 60000}.get(unit, 1)


def teaching(run):
    """(from, until, target) of every time with a teacher, in s and Hz."""
    section = tomllib.loads(run["config"][()].decode()).get("burst_ensembles")
    if section is None:
        raise Missing(f"{run.filename}: there are no bursting ensembles; models/burst_ccn/demonstration.toml has some")
    columns = [[value(one) for one in np.atleast_1d(section[f"teacher_{name}"])] for name in ("times", "gains", "targets")]
    ends = [*columns[0][1:], np.inf]
    return [(begin / 1000, end / 1000, target) for begin, gain, target, end in zip(*columns, ends) if gain > 0]


def series(run, path, column):
    if f"trace/{path}" not in run:
        raise lacking(run, f"trace/{path}")
    group = run[f"trace/{path}"]
    return group["time"][()] / 1000, group[column][()].reshape(len(group["time"]))


def raster(axes, run, end):
    for place, (name, colour) in enumerate((("up1", HIDDEN), ("up2", OUTPUT))):
        if f"spikes/{name}" not in run:
            raise lacking(run, f"spikes/{name}")
        times, cells = run[f"spikes/{name}/timestamps"][()] / 1000, run[f"spikes/{name}/node_ids"][()]
        shown = cells < SHOWN
        axes.scatter(times[shown], SHOWN * place + cells[shown], s=0.4, color=colour, linewidths=0, rasterized=True)
    axes.set(ylim=(-0.5, 2 * SHOWN), yticks=[SHOWN / 2, 1.5 * SHOWN], yticklabels=["ensemble 1", "ensemble 2"], xlim=(0, end))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def draw(options):
    style()
    with h5py.File(options.run) as run:
        lessons = teaching(run)
        time, output = series(run, "output_events", "event_rate")
        _, hidden = series(run, "hidden_events", "event_rate")
        _, p_output = series(run, "output_bursts", "burst_probability")
        _, p_hidden = series(run, "hidden_bursts", "burst_probability")
        if "weights/W1" not in run:
            raise lacking(run, "weights/W1")
        snapshots, weights = run["weights/time"][()] / 1000, run["weights/W1"][()]
        seed = tomllib.loads(run["config"][()].decode())["run"].get("seed", 1)
        figure, grid = plt.subplots(4, 1, figsize=(5.2, 6), sharex=True, layout="constrained", height_ratios=[1.6, 1, 1, 1])
        raster(grid[0], run, time[-1])
    for axes, columns in (grid[1], (hidden, output)), (grid[2], (p_hidden, p_output)):
        for column, colour, name in zip(columns, (HIDDEN, OUTPUT), ("ensemble 1", "ensemble 2")):
            axes.plot(time, column, color=colour, lw=1, label=name)
    for begin, end, target in [lesson for lesson in lessons if lesson[0] < time[-1]]:
        grid[1].plot([begin, min(end, time[-1])], [target, target], "--", color=TEACHER, lw=1)
        for axes in grid:
            axes.axvspan(begin, min(end, time[-1]), color=TEACHER, alpha=0.08, lw=0)
    weights = weights.reshape(len(snapshots), -1)
    grid[3].fill_between(snapshots, *np.quantile(weights, (0.1, 0.9), axis=1), color=HIDDEN, alpha=0.2, lw=0)
    grid[3].plot(snapshots, weights.mean(axis=1), color=HIDDEN, lw=1)
    grid[1].plot([], [], "--", color=TEACHER, lw=1, label="asked of ensemble 2")
    grid[1].legend(loc="lower right", ncols=3)
    grid[2].legend(loc="upper right", ncols=2)
    grid[3].plot([], [], color=HIDDEN, lw=1, label="mean over cells")
    grid[3].fill_between([], [], color=HIDDEN, alpha=0.2, lw=0, label="four fifths of the cells")
    grid[3].legend(loc="upper right", ncols=2)
    grid[1].set(ylabel="events (Hz)", ylim=(0, None))
    grid[2].set(ylabel="burst probability (1)", ylim=(0, 1))
    grid[3].set(ylabel="weight (1)", ylim=(0, 1.2 * np.quantile(weights, 0.9, axis=1).max()), xlabel="time (s)")
    letter(grid, [f"spikes of {SHOWN} cells of each", "events of each cell, running mean", "share of events that are bursts", "weights of the input to ensemble 1"])
    origin(figure, f"two ensembles of {weights.shape[1]} cells that burst, one run (n = 1), seed {seed}; shaded: with a teacher of ensemble 2")
    save(figure, options.out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run")
    parser.add_argument("--out", required=True, metavar="PREFIX")
    options = parser.parse_args()
    return refusing(lambda: draw(options))


if __name__ == "__main__":
    raise SystemExit(main())
