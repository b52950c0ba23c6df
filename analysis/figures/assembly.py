#!/usr/bin/env python3
"""Self-assembly with spikes: what cells fire in one presentation before, early in and after learning, how the update of W turns
to that of the gradient, how feedback comes to fit, and accuracies.

  assembly.py RUN.h5 [NAME=BASELINE.h5 ...] --out PREFIX

A NAME that begins with a kind of `feedback` (transported, fixed, none, bptt) has its colour.

RUN.h5 is a run of models/self_assembly/figures/assembly_spiking.toml, or of another spiking_self_assembly with traces of
the spikes of an upstream population and of the errors of a downstream one. Baselines are runs on the same data.
"""
import argparse

from drawing import colours, lacking, letter, Missing, origin, PAGE, plt, refusing, save, style

import h5py
import numpy as np
import tomllib

UPSTREAM, ABOVE, BELOW = (colours.CELLS[cells] for cells in ("upstream", "error above", "error below"))
DASHES = "--", "-.", ":", (0, (5, 1.5, 1, 1.5, 1, 1.5))
COSINES = [("cosine_tied", "a tied error, same spikes", {"lw": 3, "alpha": 0.35}), ("cosine_mean_rates", "a network of rates", {"lw": 1, "ls": "--"})]


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


def draw_rasters(grid, run, path):
    """Before, early in and after learning; returns how many of the cells are shown."""
    time, spikes = presentations(run, "spike")
    _, errors = presentations(run, "error")
    epoch, _ = series(run, "motif_residual")
    per_epoch = len(spikes) / epoch[-1] if epoch[-1] > 0 else 1
    active = np.flatnonzero(spikes.sum((0, 1)) > 0)
    if not len(active):
        raise Missing(f"{path}: no upstream cell of the trace ever fired")
    cells = active[np.linspace(0, len(active) - 1, min(40, len(active))).astype(int)]
    titles = []
    for axes, k in zip(grid, (0, min(1, len(spikes) - 1), len(spikes) - 1)):
        raster(axes, time, spikes[k], errors[k], cells, cells * (errors.shape[2] // spikes.shape[2]))
        titles.append(f"after {k / per_epoch:.3g} epoch{'' if k == per_epoch else 's'}" if k > 0 else "before learning")
        axes.set_xlim(time[0] - 1, time[-1] + 1)
    grid[0].set_yticks([len(cells) / 2, 1.5 * len(cells) + 4], [f"{len(cells)} upstream\ncells", "error cells\nbeside them"])
    grid[0].tick_params(axis="y", length=0)
    return titles


def draw_learning(grid, run):
    """Cosines and distances, layer by layer."""
    for name, label, line in COSINES:
        epoch, cosine = series(run, name)
        for layer, colour in zip(range(cosine.shape[1] - 1), colours.layers(cosine.shape[1] - 1)):  # the output layer needs no feedback
            grid[0].plot(epoch, cosine[:, layer], color=colour, label=label if cosine.shape[1] == 2 else f"{label}, layer {layer + 1}", **line)
    grid[0].axhline(0, color="0.8", lw=0.8, zorder=0)
    grid[0].set(xlabel="epoch", ylabel="cosine of ΔW of hidden cells (1)", ylim=(min(-0.1, grid[0].get_ylim()[0]), 1.05))
    grid[0].legend(loc="lower right", title="to the update by")
    for name, label, group, dashes in ("motif_residual", r"R, of $\bar{W}$ to $W$", "Wbar", "-"), ("cross_asymmetry", r"S, of $\bar{V}$ to $V$", "Vbar", "--"):
        epoch, values = series(run, name)
        grid[1].plot(epoch, values.max(1), dashes, color=colours.GROUPS[group], label=label)
    grid[1].set(xlabel="epoch", ylabel="distance, relative (1)", ylim=(0, None))
    grid[1].legend()


def feedback(name, place):
    """Colour of a way of feedback by the first word of its name; of none of ours, that of its place."""
    return colours.FEEDBACK.get(name.split()[0].rstrip(",:"), colours.SERIES[(place + 2) % len(colours.SERIES)])


def draw(options):
    style()
    figure, grid = plt.subplots(2, 3, figsize=(PAGE, 4.4), layout="constrained", height_ratios=[1.35, 1])
    with h5py.File(options.run) as run:
        titles = draw_rasters(grid[0], run, options.run)
        draw_learning(grid[1], run)
        epoch, accuracy = series(run, "test_accuracy")
        config = tomllib.loads(run["config"].asstr()[()]) if "config" in run else {}
    axes = grid[1, 2]
    axes.plot(epoch, 100 * accuracy, color=colours.METHODS["spiking_self_assembly"], lw=1.8, label="self-assembly")
    for k, text in enumerate(options.baselines):
        name, _, path = text.rpartition("=")
        with h5py.File(path) as run:
            epoch, accuracy = series(run, "test_accuracy")
        axes.plot(epoch, 100 * accuracy, color=feedback(name, k), ls=DASHES[k % len(DASHES)], lw=1.2, label=name or path)
    low = min(np.nanmin(line.get_ydata()[line.get_xdata() > 0]) for line in axes.lines)
    axes.set(xlabel="epoch", ylabel="test accuracy (%)", xlim=(0, None), ylim=(max(0, 5 * (low // 5)), 100))
    axes.legend(loc="lower right")
    letter(grid.flat, [*titles, "updates", "pathways", "what is learnt"])
    keys = [plt.Line2D([], [], color=colour, marker="|", ms=6, mew=1.2, lw=0) for colour in (UPSTREAM, ABOVE, BELOW)]
    figure.legend(keys, ["spike of an upstream cell", "of E+ (error above 0)", "of E− (below 0)"], loc="upper right", ncols=3, handletextpad=0)
    data = config.get("task", {}).get("dataset", "")
    origin(figure, ", ".join(word for word in (colours.DATA.get(data, data), f"one run each, seed {config.get('run', {}).get('seed', 1)} (n = 1)") if word))
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
