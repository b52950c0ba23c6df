#!/usr/bin/env python3
"""What a slow relaxation of the apical potentials costs in continuous time: cosine of the updates and H times the gradient, and
test accuracy, over its time constant; mean, and least and largest over seeds.

  relaxation.py INDEX.h5 --out PREFIX     INDEX.h5: of a sweep of models/self_assembly/figures/relaxation.toml
"""

from drawing import plt, save, style

import numpy as np
from table import main, SUMMARY, Table, write_rows

COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7"]


def draw(options):
    style()
    table = Table(options.index)
    found = [(tau, runs) for (tau,), runs in table.groups("self_assembly.tau_relaxation") if (runs & table.done).any()]
    taus = [tau for tau, _ in found]
    cosines = [table["metrics/cosine_h_sgd"][runs & table.done] for _, runs in found]
    figure, grid = plt.subplots(1, 2, figsize=(8, 3.2), layout="constrained")
    curves = [(grid[0], f"hidden layer {l + 1}", [of_tau[:, l] for of_tau in cosines]) for l in range(cosines[0].shape[1])
              if not np.isnan(cosines[0][:, l]).all()]
    curves.append((grid[1], "", [table.accuracies(runs) for _, runs in found]))
    for (axes, label, values), colour in zip(curves, [*COLOURS[:len(curves) - 1], "0.2"]):
        axes.plot(taus, [np.mean(of_tau) for of_tau in values], "o-", color=colour, label=label, markersize=4)
        axes.fill_between(taus, [np.min(of_tau) for of_tau in values], [np.max(of_tau) for of_tau in values], color=colour,
                          alpha=0.15, linewidth=0)
    for axes, label in zip(grid, (r"cosine of $\Delta W$ and $H\,\Delta W_{sgd}$", "test accuracy (%)")):
        axes.set(xscale="log", xlabel=r"time constant of the relaxation, $\tau_a$ (ms)", ylabel=label)
        axes.set_xticks(taus, [f"{tau:g}" for tau in taus])
        axes.minorticks_off()
        axes.spines[["top", "right"]].set_visible(False)
    grid[0].legend(loc="best")
    save(figure, options.out)
    write_rows(f"{options.out}.csv", ("tau_relaxation", *SUMMARY), [(tau, *table.summary(runs)) for tau, runs in found])


if __name__ == "__main__":
    raise SystemExit(main(__doc__, draw))
