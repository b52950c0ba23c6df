#!/usr/bin/env python3
"""Draws how feedback and updates turn, in degrees, from the files of any runs alone: a panel for each angle that a file has.

    angles.py [TITLE=]RUN.h5 [[TITLE=]RUN.h5 ...] --out PREFIX     writes PREFIX.png and PREFIX.svg

Feedback: B to the transpose of W, and to what learns from noise (W between the slopes), where a circuit has such weights.
Updates: dW to the negative gradient, where W learns; to H times the gradient where a circuit has an H; to feedback alignment
through the circuit's own feedback. What cancels feedback where nobody corrects the output: Q to -B.
"""
import argparse
import pathlib
import sys

from drawing import colours, lacking, letter, Missing, origin, PAGE, refusing, save, style

import h5py
import matplotlib.pyplot as plt
import numpy as np
import tomllib

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


def said(run, title):
    """What stands above the panels of a run: its title, or its model and data."""
    config = tomllib.loads(run["/config"].asstr()[()]) if "config" in run else {}
    data = config.get("task", {}).get("dataset", "")
    model = colours.method(config.get("circuit", {}).get("model", pathlib.Path(run.filename).stem))[1]
    return title or ", ".join(word for word in (model, colours.DATA.get(data, data.replace("_", " "))) if word)


def draw(runs):
    """`runs`: (title or "", open file)."""
    panels = [(title, run, row, found) for row, (_, names) in enumerate(ROWS) for title, run in runs if (found := list(curves(run, names)))]
    if not panels:
        raise Missing(f"{runs[0][1].filename}: no angle of feedback or updates in /metrics")
    columns = 2 if len(panels) == 4 else min(3, len(panels))
    rows = -(-len(panels) // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(PAGE * columns / 3 + 0.3, 0.75 + 1.95 * rows), layout="constrained", squeeze=False)
    deepest = max(int(max(layers)) for _, _, _, found in panels for _, _, layers, _, _ in found)
    of_layer, kinds, shown = colours.layers(deepest), {}, set()
    for axes, (_, _, row, found) in zip(grid.flat, panels):
        for epoch, degrees, layers, says, dashes in found:
            kinds[says] = dashes
            for k, layer in enumerate(layers):
                shown.add(int(layer))
                # Values measured a few times are points as well: what lies between them was not measured.
                axes.plot(epoch, degrees[:, k], dashes, color=of_layer[int(layer) - 1], marker="." if len(epoch) < 30 else None, ms=3)
        high = max(np.nanmax(degrees) for _, degrees, *_ in found)
        axes.set(ylim=(0, 1.08 * high), ylabel=ROWS[row][0], xlabel="epoch")
        if high > 45:
            axes.set(ylim=(0, max(100, 1.04 * high)), yticks=range(0, int(max(100, high)) + 1, 30))
            axes.axhline(90, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
        first = min(epoch[0] for epoch, *_ in found)
        if first < 0:
            axes.axvspan(first, 0, color="0.94", linewidth=0, zorder=-1)
            axes.set_xlabel("epoch (shaded: development)")
    letter(grid.flat, [said(run, title) for title, run, _, _ in panels])
    for axes in grid.flat[len(panels):]:
        axes.remove()
    handles = [plt.Line2D([], [], color=of_layer[layer - 1]) for layer in sorted(shown)]
    handles += [plt.Line2D([], [], color="0.3", linestyle=dashes) for dashes in kinds.values()]
    names = [f"layer {layer}" for layer in sorted(shown)] + list(kinds)
    across = min(len(names), 2 * columns)
    figure.legend(handles, names, loc="upper right", ncols=across, bbox_to_anchor=(1, 1), columnspacing=1, handlelength=1.6)
    origin(figure, "one run each (n = 1)" + "\n " * -(-len(names) // across))
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", metavar="[TITLE=]RUN.h5", help="HDF5 files of runs")
    parser.add_argument("--out", required=True, metavar="PREFIX", help="the files are PREFIX.png and PREFIX.svg")
    arguments = parser.parse_args()

    def work():
        parts = [text.rpartition("=") for text in arguments.runs]
        save(draw([(title, h5py.File(path, "r")) for title, _, path in parts]), arguments.out)

    style()
    return refusing(work)


if __name__ == "__main__":
    sys.exit(main())
