#!/usr/bin/env python3
"""Accuracy over a grid of the rates of W and V (Fig. 5 of Liao et al. 2024).

  rates.py INDEX.h5 --out PREFIX     INDEX.h5: of a sweep of models/self_assembly/figures/rates.toml
"""
import numpy as np

from drawing import plt, save, style
from table import main, numbers, Table, write_rows


def draw(options):
    style()
    table = Table(options.index)
    found = {(eta_W, numbers(eta_V)): table.accuracy(runs)
             for (eta_W, eta_V), runs in table.groups("circuit.eta_W", "self_assembly.eta_V")}
    rates_W, rates_V = (sorted({pair[k] for pair in found}) for k in (0, 1))
    image = np.array([[found.get((a, b), (np.nan,))[0] for a in rates_W] for b in rates_V])
    figure, axes = plt.subplots(figsize=(5.2, 3.8), layout="constrained")
    shown = axes.imshow(image, origin="lower", aspect="auto", cmap="viridis")
    for (row, column), value in np.ndenumerate(image):
        axes.text(column, row, "–" if np.isnan(value) else f"{value:.1f}", ha="center", va="center", color="white",
                  bbox={"boxstyle": "round,pad=0.15", "facecolor": "black", "alpha": 0.35, "edgecolor": "none"})
    axes.set_xticks(range(len(rates_W)), [f"{rate:g}" for rate in rates_W])
    axes.set_yticks(range(len(rates_V)), [f"{rate:g}" for rate in rates_V])
    axes.set(xlabel=r"$\eta_W$", ylabel=r"$\eta_V$", title=f"test accuracy, %, mean over seeds ({table.failed} runs diverged)")
    figure.colorbar(shown)
    save(figure, options.out)
    write_rows(f"{options.out}.csv", ("eta_W", "eta_V", "mean", "deviation", "seeds"),
               [(*pair, *values) for pair, values in sorted(found.items())])


if __name__ == "__main__":
    raise SystemExit(main(__doc__, draw))
