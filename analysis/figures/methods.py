#!/usr/bin/env python3
"""Test accuracy of all methods on all data sets, from the tables that analysis/comparison/compare.py writes.

  methods.py "MNIST=mnist.csv" "Fashion-MNIST=fashion.csv" --out PREFIX

Each setting is a mean over seeds with its deviation. The first of a method, which its search found best on validation samples, is
filled; the other finalists are pale, and circuits that lack something (development, plastic synapses) are open.
"""
import argparse
import csv

from drawing import Missing, plt, refusing, save, style

import numpy as np
from table import write_rows

METHODS = {"self_assembly": "self-\nassembly", "backpropagation": "back-\npropagation", "kolen_pollack": "Kolen-\nPollack",
           "feedback_alignment": "feedback\nalignment"}


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


def draw_set(axes, title, rows):
    methods = [method for method in METHODS if any(row["method"] == method for row in rows)]
    for k, method in enumerate(methods):
        colour = f"C{list(METHODS).index(method)}"
        of_method = [row for row in rows if row["method"] == method and row["mean"]]
        tried = [row for row in of_method if not lacks(row)]
        for j, row in enumerate(tried):
            # The best on validation samples stands alone in the middle left, the others follow.
            x = k - 0.2 + (0.12 + 0.45 * j / len(tried) if j else 0)
            axes.errorbar(x, float(row["mean"]), float(row["deviation"] or 0), fmt="o", ms=2.5 if j else 4.5, lw=0.6 if j else 1.1,
                          capsize=0 if j else 2.5, color=colour, alpha=0.55 if j else 1)
        for row in of_method:
            if lacks(row):
                axes.errorbar(k + 0.1, float(row["mean"]), float(row["deviation"] or 0), fmt=LACKING[lacks(row)], ms=4, lw=0.8,
                              mfc="white", capsize=2, color=colour, label=lacks(row))
    if axes.get_legend_handles_labels()[1]:
        axes.legend(loc="lower right", fontsize=7)
    axes.set_xticks(range(len(methods)), [METHODS[method] for method in methods], fontsize=6.5)
    axes.set(title=title, xlim=(-0.5, len(methods) - 0.4))
    axes.grid(axis="y", color="0.92")
    axes.set_axisbelow(True)


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
    figure, panels = plt.subplots(1, len(found), figsize=(2.6 * len(found) + 0.3, 2.9), squeeze=False, layout="constrained")
    for axes, (title, rows) in zip(panels[0], found):
        draw_set(axes, title, rows)
    panels[0, 0].set_ylabel("test accuracy, %")
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
