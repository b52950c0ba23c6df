#!/usr/bin/env python3
"""Draws the test error over epochs, from the files of any runs alone: a curve a method, the mean over its files where all have it.

    errors.py NAME=RUN.h5 [NAME=RUN.h5 ...] --out PREFIX     writes PREFIX.png, PREFIX.svg and PREFIX.csv

Files of one NAME are seeds of one method; a NAME that is or begins with that of a model (burst_ccn, BurstCCN) has its colour. The
baselines of a file (/baselines) get curves of their own, under the names they have there. PREFIX.csv: what is left at the end, in percent.
"""
import argparse
import functools
import sys

from drawing import colours, COLUMN, Missing, origin, refusing, save, style

import h5py
import matplotlib.pyplot as plt
import numpy as np
import tomllib
from table import write_rows

DASHES = "-", "--", ":", "-."


def curve(group, path):
    """(epoch, percent wrong) of the rows that have both."""
    if "metrics/test_accuracy" not in group or "metrics/epoch" not in group:
        raise Missing(f"{path}: there is no metrics/test_accuracy with its epochs in {group.name}")
    epoch, error = group["metrics/epoch"][:], 100 * (1 - group["metrics/test_accuracy"][:])
    known = np.isfinite(error) & (epoch > 0)
    return epoch[known], error[known]


def curves(named):
    """Name -> curves of its seeds, methods of the files before their baselines."""
    found, baselines = {}, {}
    for text in named:
        name, equals, path = text.partition("=")
        if not equals:
            raise Missing(f"{text}: a name is missing; write NAME={text}")
        with h5py.File(path) as run:
            found.setdefault(name, []).append(curve(run, path))
            for baseline in run.get("baselines", {}):
                baselines.setdefault(baseline.replace("_", " "), []).append(curve(run["baselines"][baseline], path))
    return found | {name: seeds for name, seeds in baselines.items() if name not in found}


def plain(name):
    return name.lower().replace("-", "_").replace(" ", "_")


def looks(names):
    """Colour and dashes of each: of its method, or of none of ours; what has the colour of another has other dashes."""
    found, used = {}, {}
    for name in names:
        known = max((model for model in colours.METHODS if any(map(plain(name).startswith, map(plain, (model, colours.method(model)[1]))))),
                    key=len, default=None)
        colour = colours.METHODS[known] if known else next((c for c in colours.SERIES if c not in used), "#7f7f7f")
        found[name] = colour, DASHES[used.get(colour, 0) % len(DASHES)]
        used[colour] = used.get(colour, 0) + 1
    return found


def data_of(named):
    """Which data the runs have learnt, where they all say the same."""
    found = set()
    for text in named:
        with h5py.File(text.partition("=")[2]) as run:
            found.add(tomllib.loads(run["config"].asstr()[()])["task"]["dataset"] if "config" in run else "")
    name = found.pop() if len(found) == 1 else ""
    return colours.DATA.get(name, name)


def draw(options):
    figure, axes = plt.subplots(figsize=(COLUMN, 3.3), layout="constrained")
    rows, found = [], curves(options.runs)
    for name, (colour, dashes) in looks(found).items():
        seeds = found[name]
        epoch = functools.reduce(np.intersect1d, [epoch for epoch, _ in seeds])
        if not epoch.size:
            raise Missing(f"{name}: its files have no epoch in common")
        errors = np.array([error[np.isin(own, epoch)] for own, error in seeds])
        # A point where the run ends: curves end where training did.
        axes.plot(epoch, errors.mean(axis=0), dashes, color=colour, marker="o", markevery=[-1], ms=3,
                  label=f"{name} (n = {len(seeds)}, {epoch[-1]:.0f} epochs)")
        if len(seeds) > 1:
            axes.fill_between(epoch, errors.min(axis=0), errors.max(axis=0), color=colour, alpha=0.2, linewidth=0)
        rows.append((name, len(seeds), float(epoch[-1]), float(errors[:, -1].mean()), float(np.ptp(errors[:, -1]) / 2)))
    axes.set(xlabel="epoch", ylabel="test error (%), logarithmic", yscale="log")
    ticks = [t for t in (1, 1.5, 2, 3, 5, 10, 20, 50) if axes.get_ylim()[0] <= t <= axes.get_ylim()[1]]
    axes.set_yticks(ticks, [f"{t:g}" for t in ticks])
    axes.minorticks_off()
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), fontsize=6)
    said = "lines: mean over n seeds; bands: range; points: end"
    data = data_of(options.runs)
    origin(figure, (f"{data}\n" if data else "") + said)
    save(figure, options.out)
    write_rows(f"{options.out}.csv", ("method", "seeds", "epochs", "test_error", "half_range"), rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", metavar="NAME=RUN.h5", help="HDF5 files of runs")
    parser.add_argument("--out", required=True, metavar="PREFIX", help="the files are PREFIX.png, .svg and .csv")
    options = parser.parse_args()
    style()
    return refusing(lambda: draw(options))


if __name__ == "__main__":
    sys.exit(main())
