#!/usr/bin/env python3
"""Draws how feedback and updates turn, in degrees, from the files of any runs alone: one column a file.

    angles.py RUN.h5 [RUN.h5 ...] --out PREFIX     writes PREFIX.png and PREFIX.svg

Feedback: B to the transpose of W, and to what learns from noise (W between the slopes), where a circuit has such weights.
Updates: dW to the negative gradient, where W learns; to H times the gradient where a circuit has an H; to feedback alignment
through the circuit's own feedback. What cancels feedback where nobody corrects the output: Q to -B.
"""
import argparse
import pathlib
import sys

from drawing import lacking, Missing, refusing, save, style

import h5py
import matplotlib.pyplot as plt
import numpy as np

LAYERS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00"]
# Metric, its axis, what it says, how it is drawn. The row is that of the first name.
ROWS = [
    ("angle of the feedback (°)", [("cosine_feedback", "feedback_layer", "B to $W^\\top$", "-"),
                                   ("cosine_feedback_slopes", "feedback_layer", "B to $\\varphi' W^\\top \\varphi'$", ":")]),
    ("angle of the update of W (°)", [("cosine_sgd", "hidden_layer", "to the gradient", "-"),
                                      ("cosine_h_sgd", "hidden_layer", "to H · gradient", ":"),
                                      ("cosine_fa", "hidden_layer", "to feedback alignment", "--")]),
    ("angle of what cancels (°)", [("tangent_cancelling", "feedback_layer", "Q to −B", "-")]),
]


def degrees_of(name, values):
    """Of what is recorded as a cosine, or, where small angles matter, as a tangent (negative beyond 90 degrees)."""
    if name.startswith("tangent"):
        return np.degrees(np.arctan2(np.abs(values), np.sign(values)))
    return np.degrees(np.arccos(np.clip(values, -1, 1)))


def curves(run, names):
    """(epoch, degrees of every layer, layers, what it says, dashes) of what the file has and is not NaN throughout."""
    if "/metrics/epoch" not in run:
        raise lacking(run, "metrics/epoch")
    epoch = run["/metrics/epoch"][:]
    for name, axis, says, dashes in names:
        if f"/metrics/{name}" in run:
            degrees = degrees_of(name, run[f"/metrics/{name}"][:])
            if np.isfinite(degrees).any():
                yield epoch, degrees, run[f"/metrics/{axis}"][:], says, dashes


def draw(runs):
    found = [[list(curves(run, names)) for run in runs] for _, names in ROWS]
    rows = [k for k, row in enumerate(found) if any(row)]
    if not rows:
        raise Missing(f"{runs[0].filename}: no angle of feedback or updates in /metrics")
    figure, grid = plt.subplots(len(rows), len(runs), figsize=(1 + 3.6 * len(runs), 0.6 + 2.7 * len(rows)),
                                layout="constrained", squeeze=False)
    for r, row in enumerate(rows):
        for axes, run, of_run in zip(grid[r], runs, found[row]):
            for epoch, degrees, layers, says, dashes in of_run:
                for k, layer in enumerate(layers):
                    axes.plot(epoch, degrees[:, k], dashes, color=LAYERS[(int(layer) - 1) % len(LAYERS)],
                              label=f"{says}, layer {layer:g}")
            if of_run:
                axes.set_ylim(0, None)
                if axes.get_ylim()[1] > 45:
                    axes.axhline(90, color="0.8", linewidth=0.8, zorder=0)
                axes.set_xlabel("epoch")
                axes.legend(loc="best", ncols=1 + (len(of_run) > 1))
            else:
                axes.text(0.5, 0.5, "none in this file", transform=axes.transAxes, ha="center", color="0.5")
                axes.axis("off")
            axes.spines[["top", "right"]].set_visible(False)
        grid[r, 0].set_ylabel(ROWS[row][0])
    for axes, run in zip(grid[0], runs):
        axes.set_title(pathlib.Path(run.filename).stem, loc="left")
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", metavar="RUN.h5", help="HDF5 files of runs")
    parser.add_argument("--out", required=True, metavar="PREFIX", help="the files are PREFIX.png and PREFIX.svg")
    arguments = parser.parse_args()

    def work():
        runs = [h5py.File(path, "r") for path in arguments.runs]
        save(draw(runs), arguments.out)

    style(**{"legend.fontsize": 7, "lines.linewidth": 1.4})
    return refusing(work)


if __name__ == "__main__":
    sys.exit(main())
