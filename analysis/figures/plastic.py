#!/usr/bin/env python3
"""Accuracy by which groups of synapses are plastic (Fig. 4 of Liao et al. 2024).

  plastic.py INDEX.h5 ... --out PREFIX     of sweeps of models/self_assembly/figures/plastic.toml and references.toml

PREFIX.csv has the same numbers; PREFIX_effects.csv what it brings to make a group plastic: the difference to the circuit in which it
is not, seed by seed, averaged over what else is plastic; mean and standard error over seeds.
"""
import re

from drawing import plt, save, style

import numpy as np
from table import circuit_of, main, SUMMARY, Table, write_rows

SYMBOLS = {"W": "$W$", "Wbar": r"$\bar W$", "V": "$V$", "Vbar": r"$\bar V$"}
COLOURS = {"topographic": "C0", "dense": "C1", "relaxed": "C2", "relaxed_active": "C3", "veto": "C4", "": "0.35"}


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


def draw(options):
    style()
    keys = ("circuit.model", "circuit.activation", "self_assembly.motif", "self_assembly.gate", "self_assembly.plastic",
            "self_assembly.development")
    tables = [Table(path) for path in options.index]
    found = [(kind_of(*values), table.accuracies(runs), table.summary(runs))
             for table in tables for values, runs in table.groups(*keys)]
    lines, circuits = (list(dict.fromkeys(kind[k] for kind, _, _ in found)) for k in (0, 1))
    figure, axes = plt.subplots(figsize=(5.5, 0.32 * len(lines) + 1.1), layout="constrained")
    for (line, circuit), accuracies, (mean, deviation, _, diverged, _) in found:
        beside = [name for name in circuits if (line, name) in {kind for kind, _, _ in found}]
        y = lines.index(line) + 0.26 * (beside.index(circuit) - (len(beside) - 1) / 2)
        axes.plot(accuracies, np.full(len(accuracies), y), ".", color=COLOURS[circuit], alpha=0.5, ms=6, mew=0)
        if len(accuracies):
            axes.errorbar(mean, y, xerr=np.nan_to_num(deviation), fmt="o", ms=4.5, capsize=2.5, lw=1, color=COLOURS[circuit])
        if diverged:
            axes.text(0.01, y, f"{diverged} diverged", color=COLOURS[circuit], fontsize=7, va="center",
                      transform=axes.get_yaxis_transform())
    axes.set_yticks(range(len(lines)), map(label, lines))
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.grid(axis="x", color="0.9")
    axes.set(xlabel="test accuracy, % (mean and deviation; dots: seeds)", ylabel="plastic synapses")
    handles = [plt.Line2D([], [], color=COLOURS[circuit], marker="o", ms=4.5, lw=1) for circuit in circuits if circuit]
    axes.legend(handles, [circuit for circuit in circuits if circuit], title="circuit", loc="upper left", bbox_to_anchor=(1, 1))
    save(figure, options.out)
    write_rows(f"{options.out}.csv", ("plastic", "circuit", *SUMMARY), [(*kind, *summary) for kind, _, summary in found])
    write_rows(f"{options.out}_effects.csv", ("group", "circuit", "gain", "error", "seeds", "pairs"),
               [row for table in tables for row in effects(table)])


if __name__ == "__main__":
    raise SystemExit(main(__doc__, draw, indices="+"))
