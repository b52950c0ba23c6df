#!/usr/bin/env python3
"""What carries errors back in sign_concordant: accuracy over the size of the steps, and alignment of what is learnt.

  feedback.py INDEX.h5 --out PREFIX     INDEX.h5: of a sweep of models/sign_concordant/figures/steps.toml
"""

from drawing import plt, save, style

import numpy as np
from table import main, Table, write_rows

# Colours of Okabe and Ito, and shapes, of which either tells kinds apart.
LOOKS = {"bp": ("0.3", "o"), "frsf": ("#0072B2", "s"), "usf": ("#56B4E9", "^"), "brsf": ("#009E73", "v"), "dale": ("#CC79A7", "D"),
         "mix": ("#8C6D00", "P"), "fa": ("#D55E00", "X"), "anti": ("#E69F00", "<"), "none": ("0.7", ">")}
SHOWN = 0.03  # the step whose alignment is shown


def reach(values):
    """From the mean of seeds down to the least and up to the most: unlike the deviation, no more than there is on a logarithmic axis."""
    return values.mean(axis=0) - values.min(axis=0), values.max(axis=0) - values.mean(axis=0)


def draw(options):
    style()
    table = Table(options.index)
    accuracy, alignment = 100 * table["metrics/test_accuracy"], table["metrics/cosine_transposed"]
    kinds, eta = table["sign_concordant.feedback"], table["sign_concordant.eta"]
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.6, 3.6), layout="constrained")
    seeds = len(np.unique(table["run.seed"][table.done]))
    of_seeds = lambda values: values.std(axis=0, ddof=1) if len(values) > 1 else np.zeros_like(values.mean(axis=0))
    present = [name for name in LOOKS if ((kinds == name) & table.done).any()]
    rows = []
    for place, name in enumerate(present):
        colour, marker = LOOKS[name]
        look = {"color": colour, "marker": marker, "markersize": 4, "linewidth": 1.2, "capsize": 2}
        runs = (kinds == name) & table.done
        steps = np.unique(eta[runs])
        values = [accuracy[runs & (eta == step)] for step in steps]
        beside = place - (len(present) - 1) / 2  # so that bars do not hide each other
        errors = [100 - value for value in values]
        left.errorbar(steps * 1.02**beside, [error.mean() for error in errors], np.transpose([reach(error) for error in errors]),
                      label=name, **look)
        for step, value in zip(steps, values):
            layers = alignment[runs & (eta == step)]
            rows.append((name, float(step), len(value), float(value.mean()), float(of_seeds(value)),
                         *(float(one) for pair in zip(layers.mean(axis=0), of_seeds(layers)) for one in pair)))
        chosen = alignment[runs & np.isclose(eta, SHOWN)]
        if len(chosen) and np.isfinite(chosen).any():
            right.errorbar(np.arange(1, chosen.shape[1] + 1) + 0.03 * beside, chosen.mean(axis=0), reach(chosen), **look)
    least = 100 - accuracy[table.done].max()
    ticks = [1, 2, 5, 10, 20, 50, 100]
    left.set(xscale="log", yscale="log", xlabel=r"$\eta$ (1)", ylabel="test error (%)", yticks=ticks, yticklabels=ticks,
             ylim=(min(1, 0.9 * least) if least > 0 else 0.1, 105), title=f"mean, least and most of n = {seeds} seeds")
    left.minorticks_off()
    right.legend(*left.get_legend_handles_labels(), loc="center left", bbox_to_anchor=(1.02, 0.5), title="feedback")
    right.axhline(0, color="0.8", linewidth=0.8, zorder=0)
    right.set(xlabel="layer, counted from the input", ylabel=r"cosine of $\Delta W$ to that by $W^T$ (1)", ylim=(-1.05, 1.05),
              xticks=range(1, alignment.shape[1] + 1), title=rf"$\eta$ = {SHOWN:g}, after learning, n = {seeds}")
    for axes in left, right:
        axes.spines[["top", "right"]].set_visible(False)
    save(figure, options.out)
    layers = range(1, alignment.shape[1] + 1)
    write_rows(f"{options.out}.csv", ("feedback", "eta", "seeds", "test_accuracy", "deviation", *(
        name for layer in layers for name in (f"cosine_transposed_{layer}", f"deviation_{layer}"))), rows)


if __name__ == "__main__":
    raise SystemExit(main(__doc__, draw))
