#!/usr/bin/env python3
"""Draws how the circuit self_assembly finds the gradient, from the file of a run alone.

    self_assembly.py RUN.h5 --out PREFIX     writes PREFIX.png and PREFIX.svg
"""
import argparse
import sys

from drawing import BEFORE, lacking, Missing, refusing, save, style

import h5py
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import LogLocator, NullLocator
from states import states

# Okabe and Ito (2008): told apart with every kind of colour vision, and in grey by lightness and dashes as well.
LAYERS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00"]
BASELINES = {"backpropagation": "#666666", "feedback_alignment": "#E69F00", "kolen_pollack": "#56B4E9"}
TITLES = {"self_assembly": "self-assembly", "feedback_alignment": "feedback alignment",
          "kolen_pollack": "Kolen-Pollack"}
# Curves that may lie on each other: a wide, pale one below a thin one.
WIDE = {"linewidth": 3.2, "alpha": 0.5, "solid_capstyle": "butt"}
THIN = {"linewidth": 1.1, "linestyle": (0, (4, 1.5)), "zorder": 3}


def read(run, path):
    if path not in run:
        raise lacking(run, path)
    return np.asarray(run[path], dtype=float)


def colour(layer):
    return LAYERS[(int(layer) - 1) % len(LAYERS)]


def learning(run, group, measure):
    """Epochs and test accuracies in %, or losses, without the development, in which nothing is learnt."""
    epoch, values = read(run, f"{group}/epoch"), (100 if measure == "test_accuracy" else 1) * read(run, f"{group}/{measure}")
    return epoch[epoch >= 0], values[epoch >= 0]


def mark_development(axes, run):
    """Before the first sample, spontaneous activity; time counts backwards from it."""
    first = np.min(read(run, "/metrics/epoch"))
    if first < 0:
        axes.axvspan(first, 0, color="0.93", linewidth=0, zorder=-1)
        axes.text(first / 2, 1.005, "spontaneous activity", transform=axes.get_xaxis_transform(), ha="center",
                  va="bottom", fontsize=7, color="0.4")


def success(axes, run):
    """Accuracies, or losses where nothing is classified or there is no test part."""
    measure = "test_accuracy" if "/metrics/test_accuracy" in run else "loss"
    runs = {"self_assembly": "/metrics"}
    runs |= {name: f"/baselines/{name}/metrics" for name in run.get("baselines", {})}
    for name, group in runs.items():
        epoch, values = learning(run, group, measure)
        ours = name == "self_assembly"
        end = f"{values[-1]:.1f} %" if measure == "test_accuracy" else f"{values[-1]:.3g}"
        axes.plot(epoch, values, color="black" if ours else BASELINES.get(name, "#999999"),
                  linewidth=1.8 if ours else 1.2, zorder=3 if ours else 2,
                  label=f"{TITLES.get(name, name)}: {end} at the end")
    if measure == "loss":
        axes.set_yscale("log")
        axes.set_ylabel("loss on the evaluation batch")
        axes.legend(loc="upper right")
        return
    # The first epoch is a steep rise from chance; what is to be compared is at the top.
    top = [learning(run, group, measure)[1] for group in runs.values()]
    lowest = min(np.nanmin(curve[len(curve) // 10:]) for curve in top if len(curve))
    axes.set_ylim(max(0, lowest - 3), 100)
    axes.set_ylabel("test accuracy (%)")
    axes.legend(loc="lower right")


def alignment(axes, run):
    epoch = read(run, "/metrics/epoch")
    h_sgd, sgd = read(run, "/metrics/cosine_h_sgd"), read(run, "/metrics/cosine_sgd")
    for k, layer in enumerate(read(run, "/metrics/hidden_layer")):
        axes.plot(epoch, h_sgd[:, k], color=colour(layer), **WIDE, label=f"H · SGD, layer {layer:g}")
        axes.plot(epoch, sgd[:, k], color=colour(layer), **THIN, label=f"SGD, layer {layer:g}")
    axes.axhline(0, color="0.8", linewidth=0.8, zorder=0)
    axes.set_ylim(min(-0.1, np.nanmin(sgd), np.nanmin(h_sgd)) - 0.05, 1.05)
    axes.set_ylabel("cosine to the update of W (1)")
    axes.legend(loc="lower right")


def assembly(axes, run):
    epoch = read(run, "/metrics/epoch")
    residual, asymmetry = read(run, "/metrics/motif_residual"), read(run, "/metrics/cross_asymmetry")
    for k, layer in enumerate(read(run, "/metrics/feedback_layer")):
        axes.plot(epoch, residual[:, k], color=colour(layer), label=f"R, layer {layer:g}")
    for k, layer in enumerate(read(run, "/metrics/hidden_layer")):
        axes.plot(epoch, asymmetry[:, k], color=colour(layer), linestyle=(0, (1, 1)), label=f"S, layer {layer:g}")
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    axes.yaxis.set_major_locator(LogLocator(subs=(1,) if high > 1000 * low else (1, 2, 5)))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter("{x:g}")
    axes.set_ylabel("relative size of R and S (1)")
    axes.legend(loc="best")


def spectra(axes, run, names, label, of):
    """Largest first, before (the first snapshot) and after (the last state)."""
    highest = 0
    all_states = states(run)
    for name in names:
        layer = name.lstrip("WVbar")
        for when, state, line in (("after", all_states[-1], WIDE), ("before", all_states[0], THIN)):
            if when == "before" and len(all_states) == 1:
                continue
            values = of(state[name])
            highest = max(highest, np.nanmax(values))
            axes.plot(np.arange(1, len(values) + 1), values, color=colour(layer), **line,
                      marker="o" if len(values) == 1 else None, label=f"{when}, layer {layer}")
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
    figure, grid = plt.subplots(2, 3, figsize=(10.5, 6), layout="constrained")
    success(grid[0, 0], run)
    alignment(grid[0, 1], run)
    assembly(grid[0, 2], run)
    for axes in grid[0]:
        axes.set_xlabel("epoch (passes through the training data)")
    for axes in grid[0, 1:]:
        mark_development(axes, run)
    spectra(grid[1, 0], run, [f"W{k}" for k in layers], "singular values of W (1)", singular_values)
    spectra(grid[1, 1], run, [f"Wbar{k}" for k in feedback], "singular values of $\\bar{W}$ (1)", singular_values)
    spectra(grid[1, 2], run, [f"Vbar{k}" for k in hidden], "eigenvalues of H (1)", eigenvalues_of_H)
    titles = ["learning", "updates turn to the gradient", "the pathways find each other", "W, before and after",
              "$\\bar{W}$, before and after", "$H = \\bar{V}\\,\\bar{V}^\\top$: squared singular values of $\\bar{V}$"]
    for letter, axes, title in zip("abcdef", grid.flat, titles):
        axes.set_title(f"$\\bf{{{letter}}}$  {title}", loc="left", pad=12)
        axes.spines[["top", "right"]].set_visible(False)
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", help="HDF5 file of a run")
    parser.add_argument("--out", required=True, metavar="PREFIX", help="the files are PREFIX.png and PREFIX.svg")
    arguments = parser.parse_args()

    def work():
        with h5py.File(arguments.run, "r") as run:
            save(draw(run), arguments.out)

    style(**{"legend.fontsize": 7.5, "lines.linewidth": 1.4, "savefig.dpi": 160})
    return refusing(work)


if __name__ == "__main__":
    sys.exit(main())
