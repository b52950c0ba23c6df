#!/usr/bin/env python3
"""Accuracy over a grid of the rates of W and V (Fig. 5 of Liao et al. 2024).

  rates.py INDEX.h5|TABLE.csv --out PREFIX     INDEX.h5: of a sweep of models/self_assembly/figures/rates.toml

PREFIX.csv has the same numbers, and the gain over the smallest eta_V: mean and standard error of the differences, seed by seed.
From such a table (TABLE.csv) the figure is drawn anew.
"""

from drawing import letter, origin, PAGE, plt, save, style

import numpy as np
from table import circuit_of, main, numbers, read_rows, SUMMARY, Table, write_rows

HEAD = "circuit", "eta_W", "eta_V", *SUMMARY, "gain", "gain_error"


def in_words(mean, deviation, seeds, diverged):
    """What a cell says; of how many seeds where it is not all of them."""
    if np.isnan(mean):
        return "all\ndiverged" if diverged else "not run"
    more = "" if np.isnan(deviation) else f"\n± {deviation:.1f}"
    return f"{mean:.1f}{more}" + (f"\n{seeds:g} of {seeds + diverged:g}" if diverged else "")


def draw_circuit(axes, rows, limits):
    """Rows of one circuit as a map; what diverged or was not run is grey."""
    rates_W, rates_V = (sorted({row[k] for row in rows}) for k in (1, 2))
    found = {row[1:3]: row[3:7] for row in rows}
    image = np.array([[found.get((a, b), (np.nan,))[0] for a in rates_W] for b in rates_V])
    shown = axes.imshow(image, origin="lower", aspect="auto", cmap="cividis", vmin=limits[0], vmax=limits[1])
    axes.set_facecolor("0.85")
    for (row, column), value in np.ndenumerate(image):
        dark = not np.isnan(value) and (value - limits[0]) < 0.5 * (limits[1] - limits[0])
        axes.text(column, row, in_words(*found.get((rates_W[column], rates_V[row]), (np.nan, np.nan, 0, 0))), ha="center", va="center",
                  fontsize=6, color="white" if dark else "black")
    axes.set_xticks(range(len(rates_W)), [f"{rate:g}" for rate in rates_W])
    axes.set_yticks(range(len(rates_V)), [f"{rate:g}" for rate in rates_V])
    axes.set(xlabel=r"$\eta_W$ (1)")
    axes.spines[:].set_visible(False)
    return shown


def rows_of(path):
    if path.endswith(".csv"):
        return read_rows(path, HEAD), None
    table = Table(path)
    keys = "self_assembly.motif", "self_assembly.gate", "circuit.eta_W", "self_assembly.eta_V"
    runs = {(circuit_of(motif, gate), eta_W, numbers(eta_V)): of_group for (motif, gate, eta_W, eta_V), of_group
            in table.groups(*keys)}
    smallest = min(eta_V for _, _, eta_V in runs)
    circuits = list(dict.fromkeys(circuit for circuit, *_ in runs))
    return [(*key, *table.summary(runs[key]), *table.paired(runs[key], runs[(*key[:2], smallest)]))
            for circuit in circuits for key in sorted(key for key in runs if key[0] == circuit)], table.origin()


def draw(options):
    style()
    rows, said = rows_of(options.index)
    circuits = list(dict.fromkeys(row[0] for row in rows))
    widths = [len({row[1] for row in rows if row[0] == circuit}) for circuit in circuits]
    figure, panels = plt.subplots(1, len(circuits), figsize=(min(PAGE, 0.62 * sum(widths) + 1.7), 2.7), sharey=True, squeeze=False,
                                  layout="constrained", width_ratios=widths)
    means = [row[3] for row in rows]
    for axes, circuit in zip(panels[0], circuits):
        shown = draw_circuit(axes, [row for row in rows if row[0] == circuit], (np.nanmin(means), np.nanmax(means)))
    letter(panels[0], circuits)
    panels[0, 0].set_ylabel(r"$\eta_V = \eta_{\bar V}$ (1)")
    figure.colorbar(shown, ax=panels[0], label="test accuracy (%)")
    n = max(row[5] + row[6] for row in rows)
    data = options.data or said or ""
    origin(figure, (f"{data};\n" if data else "") + f"mean ± sd of n = {n:g} seeds; where seeds\ndiverged: of how many")
    save(figure, options.out)
    write_rows(f"{options.out}.csv", HEAD, rows)


if __name__ == "__main__":
    raise SystemExit(main(__doc__, draw))
