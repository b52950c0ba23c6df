#!/usr/bin/env python3
"""What the circuit predicts for an anatomist and a physiologist, from a run of models/self_assembly/predictions.toml.

  predictions.py prepare RUN.h5 --folder results/predictions   files of silenced circuits, and a sweep that runs them
  apical sweep results/predictions/silence.toml --out results/predictions/silence
  predictions.py draw RUN.h5 [--silenced results/predictions/silence/index.h5] --out results/predictions/predictions

`draw` writes the figure and PREFIX.csv with every number in it: reciprocity of V and Vbar^T and of the two pathways, synapse by
synapse, beside shuffled ones; correlation of basal and apical drive in a cell; accuracy with each group of synapses silenced;
effective rank. Each is also estimated from n cells; bars are standard deviations over samples of n cells. Of a run with default
keys it draws what /final has; record.weights and two traces, as in that file, give the rest.
"""
import argparse
import csv
import pathlib

from drawing import colours, lacking, letter, Missing, origin, PAGE, plt, refusing, save, say, style

import h5py
import numpy as np
import tomllib
from states import State, states

GROUPS = {"W": "up", "Wbar": "down", "V": "up to down", "Vbar": "down to up"}
SEEN = (3, 5, 10, 20, 50)  # cells
SAMPLES = 200  # of n cells, and of shuffled synapses


def correlation(a, b):
    a, b = a - a.mean(), b - b.mean()
    scale = np.sqrt((a**2).sum() * (b**2).sum())
    return (a * b).sum() / scale if scale > 0 else np.nan


def output_layer(w):
    return max(int(name[1:]) for name in w if name[1:].isdigit() and name[0] == "W")


def weights_of(state):
    """All matrices of a state, and V of the output, which is the identity."""
    w = {name: state[name] for name in state.names()}
    last = output_layer(w)
    w[f"V{last}"] = np.eye(len(w[f"W{last}"]))
    return w


def cross_pairs(w, layer, cells=slice(None)):
    """Strengths of V and of Vbar between the same two cells, where there is a synapse."""
    V, Vbar = w[f"V{layer}"][:, cells], w[f"Vbar{layer}"][cells].T
    there = (V != 0) | (Vbar != 0)
    return V[there], Vbar[there]


def path_pairs(w, layer, above=slice(None), below=slice(None)):
    """Strengths of W between two cells of neighbouring layers, and of the way back: Vbar Wbar V."""
    path = w[f"Vbar{layer - 1}"][below] @ w[f"Wbar{layer}"] @ w[f"V{layer}"][:, above]
    return w[f"W{layer}"][above][:, below].ravel(), path.T.ravel()


def effective_rank(w, layer, cells=slice(None)):
    values = np.linalg.svd(w[f"Vbar{layer}"][cells], compute_uv=False) ** 2  # eigenvalues of H
    p = values[values > 0] / values.sum()
    return np.exp(-(p * np.log(p)).sum())


def shuffled(a, b, random):
    """Mean and deviation of the correlation when it is left to chance which synapse goes with which."""
    found = [correlation(a, random.permutation(b)) for _ in range(SAMPLES)]
    return np.mean(found), np.std(found)


def dendrites(run, window):
    """For every window of presentations: the correlation of basal and apical drive of each cell."""
    basal, apical, time = (run[f"trace/{name}"] for name in ("basal/basal", "apical/apical", "basal/time"))
    found = []
    for first in range(0, len(time) - window + 1, window):
        a, b = (np.moveaxis(x[first:first + window], 1, 0).reshape(x.shape[1], -1) for x in (basal, apical))
        found.append((np.mean(time[first:first + window]), np.array([correlation(*cell) for cell in zip(a, b)])))
    return found


class Numbers:
    """Everything measured, as rows of a table."""

    def __init__(self, run, silenced):
        self.rows, random = [], np.random.default_rng(1)
        epoch = run["metrics/time"][-1] / run["metrics/epoch"][-1]
        found = states(run)
        self.layers = range(1, output_layer(weights_of(found[-1])))
        for state in found:
            w, time = weights_of(state), state.time
            for layer in self.layers:
                for name, (a, b) in (("reciprocity of V and Vbar", cross_pairs(w, layer)),
                                     ("reciprocity of the pathways", path_pairs(w, layer + 1))):
                    self.add(name, layer, time / epoch, "all", correlation(a, b))
                    self.add(name + ", shuffled", layer, time / epoch, "all", *shuffled(a, b, random))
                self.add("effective rank of H", layer, time / epoch, "all", effective_rank(w, layer))
        self.last, self.first = w, weights_of(found[0]) if len(found) > 1 else None
        if "trace/basal" in run and "trace/apical" in run:
            for time, cells in dendrites(run, 72):
                self.add("basal-apical correlation", 1, time / epoch, "all", np.nanmean(cells), np.nanstd(cells))
            self.cells = cells
        config = tomllib.loads(run["config"].asstr()[()]) if "config" in run else {}
        data = config.get("task", {}).get("dataset", "")
        self.data = f"{colours.DATA.get(data, data)}, one run, seed {config.get('run', {}).get('seed', 1)}"
        self.samples(random, found[-1].time / epoch)
        if silenced:
            self.silence(silenced)

    def add(self, quantity, layer, epoch, cells, value, deviation=np.nan):
        self.rows.append({"quantity": quantity, "layer": layer, "epoch": epoch, "cells": cells, "value": value,
                          "deviation": deviation})

    def samples(self, random, epoch):
        """What an experimenter finds who sees n cells (in each of two layers, for the pathways)."""
        w, size = self.last, len(self.last["W1"])
        self.size = size
        for n in SEEN:
            draw = lambda count: random.choice(count, min(n, count), replace=False)
            estimates = {
                "reciprocity of V and Vbar": lambda: correlation(*cross_pairs(w, 1, draw(size))),
                "reciprocity of the pathways": lambda: correlation(*path_pairs(w, 2, draw(len(w["W2"])), draw(size))),
                "effective rank of H": lambda: effective_rank(w, 1, draw(size)),
            }
            if hasattr(self, "cells"):
                estimates["basal-apical correlation"] = lambda: np.nanmean(self.cells[draw(size)])
            for name, estimate in estimates.items():
                found = [estimate() for _ in range(SAMPLES)]
                self.add(name, 1, epoch, n, np.nanmean(found), np.nanstd(found))

    def silence(self, path):
        with h5py.File(path) as index:
            files = index["keys/init.file"].asstr()[:]
            groups, seeds = index["keys/init.group"].asstr()[:], index["keys/run.seed"][:]
            accuracy = index["metrics/test_accuracy"][:]
        for when, group in (("at once", "/final"), ("learning without", "/developed")):
            for name in ("nothing", *GROUPS):
                found = accuracy[[g == group and pathlib.Path(f).stem == name for f, g in zip(files, groups)]]
                if len(found) == 0:
                    raise Missing(f"{path}: no run with {name} silenced")
                self.add(f"test accuracy with {name} silenced, {when}", 0, np.nan, f"{len(found)} seeds", np.mean(found),
                         np.std(found, ddof=1) if len(found) > 1 else np.nan)

    def of(self, quantity, layer, cells="all"):
        rows = [row for row in self.rows if row["quantity"] == quantity and row["layer"] == layer
                and (row["cells"] == "all") == (cells == "all")]
        column = lambda name: np.array([row[name] for row in rows], float)
        return column("epoch" if cells == "all" else "cells"), column("value"), column("deviation")

    def write(self, path):
        with open(path, "w", newline="") as file:
            table = csv.DictWriter(file, self.rows[0].keys())
            table.writeheader()
            table.writerows({name: f"{value:.6g}" if isinstance(value, float) else value for name, value in row.items()}
                            for row in self.rows)
        print(path)


def draw_scatter(axes, numbers):
    for w, label, colour, marker in ((numbers.first, "at birth", "0.6", "x"), (numbers.last, "after learning", colours.METHODS["self_assembly"], ".")):
        if w is None:
            continue
        a, b = cross_pairs(w, 1)
        axes.plot(a, b, marker, ms=3, mew=0.6, color=colour, label=f"{label}, r = {correlation(a, b):.2f}")
    axes.set(xlabel=f"$V$, upstream to downstream (1);\nn = {len(a)} synapses", ylabel=r"$\bar V$, downstream to upstream (1)")
    axes.set_ylim(0, axes.get_ylim()[1] * 1.3)
    axes.legend(loc="upper left", markerscale=2)


def draw_over_time(axes, numbers, quantity):
    """Dotted where nothing was measured: between birth and the end of development."""
    looks = list(zip(colours.layers(len(numbers.layers)), ("o", "s", "D", "^") * len(numbers.layers)))
    for layer, (colour, marker) in zip(numbers.layers, looks):
        x, y, _ = numbers.of(quantity, layer)
        style = {"color": colour, "marker": marker, "ms": 6 - 2 * min(layer, 2), "mfc": "none"}
        axes.plot(x[:2], y[:2], ":" if x[0] < 0 else "-", **style)
        axes.plot(x[1:] if x[0] < 0 else x, y[1:] if x[0] < 0 else y, "-", label=f"layer {layer}", **style)
        x, mean, deviation = numbers.of(quantity + ", shuffled", layer)
        axes.fill_between(x, mean - 2 * deviation, mean + 2 * deviation, color=colour, alpha=0.2, lw=0)
    axes.axhline(0, color="0.8", lw=0.7, zorder=0)
    if numbers.of(quantity, 1)[0][0] < 0:
        axes.plot([], [], ":", color="0.4", label="not measured")
    axes.fill_between([], [], color="0.8", lw=0, label="shuffled, ±2 sd")
    axes.set(xlabel="epoch (negative: development)", ylabel="correlation r over synapses", ylim=(-0.2, 1.6), yticks=np.arange(0, 1.1, 0.25))
    axes.legend(loc="upper left", ncols=2, columnspacing=0.8, handlelength=1.4, borderaxespad=0, handletextpad=0.4, fontsize=6)


def draw_dendrites(axes, numbers):
    x, y, deviation = numbers.of("basal-apical correlation", 1)
    axes.errorbar(x, y, deviation, fmt=".-", capsize=2, color=colours.layers(2)[0], label=f"layer 1, mean ± sd, {numbers.size} cells")
    axes.axhline(0, color="0.7", lw=0.7, zorder=0)
    axes.set(xlabel="epoch", ylabel="correlation r of basal\nand apical drive of a cell")
    axes.set_ylim(None, axes.get_ylim()[1] * 1.25)
    axes.legend(loc="upper left")


def draw_silenced(axes, numbers):
    seeds = set()
    for k, (when, label, colour) in enumerate((("at once", "when trained", "0.35"),
                                               ("learning without", "learning without it", colours.METHODS["self_assembly"]))):
        found = [next(row for row in numbers.rows if row["quantity"] == f"test accuracy with {name} silenced, {when}")
                 for name in ("nothing", *GROUPS)]
        seeds |= {row["cells"] for row in found}
        axes.bar(np.arange(5) + 0.4 * k, [100 * row["value"] for row in found], 0.38, label=label, color=colour,
                 yerr=[100 * np.nan_to_num(row["deviation"]) for row in found], error_kw={"elinewidth": 0.8}, capsize=1.5)
    axes.set_xticks(np.arange(5) + 0.2, ["nothing", "$W$", r"$\bar W$", "$V$", r"$\bar V$"])
    axes.set(ylabel="test accuracy (%)", xlabel=f"silenced (mean ± sd, n = {' or '.join(sorted(seeds))})", ylim=(0, 140), yticks=range(0, 101, 25))
    axes.legend(loc="upper left")


def draw_samples(axes, numbers):
    names = (("reciprocity of V and Vbar", r"$V$ and $\bar V^T$", "o", colours.GROUPS["V"], 1),
             ("reciprocity of the pathways", r"$W$ and the way back", "s", colours.GROUPS["W"], 1),
             ("effective rank of H", "effective rank of H, over n", "D", "#ee7733", None),
             ("basal-apical correlation", "basal and apical drive", "^", "0.3", 1))
    for k, (name, label, marker, colour, scale) in enumerate(names):
        n, value, deviation = numbers.of(name, 1, "some")
        if len(n) == 0:
            continue
        divide = np.minimum(n, numbers.size) if scale is None else 1
        axes.errorbar(n * 1.09 ** (k - 1), value / divide, deviation / divide, fmt=marker, ms=3, lw=0.8, capsize=1.5, color=colour, label=label)
    axes.axhline(0, color="0.8", lw=0.7, zorder=0)
    axes.set(xlabel="cells seen, n (logarithmic)", ylabel=f"estimate (1), mean ± sd\nover {SAMPLES} samples of n cells", ylim=(-0.1, 1.1))
    axes.set_xscale("log")
    axes.set_xticks(SEEN, SEEN)
    axes.minorticks_off()
    axes.legend(loc="center left")


def draw(options):
    style()
    with h5py.File(options.run) as run:
        if "metrics/epoch" not in run:
            raise lacking(run, "metrics/epoch")
        for name in "Vbar1", "Wbar2", "V1":
            states(run)[-1][name]  # or Missing
        numbers = Numbers(run, options.silenced)
    figure, axes = plt.subplots(2, 3, figsize=(PAGE, 4.6), layout="constrained")
    draw_scatter(axes[0, 0], numbers)
    draw_over_time(axes[0, 1], numbers, "reciprocity of V and Vbar")
    draw_over_time(axes[0, 2], numbers, "reciprocity of the pathways")
    draw_samples(axes[1, 2], numbers)
    for axis, work, there, lacks in (
            (axes[1, 0], draw_dendrites, hasattr(numbers, "cells"),
             "basal and apical drive are not in this file:\nsections [trace.basal] and [trace.apical]\nas in predictions.toml record them"),
            (axes[1, 1], draw_silenced, bool(options.silenced), "silenced circuits: --silenced INDEX.h5")):
        if there:
            work(axis, numbers)
        else:
            axis.set_axis_off()
            say(axis, lacks)
    letter(axes.flat, ["the same two cells, layer 1", r"$V$ and $\bar V^T$", r"$W$ and the way back, $\bar V\,\bar W V$", "within a cell",
                       "a group silenced", "from few cells, layer 1"])
    origin(figure, numbers.data)
    save(figure, options.out)
    numbers.write(f"{options.out}.csv")


def prepare(options):
    """Of the trained and of the developed circuit: files in which one group of synapses is 0, and the sweep over them."""
    folder = pathlib.Path(options.folder)
    folder.mkdir(parents=True, exist_ok=True)
    with h5py.File(options.run) as run:
        if "weights/time" not in run:
            raise lacking(run, "weights/time")
        developed = int(np.searchsorted(run["weights/time"][:], 0))
        found = {"final": State(run, "final", None, None), "developed": State(run, "weights", developed, None)}
        states = {when: {name: state[name] for name in state.names()} for when, state in found.items()}
        config = run["config"][()].decode()
    (folder / "experiment.toml").write_text(config)
    entries = []
    for silent in ("nothing", *GROUPS):
        with h5py.File(folder / f"{silent}.h5", "w") as file:
            for state, matrices in states.items():
                for name, values in matrices.items():
                    file[f"{state}/{name}"] = np.zeros_like(values) if name.rstrip("0123456789") == silent else values
        plastic = [f'"{group}"' for group in GROUPS if group != silent]
        for state, samples in ("final", 1), ("developed", 0):
            entries.append(f'[[list]]\ninit.file = "{silent}.h5"\ninit.group = "/{state}"\n'
                           f'self_assembly.plastic = [{", ".join(plastic)}]\nrun.samples = {samples}\n')
    (folder / "silence.toml").write_text(
        '# Written by predictions.py.\n[sweep]\nexperiment = "experiment.toml"\nseeds = [1, 2, 3]\n\n[set]\nrun.epochs = 10\n'
        "self_assembly.development = 0\ntask.split_seed = 1\nrecord.weights = \"never\"\n\n" + "\n".join(entries))
    print(folder / "silence.toml")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = arguments.add_subparsers(dest="command", required=True)
    one = commands.add_parser("prepare")
    one.add_argument("run")
    one.add_argument("--folder", required=True)
    two = commands.add_parser("draw")
    two.add_argument("run")
    two.add_argument("--silenced", help="index.h5 of the sweep")
    two.add_argument("--out", required=True, help="prefix of the files to write")
    options = arguments.parse_args()
    return refusing(lambda: {"prepare": prepare, "draw": draw}[options.command](options))


if __name__ == "__main__":
    raise SystemExit(main())
