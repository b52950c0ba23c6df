#!/usr/bin/env python3
"""Test accuracy of all methods on all data sets, from the tables that analysis/comparison/compare.py writes.

  methods.py "MNIST=mnist.csv" "Fashion-MNIST=fashion.csv" --out PREFIX

Each setting is a mean over seeds with its standard deviation. The first of a method, which its search found best on validation
samples, is large, with its mean; the other finalists are small, and circuits that lack something (development, plastic synapses) open.
"""
import argparse
import csv

from drawing import colours, letter, Missing, PAGE, plt, refusing, save, style

import numpy as np
from table import write_rows

METHODS = "self_assembly", "backpropagation", "kolen_pollack", "feedback_alignment"


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    if not rows or "mean" not in rows[0] or "method" not in rows[0]:
        raise Missing(f"{path}: not a table of compare.py")
    return rows


LACKING = {"not developed": "s", "only W plastic": "v"}  # what a circuit is without, and how it is drawn


def lacks(row):
    """What is missing of the default circuit."""
    if row["method"] != "self_assembly":
        return None
    if row.get("self_assembly.plastic", "W Wbar V Vbar") == "W":
        return "only W plastic"
    return "not developed" if row.get("self_assembly.development") == "0" else None


def draw_set(axes, rows):
    """One data set: every method at its own place, tried or not. Returns the numbers of seeds."""
    for k, method in enumerate(METHODS):
        colour = colours.METHODS[method]
        of_method = [row for row in rows if row["method"] == method and row["mean"]]
        tried = [row for row in of_method if not lacks(row)]
        for j, row in enumerate(tried):
            # The best on validation samples stands alone at the left, the others follow.
            x = k - 0.22 + (0.14 + 0.45 * j / len(tried) if j else 0)
            axes.errorbar(x, float(row["mean"]), float(row["deviation"] or 0), fmt="o", ms=1.8 if j else 4, lw=0.5 if j else 1,
                          capsize=0 if j else 2, color=colour, alpha=0.6 if j else 1)
        for row in of_method:
            if lacks(row):
                axes.errorbar(k + 0.15, float(row["mean"]), float(row["deviation"] or 0), fmt=LACKING[lacks(row)], ms=3.5, lw=0.8,
                              mfc="white", capsize=2, color=colour)
        if not of_method:
            axes.text(k, 0.02, "not run", rotation=90, ha="center", va="bottom", fontsize=6, color="0.5", transform=axes.get_xaxis_transform())
    axes.set(xlim=(-0.6, len(METHODS) - 0.4))
    axes.set_xticks(range(len(METHODS)), [colours.method(method)[1] for method in METHODS], rotation=45, ha="right", fontsize=6.5,
                    rotation_mode="anchor")
    for tick, method in zip(axes.get_xticklabels(), METHODS):
        tick.set_color(colours.METHODS[method])
    axes.grid(axis="y", color="0.92")
    axes.set_axisbelow(True)
    return sorted({int(row["seeds"]) for row in rows if row["mean"]})


def summaries(title, rows):
    for method in METHODS:
        tried = [row for row in rows if row["method"] == method and not lacks(row)]
        if tried:
            means = [float(row["mean"]) for row in tried if row["mean"]]
            yield (title, method, len(tried), sum(int(row["diverged"]) for row in tried), tried[0]["seeds"], tried[0]["mean"],
                   tried[0]["deviation"], float(np.mean(means)), float(np.std(means, ddof=1)) if len(means) > 1 else np.nan, max(means))


def draw(options):
    style()
    found = [(title, read(path)) for title, path in (text.split("=", 1) for text in options.tables)]
    figure, panels = plt.subplots(1, len(found), figsize=(min(PAGE, 1.85 * len(found) + 0.4), 3), squeeze=False, layout="constrained")
    counts = [draw_set(axes, rows) for axes, (_, rows) in zip(panels[0], found)]
    letter(panels[0], [f"{title}\nn = {' or '.join(map(str, count))}" for (title, _), count in zip(found, counts)])
    panels[0, 0].set_ylabel("test accuracy (%)")
    marks = [("best on validation", "o", 4, "0.4"), ("other finalists", "o", 1.8, "0.4")]
    marks += [(word, marker, 3.5, "white") for word, marker in LACKING.items() if any(lacks(row) == word for _, rows in found for row in rows)]
    if all(len([row for row in rows if row["method"] == method and not lacks(row)]) < 2 for _, rows in found for method in METHODS):
        del marks[1]
    handles = [plt.Line2D([], [], color="0.4", marker=marker, ms=size, mfc=fill, lw=0) for _, marker, size, fill in marks]
    figure.legend(handles, [word for word, *_ in marks], loc="upper right", bbox_to_anchor=(1, 1.0), ncols=4)
    figure.suptitle("mean ± sd over n seeds; every panel has an axis of its own", fontsize=6.5, x=0.01, ha="left", color="0.25")
    save(figure, options.out)
    write_rows(f"{options.out}.csv", ("data", "method", "settings", "diverged", "seeds", "chosen", "deviation", "mean_of_settings",
                                      "deviation_of_settings", "highest"),
               [row for title, rows in found for row in summaries(title, rows)])


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("tables", nargs="+", metavar="TITLE=TABLE.csv")
    arguments.add_argument("--out", required=True, help="prefix of the files to write")
    options = arguments.parse_args()
    wrong = [text for text in options.tables if "=" not in text]
    if wrong:
        arguments.error(f"found {wrong[0]}, expected TITLE=TABLE.csv")
    return refusing(lambda: draw(options))


if __name__ == "__main__":
    raise SystemExit(main())
