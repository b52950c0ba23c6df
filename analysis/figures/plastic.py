#!/usr/bin/env python3
"""Accuracy by which groups of synapses are plastic (Fig. 4 of Liao et al. 2024).

  plastic.py INDEX.h5|TABLE.csv ... --out PREFIX     of sweeps of models/self_assembly/figures/plastic.toml and references.toml

PREFIX.csv has the same numbers; PREFIX_effects.csv what it brings to make a group plastic: the difference to the circuit in which it
is not, seed by seed, averaged over what else is plastic; mean and standard error over seeds. From such tables (TABLE.csv, without
_effects) the figure is drawn anew.
"""
import re

from drawing import colours, origin, plt, save, style

import numpy as np
from table import circuit_of, main, read_rows, SUMMARY, Table, write_rows

SYMBOLS = {"W": "$W$", "Wbar": r"$\bar W$", "V": "$V$", "Vbar": r"$\bar V$"}
HEAD = "plastic", "circuit", *SUMMARY
MARKERS = {"topographic": "o", "dense": "s", "relaxed": "D", "relaxed_active": "^", "veto": "v"}
REFERENCES = {"linear network with SGD": ("#56b4e9", "P"), "backpropagation": (colours.METHODS["backpropagation"], "X")}


def kind_of(model, activation, motif, gate, plastic, development):
    """(line of the figure, circuit): circuits by what is plastic, what they are compared with by name."""
    if model != "self_assembly":
        return ("linear network with SGD" if activation == "linear" else model), ""
    groups = re.findall(r"\w+", plastic)
    return (" ".join(group for group in SYMBOLS if group in groups) if development == 0 else "all after development"), circuit_of(motif, gate)


def label(line):
    return " ".join(SYMBOLS.get(word, word) for word in line.split())


def effects(table):
    """(group, circuit, gain in percent, its standard error, seeds, pairs) for every group that is plastic in some runs only."""
    accuracy, seeds = 100 * table["metrics/test_accuracy"], table["run.seed"]
    found = {}
    keys = "circuit.model", "self_assembly.motif", "self_assembly.gate", "self_assembly.plastic", "self_assembly.development"
    for (model, motif, gate, plastic, development), runs in table.groups(*keys):
        if model == "self_assembly" and development == 0:
            of_seed = {seeds[k]: accuracy[k] for k in np.flatnonzero(runs & table.done)}
            found.setdefault(circuit_of(motif, gate), {})[frozenset(re.findall(r"\w+", plastic))] = of_seed
    for circuit, subsets in found.items():
        for group in SYMBOLS:
            pairs = [(with_it, subsets[groups - {group}]) for groups, with_it in subsets.items()
                     if group in groups and groups - {group} in subsets]
            gains = {}
            for with_it, without in pairs:
                for seed in with_it.keys() & without.keys():
                    gains.setdefault(seed, []).append(with_it[seed] - without[seed])
            if gains:
                means = [float(np.mean(values)) for values in gains.values()]
                error = float(np.std(means, ddof=1) / np.sqrt(len(means))) if len(means) > 1 else np.nan
                yield group, circuit, float(np.mean(means)), error, len(means), sum(map(len, gains.values()))


def rows_of(table):
    keys = ("circuit.model", "circuit.activation", "self_assembly.motif", "self_assembly.gate", "self_assembly.plastic",
            "self_assembly.development")
    return [(*kind_of(*values), *table.summary(runs)) for values, runs in table.groups(*keys)]


def draw_row(axes, y, row):
    """Mean and deviation, or that every seed diverged."""
    line, circuit, mean, deviation, seeds, diverged = row[:6]
    colour, marker = (colours.VARIANTS.get(circuit, "0.4"), MARKERS.get(circuit, "o")) if circuit else REFERENCES.get(line, ("0.4", "X"))
    if seeds:
        axes.errorbar(mean, y, xerr=np.nan_to_num(deviation), fmt=marker, ms=3.5, capsize=2, lw=0.9, color=colour)
    if diverged:
        axes.text(0.01, y, f"{diverged:g} of {seeds + diverged:g} diverged", color=colour, fontsize=6, va="center",
                  transform=axes.get_yaxis_transform())


def draw(options):
    style()
    tables = [Table(path) for path in options.index if not path.endswith(".csv")]
    rows = [row for path in options.index if path.endswith(".csv") for row in read_rows(path, HEAD)]
    rows += [row for table in tables for row in rows_of(table)]
    lines, circuits = (list(dict.fromkeys(row[k] for row in rows)) for k in (0, 1))
    lines.sort(key=lambda line: line in REFERENCES or line.startswith("all "))  # what is compared with stands below
    figure, axes = plt.subplots(figsize=(3.5, 0.21 * len(lines) + 1.25), layout="constrained")
    there = {row[:2] for row in rows}
    for row in rows:
        beside = [name for name in circuits if (row[0], name) in there]
        draw_row(axes, lines.index(row[0]) + 0.3 * (beside.index(row[1]) - (len(beside) - 1) / 2), row)
    axes.set_yticks(range(len(lines)), map(label, lines))
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.grid(axis="x", color="0.9")
    axes.set_axisbelow(True)
    axes.set(xlabel="test accuracy (%)", ylabel="plastic synapses")
    handles = [plt.Line2D([], [], color=colours.VARIANTS.get(circuit, "0.4"), marker=MARKERS.get(circuit, "o"), ms=3.5, lw=0.9)
               for circuit in circuits if circuit]
    axes.legend(handles, [circuit for circuit in circuits if circuit], title="circuit", loc="lower right", bbox_to_anchor=(1, 1), ncols=3)
    counts = sorted({int(row[4] + row[5]) for row in rows})
    data = options.data or "; ".join(dict.fromkeys(table.origin() for table in tables))
    origin(figure, (f"{data};\n" if data else "") + f"mean ± sd over n = {' or '.join(map(str, counts))} seeds")
    save(figure, options.out)
    write_rows(f"{options.out}.csv", HEAD, rows)
    if tables:
        write_rows(f"{options.out}_effects.csv", ("group", "circuit", "gain", "error", "seeds", "pairs"),
                   [row for table in tables for row in effects(table)])


if __name__ == "__main__":
    raise SystemExit(main(__doc__, draw, indices="+"))
