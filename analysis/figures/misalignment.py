#!/usr/bin/env python3
"""What an angle between Q and -p_b Y does to burst_ccn: test error and angle of the updates to the gradient over that angle.

  misalignment.py INDEX.h5 --out PREFIX     INDEX.h5: of a sweep of models/burst_ccn/figures/misalignment.toml
"""

from drawing import plt, save, style

import numpy as np
from table import main, Table, write_rows

KINDS = [("nothing repairs it", "#D55E00", lambda eta_Q, learns: eta_Q == 0 and learns == "never"),
         ("Q learns", "#0072B2", lambda eta_Q, learns: eta_Q > 0),
         ("Y learns, ten branches", "#009E73", lambda eta_Q, learns: learns != "never")]
# Authors' later code, four hidden layers, 100 epochs, at .57 degrees; read off a figure.
PUBLISHED = [(0.57, 90, 90, "#D55E00"), (0.57, 2, 3, "#009E73")]


def draw(options):
    style()
    table = Table(options.index)
    degrees = np.degrees(np.arctan(table["burst_ccn.misalignment_Q"]))
    error = 100 * (1 - table["metrics/test_accuracy"])
    angle = np.degrees(np.arccos(np.clip(table["metrics/cosine_sgd"], -1, 1))).mean(axis=1)
    eta_Q, learns = table["burst_ccn.eta_Q"], table["burst_ccn.Y_learns"]
    figure, grid = plt.subplots(1, 2, figsize=(8, 3.2), layout="constrained")
    rows = []
    for name, colour, belongs in KINDS:
        runs = np.array([belongs(*pair) for pair in zip(eta_Q, learns)])
        at = np.unique(degrees[runs])
        means = [[values[runs & (degrees == x)].mean() for x in at] for values in (error, angle)]
        for axes, values in zip(grid, means):
            axes.plot(at, values, "o-", color=colour, label=name, markersize=4)
        rows += [(name, float(x), float(e), float(a)) for x, e, a in zip(at, *means)]
    for x, low, high, colour in PUBLISHED:
        grid[0].plot([x, x], [low, high], "s-", color=colour, markerfacecolor="white", markersize=6, zorder=1)
    grid[0].plot([], [], "s", color="0.4", markerfacecolor="white", label="published: fatal; Y learns")
    grid[0].set(ylabel="test error (%)", yscale="log")
    grid[0].set_yticks([2, 5, 10, 20, 50, 90], ["2", "5", "10", "20", "50", "90"])
    grid[1].axhline(90, color="0.8", linewidth=0.8, zorder=0)
    grid[1].set(ylabel="update of W to the gradient (°)", ylim=(0, None))
    for axes in grid:
        axes.set_xscale("symlog", linthresh=0.05)
        axes.set_xticks([0, 0.1, 0.5, 1, 5], ["0", "0.1", "0.5", "1", "5"])
        axes.set_xlim(-0.02, 8)
        axes.minorticks_off()
        axes.set_xlabel("angle of Q to −Y at the start (°)")
        axes.spines[["top", "right"]].set_visible(False)
    grid[0].legend(loc="best")
    save(figure, options.out)
    write_rows(f"{options.out}.csv", ("what learns", "degrees", "test_error", "angle_sgd"), rows)


if __name__ == "__main__":
    raise SystemExit(main(__doc__, draw))
