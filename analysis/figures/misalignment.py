#!/usr/bin/env python3
"""What an angle between Q and -p_b Y does to burst_ccn: test error and angle of the updates to the gradient over that angle.

  misalignment.py INDEX.h5 --out PREFIX     INDEX.h5: of a sweep of models/burst_ccn/figures/misalignment.toml
"""

from drawing import letter, origin, PAGE, plt, save, style

import numpy as np
from table import main, Table, write_rows

# Who repairs it: how it is written, its colour and marker, and which runs these are.
KINDS = [("nothing repairs it", "#cc3311", "o", lambda eta_Q, learns: eta_Q == 0 and learns == "never"),
         ("Q learns", "#0077bb", "s", lambda eta_Q, learns: eta_Q > 0),
         ("Y learns, ten branches", "#009988", "D", lambda eta_Q, learns: learns != "never")]
# Authors' later code at .57 degrees, four hidden layers, 100 epochs: from, to; read off a figure.
PUBLISHED = [(90, 90, 0), (2, 3, 2)]


def draw(options):
    style()
    table = Table(options.index)
    degrees = np.degrees(np.arctan(table["burst_ccn.misalignment_Q"]))
    error = 100 * (1 - table["metrics/test_accuracy"])
    angle = np.degrees(np.arccos(np.clip(table["metrics/cosine_sgd"], -1, 1))).mean(axis=1)
    eta_Q, learns = table["burst_ccn.eta_Q"], table["burst_ccn.Y_learns"]
    figure, grid = plt.subplots(1, 2, figsize=(PAGE, 2.7), layout="constrained")
    rows, every = [], np.unique(degrees)
    for k, (name, colour, marker, belongs) in enumerate(KINDS):
        runs = np.array([belongs(*pair) for pair in zip(eta_Q, learns)])
        at = np.unique(degrees[runs])
        means = [[values[runs & (degrees == x)].mean() for x in at] for values in (error, angle)]
        for axes, values in zip(grid, means):
            axes.plot(np.searchsorted(every, at) + 0.08 * (k - 1), values, marker + "-", color=colour, label=name, markersize=3.5)
        rows += [(name, float(x), float(e), float(a)) for x, e, a in zip(at, *means)]
    place = np.interp(0.57, every, np.arange(len(every)))
    for low, high, kind in PUBLISHED:
        colour, marker = KINDS[kind][1:3]
        grid[0].plot([place + 0.3] * 2, [low, high], marker + "-", color=colour, markerfacecolor="white", markersize=5)
    grid[0].plot([], [], "o", color="0.4", markerfacecolor="white", markersize=5, label="open: authors' later code, four\nhidden layers, 100 epochs (range)")
    grid[0].set(ylabel="test error (%), logarithmic", yscale="log")
    grid[0].set_yticks([2, 5, 10, 20, 50, 90], ["2", "5", "10", "20", "50", "90"])
    grid[1].axhline(90, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
    grid[1].set(ylabel="angle of ΔW to the gradient (°)", ylim=(0, max(95, 1.04 * np.nanmax(angle))), yticks=range(0, 121, 30))
    letter(grid, ["test error", "updates, mean over layers"])
    for axes in grid:
        axes.set_xticks(range(len(every)), [f"{x:.2g}" for x in every])
        axes.minorticks_off()
        axes.set_xlabel("angle of Q to −Y at the start (°), values equally spaced")
    grid[1].legend(*grid[0].get_legend_handles_labels(), loc="lower left", title="in both panels")
    origin(figure, options.data or table.origin())
    save(figure, options.out)
    write_rows(f"{options.out}.csv", ("what learns", "degrees", "test_error", "angle_sgd"), rows)


if __name__ == "__main__":
    raise SystemExit(main(__doc__, draw))
