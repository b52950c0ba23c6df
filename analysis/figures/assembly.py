#!/usr/bin/env python3
"""Self-assembly with spikes: what cells fire in one presentation before, early in and after learning, how the update of W turns
to that of the gradient, how feedback comes to fit, and accuracies.

  assembly.py RUN.h5 [NAME=BASELINE.h5 ...] --out PREFIX

RUN.h5 is a run of models/self_assembly/figures/assembly_spiking.toml, or of another spiking_self_assembly with traces of
the spikes of an upstream population and of the errors of a downstream one. Baselines are runs on the same data.
"""
import argparse

from drawing import Missing, lacking, plt, refusing, save, style

import h5py
import numpy as np

UPSTREAM, ABOVE, BELOW = "0.25", "#d55e00", "#0072b2"  # colours of Okabe and Ito
ACCURACIES = ["#000000", "#e69f00", "#56b4e9", "#009e73", "#cc79a7"]
COSINES = [("cosine_tied", "tied error, same spikes", "-", "#000000"), ("cosine_mean_rates", "network of rates", "--", "#d55e00")]


def presentations(run, column):
    """Of the trace of that column: times since the onset (ms) and values (presentation, step, unit)."""
    for trace in run.get("trace", {}).values():
        if column not in trace:
            continue
        shown = len(trace["onset"])
        values = trace[column][:, :, 0]
        steps = len(values) // shown
        if steps * shown != len(values):
            raise Missing(f"{run.filename}: {trace[column].name} holds no whole presentations: the run was cut short")
        return trace["time"][:steps] - trace["onset"][0], values.reshape(shown, steps, -1)
    raise Missing(f"{run.filename}: no trace of a column '{column}'; figures/assembly_spiking.toml has them")


def raster(axes, time, spikes, errors, cells, units):
    """Spikes of some upstream cells, above them those of E+ and E- of the units beside the same cells."""
    step, cell = np.nonzero(spikes[:, cells])
    axes.scatter(time[step], cell, marker="|", s=9, lw=0.8, color=UPSTREAM)
    for sign, colour in (1, ABOVE), (-1, BELOW):
        step, unit = np.nonzero(sign * errors[:, units] > 0)
        axes.scatter(time[step], len(cells) + 4 + unit, marker="|", s=9, lw=0.8, color=colour)
    axes.set(ylim=(-1, len(cells) + 4 + len(units)), yticks=[], xlabel="time (ms)")


def series(run, name):
    if f"metrics/{name}" not in run:
        raise lacking(run, f"metrics/{name}")
    return run["metrics/epoch"][()], run[f"metrics/{name}"][()]


def draw(options):
    style()
    figure, grid = plt.subplots(2, 3, figsize=(9.2, 5.6), layout="constrained", height_ratios=[1.35, 1])
    with h5py.File(options.run) as run:
        time, spikes = presentations(run, "spike")
        _, errors = presentations(run, "error")
        epoch, residual = series(run, "motif_residual")
        per_epoch = len(spikes) / epoch[-1] if epoch[-1] > 0 else 1
        ratio = errors.shape[2] // spikes.shape[2]
        active = np.flatnonzero(spikes.sum((0, 1)) > 0)
        if not len(active):
            raise Missing(f"{options.run}: no upstream cell of the trace ever fired")
        cells = active[np.linspace(0, len(active) - 1, min(40, len(active))).astype(int)]
        units = cells * ratio
        for axes, k, letter in zip(grid[0], (0, min(1, len(spikes) - 1), len(spikes) - 1), "abc"):
            raster(axes, time, spikes[k], errors[k], cells, units)
            after = f"after {k / per_epoch:.3g} epoch{'' if k == per_epoch else 's'}" if k > 0 else "before learning"
            axes.set_title(f"{letter}   {after}", loc="left")
            axes.set_xlim(time[0] - 1, time[-1] + 1)
        grid[0, 0].set_ylabel(f"{len(cells)} upstream cells        their units")
        for colour, label in (UPSTREAM, "upstream"), (ABOVE, "E+"), (BELOW, "E−"):
            grid[0, 0].scatter([], [], marker="|", s=30, color=colour, label=label)
        grid[0, 0].legend(loc="lower left", bbox_to_anchor=(0, -0.36), ncols=3, handletextpad=0.1, columnspacing=1)

        axes = grid[1, 0]
        for name, label, line, colour in COSINES:
            epoch, cosine = series(run, name)
            for l in range(cosine.shape[1] - 1):  # the output layer needs no feedback
                axes.plot(epoch, cosine[:, l], line, color=colour, alpha=1 / (l + 1), lw=1.3,
                          label=label if cosine.shape[1] == 2 else f"{label}, layer {l + 1}")
        axes.axhline(0, color="0.8", lw=0.8, zorder=0)
        axes.set(xlabel="epochs", ylabel="cosine of ΔW and gradient", ylim=(min(-0.1, axes.get_ylim()[0]), 1.03))
        axes.legend(loc="lower right")
        axes.set_title("d", loc="left")

        axes = grid[1, 1]
        axes.plot(epoch, residual.max(1), color=ABOVE, lw=1.3, label="R, of W̄ to W")
        _, asymmetry = series(run, "cross_asymmetry")
        axes.plot(epoch, asymmetry.max(1), "--", color=BELOW, lw=1.3, label="S, of V̄ to V")
        axes.set(xlabel="epochs", ylabel="distance, relative", ylim=(0, None))
        axes.legend()
        axes.set_title("e", loc="left")

        axes = grid[1, 2]
        epoch, accuracy = series(run, "test_accuracy")
        axes.plot(epoch, 100 * accuracy, color=ACCURACIES[0], lw=1.6, label="self-assembly")
    for text, colour in zip(options.baselines, ACCURACIES[1:]):
        name, _, path = text.rpartition("=")
        with h5py.File(path) as run:
            epoch, accuracy = series(run, "test_accuracy")
        axes.plot(epoch, 100 * accuracy, color=colour, lw=1.2, label=name or path)
    low = min(np.nanmin(line.get_ydata()[line.get_xdata() > 0]) for line in axes.lines)
    axes.set(xlabel="epochs", ylabel="test accuracy (%)", xlim=(0, None), ylim=(max(0, 5 * (low // 5)), 100))
    axes.legend(loc="lower right")
    axes.set_title("f", loc="left")
    save(figure, options.out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run")
    parser.add_argument("baselines", nargs="*", metavar="NAME=BASELINE.h5")
    parser.add_argument("--out", required=True, metavar="PREFIX")
    options = parser.parse_args()
    return refusing(lambda: draw(options))


if __name__ == "__main__":
    raise SystemExit(main())
