#!/usr/bin/env python3
"""H = Vbar Vbar^T and W W^T before and after learning, and the spectra of both pathways (Fig. 3 of Liao et al. 2024).

  spectra.py RUN.h5 --out PREFIX [--layer 4]     RUN.h5: such as a run of models/self_assembly/figures/deep.toml

What was before learning is in files with record.weights = "start and end"; of others, what /spectra has of the start is in
PREFIX.csv.
"""
import argparse
import re

from drawing import BEFORE, colours, lacking, letter, origin, PAGE, plt, refusing, save, say, style

import h5py
import numpy as np
import tomllib
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
    image = None
    for row, name in enumerate((f"Vbar{layer}", f"W{layer}")):
        for panel, (when, state, _) in zip(axes[2 * row:2 * row + 2], before_and_after(run)):
            panel.set(xlabel="cell", ylabel="cell")
            panel.spines[:].set_visible(True)
            if state is None:
                panel.set(xticks=[], yticks=[])
                say(panel, BEFORE)
                continue
            A = state[name] @ state[name].T
            image = panel.imshow(normalised(A), vmin=-1, vmax=1, cmap="RdBu_r", extent=(0.5, len(A) + 0.5, len(A) + 0.5, 0.5))
            panel.set(xticks=[1, len(A)], yticks=[1, len(A)])
            beside = np.abs(normalised(A) - np.eye(len(A))).max()
            if beside < 1e-3:
                panel.text(0.97, 0.97, "the identity" + (f",\nto {beside:.0e}" if beside > 1e-6 else ""), transform=panel.transAxes, ha="right", va="top", fontsize=6)
    axes[0].figure.colorbar(image, ax=axes, shrink=0.8, aspect=20, label=r"$A_{ij} / \sqrt{A_{ii} A_{jj}}$ (1)")


def measured_before(run, group, layer):
    """(effective rank, stable rank, largest, smallest) at the start, as far as /spectra has them."""
    def first(name):
        if f"spectra/{name}" not in run or len(run[f"spectra/{name}"]) == 0:
            return np.nan
        values = run[f"spectra/{name}"]
        return float(values[0][list(values.dims[1][0][:]).index(layer)])

    return first(f"effective_rank_{group}"), np.nan, first(f"spectral_norm_{group}"), np.nan


def draw_spectra(axes, run, group, rows):
    (_, before, _), (_, last, _) = before_and_after(run)
    of_layer = colours.layers(max(layers(last, "W")))
    flat = True
    for layer in layers(last, group):
        for when, state, line in before_and_after(run):
            if state is None:
                rows.append((group, layer, when, *measured_before(run, group, layer)))
                continue
            s = np.linalg.svd(state[f"{group}{layer}"], compute_uv=False)
            rows.append((group, layer, when, effective_rank(s), float((s**2).sum() / s[0] ** 2), float(s[0]), float(s[-1])))
            flat = flat and s[-1] > 0.999 * s[0]
            axes.plot((np.arange(len(s)) + 0.5) / len(s), s / s[0], line, color=of_layer[layer - 1], lw=0.9)
    if flat:
        axes.text(0.5, 0.5, "all singular values\nare equal", transform=axes.transAxes, ha="center", fontsize=6.5, color="0.4")
    axes.set(yscale="log", ylim=(1e-4, 1.6), xlim=(0, 1), xlabel="place, from the largest, over their number (1)",
             ylabel="singular value\nover the largest (1)")
    axes.minorticks_off()


def draw(options):
    style()
    rows = []
    with h5py.File(options.run) as run:
        if "final" not in run:
            raise lacking(run, "final")
        for name in (f"Vbar{options.layer}", f"W{options.layer}", "Wbar2"):
            states(run)[-1][name]  # or Missing, before anything is drawn
        figure = plt.figure(figsize=(PAGE, 5.4), layout="constrained")
        above, below = figure.subfigures(2, 1, height_ratios=(1, 1.75))
        products, spectra = above.subplots(1, 4), below.subplots(2, 2, sharex=True, sharey=True)
        draw_products(products, run, options.layer)
        for axis, group in zip(spectra.flat, ("W", "Wbar", "V", "Vbar")):
            draw_spectra(axis, run, group, rows)
        for axis in spectra[0]:
            axis.set_xlabel("")
        for axis in spectra[:, 1]:
            axis.set_ylabel("")
        titles = [f"{product}, {when}" for product in (r"$A = H = \bar V \bar V^T$", "$A = W W^T$") for when in ("before", "after")]
        letter([*products.flat, *spectra.flat], titles + ["$W$, upstream", r"$\bar W$, downstream", "$V$", r"$\bar V$"])
        deepest = max(layers(states(run)[-1], "W"))
        handles = [plt.Line2D([], [], color=colour) for colour in colours.layers(deepest)]
        names = [f"layer {k + 1}" if k + 1 < deepest else f"{k + 1} (output)" for k in range(deepest)]
        handles += [plt.Line2D([], [], color="0.3", linestyle=line) for line in ("-", ":")]
        spectra[0, 1].legend(handles, [*names, "after", "before"], loc="upper left", bbox_to_anchor=(1, 1), fontsize=6)
        config = tomllib.loads(run["config"].asstr()[()]) if "config" in run else {}
        data, seed = config.get("task", {}).get("dataset", ""), config.get("run", {}).get("seed", 1)
        origin(above, f"{colours.DATA.get(data, data)}, {deepest - 1} hidden layers, one run (n = 1), seed {seed}, before and after learning; "
               f"a to d: layer {options.layer}, entries over the root of the product of their diagonals")
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
