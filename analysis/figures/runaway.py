#!/usr/bin/env python3
"""Draws what runs away first in runs of self_assembly, side by side, and prints the order.

    runaway.py RUN.h5 [RUN.h5 ...] --labels TEXT [TEXT ...] --out PREFIX     writes PREFIX.png and PREFIX.svg
"""
import argparse
import pathlib
import sys

from drawing import colours, lacking, letter, Missing, origin, refusing, save, style

import h5py
import matplotlib.pyplot as plt
import numpy as np
import tomllib
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, LogLocator, NullLocator
from table import circuit_of

RUNS = 4  # at most; they also differ in width, layers in dashes
DASHES = ["-", (0, (4, 1.5)), (0, (1, 1.2)), (0, (5, 1.5, 1, 1.5))]
BAND = 2  # a quantity has run away when it stays above this many times its start
EDGE = 50  # the axes end here: what is beyond tells only that the run is lost
# Variable, title, what the vertical axis shows, whether relative to the start.
PANELS = [
    ("metrics/loss", "loss", "cross-entropy (nat)", False),
    ("metrics/gain_sgd", "gain of the update of W", "|ΔW| / |ΔW$_{SGD}$| (1)", False),
    ("metrics/downstream_rate_rms", r"downstream rates $\bar{h}$", "rms, relative to the start (1)", True),
    ("metrics/rate_rms", "upstream rates $h$", "rms, relative to the start (1)", True),
    ("spectra/spectral_norm_Wbar", r"$\bar{W}$", "spectral norm, relative (1)", True),
    ("spectra/spectral_norm_V", "$V$", "spectral norm, relative (1)", True),
    ("spectra/spectral_norm_Vbar", r"$\bar{V}$", "spectral norm, relative (1)", True),
    ("spectra/spectral_norm_W", "$W$", "spectral norm, relative (1)", True),
]


class Run:
    """What was measured from the first sample on; development, which counts backwards, is left out."""

    def __init__(self, path, label):
        self.label = label
        with h5py.File(path, "r") as file:
            for name in "config", "metrics/time", "spectra/time", *(name for name, *_ in PANELS):
                if name not in file:
                    raise lacking(file, name)
            config = tomllib.loads(file["config"][()].decode())
            lanes = config["run"]["lanes"]
            own, data = config.get("self_assembly", {}), config.get("task", {}).get("dataset", "")
            self.circuit = circuit_of(own.get("motif", ""), own.get("gate", ""))
            self.data = f"{colours.DATA.get(data, data)}, seed {config['run'].get('seed', 1)}" if data else ""
            self.failed = "final" not in file
            self.steps, self.values, self.layers = {}, {}, {}
            for name, *_ in PANELS:
                group = name.split("/")[0]
                time = file[f"{group}/time"][:]
                after = time >= 0
                if not np.any(time > 0):
                    raise Missing(f"{path}: no {group} were recorded after the first sample")
                values = np.asarray(file[name], dtype=float)[after]
                axis = file[name].dims[1] if values.ndim == 2 else None
                self.steps[name] = time[after] / lanes
                self.layers[name] = [""] if axis is None else [int(l) for l in axis[0][:]]
                self.values[name] = values.reshape(len(values), -1)

    def last_step(self):
        return max(steps[-1] for steps in self.steps.values())

    def departure(self, name, k):
        """First row from which on the quantity is above the band of its start to the end; None: it is not."""
        values = self.values[name][:, k]
        last = np.flatnonzero(values <= BAND * values[0])[-1]  # the start is one of them
        return last + 1 if last + 1 < len(values) else None


def of_runs(runs):
    """Colours: of the variant of the circuit; another run of the same variant is paler."""
    found, seen = [], {}
    for run, other in zip(runs, colours.SERIES):
        base = np.array(to_rgb(colours.VARIANTS.get(run.circuit, other)))
        found.append(tuple(1 - (1 - base) * 0.5 ** seen.get(run.circuit, 0) if run.circuit in colours.VARIANTS else base))
        seen[run.circuit] = seen.get(run.circuit, 0) + 1
    return found


def draw_panel(axes, runs, name, relative):
    for run, colour, place in zip(runs, of_runs(runs), range(len(runs))):
        steps, values = run.steps[name], run.values[name]
        if relative:
            values = values / values[0]
        values = np.minimum(values, EDGE)
        later = steps > 0  # the start is at step 0, which has no place on this axis
        for k, layer in enumerate(run.layers[name]):
            dash = DASHES[(layer - 1) % len(DASHES)] if layer else "-"
            axes.plot(steps[later], values[later, k], color=colour, linestyle=dash,
                      linewidth=1.0 + 0.15 * (len(runs) - place), zorder=3 + len(runs) - place)
            row = run.departure(name, k)
            if row is not None:
                axes.plot(steps[row], values[row, k], "o", color=colour, markersize=4, markeredgecolor="white",
                          markeredgewidth=0.6, zorder=10)
            if run.failed:
                axes.plot(steps[-1], values[-1, k], "x", color=colour, markersize=5, markeredgewidth=1.4,
                          zorder=10, clip_on=False)
    if name == "metrics/gain_sgd":
        axes.axhline(1, color="0.6", linewidth=0.8, zorder=0)
    axes.set_xscale("log")
    axes.set_yscale("log")
    last = max(run.last_step() for run in runs)
    axes.set_xlim(1, 1.25 * last)
    axes.xaxis.set_major_locator(FixedLocator([x for x in (1, 3, 10, 30, 100, 300, 1000, 3000, 10000) if x <= last]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_ylim(0.3 if relative else None, EDGE)
    if relative:
        axes.axhspan(0.3, BAND, color="0.92", zorder=0)
    subs = (1, 2, 5) if relative else (1,)
    axes.yaxis.set_major_locator(LogLocator(subs=subs, numticks=9))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter("{x:g}")


def draw(runs):
    figure, grid = plt.subplots(4, len(PANELS) // 4, figsize=(5.2, 8), layout="constrained")
    for axes, (name, _, label, relative) in zip(grid.flat, PANELS):
        draw_panel(axes, runs, name, relative)
        axes.set_ylabel(label)
    letter(grid.flat, [title for _, title, *_ in PANELS])
    for axes in grid[-1]:
        axes.set_xlabel("step (presentations of all lanes)")
    layers = max(max(run.layers["spectra/spectral_norm_W"]) for run in runs)
    keys = [Line2D([], [], color=colour, linewidth=2, label=run.label) for run, colour in zip(runs, of_runs(runs))]
    keys += [Line2D([], [], color="0.3", linestyle=DASHES[k % len(DASHES)], label=f"layer {k + 1}")
             for k in range(layers)]
    keys += [Line2D([], [], color="0.3", linestyle="", marker="o", markersize=4,
                    label=f"from here on above {BAND} times the start"),
             Line2D([], [], color="0.3", linestyle="", marker="x", markersize=5, markeredgewidth=1.4,
                    label="the run fails (at the edge: beyond it)"),
             Patch(color="0.92", label=f"up to {BAND} times the start")]
    figure.get_layout_engine().set(rect=(0, 0.12, 1, 0.88))  # the strip below is the legend's
    figure.legend(handles=keys, loc="lower center", ncol=2)
    origin(figure, "; ".join(dict.fromkeys(word for word in (*(run.data for run in runs), "one run each (n = 1), both axes logarithmic") if word)))
    return figure


def order(run):
    """Lines of a table: what ran away, first come first."""
    rows = []
    for name, *_ in PANELS:
        for k, layer in enumerate(run.layers[name]):
            row, values = run.departure(name, k), run.values[name][:, k]
            step = np.inf if row is None else run.steps[name][row]
            rows.append((step, f"{name.split('/')[1]} {layer}".strip(), values[0], values[-1]))
    last = run.last_step()
    end = f"fails; last row after step {last:g}" if run.failed else f"{last:g} steps"
    yield f"\n{run.label} ({end})\n{'quantity, layer':<26}{'start':>10}{'leaves at':>11}{'last':>11}"
    for step, name, first, last in sorted(rows, key=lambda row: row[0]):
        yield f"{name:<26}{first:>10.3g}{'-' if np.isinf(step) else f'{step:g}':>11}{last:>11.3g}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", metavar="RUN.h5", help="HDF5 files of runs, measured at every step at first")
    parser.add_argument("--labels", nargs="+", default=[], metavar="TEXT", help="what to call them")
    parser.add_argument("--out", required=True, metavar="PREFIX", help="the files are PREFIX.png and PREFIX.svg")
    arguments = parser.parse_args()
    if len(arguments.runs) > RUNS or len(arguments.labels) not in (0, len(arguments.runs)):
        parser.error(f"at most {RUNS} runs, and as many labels as runs")

    def work():
        labels = arguments.labels or [pathlib.Path(path).stem for path in arguments.runs]
        runs = [Run(path, label) for path, label in zip(arguments.runs, labels)]
        save(draw(runs), arguments.out)
        for run in runs:
            print("\n".join(order(run)))

    style()
    return refusing(work)


if __name__ == "__main__":
    sys.exit(main())
