#!/usr/bin/env python3
"""Accuracy over a grid of the rates of W and V (Fig. 5 of Liao et al. 2024).

  rates.py INDEX.h5 --out PREFIX     INDEX.h5: of a sweep of models/self_assembly/figures/rates.toml

PREFIX.csv has the same numbers, and the gain over the smallest eta_V: mean and standard error of the differences, seed by seed.
"""

from drawing import plt, save, style

import numpy as np
from table import circuit_of, main, numbers, SUMMARY, Table, write_rows


def in_words(mean, deviation, diverged):
    if np.isnan(mean):
        return "diverged" if diverged else "not run"
    more = "" if np.isnan(deviation) else f"\n± {deviation:.1f}"
    return f"{mean:.1f}{more}" + (f"\n({diverged} div.)" if diverged else "")


def draw_circuit(axes, found, circuit, limits):
    rates_W, rates_V = (sorted({pair[k] for pair in found}) for k in (0, 1))
    image = np.array([[found[a, b][0] for a in rates_W] for b in rates_V])
    shown = axes.imshow(image, origin="lower", aspect="auto", cmap="viridis", vmin=limits[0], vmax=limits[1])
    axes.set_facecolor("0.85")  # where every seed has diverged
    for (row, column), value in np.ndenumerate(image):
        mean, deviation, _, diverged, _ = found[rates_W[column], rates_V[row]]
        dark = not np.isnan(value) and (value - limits[0]) < 0.6 * (limits[1] - limits[0])
        axes.text(column, row, in_words(mean, deviation, diverged), ha="center", va="center", fontsize=7,
                  color="white" if dark else "black")
    axes.set_xticks(range(len(rates_W)), [f"{rate:g}" for rate in rates_W])
    axes.set_yticks(range(len(rates_V)), [f"{rate:g}" for rate in rates_V])
    axes.set(xlabel=r"$\eta_W$", title=circuit)
    return shown


def draw(options):
    style()
    table = Table(options.index)
    keys = "self_assembly.motif", "self_assembly.gate", "circuit.eta_W", "self_assembly.eta_V"
    runs = {(circuit_of(motif, gate), eta_W, numbers(eta_V)): of_group for (motif, gate, eta_W, eta_V), of_group
            in table.groups(*keys)}
    found = {}
    for (circuit, *pair), of_group in runs.items():
        found.setdefault(circuit, {})[tuple(pair)] = table.summary(of_group)
    smallest = min(eta_V for _, _, eta_V in runs)
    means = [summary[0] for of_circuit in found.values() for summary in of_circuit.values()]
    figure, panels = plt.subplots(1, len(found), figsize=(3.1 * len(found) + 0.9, 3.3), sharey=True, squeeze=False,
                                  layout="constrained")
    for axes, (circuit, of_circuit) in zip(panels[0], found.items()):
        shown = draw_circuit(axes, of_circuit, circuit, (np.nanmin(means), np.nanmax(means)))
    panels[0, 0].set_ylabel(r"$\eta_V = \eta_{\bar V}$")
    figure.colorbar(shown, ax=panels[0], label="test accuracy, %, mean ± deviation")
    save(figure, options.out)
    write_rows(f"{options.out}.csv", ("circuit", "eta_W", "eta_V", *SUMMARY, "gain", "gain_error"),
               [(circuit, *pair, *summary, *table.paired(runs[circuit, *pair], runs[circuit, pair[0], smallest]))
                for circuit, of_circuit in found.items() for pair, summary in sorted(of_circuit.items())])


if __name__ == "__main__":
    raise SystemExit(main(__doc__, draw))
