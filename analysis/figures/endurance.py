#!/usr/bin/env python3
"""Draws whether a circuit that goes on learning for long stays what it is, from the file of a run alone.

    endurance.py RUN.h5 --learnt EPOCHS --out PREFIX     EPOCHS: when learning had finished

Prints the accuracy then and the least since, and writes PREFIX.png and PREFIX.svg.
"""
import argparse
import sys

from drawing import lacking, Missing, refusing, save, style

import h5py
import matplotlib.pyplot as plt
import numpy as np

LAYERS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00"]
GROUPS = {"W": "-", "Wbar": (0, (4, 1.5)), "V": (0, (1, 1.2)), "Vbar": (0, (5, 1.5, 1, 1.5))}
LABELS = {"W": "$W$", "Wbar": r"$\bar{W}$", "V": "$V$", "Vbar": r"$\bar{V}$"}


def read(run, name):
    if f"metrics/{name}" not in run:
        raise lacking(run, f"metrics/{name}")
    return np.asarray(run[f"metrics/{name}"], dtype=float)


def draw(run, learnt):
    epoch = read(run, "epoch")
    since = epoch >= learnt
    if not np.any(since) or not np.any((epoch >= 0) & ~since):
        raise Missing(f"{run.filename}: {learnt:g} epochs are not within the run of {epoch[-1]:g}")
    figure, (top, middle, bottom) = plt.subplots(3, 1, figsize=(6, 6.6), sharex=True, layout="constrained")
    for name, label, width in ("test_accuracy", "test", 1.8), ("train_accuracy", "training", 1.0):
        top.plot(epoch, 100 * read(run, name), color="black" if name[1] == "e" else "#888888", linewidth=width, label=label)
    accuracy = 100 * read(run, "test_accuracy")
    top.set_ylim(min(90, accuracy[since].min() - 1), 100.3)
    top.set_ylabel("accuracy (%)")
    cosines, reference = "cosine_h_sgd", r"$H\,\Delta W_{SGD}$"
    if "metrics/cosine_tied" in run:  # of cells that fire; the last layer is the output
        cosines, reference = "cosine_tied", "a tied error"
    for k, curve in enumerate(read(run, cosines).T[:-1 if cosines == "cosine_tied" else None]):
        middle.plot(epoch, curve, color=LAYERS[k % len(LAYERS)], label=f"hidden layer {k + 1}")
    middle.set_ylim(-0.3, 1.05)
    middle.set_ylabel(rf"cosine of $\Delta W$ and {reference} (1)")
    for group, dashes in GROUPS.items():
        for k, curve in enumerate(read(run, f"norm_{group}").T):
            bottom.plot(epoch, curve, color=LAYERS[k % len(LAYERS)], linestyle=dashes, linewidth=1.2,
                        label=LABELS[group] if k == 0 else None)
    bottom.set_yscale("log")
    bottom.set_ylabel("Frobenius norm (1)")
    bottom.set_xlabel("epoch; negative: development")
    for axes in (top, middle, bottom):
        axes.axvline(learnt, color="0.6", linewidth=0.8, zorder=0)
        # Norms fill their panel: their legend stands above it.
        axes.legend(loc="lower right", ncols=4, **({"bbox_to_anchor": (1, .97)} if axes is bottom else {}))
        axes.spines[["top", "right"]].set_visible(False)
    top.set_title(f"always on: learnt by epoch {learnt:g}, then {(epoch[-1] - learnt) / learnt:.0f} times as long", loc="left")
    then = accuracy[np.argmax(since)]
    print(f"test accuracy at epoch {learnt:g}: {then:.2f} %; since then {accuracy[since].min():.2f} to "
          f"{accuracy[since].max():.2f} %, at the end {accuracy[-1]:.2f} %")
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", help="HDF5 file of a run")
    parser.add_argument("--learnt", type=float, required=True, metavar="EPOCHS", help="when learning had finished")
    parser.add_argument("--out", required=True, metavar="PREFIX", help="the files are PREFIX.png and PREFIX.svg")
    arguments = parser.parse_args()

    def work():
        with h5py.File(arguments.run, "r") as run:
            save(draw(run, arguments.learnt), arguments.out)

    style(**{"lines.linewidth": 1.4, "savefig.dpi": 160})
    return refusing(work)


if __name__ == "__main__":
    sys.exit(main())
