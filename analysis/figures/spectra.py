#!/usr/bin/env python3
"""H = Vbar Vbar^T and W W^T before and after learning, and the spectra of both pathways (Fig. 3 of Liao et al. 2024).

  spectra.py RUN.h5 --out PREFIX [--layer 4]     RUN.h5: such as a run of models/self_assembly/figures/deep.toml

What was before learning is in files with record.weights = "start and end"; of others, what /spectra has of the start is in
PREFIX.csv.
"""
import argparse
import re

from drawing import BEFORE, lacking, plt, refusing, save, say, style

import h5py
import numpy as np
from states import states
from table import write_rows


def layers(state, group):
    return sorted(int(name[len(group):]) for name in state.names() if re.fullmatch(group + r"\d+", name))


def before_and_after(run):
    """(word, state or None, line): the first snapshot, if there is one, and the last state."""
    all_states = states(run)
    return ("before", all_states[0] if len(all_states) > 1 else None, ":"), ("after", all_states[-1], "-")


def normalised(A):
    """With ones on the diagonal: correlations, where rows are cells."""
    scale = np.sqrt(np.diag(A))
    return A / np.outer(scale, scale)


def effective_rank(s):
    p = s[s > 0] / s.sum()
    return float(np.exp(-(p * np.log(p)).sum()))


def draw_products(axes, run, layer):
    for row, (title, name) in enumerate(((r"$H = \bar V \bar V^T$", f"Vbar{layer}"), ("$W W^T$", f"W{layer}"))):
        for column, (when, state, _) in enumerate(before_and_after(run)):
            axes[row, column].set(title=f"{title} {when}, layer {layer}", xticks=[], yticks=[])
            if state is None:
                say(axes[row, column], BEFORE)
                continue
            A = state[name]
            image = axes[row, column].imshow(normalised(A @ A.T), vmin=-1, vmax=1, cmap="RdBu_r")
    axes[0, 0].figure.colorbar(image, ax=axes[:, :2], shrink=0.6, label="over the root of the diagonal")


def measured_before(run, group, layer):
    """(effective rank, stable rank, largest, smallest) at the start, as far as /spectra has them."""
    def first(name):
        if f"spectra/{name}" not in run or len(run[f"spectra/{name}"]) == 0:
            return np.nan
        values = run[f"spectra/{name}"]
        return float(values[0][list(values.dims[1][0][:]).index(layer)])

    return first(f"effective_rank_{group}"), np.nan, first(f"spectral_norm_{group}"), np.nan


def draw_spectra(axes, run, group, title, rows):
    (_, before, _), (_, last, _) = before_and_after(run)
    deepest = max(layers(last, "W"))
    for layer in layers(last, group):
        colour = plt.cm.viridis((layer - 1) / max(1, deepest - 1))
        for when, state, line in before_and_after(run):
            if state is None:
                rows.append((group, layer, when, *measured_before(run, group, layer)))
                continue
            s = np.linalg.svd(state[f"{group}{layer}"], compute_uv=False)
            rows.append((group, layer, when, effective_rank(s), float((s**2).sum() / s[0] ** 2), float(s[0]), float(s[-1])))
            axes.plot(np.arange(1, len(s) + 1) / len(s), s / s[0], line, color=colour, lw=1,
                      label=f"layer {layer}" if when == "after" else None)
    axes.set(yscale="log", ylim=(1e-4, 1.5), xlabel="place / number", ylabel="s / largest s",
             title=title + (" (dotted: before)" if before else ""))


def draw(options):
    style()
    rows = []
    with h5py.File(options.run) as run:
        if "final" not in run:
            raise lacking(run, "final")
        for name in (f"Vbar{options.layer}", f"W{options.layer}", "Wbar2"):
            states(run)[-1][name]  # or Missing, before anything is drawn
        figure, axes = plt.subplots(2, 4, figsize=(14, 6.6), layout="constrained")
        draw_products(axes, run, options.layer)
        for axis, group, title in ((axes[0, 2], "W", "$W$, up"), (axes[0, 3], "Wbar", r"$\bar W$, down"),
                                   (axes[1, 2], "V", "$V$"), (axes[1, 3], "Vbar", r"$\bar V$")):
            draw_spectra(axis, run, group, title, rows)
        axes[0, 2].legend(fontsize=6, ncol=2, loc="lower left")
    save(figure, options.out)
    write_rows(f"{options.out}.csv", ("group", "layer", "when", "effective_rank", "stable_rank", "largest", "smallest"), rows)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("run")
    arguments.add_argument("--layer", type=int, default=1, help="hidden layer of which H and W W^T are shown")
    arguments.add_argument("--out", required=True, help="prefix of the files to write")
    options = arguments.parse_args()
    return refusing(lambda: draw(options))


if __name__ == "__main__":
    raise SystemExit(main())
