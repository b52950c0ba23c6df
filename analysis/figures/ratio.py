#!/usr/bin/env python3
"""Accuracy against the width of the downstream pathway, for several gates (Fig. 2 of Liao et al. 2024).

  ratio.py INDEX.h5 --out PREFIX     INDEX.h5: of a sweep of models/self_assembly/figures/ratio.toml or ratio_digits.toml

PREFIX.csv has the same numbers, and the gain over the narrowest pathway: mean and standard error of the differences, seed by seed.
"""

from drawing import plt, save, style

import numpy as np
from table import main, numbers, SUMMARY, Table, write_rows


def draw_rate(axes, rows, gates):
    """Means and deviations over the seeds that survived; crosses at the bottom where one has diverged."""
    for k, gate in enumerate(gates):
        of_gate = sorted((row for row in rows if row[0] == gate), key=lambda row: row[2])
        shown = [row for row in of_gate if row[5]]
        aside = 0.15 * (k - (len(gates) - 1) / 2)  # so that the bars can be told apart
        if shown:
            ratio, mean, deviation = zip(*(row[2:5] for row in shown))
            axes.errorbar(np.add(ratio, aside), mean, np.nan_to_num(deviation), fmt="o-", ms=3.5, lw=1, capsize=2, color=f"C{k}", label=gate)
        for row in of_gate:
            if row[6]:
                # In the coordinates of the axes from bottom to top: below all data.
                axes.plot(row[2], 0.03 + 0.045 * k, "x", color=f"C{k}", ms=4, transform=axes.get_xaxis_transform())
    axes.set(title=rf"$\eta_W$ = {rows[0][1]:g}", xlim=(min(row[2] for row in rows) - 0.5, max(row[2] for row in rows) + 0.5))
    axes.set_xticks(sorted({row[2] for row in rows}), [f"{ratio:g}" for ratio in sorted({row[2] for row in rows})])


def limits(rows):
    """Of the accuracies shown: room for the crosses below, and what has seeds at chance is cut off."""
    shown = [(row[3], np.nan_to_num(row[4])) for row in rows if row[5]]
    usual = 3 * np.median([deviation for _, deviation in shown])
    ends = [mean + sign * deviation for mean, deviation in shown if deviation <= usual for sign in (-1, 1)]
    return min(ends) - 0.25 * (max(ends) - min(ends)) - 0.5, max(ends) + 0.5


def draw(options):
    style()
    table = Table(options.index)
    keys = "self_assembly.gate", "circuit.eta_W", "self_assembly.ratio"
    found = {(gate, rate, numbers(ratio)): runs for (gate, rate, ratio), runs in table.groups(*keys)}
    narrowest = min(ratio for _, _, ratio in found)
    rows = [(*key, *table.summary(runs), *table.paired(runs, found[(*key[:2], narrowest)])) for key, runs in sorted(found.items())]
    gates, rates = list(dict.fromkeys(row[0] for row in rows)), sorted({row[1] for row in rows})
    figure, panels = plt.subplots(1, len(rates), figsize=(2.3 * len(rates) + 1.2, 2.9), sharey=True, squeeze=False,
                                  layout="constrained")
    for axes, rate in zip(panels[0], rates):
        draw_rate(axes, [row for row in rows if row[1] == rate], gates)
    panels[0, 0].set_ylim(limits(rows))
    panels[0, 0].set_ylabel("test accuracy, %")
    figure.supxlabel(r"downstream cells per upstream cell, $\bar d / d$", fontsize=9)
    lines = [plt.Line2D([], [], color=f"C{k}", marker="o", ms=3.5, lw=1) for k in range(len(gates))]
    cross = plt.Line2D([], [], color="0.4", marker="x", ms=4, lw=0)
    panels[0, -1].legend([*lines, cross], [*gates, "a seed or\nmore diverged"], title="gate", loc="upper left", bbox_to_anchor=(1, 1))
    save(figure, options.out)
    write_rows(f"{options.out}.csv", ("gate", "eta_W", "ratio", *SUMMARY, "gain", "gain_error"), rows)


if __name__ == "__main__":
    raise SystemExit(main(__doc__, draw))
