#!/usr/bin/env python3
"""What a slow relaxation of the apical potentials costs in continuous time: cosine of the updates and H times the gradient, and
test accuracy, over its time constant; mean over seeds, with the least, and of accuracies the largest.

  relaxation.py INDEX.h5|TABLE.csv --out PREFIX     INDEX.h5: of a sweep of models/self_assembly/figures/relaxation.toml

From the table that it has written (TABLE.csv) the figure is drawn anew.
"""

from drawing import colours, letter, origin, PAGE, plt, save, style

import numpy as np
from table import main, read_rows, SUMMARY, Table, write_rows

HEAD = "tau_relaxation", *SUMMARY, "least", "largest", "least_cosines"
MARKERS = "o", "s", "D", "^"


def rows_of(path):
    """Rows of the table, and what the index says of its data."""
    if path.endswith(".csv"):
        return read_rows(path, HEAD), None
    table, rows = Table(path), []
    for (tau,), runs in table.groups("self_assembly.tau_relaxation"):
        if (done := runs & table.done).any():
            cosines, accuracies = table["metrics/cosine_h_sgd"][done].min(axis=0), table.accuracies(runs)
            rows.append((tau, *table.summary(runs), float(accuracies.min()), float(accuracies.max()),
                         " ".join(f"{value:.3f}" for value in cosines if not np.isnan(value))))
    return rows, table.origin()


def draw(options):
    style()
    rows, said = rows_of(options.index)
    taus, mean, _, seeds, _, cosines, least, largest, least_cosines = map(np.array, zip(*rows))
    figure, grid = plt.subplots(1, 2, figsize=(0.8 * PAGE, 2.7), layout="constrained")
    by_layer = [np.array([list(map(float, str(words).split())) for words in column]).T for column in (cosines, least_cosines)]
    for layer, (values, lows) in enumerate(zip(*by_layer)):
        grid[0].errorbar(taus, values, [np.maximum(0, values - lows), np.zeros(len(values))], fmt=MARKERS[layer % len(MARKERS)] + "-",
                         color=colours.layers(len(by_layer[0]) + 1)[layer], ms=3.5, capsize=2, label=f"hidden layer {layer + 1}")
    grid[1].errorbar(taus, mean, [mean - least, largest - mean], fmt="o-", color=colours.VARIANTS["relaxed"], ms=3.5, capsize=2)
    for axes, label in zip(grid, (r"cosine of $\Delta W$ and $H\,\Delta W_{SGD}$ (1)", "test accuracy (%)")):
        axes.set(xscale="log", xlabel=r"time constant of the relaxation, $\tau_a$ (ms)", ylabel=label)
        axes.set_xticks(taus, [f"{tau:g}" for tau in taus])
        axes.minorticks_off()
    grid[0].legend(loc="lower left")
    letter(grid, ["updates, at the end: mean and least", "what is learnt: mean, least, largest"])
    origin(figure, f"{options.data or said or ''}; n = {' or '.join(f'{count:g}' for count in sorted(set(seeds)))} seeds each".lstrip("; "))
    save(figure, options.out)
    write_rows(f"{options.out}.csv", HEAD, rows)


if __name__ == "__main__":
    raise SystemExit(main(__doc__, draw))
