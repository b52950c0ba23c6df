#!/usr/bin/env python3
"""What carries errors back in sign_concordant: accuracy over the size of the steps, and alignment of what is learnt.

  feedback.py INDEX.h5 --out PREFIX     INDEX.h5: of a sweep of models/sign_concordant/figures/steps.toml
"""

from drawing import plt, save, style

import numpy as np
from table import main, Table, write_rows

COLOURS = {"bp": "0.3", "frsf": "#0072B2", "usf": "#56B4E9", "brsf": "#009E73", "dale": "#CC79A7", "mix": "#F0E442",
           "fa": "#D55E00", "anti": "#E69F00", "none": "0.7"}
SHOWN = 0.03  # the step whose alignment is shown


def draw(options):
    style()
    table = Table(options.index)
    accuracy, alignment = 100 * table["metrics/test_accuracy"], table["metrics/cosine_transposed"]
    kinds, eta = table["sign_concordant.feedback"], table["sign_concordant.eta"]
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.4), layout="constrained")
    rows = []
    for name, colour in COLOURS.items():
        runs = (kinds == name) & table.done
        if not runs.any():
            continue
        steps = np.unique(eta[runs])
        values = [accuracy[runs & (eta == step)] for step in steps]
        left.errorbar(steps, [value.mean() for value in values], [value.std() for value in values], fmt="o-", color=colour, label=name,
                      markersize=4, linewidth=1.2, capsize=2)
        for step, value in zip(steps, values):
            layers = alignment[runs & (eta == step)].mean(axis=0)
            rows.append((name, float(step), float(value.mean()), float(value.std()), *map(float, layers)))
        chosen = alignment[runs & np.isclose(eta, SHOWN)]
        if len(chosen) and np.isfinite(chosen).any():
            right.plot(np.arange(1, chosen.shape[1] + 1), chosen.mean(axis=0), "o-", color=colour, markersize=4, linewidth=1.2)
    left.set(xscale="log", xlabel=r"$\eta$ (1)", ylabel="test accuracy (%)", ylim=(0, 100))
    left.legend(ncols=2, loc="center left", title="feedback")
    right.axhline(0, color="0.8", linewidth=0.8, zorder=0)
    right.set(xlabel="layer, counted from the input", ylabel=r"cosine of $\Delta W$ to that by $W^T$ (1)", ylim=(-1.05, 1.05),
              xticks=range(1, alignment.shape[1] + 1), title=rf"$\eta$ = {SHOWN:g}")
    for axes in left, right:
        axes.spines[["top", "right"]].set_visible(False)
    save(figure, options.out)
    write_rows(f"{options.out}.csv", ("feedback", "eta", "test_accuracy", "deviation",
                                      *(f"cosine_transposed_{layer}" for layer in range(1, alignment.shape[1] + 1))), rows)


if __name__ == "__main__":
    raise SystemExit(main(__doc__, draw))
