#!/usr/bin/env python3
"""Accuracy against the width of the downstream pathway, for several gates (Fig. 2 of Liao et al. 2024).

  ratio.py INDEX.h5|TABLE.csv --out PREFIX     INDEX.h5: of a sweep of models/self_assembly/figures/ratio.toml or ratio_digits.toml

PREFIX.csv has the same numbers, and the gain over the narrowest pathway: mean and standard error of the differences, seed by seed.
From such a table (TABLE.csv) the figure is drawn anew.
"""

from drawing import colours, letter, origin, PAGE, plt, save, style

import numpy as np
from table import main, numbers, read_rows, SUMMARY, Table, write_rows

HEAD = "gate", "eta_W", "ratio", *SUMMARY, "gain", "gain_error"
LOOKS = {"linear": (colours.VARIANTS["dense"], "o"), "relaxed": (colours.VARIANTS["relaxed"], "s"), "tanh": ("#117733", "D"), "relu": ("#cc6677", "^")}


def look(gate):
    return LOOKS.get(gate, ("0.4", "D"))


def draw_rate(axes, rows, gates, lowest):
    """Means and deviations over the seeds that survived; what lies below the axis is written at its foot."""
    for k, gate in enumerate(gates):
        colour, marker = look(gate)
        of_gate = sorted((row for row in rows if row[0] == gate and row[5]), key=lambda row: row[2])
        aside = 1.05 ** (k - (len(gates) - 1) / 2)  # so that the bars can be told apart
        inside = [row for row in of_gate if row[3] - np.nan_to_num(row[4]) >= lowest]
        if inside:
            ratio, mean, deviation = (np.array(column) for column in zip(*(row[2:5] for row in inside)))
            axes.errorbar(ratio * aside, mean, np.nan_to_num(deviation), fmt=marker, ms=3, lw=0.8, capsize=1.5, color=colour)
            # A line joins neighbours only: none passes over a width that is not drawn.
            drawn = np.array([mean[list(ratio).index(row[2])] if row in inside else np.nan for row in of_gate])
            axes.plot(np.array([row[2] for row in of_gate]) * aside, drawn, lw=0.8, color=colour)
        for row in of_gate:
            if row not in inside:
                axes.plot(row[2] * aside, 0.05, "v", color=colour, ms=4, transform=axes.get_xaxis_transform(), clip_on=False)
                axes.annotate(f"{row[3]:.0f} ± {row[4]:.0f}", (row[2] * aside, 0.05), xycoords=axes.get_xaxis_transform(), xytext=(5, 0),
                              textcoords="offset points", fontsize=6, color=colour, va="center")


def draw_diverged(axes, rows, gates):
    """A row a gate: how many of the seeds diverged at each width."""
    for k, gate in enumerate(gates):
        for row in rows:
            if row[0] == gate:
                axes.text(row[2], -k, f"{row[6]:g}" if row[6] else "·", ha="center", va="center", fontsize=6.5,
                          color=look(gate)[0] if row[6] else "0.7")
    axes.set(ylim=(-len(gates) + 0.4, 0.6), yticks=[])
    axes.tick_params(length=0, labelbottom=False)
    axes.spines[:].set_visible(False)


def limits(rows):
    """Of the accuracies shown: a deviation far above the usual is of seeds at chance, and does not set the scale."""
    shown = [(row[3], np.nan_to_num(row[4])) for row in rows if row[5]]
    usual = 3 * np.median([deviation for _, deviation in shown])
    ends = [mean + sign * deviation for mean, deviation in shown if deviation <= usual for sign in (-1, 1)]
    margin = 0.08 * (max(ends) - min(ends))
    return min(ends) - margin, max(ends) + margin


def rows_of(path):
    if path.endswith(".csv"):
        return read_rows(path, HEAD), None
    table = Table(path)
    keys = "self_assembly.gate", "circuit.eta_W", "self_assembly.ratio"
    found = {(gate, rate, numbers(ratio)): runs for (gate, rate, ratio), runs in table.groups(*keys)}
    narrowest = min(ratio for _, _, ratio in found)
    return [(*key, *table.summary(runs), *table.paired(runs, found[(*key[:2], narrowest)])) for key, runs in sorted(found.items())], \
        table.origin()


def draw(options):
    style()
    rows, said = rows_of(options.index)
    gates, rates, ratios = (sorted({row[k] for row in rows}) for k in range(3))
    figure, panels = plt.subplots(2, len(rates), figsize=(min(PAGE, 2.3 * len(rates) + 1.4), 3.1), sharex=True, sharey="row", squeeze=False,
                                  layout="constrained", height_ratios=(1, 0.11 * len(gates)))
    lowest, highest = limits(rows)
    for above, below, rate in zip(*panels, rates):
        of_rate = [row for row in rows if row[1] == rate]
        draw_rate(above, of_rate, gates, lowest)
        draw_diverged(below, of_rate, gates)
        above.set(xscale="log", xlim=(min(ratios) / 1.2, max(ratios) * 1.2))
        above.set_xticks(ratios, [f"{ratio:g}" for ratio in ratios])
        above.minorticks_off()
        above.tick_params(labelbottom=True)
        below.minorticks_off()
    letter(panels[0], [rf"$\eta_W$ = {rate:g}" for rate in rates])
    panels[0, 0].set(ylim=(lowest, highest), ylabel="test accuracy (%)")
    for k, gate in enumerate(gates):
        panels[1, 0].text(-0.02, -k, gate, ha="right", va="center", fontsize=6.5, color=look(gate)[0], transform=panels[1, 0].get_yaxis_transform())
    panels[1, 0].set_title("number of seeds that diverged (·: none)", fontsize=6.5, loc="left", pad=2)
    figure.supxlabel(r"downstream cells per upstream cell, $\bar d / d$ (1)", fontsize=7.5)
    handles = [plt.Line2D([], [], color=look(gate)[0], marker=look(gate)[1], ms=3, lw=0.8) for gate in gates]
    names = [gate if any(row[5] for row in rows if row[0] == gate) else f"{gate}: every\nseed diverged" for gate in gates]
    if any(row[3] - np.nan_to_num(row[4]) < lowest for row in rows if row[5]):
        handles.append(plt.Line2D([], [], color="0.4", marker="v", ms=4, lw=0))
        names.append("below the axis:\nmean ± sd written")
    panels[0, -1].legend(handles, names, title="gate of downstream cells", loc="upper left", bbox_to_anchor=(1, 1))
    n = max(row[5] + row[6] for row in rows)
    origin(figure, f"{options.data or said or ''}; mean ± sd over the seeds that did not diverge, of n = {n:g}".lstrip("; "))
    save(figure, options.out)
    write_rows(f"{options.out}.csv", HEAD, rows)


if __name__ == "__main__":
    raise SystemExit(main(__doc__, draw))
