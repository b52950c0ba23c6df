#!/usr/bin/env python3
"""Accuracy by which groups of synapses are plastic (Fig. 4 of Liao et al. 2024).

  plastic.py INDEX.h5 ... --out PREFIX     of sweeps of models/self_assembly/figures/plastic.toml and references.toml
"""
import re

import numpy as np

from drawing import plt, save, style
from table import main, SUMMARY, Table, write_rows

SYMBOLS = {"W": "$W$", "Wbar": r"$\bar W$", "V": "$V$", "Vbar": r"$\bar V$"}
COLOURS = {"topographic": "C0", "dense": "C1", "": "0.35"}


def kind_of(model, activation, motif, plastic, development):
    """(line of the figure, motif): circuits by what is plastic, what they are compared with by name."""
    if model != "self_assembly":
        return ("linear network with SGD" if activation == "linear" else model), ""
    groups = re.findall(r"\w+", plastic)
    return (" ".join(group for group in SYMBOLS if group in groups) if development == 0 else "all after development"), motif


def label(line):
    return " ".join(SYMBOLS.get(word, word) for word in line.split())


def draw(options):
    style()
    keys = "circuit.model", "circuit.activation", "self_assembly.motif", "self_assembly.plastic", "self_assembly.development"
    found = [(kind_of(*values), table.accuracies(runs), table.summary(runs))
             for table in map(Table, options.index) for values, runs in table.groups(*keys)]
    lines, motifs = (list(dict.fromkeys(kind[k] for kind, _, _ in found)) for k in (0, 1))
    figure, axes = plt.subplots(figsize=(5.5, 0.32 * len(lines) + 1.1), layout="constrained")
    for (line, motif), accuracies, (mean, deviation, _, diverged, _) in found:
        beside = [name for name in motifs if (line, name) in {kind for kind, _, _ in found}]
        y = lines.index(line) + 0.26 * (beside.index(motif) - (len(beside) - 1) / 2)
        axes.plot(accuracies, np.full(len(accuracies), y), ".", color=COLOURS[motif], alpha=0.4, ms=4, mew=0)
        axes.errorbar(mean, y, xerr=deviation, fmt="o", ms=4.5, capsize=2.5, lw=1, color=COLOURS[motif])
        if diverged:
            axes.text(0.01, y, f"{diverged} diverged", color=COLOURS[motif], fontsize=7, va="center",
                      transform=axes.get_yaxis_transform())
    axes.set_yticks(range(len(lines)), map(label, lines))
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.grid(axis="x", color="0.9")
    axes.set(xlabel="test accuracy, % (mean and deviation; dots: seeds)", ylabel="plastic")
    handles = [plt.Line2D([], [], color=COLOURS[motif], marker="o", ms=4.5, lw=1) for motif in motifs if motif]
    axes.legend(handles, [motif for motif in motifs if motif], title="motif", loc="upper left", bbox_to_anchor=(1, 1))
    save(figure, options.out)
    write_rows(f"{options.out}.csv", ("plastic", "motif", *SUMMARY), [(*kind, *summary) for kind, _, summary in found])


if __name__ == "__main__":
    raise SystemExit(main(__doc__, draw, indices="+"))
