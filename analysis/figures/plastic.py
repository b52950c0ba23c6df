#!/usr/bin/env python3
"""Accuracy by which groups of synapses are plastic (Fig. 4 of Liao et al. 2024).

  plastic.py INDEX.h5 --out PREFIX     INDEX.h5: of a sweep of models/self_assembly/figures/plastic.toml
"""
import re

from drawing import plt, save, style
from table import main, Table, write_rows

SYMBOLS = {"W": "$W$", "Vbar": r"$\bar V$", "Wbar": r"$\bar W$", "V": "$V$"}


def label(model, activation, plastic):
    if model != "self_assembly":
        return f"{model}, {activation}"
    return " ".join(SYMBOLS[group] for group in re.findall(r"\w+", plastic))


def draw(options):
    style()
    table = Table(options.index)
    keys = "circuit.model", "circuit.activation", "self_assembly.plastic"
    rows = [(*values, *table.accuracy(runs)) for values, runs in table.groups(*keys)]
    figure, axes = plt.subplots(figsize=(5.5, 0.3 * len(rows) + 1), layout="constrained")
    axes.barh(range(len(rows)), [row[3] for row in rows], xerr=[row[4] for row in rows], capsize=2,
              color=["C0" if row[0] == "self_assembly" else "0.7" for row in rows])
    axes.set_yticks(range(len(rows)), [label(*row[:3]) for row in rows])
    axes.invert_yaxis()
    axes.set(xlabel="test accuracy, %", title=f"mean ± sd over seeds; {table.failed} runs diverged")
    save(figure, options.out)
    write_rows(f"{options.out}.csv", ("model", "activation", "plastic", "mean", "deviation", "seeds"),
               [(*row[:2], " ".join(re.findall(r"\w+", row[2])), *row[3:]) for row in rows])


if __name__ == "__main__":
    raise SystemExit(main(__doc__, draw))
