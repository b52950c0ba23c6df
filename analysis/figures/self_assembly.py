#!/usr/bin/env python3
"""Draws how the circuit self_assembly finds the gradient, from the file of a run alone.

    self_assembly.py RUN.h5 --out PREFIX     writes PREFIX.png and PREFIX.svg
"""
import argparse
import sys

from drawing import BEFORE, colours, lacking, letter, Missing, origin, PAGE, refusing, save, style

import h5py
import matplotlib.pyplot as plt
import numpy as np
import tomllib
from states import states

# Curves that may lie on each other: a wide, pale one below a thin one.
WIDE = {"linewidth": 2.8, "alpha": 0.45, "solid_capstyle": "butt"}
THIN = {"linewidth": 1.1, "linestyle": (0, (4, 1.5)), "zorder": 3}


def read(run, path):
    if path not in run:
        raise lacking(run, path)
    return np.asarray(run[path], dtype=float)


def of_layers(run):
    """Layer -> its colour; the output is one of them."""
    layers = [int(layer) for layer in read(run, "/metrics/layer")]
    return dict(zip(layers, colours.layers(len(layers))))


def learning(run, group, measure):
    """Epochs and test accuracies in %, or losses, without the development, in which nothing is learnt."""
    epoch, values = read(run, f"{group}/epoch"), (100 if measure == "test_accuracy" else 1) * read(run, f"{group}/{measure}")
    return epoch[epoch >= 0], values[epoch >= 0]


def mark_development(axes, run):
    """Before the first sample, spontaneous activity; time counts backwards from it."""
    first = np.min(read(run, "/metrics/epoch"))
    if first < 0:
        axes.axvspan(first, 0, color="0.93", linewidth=0, zorder=-1)
        axes.text(first / 2, 0.5, "spontaneous\nactivity", transform=axes.get_xaxis_transform(), ha="center",
                  va="center", fontsize=6, color="0.4")


def success(axes, run):
    """Accuracies, or losses where nothing is classified or there is no test part."""
    measure = "test_accuracy" if "/metrics/test_accuracy" in run else "loss"
    runs = {"self_assembly": "/metrics"}
    runs |= {name: f"/baselines/{name}/metrics" for name in run.get("baselines", {})}
    for name, group in runs.items():
        epoch, values = learning(run, group, measure)
        ours = name == "self_assembly"
        end = f"{values[-1]:.1f} %" if measure == "test_accuracy" else f"{values[-1]:.3g}"
        axes.plot(epoch, values, color=colours.METHODS[name] if name in colours.METHODS else "#999999",
                  linewidth=1.8 if ours else 1.2, zorder=3 if ours else 2,
                  label=f"{colours.method(name)[1]}: {end}")
    if measure == "loss":
        axes.set_yscale("log")
        axes.set_ylabel("loss, logarithmic")
        axes.legend(loc="upper right", title="at the end")
        return
    # The first epoch is a steep rise from chance; what is to be compared is at the top.
    top = [learning(run, group, measure)[1] for group in runs.values()]
    lowest = min(np.nanmin(curve[len(curve) // 10:]) for curve in top if len(curve))
    axes.set_ylim(max(0, lowest - 3 - 0.5 * (100 - lowest)), 100)  # room for the legend
    axes.set_ylabel("test accuracy (%)")
    axes.legend(loc="lower right", title="at the end")


def alignment(axes, run):
    colour = of_layers(run)
    epoch = read(run, "/metrics/epoch")
    h_sgd, sgd = read(run, "/metrics/cosine_h_sgd"), read(run, "/metrics/cosine_sgd")
    for k, layer in enumerate(read(run, "/metrics/hidden_layer")):
        axes.plot(epoch, h_sgd[:, k], color=colour[int(layer)], **WIDE, label=f"layer {layer:g}: with H · SGD")
        axes.plot(epoch, sgd[:, k], color=colour[int(layer)], **THIN, label=f"layer {layer:g}: with SGD")
    axes.axhline(0, color="0.8", linewidth=0.8, zorder=0)
    axes.set_ylim(min(-0.1, np.nanmin(sgd), np.nanmin(h_sgd)) - 0.05, 1.05)
    axes.set_ylabel("cosine with the update of W")
    axes.legend(loc="lower right")


def assembly(axes, run):
    colour = of_layers(run)
    epoch = read(run, "/metrics/epoch")
    residual, asymmetry = read(run, "/metrics/motif_residual"), read(run, "/metrics/cross_asymmetry")
    for k, layer in enumerate(read(run, "/metrics/feedback_layer")):
        axes.plot(epoch, residual[:, k], color=colour[int(layer)], label=f"layer {layer:g}: R")
    for k, layer in enumerate(read(run, "/metrics/hidden_layer")):
        axes.plot(epoch, asymmetry[:, k], color=colour[int(layer)], linestyle=(0, (1, 1)), label=f"layer {layer:g}: S")
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    steps = (1,) if high > 300 * low else (1, 2, 5)
    ticks = [step * 10.0**k for k in range(-12, 3) for step in steps if low <= step * 10.0**k <= high]
    axes.set_yticks(ticks, [f"{tick:g}" if len(steps) > 1 else f"$10^{{{np.log10(tick):.0f}}}$" for tick in ticks])
    axes.minorticks_off()
    axes.set_ylabel("relative size, logarithmic")
    axes.legend(loc="best")


def spectra(axes, run, names, label, of):
    """Largest first, before (the first snapshot) and after (the last state)."""
    highest, colour = 0, of_layers(run)
    all_states = states(run)
    for name in names:
        layer = int(name.lstrip("WVbar"))
        for when, state, line in (("after", all_states[-1], WIDE), ("before", all_states[0], THIN)):
            if when == "before" and len(all_states) == 1:
                continue
            values = of(state[name])
            highest = max(highest, np.nanmax(values))
            axes.plot(np.arange(1, len(values) + 1), values, color=colour[int(layer)], **line,
                      marker="o" if len(values) == 1 else None, label=f"layer {layer}, {when}")
    axes.set_xlabel("place, largest first" + ("" if len(all_states) > 1 else f"\n(before: {BEFORE})"))
    axes.set_ylabel(label)
    axes.set_ylim(0, 1.15 * highest or 1)
    axes.legend(loc="best")


def singular_values(matrix):
    return np.linalg.svd(matrix, compute_uv=False)


def eigenvalues_of_H(Vbar):
    return np.linalg.eigvalsh(Vbar @ Vbar.T)[::-1]


def draw(run):
    hidden = [f"{layer:g}" for layer in read(run, "/metrics/hidden_layer")]
    feedback = [f"{layer:g}" for layer in read(run, "/metrics/feedback_layer")]
    layers = [f"{layer:g}" for layer in read(run, "/metrics/layer")]
    if len(read(run, "/metrics/epoch")) == 0:
        raise Missing(f"{run.filename}: the run recorded no metrics")
    if "/final" not in run:
        raise lacking(run, "/final")
    figure, grid = plt.subplots(2, 3, figsize=(PAGE, 4.8), layout="constrained")
    success(grid[0, 0], run)
    alignment(grid[0, 1], run)
    assembly(grid[0, 2], run)
    for axes in grid[0]:
        axes.set_xlabel("epoch")
    for axes in grid[0, 1:]:
        mark_development(axes, run)
    spectra(grid[1, 0], run, [f"W{k}" for k in layers], "singular value of W", singular_values)
    spectra(grid[1, 1], run, [f"Wbar{k}" for k in feedback], "singular value of $\\bar{W}$", singular_values)
    spectra(grid[1, 2], run, [f"Vbar{k}" for k in hidden], "eigenvalue of H", eigenvalues_of_H)
    letter(grid.flat, ["learning", "updates turn to the gradient", "the pathways find each other", "W", "$\\bar{W}$",
                       "$H = \\bar{V}\\,\\bar{V}^\\top$"])
    config = tomllib.loads(run["config"].asstr()[()]) if "config" in run else {}
    data, seed = config.get("task", {}).get("dataset", ""), config.get("run", {}).get("seed", 1)
    origin(figure, (f"{colours.DATA.get(data, data)}, one run, seed {seed} (n = 1). " if data else "")
           + "SGD: minus the gradient. R: size of $\\bar{V} \\bar{W}^\\top - W V^\\top$ over the sum of the sizes of its terms; "
           "S: of $V - \\bar{V}^\\top$,\nthe same. d to f: before and after learning")
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", help="HDF5 file of a run")
    parser.add_argument("--out", required=True, metavar="PREFIX", help="the files are PREFIX.png and PREFIX.svg")
    arguments = parser.parse_args()

    def work():
        with h5py.File(arguments.run, "r") as run:
            save(draw(run), arguments.out)

    style()
    return refusing(work)


if __name__ == "__main__":
    sys.exit(main())
