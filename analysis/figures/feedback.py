#!/usr/bin/env python3
"""What carries errors back in sign_concordant: accuracy over the size of the steps, and alignment of what is learnt.

  feedback.py INDEX.h5|TABLE.csv --out PREFIX     INDEX.h5: of a sweep of models/sign_concordant/figures/steps.toml

From the table that it has written (TABLE.csv) the figure is drawn anew.
"""

from drawing import colours, letter, origin, PAGE, plt, save, style

import numpy as np
from table import main, read_rows, Table, write_rows

MARKERS = {"bp": "o", "frsf": "s", "usf": "^", "brsf": "v", "dale": "D", "mix": "P", "fa": "X", "anti": "<", "none": ">"}
NAMES = {"bp": "bp: $W^T$ itself", "usf": "usf: signs of $W^T$, one size", "frsf": "frsf: its signs, fixed sizes",
         "brsf": "brsf: its signs, new sizes", "dale": "dale: signs of cells", "mix": "mix: its signs, in part", "fa": "fa: random, fixed",
         "anti": "anti: opposite signs", "none": "none"}
SHOWN = 0.03  # the step whose alignment is shown


def head(layers):
    """Of the table: of each layer the cosine, and its standard deviation over seeds."""
    return "feedback", "eta", "seeds", "test_accuracy", "deviation", *(
        f"{word}_{layer}" for layer in range(1, layers + 1) for word in ("cosine_transposed", "deviation"))


def rows_of(path):
    """Rows of the table, their layers, and what the index says of its data."""
    if path.endswith(".csv"):
        with open(path, encoding="utf-8") as file:
            layers = file.readline().count("cosine_transposed")
        return read_rows(path, head(layers)), layers, None
    table, rows = Table(path), []
    accuracy, alignment = 100 * table["metrics/test_accuracy"], table["metrics/cosine_transposed"]
    of_seeds = lambda values: values.std(axis=0, ddof=1) if len(values) > 1 else np.zeros_like(values.mean(axis=0))
    found = {values: runs & table.done for values, runs in table.groups("sign_concordant.feedback", "sign_concordant.eta")}
    for name in NAMES:
        for (kind, eta), runs in sorted(found.items()):
            if kind == name and runs.any():
                pairs = zip(alignment[runs].mean(axis=0), of_seeds(alignment[runs]))
                rows.append((name, float(eta), int(runs.sum()), float(accuracy[runs].mean()), float(of_seeds(accuracy[runs])),
                             *(float(one) for pair in pairs for one in pair)))
    return rows, alignment.shape[1], table.origin()


def draw(options):
    style()
    rows, layers, said = rows_of(options.index)
    figure, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 2.9), layout="constrained")
    present = [name for name in NAMES if any(row[0] == name for row in rows)]
    bottom, top = max(0.1, min(1, 0.9 * min(100 - row[3] for row in rows))), 105
    for place, name in enumerate(present):
        look = {"color": colours.FEEDBACK[name], "marker": MARKERS[name], "markersize": 3.5, "linewidth": 1, "capsize": 1.5}
        beside = place - (len(present) - 1) / 2  # so that bars do not hide each other
        steps, error, deviation = (np.array([100 - row[3] if k == 3 else row[k] for row in rows if row[0] == name]) for k in (1, 3, 4))
        # On a logarithmic axis a bar below 0 ends where the axis does.
        left.errorbar(steps * 1.045**beside, np.maximum(error, bottom), [np.minimum(deviation, error - bottom).clip(0), deviation],
                      label=NAMES[name], **look)
        for row in rows:
            cosines = np.array(row[5::2], float)
            if row[0] == name and np.isclose(row[1], SHOWN) and np.isfinite(cosines).any():
                right.errorbar(np.arange(1, layers + 1) + 0.05 * beside, cosines, np.array(row[6::2], float), **look)
    ticks, every = [1, 2, 5, 10, 20, 50, 100], sorted({row[1] for row in rows})
    left.set(xscale="log", yscale="log", xlabel=r"rate of learning $\eta$ (1)", ylabel="test error (%), logarithmic", ylim=(bottom, top))
    left.set_yticks([tick for tick in ticks if bottom <= tick <= top], [f"{tick}" for tick in ticks if bottom <= tick <= top])
    left.set_xticks(every, [f"{step:g}" for step in every])
    left.minorticks_off()
    right.legend(*left.get_legend_handles_labels(), loc="center left", bbox_to_anchor=(1.02, 0.5), title="what carries errors back")
    right.axhline(0, color="0.8", linewidth=0.8, zorder=0)
    right.set(xlabel="layer, counted from the input", ylabel=r"cosine of $\Delta W$ to that by $W^T$ (1)", ylim=(-1.05, 1.05),
              xlim=(0.7, layers + 0.3), xticks=range(1, layers + 1))
    letter((left, right), ["what is learnt", rf"updates at $\eta$ = {SHOWN:g}, at the end (bp: 1)"])
    counts = sorted({row[2] for row in rows})
    origin(figure, f"{options.data or said or ''}; mean ± sd over n = {' or '.join(f'{n:g}' for n in counts)} seeds, set apart sideways".lstrip("; "))
    save(figure, options.out)
    write_rows(f"{options.out}.csv", head(layers), rows)


if __name__ == "__main__":
    raise SystemExit(main(__doc__, draw))
