#!/usr/bin/env python3
"""Draws whether a circuit that goes on learning for long stays what it is, from the file of a run alone.

    endurance.py RUN.h5 --learnt EPOCHS --out PREFIX     EPOCHS: when learning had finished

Prints the accuracy then and the least since, and writes PREFIX.png and PREFIX.svg.
"""
import argparse
import sys

from drawing import colours, lacking, letter, Missing, origin, refusing, save, style

import h5py
import matplotlib.pyplot as plt
import numpy as np
import tomllib

# What assembles comes to lie on its partner: the one wide and pale, the other thin above it.
GROUPS = {"W": {"linewidth": 2.8, "alpha": 0.4}, "Wbar": {"linewidth": 1, "linestyle": (0, (4, 1.5))},
          "V": {"linewidth": 2.8, "alpha": 0.4, "linestyle": (0, (1, 0.6))}, "Vbar": {"linewidth": 1, "linestyle": (0, (5, 1.5, 1, 1.5))}}
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
    figure, (top, middle, bottom) = plt.subplots(3, 1, figsize=(5.2, 6), sharex=True, layout="constrained")
    for name, label, width in ("test_accuracy", "test", 1.8), ("train_accuracy", "training", 1.0):
        top.plot(epoch, 100 * read(run, name), color="black" if name[1] == "e" else "#888888", linewidth=width, label=label)
    accuracy = 100 * read(run, "test_accuracy")
    top.set_ylim(min(90, accuracy[since].min() - 1), 100.3)
    top.set_ylabel("accuracy (%)")
    cosines, reference = "cosine_h_sgd", r"$H\,\Delta W_{SGD}$"
    if "metrics/cosine_tied" in run:  # of cells that fire; the last layer is the output
        cosines, reference = "cosine_tied", "a tied error"
    shown = read(run, cosines).T[:-1 if cosines == "cosine_tied" else None]
    norms = {group: read(run, f"norm_{group}").T for group in GROUPS}
    of_layer = colours.layers(max(len(shown), *(len(values) for values in norms.values())))
    for k, curve in enumerate(shown):
        middle.plot(epoch, curve, color=of_layer[k], label=f"layer {k + 1}")
    middle.axhline(0, color="0.8", linewidth=0.7, zorder=0)
    middle.set(ylim=(min(-0.1, np.nanmin(shown) - 0.05), 1.05), ylabel=f"cosine of $\\Delta W$\nwith {reference}")
    first = 1 if "metrics/layer" not in run else int(run["metrics/layer"][0])
    for group, line in GROUPS.items():
        # Feedback begins one layer further up.
        above = int(run["metrics/feedback_layer"][0]) - first if group == "Wbar" and "metrics/feedback_layer" in run else 0
        for k, curve in enumerate(norms[group]):
            bottom.plot(epoch, curve, color=of_layer[min(k + above, len(of_layer) - 1)], **line)
    bottom.set(yscale="log", ylabel="Frobenius norm of weights,\nlogarithmic", xlabel="epoch")
    low, high = bottom.get_ylim()
    ticks = [tick * 10.0**k for k in range(-6, 7) for tick in (1, 2, 5) if low <= tick * 10.0**k <= high]
    bottom.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    bottom.minorticks_off()
    top.legend(loc="lower right", ncols=2)
    layers = [plt.Line2D([], [], color=colour) for colour in of_layer]
    groups = [plt.Line2D([], [], color="0.3", **line) for line in GROUPS.values()]
    middle.legend(layers, [f"layer {k + 1}" for k in range(len(of_layer))], loc="lower right", ncols=len(of_layer))
    bottom.legend(groups, [LABELS[group] for group in GROUPS], loc="lower right", ncols=4, bbox_to_anchor=(1, 0.97))
    for axes in (top, middle, bottom):
        axes.axvline(learnt, color="0.6", linewidth=0.8, linestyle="--", zorder=0)
        if epoch[0] < 0:
            axes.axvspan(epoch[0], 0, color="0.94", linewidth=0, zorder=-1)
    letter((top, middle, bottom), [f"learning never stops; dashed: epoch {learnt:g}, when it had learnt" + ("; shaded: development" if epoch[0] < 0 else ""),
                                   "updates", "weights"])
    config = tomllib.loads(run["config"].asstr()[()]) if "config" in run else {}
    data = config.get("task", {}).get("dataset", "")
    origin(figure, ", ".join(word for word in (colours.DATA.get(data, data), f"one run (n = 1), {epoch[-1]:.0f} epochs") if word))
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

    style()
    return refusing(work)


if __name__ == "__main__":
    sys.exit(main())
