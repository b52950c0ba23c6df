#!/usr/bin/env python3
"""Error spikes against an error that no spike carries: distance of the update over the quantum of a spike, the length of a
presentation and the number of presentations, with slopes; what codes of the error learn.

  limits.py LIMITS.h5 CODES.h5 --out PREFIX     indices of sweeps of models/self_assembly/figures/{limits,codes}_spiking.toml
  limits.py TABLE.csv --out PREFIX --data TEXT  from the table that it has written before
"""

from drawing import colours, letter, Missing, origin, plt, save, style

import numpy as np
from table import main, read_rows, Table, write_rows

HEAD = "axis", "code", "value", "mean", "least", "largest"
MARKERS = {"pair": "o", "many": "s", "graded": "D", "analog": "^"}
CODE = "spiking_self_assembly.error_code"
AXES = {"spiking_self_assembly.quantum_hidden": "quantum", "run.presentation": "presentation", "record.evaluation_samples": "presentations"}
KEYS = (CODE, *AXES)
CODE_NAMES = {"pair": "pair: one spike a step", "many": "many: any number"}
LABELS = {"quantum": ("quantum of an error spike,\nhidden layers (1)", "size of quanta"),
          "presentation": ("length of a presentation (ms)", "length of presentations"),
          "presentations": ("presentations averaged over (1)", "number of presentations")}


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


def measured(paths):
    """Rows of the table and what the indices say of their data; or those of a table."""
    if len(paths) == 1 and paths[0].endswith(".csv"):
        return read_rows(paths[0], HEAD), None
    if len(paths) != 2:
        raise Missing("two indices are needed, of limits and of codes, or one table")
    distances, learnt = (Table(path) for path in paths)
    of = lambda values: (float(np.mean(values)), float(np.min(values)), float(np.max(values)))
    rows = [(axis, code, value, *of(of_seeds)) for axis, codes in series(distances).items() for code, points in codes.items()
            for value, of_seeds in points]
    rows += [("accuracy", code, float(k), *of(learnt.accuracies(runs))) for k, ((code,), runs) in enumerate(learnt.groups(CODE))]
    return rows, learnt.origin()


def bars(rows):
    """Place, mean, and how far the least and the largest of the seeds are from it."""
    value, mean, least, largest = np.array([row[2:] for row in rows]).T
    return value, mean, np.array([mean - least, largest - mean])


def draw_distances(axes, axis, rows):
    for code in dict.fromkeys(row[1] for row in rows):
        value, mean, reach = bars([row for row in rows if row[1] == code])
        # Quanta that are too small for an error cut it: no power of theirs.
        power = "" if axis == "quantum" and code == "pair" else f",\nslope {np.polyfit(np.log(value), np.log(mean), 1)[0]:.2f}"
        axes.errorbar(value, mean, reach, fmt=MARKERS[code] + "-", color=colours.CODES[code], ms=3.5, capsize=2, label=CODE_NAMES.get(code, code) + power)
    axes.set(xscale="log", yscale="log", xlabel=LABELS[axis][0])
    if axis == "presentation":  # within a decade or two, where no power of ten would stand
        axes.set_xticks(value, [f"{one:g}" for one in value])
    else:
        axes.xaxis.set_major_formatter("{x:g}")
    low, high = axes.get_ylim()
    some = (1,) if high > 100 * low else (1, 2, 5)
    ticks = [digit * 10.0**k for k in range(-5, 2) for digit in some if low <= digit * 10.0**k <= high]
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.legend(**({"loc": "center left", "bbox_to_anchor": (0, 0.64)} if axis == "quantum" else {}))


def draw(options):
    style()
    rows, said = measured(options.index)
    figure, grid = plt.subplots(2, 2, figsize=(5.2, 4.6), layout="constrained")
    axis_of = [axis for axis in LABELS if any(row[0] == axis for row in rows)]
    for axes, axis in zip(grid.flat, axis_of):
        draw_distances(axes, axis, [row for row in rows if row[0] == axis])
    for axes in grid.flat[0:len(axis_of):2]:
        axes.set_ylabel("distance of ΔW to that of an error\nthat no spike carries, relative (1)")
    last, learnt = grid.flat[len(axis_of)], [row for row in rows if row[0] == "accuracy"]
    for row in learnt:
        place, mean, reach = bars([row])
        last.errorbar(place, mean, reach, fmt=MARKERS[row[1]], color=colours.CODES[row[1]], ms=4.5, capsize=3)
    last.set_xticks(range(len(learnt)), [row[1] for row in learnt])
    last.set(xlim=(-0.5, len(learnt) - 0.5), xlabel="code of the error", ylabel="test accuracy (%)")
    for axes in grid.flat[len(axis_of) + 1:]:
        axes.remove()
    letter(grid.flat[:len(axis_of) + 1], [LABELS[axis][1] for axis in axis_of] + ["what codes learn"])
    origin(figure, f"{options.data or said or ''}; bars: least to largest over seeds, marks: mean".lstrip("; "))
    save(figure, options.out)
    write_rows(f"{options.out}.csv", HEAD, rows)


if __name__ == "__main__":
    raise SystemExit(main(__doc__, draw, indices="+"))
