#!/usr/bin/env python3
"""H = Vbar Vbar^T and W W^T before and after learning, and the spectra of both pathways (Fig. 3 of Liao et al. 2024).

  spectra.py RUN.h5 --out PREFIX [--layer 4]     RUN.h5: with record.weights = "start and end", such as a run of
                                                 models/self_assembly/figures/deep.toml
"""
import argparse
import re

from drawing import Missing, plt, refusing, save, style

import h5py
import numpy as np
from table import write_rows


def layers(run, group):
    return sorted(int(name[len(group):]) for name in run["weights"]
                  if re.fullmatch(group + r"\d+", name) and run[f"weights/{name}"].ndim == 3)


def normalised(A):
    """With ones on the diagonal: correlations, where rows are cells."""
    scale = np.sqrt(np.diag(A))
    return A / np.outer(scale, scale)


def effective_rank(s):
    p = s[s > 0] / s.sum()
    return float(np.exp(-(p * np.log(p)).sum()))


def draw_products(axes, run, layer):
    for row, (title, name) in enumerate(((r"$H = \bar V \bar V^T$", f"Vbar{layer}"), ("$W W^T$", f"W{layer}"))):
        for column, (when, snapshot) in enumerate((("before", 0), ("after", -1))):
            A = run[f"weights/{name}"][snapshot].astype(float)
            image = axes[row, column].imshow(normalised(A @ A.T), vmin=-1, vmax=1, cmap="RdBu_r")
            axes[row, column].set(title=f"{title} {when}, layer {layer}", xticks=[], yticks=[])
    axes[0, 0].figure.colorbar(image, ax=axes[:, :2], shrink=0.6, label="over the root of the diagonal")


def draw_spectra(axes, run, group, title, rows):
    deepest = max(layers(run, "W"))
    for layer in layers(run, group):
        colour = plt.cm.viridis((layer - 1) / max(1, deepest - 1))
        for when, snapshot, line in (("before", 0, ":"), ("after", -1, "-")):
            s = np.linalg.svd(run[f"weights/{group}{layer}"][snapshot].astype(float), compute_uv=False)
            rows.append((group, layer, when, effective_rank(s), float((s**2).sum() / s[0] ** 2), float(s[0]), float(s[-1])))
            axes.plot(np.arange(1, len(s) + 1) / len(s), s / s[0], line, color=colour, lw=1,
                      label=f"layer {layer}" if when == "after" else None)
    axes.set(yscale="log", ylim=(1e-4, 1.5), xlabel="place / number", ylabel="s / largest s",
             title=f"{title} (dotted: before)")


def draw(options):
    style()
    rows = []
    with h5py.File(options.run) as run:
        for name in ("weights/time", f"weights/Vbar{options.layer}", f"weights/W{options.layer}", "weights/Wbar2"):
            if name not in run:
                raise Missing(f"{options.run}: there is no /{name}; record.weights = \"start and end\" writes it")
        if len(run["weights/time"]) < 2:
            raise Missing(f"{options.run}: /weights/time has one snapshot: the run is not at its end")
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
