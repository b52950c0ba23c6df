#!/usr/bin/env python3
"""Error spikes against an error that no spike carries: distance of the update over the quantum of a spike, the length of a
presentation and the number of presentations, with slopes; what codes of the error learn.

  limits.py LIMITS.h5 CODES.h5 --out PREFIX     indices of sweeps of models/self_assembly/figures/{limits,codes}_spiking.toml
"""

from drawing import Missing, plt, save, style

import numpy as np
from table import main, Table, write_rows

CODES = {"pair": "#0072B2", "many": "#D55E00", "graded": "#009E73", "analog": "0.3"}
CODE = "spiking_self_assembly.error_code"
AXES = {"spiking_self_assembly.quantum_hidden": "quantum", "run.presentation": "presentation", "record.evaluation_samples": "presentations"}
KEYS = (CODE, *AXES)
LABELS = {"quantum": "quantum of hidden layers (1)", "presentation": "presentation (ms)", "presentations": "presentations (1)"}


def number(value):
    """Of what the index holds: a number, or a duration with its unit, in ms."""
    if not isinstance(value, str):
        return float(value)
    digits, _, unit = value.partition(" ")
    return float(digits) * {"ms": 1, "s": 1000}[unit]


def series(table):
    """By the axis of a panel and code: values, with the distances of the hidden layer over seeds."""
    swept = [key for key in KEYS if f"keys/{key}" in table.file]  # the others are the same in all runs
    groups = []
    for values, runs in table.groups(*swept):
        if (runs & table.done).any():
            at = {key: value if key == CODE else number(value) for key, value in zip(swept, values)}
            groups.append((at, table["metrics/distance_tied"][runs & table.done][:, 0]))
    found = {}
    for key, axis in ((key, axis) for key, axis in AXES.items() if key in swept):
        for at, distances in groups:
            alike = [one for one, _ in groups if all(one[other] == at[other] for other in swept if other != key)]
            if len(alike) > 2:
                found.setdefault(axis, {}).setdefault(at.get(CODE, "pair"), []).append((at[key], distances))
    return {axis: {code: sorted(points, key=lambda point: point[0]) for code, points in codes.items()} for axis, codes in found.items()}


def slope(points):
    """In log-log, of the means over seeds."""
    return np.polyfit(np.log([value for value, _ in points]), np.log([np.mean(of_seeds) for _, of_seeds in points]), 1)[0]


def draw(options):
    if len(options.index) != 2:
        raise Missing("two indices are needed, of limits and of codes")
    style()
    limits, learnt = (Table(path) for path in options.index)
    figure, grid = plt.subplots(1, 4, figsize=(11.5, 3), layout="constrained")
    rows = []
    for axes, (axis, codes) in zip(grid, series(limits).items()):
        for code, points in codes.items():
            values, means = [value for value, _ in points], [np.mean(of_seeds) for _, of_seeds in points]
            # Quanta that are too small for an error cut it: no power of theirs.
            label = code if axis == "quantum" and code == "pair" else f"{code}, slope {slope(points):.2f}"
            axes.plot(values, means, "o-", color=CODES[code], markersize=4, label=label)
            axes.fill_between(values, [np.min(of_seeds) for _, of_seeds in points], [np.max(of_seeds) for _, of_seeds in points],
                              color=CODES[code], alpha=0.2, linewidth=0)
            rows += [(axis, code, value, float(np.mean(of_seeds)), float(np.min(of_seeds)), float(np.max(of_seeds)))
                     for value, of_seeds in points]
        axes.set(xscale="log", yscale="log", xlabel=LABELS[axis])
        if axis == "presentation":  # within a decade or two, where no power of ten would stand
            axes.set_xticks(values, [f"{value:g}" for value in values])
            axes.minorticks_off()
        axes.legend()
    grid[0].set_ylabel("distance to the analog update (1)")
    for k, ((code,), runs) in enumerate(learnt.groups(CODE)):
        accuracies = learnt.accuracies(runs)
        grid[3].plot(np.full(len(accuracies), k) + np.linspace(-0.1, 0.1, len(accuracies)), accuracies, "o", color=CODES[code], markersize=4)
        grid[3].plot([k - 0.25, k + 0.25], 2 * [np.mean(accuracies)], color=CODES[code], linewidth=1.5)
        rows.append(("accuracy", code, float(k), float(np.mean(accuracies)), float(np.min(accuracies)), float(np.max(accuracies))))
    names = [code for (code,), _ in learnt.groups(CODE)]
    grid[3].set_xticks(range(len(names)), names)
    grid[3].set(xlim=(-0.5, len(names) - 0.5), ylabel="test accuracy (%)")
    for axes, letter in zip(grid, "abcd"):
        axes.set_title(letter, loc="left")
        axes.spines[["top", "right"]].set_visible(False)
    save(figure, options.out)
    write_rows(f"{options.out}.csv", ("axis", "code", "value", "mean", "least", "largest"), rows)


if __name__ == "__main__":
    raise SystemExit(main(__doc__, draw, indices="+"))
