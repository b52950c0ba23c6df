#!/usr/bin/env python3
"""A moving picture of self-assembly: synapses against those that they come to mirror, and the update of W turning to the gradient;
or, of a run with cells that fire, spikes of one presentation after the other with the cosine beside them.

  moving.py RUN.h5 --out PREFIX

writes PREFIX.gif, below a megabyte. RUN.h5 has all weights and metrics at the same instants,

  apical run models/self_assembly/digits.toml --set run.epochs=20 --set 'record.metrics="1 epoch"' --set 'record.weights="1 epoch"'

or is a run of models/self_assembly/figures/assembly_spiking.toml.
"""
import argparse
import pathlib

from drawing import Missing, lacking, plt, refusing, style
from plots import colours

import h5py
import numpy as np
from assembly import presentations, raster
from matplotlib.animation import FuncAnimation, PillowWriter

LARGEST = 1_000_000  # bytes
POINTS = 1500  # of a cloud: as many synapses as can be told apart


def correlation(x, y):
    return np.corrcoef(x, y)[0, 1]


def clouds(run):
    """(title, labels, x, y) of two clouds, each (time, point): V̄ against V, and the way back against W, of the uppermost hidden layer."""
    last = max((int(name[4:]) for name in run["weights"] if name.startswith("Vbar")), default=0)
    if last == 0:
        raise lacking(run, "weights/Vbar1")
    V, Vbar = run[f"weights/V{last}"][()], run[f"weights/Vbar{last}"][()]
    W, Wbar = run[f"weights/W{last + 1}"][()], run[f"weights/Wbar{last + 1}"][()]
    draw = np.random.default_rng(1)
    across = np.swapaxes(Vbar, 1, 2).reshape(len(V), -1), V.reshape(len(V), -1)
    # V̄ = I above the last hidden layer, so W̄ is compared with V Wᵀ.
    way = Wbar.reshape(len(Wbar), -1), np.einsum("tkj,tij->tki", V, W).reshape(len(W), -1)
    chosen = [np.sort(draw.choice(x.shape[1], min(POINTS, x.shape[1]), replace=False)) for x, _ in (across, way)]
    return [("across: each synapse of V̄ and its partner of V", "V̄ (1)", "V (1)", across[0][:, chosen[0]], across[1][:, chosen[0]]),
            ("down: each synapse of W̄ and what mirrors W", "W̄ (1)", "V Wᵀ (1)", way[0][:, chosen[1]], way[1][:, chosen[1]])]


def of_rates(run):
    if "weights" not in run:
        raise lacking(run, "weights")
    epoch = run["metrics/epoch"][()]
    cosine = run["metrics/cosine_sgd"][()]
    accuracy = 100 * run["metrics/test_accuracy"][()]
    pairs = clouds(run)
    count = len(pairs[0][3])
    if count != len(epoch):
        raise Missing(f"{run.filename}: weights at {count} instants, metrics at {len(epoch)}: both with \"1 epoch\" are asked for")
    figure, panels = plt.subplots(1, 3, figsize=(7.6, 2.75), layout="constrained")
    dots, notes = [], []
    for axes, (title, below, beside, x, y), colour in zip(panels, pairs, (colours.GROUPS["V"], colours.GROUPS["Wbar"])):
        # Most of the cloud at the end: single synapses may lie outside.
        limit = [np.quantile(np.abs(one[-1]), 0.995) for one in (x, y)]
        axes.set(title=title, xlabel=below, ylabel=beside, xlim=(-limit[0], limit[0]), ylim=(-limit[1], limit[1]))
        dots.append(axes.scatter(x[0], y[0], s=4, color=colour, alpha=0.45, lw=0))
        notes.append(axes.text(0.04, 0.92, "", transform=axes.transAxes))
    axes = panels[2]
    axes.axhline(0, color="0.8", lw=0.8)
    lines = [axes.plot([], [], color=colour, label=f"cosine, layer {k + 1}")[0]
             for k, colour in enumerate(colours.layers(cosine.shape[1]))]
    axes.set(title="update of W to the gradient", xlabel="epochs", ylabel="cosine (1)", xlim=(0, epoch[-1]),
             ylim=(min(-0.1, np.nanmin(cosine) - 0.05), 1.03))
    axes.legend(loc="lower right")
    notes.append(axes.text(0.2, 0.5, "", transform=axes.transAxes))

    def show(k):
        for dot, note, (_, _, _, x, y) in zip(dots, notes, pairs):
            dot.set_offsets(np.column_stack([x[k], y[k]]))
            note.set_text(f"r = {correlation(x[k], y[k]):.2f}")
        for l, line in enumerate(lines):
            line.set_data(epoch[:k + 1], cosine[:k + 1, l])
        notes[-1].set_text(f"epoch {epoch[k]:.0f}: test {accuracy[k]:.1f} %")

    return figure, show, count


def of_spikes(run):
    time, spikes = presentations(run, "spike")
    _, errors = presentations(run, "error")
    epoch, cosine = run["metrics/epoch"][()], run["metrics/cosine_tied"][:, 0]
    accuracy = 100 * run["metrics/test_accuracy"][()]
    count = min(len(spikes), len(epoch))
    active = np.flatnonzero(spikes.sum((0, 1)) > 0)
    if not len(active):
        raise Missing(f"{run.filename}: no upstream cell of the trace ever fired")
    cells = active[np.linspace(0, len(active) - 1, min(40, len(active))).astype(int)]
    units = cells * (errors.shape[2] // spikes.shape[2])
    figure, panels = plt.subplots(1, 2, figsize=(7.6, 2.9), layout="constrained", width_ratios=[1.7, 1])

    def show(k):
        for axes in panels:
            axes.clear()
        raster(panels[0], time, spikes[k], errors[k], cells, units)
        panels[0].set(xlim=(time[0] - 1, time[-1] + 1), ylabel=f"{len(cells)} upstream cells    their error cells",
                      title=f"one image after {epoch[k]:.0f} epochs: test {accuracy[k]:.1f} %")
        panels[1].axhline(0, color="0.8", lw=0.8)
        panels[1].plot(epoch[:k + 1], cosine[:k + 1], color=colours.METHODS["spiking_self_assembly"])
        panels[1].set(title="update of W to that of an error without spikes", xlabel="epochs", ylabel="cosine (1)",
                      xlim=(0, epoch[-1]), ylim=(min(-0.1, cosine.min() - 0.05), 1.03))

    return figure, show, count


def draw(options):
    style()
    with h5py.File(options.run) as run:
        figure, show, count = (of_spikes if "trace" in run else of_rates)(run)
    # The first and the last one stay for a while.
    frames = [*[0] * 3, *range(count), *[count - 1] * 6]
    path = pathlib.Path(f"{options.out}.gif")
    path.parent.mkdir(parents=True, exist_ok=True)
    FuncAnimation(figure, show, frames=frames).save(path, writer=PillowWriter(fps=options.fps), dpi=100)
    size = path.stat().st_size
    print(f"{path} ({size / 1000:.0f} kB, {len(frames)} pictures)")
    if size > LARGEST:
        raise Missing(f"{path}: {size} bytes, more than {LARGEST}: record fewer instants")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run")
    parser.add_argument("--out", required=True, metavar="PREFIX")
    parser.add_argument("--fps", type=float, default=4, help="pictures a second (default 4)")
    options = parser.parse_args()
    return refusing(lambda: draw(options))


if __name__ == "__main__":
    raise SystemExit(main())
