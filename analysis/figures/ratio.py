#!/usr/bin/env python3
"""Accuracy against the width of the downstream pathway, for several downstream activations (Fig. 2 of Liao et al. 2024).

  ratio.py INDEX.h5 --out PREFIX     INDEX.h5: of a sweep of models/self_assembly/figures/ratio.toml
"""
from drawing import plt, save, style
from table import main, numbers, Table, write_rows


def draw(options):
    style()
    table = Table(options.index)
    figure, axes = plt.subplots(figsize=(5.5, 3.6), layout="constrained")
    rows = []
    for (gate,), _ in table.groups("self_assembly.gate"):
        found = sorted((numbers(ratio), *table.accuracy(runs)) for (ratio, other), runs
                       in table.groups("self_assembly.ratio", "self_assembly.gate") if other == gate)
        rows += [(gate, *row) for row in found]
        ratio, mean, deviation, _ = zip(*found)
        axes.errorbar(ratio, mean, deviation, fmt=".-", capsize=2, label=gate)
    axes.set(xlabel="downstream cells per upstream cell", ylabel="test accuracy, %",
             title=f"mean ± sd over seeds; {table.failed} runs diverged")
    axes.legend(title="downstream activation")
    save(figure, options.out)
    write_rows(f"{options.out}.csv", ("gate", "ratio", "mean", "deviation", "seeds"), rows)


if __name__ == "__main__":
    raise SystemExit(main(__doc__, draw))
