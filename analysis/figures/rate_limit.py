#!/usr/bin/env python3
"""Draws how the change of the weights in a presentation tends to the settled one, from the files of runs alone.

    rate_limit.py SETTLED.h5 CONTINUOUS.h5 ... --out PREFIX     writes PREFIX.png and PREFIX.svg

All runs start from the same weights, see the same few samples, and keep their weights at "start and end"; the continuous
ones differ in `run.presentation`. Their rates should be so small that the weights hardly move:

    for T in 0 50 100 200 400 800 1600; do
        mode=continuous; ((T > 0)) || mode=settled
        apical run models/self_assembly/digits_continuous.toml --out results/limit_$T.h5 --set run.mode=$mode \
            --set run.presentation="$((T > 0 ? T : 50)) ms" --set run.error_onset="0 ms" --set run.samples=16 \
            --set circuit.eta_W=1e-5 --set self_assembly.development=0 --set record.weights="start and end" \
            --set run.precision=double --set record.precision=float64 --set record.metrics=never --set record.spectra=never
    done
"""
import argparse
import sys

from drawing import colours, COLUMN, Missing, origin, refusing, save, style

import h5py
import matplotlib.pyplot as plt
import numpy as np
import tomllib

MARKERS = {"W": "o", "Wbar": "s", "V": "D", "Vbar": "^"}
LABELS = {"W": "$W$", "Wbar": r"$\bar{W}$", "V": "$V$", "Vbar": r"$\bar{V}$"}
TAU = 300 / 330  # ms: C_m / (g_L + g_B) of the cells


def changes(path):
    """Presentation time in ms (None if settled), the change of every group of weights, all layers in one vector, and what has been seen."""
    with h5py.File(path, "r") as run:
        if "weights/time" not in run or len(run["weights/time"]) < 2:
            raise Missing(f'{path}: /weights does not hold the first and the last state: record.weights = "start and end" keeps both')
        config = tomllib.loads(run["config"][()].decode())
        groups = {}
        for name, values in run["weights"].items():
            group = name.rstrip("0123456789")
            if group in MARKERS:
                groups.setdefault(group, []).append((values[-1] - values[0]).ravel())
        settled = config["run"]["mode"] == "settled"
        data = config.get("task", {}).get("dataset", "")
        said = f"{colours.DATA.get(data, data)}, {config['run'].get('samples', 0)} images, seed {config['run'].get('seed', 1)}" if data else ""
        return (None if settled else float(config["run"]["presentation"].split()[0]),
                {group: np.concatenate(parts) for group, parts in groups.items()}, said)


def draw(settled, continuous):
    time, expected, said = changes(settled)
    if time is not None:
        raise Missing(f"{settled}: the first file is to be of a settled run")
    found = (changes(path)[:2] for path in continuous)
    points = sorted((point for point in found if point[0] is not None), key=lambda point: point[0])
    if len(points) < 2:
        raise Missing("at least two continuous runs are needed")
    ratio = np.array([TAU / time for time, _ in points])
    figure, axes = plt.subplots(figsize=(COLUMN, 3), layout="constrained")
    for k, (group, marker) in enumerate(MARKERS.items()):
        distance = [np.linalg.norm(change[group] - expected[group]) / np.linalg.norm(expected[group]) for _, change in points]
        axes.loglog(ratio, distance, marker + "-", color=colours.GROUPS[group], label=LABELS[group], markersize=6 - k, linewidth=1)
        slope = np.polyfit(np.log(ratio[:3]), np.log(distance[:3]), 1)[0] if len(points) > 2 else np.nan
        print(f"{group}: relative distance {distance[0]:.2e} at tau / T = {ratio[0]:.1e}; slope {slope:.3f}")
    axes.loglog(ratio, ratio, color="0.5", linewidth=0.8, linestyle=":", zorder=0, label=r"$\tau / T$ (slope 1)")
    axes.set_xlabel(r"$\tau / T$: time constant of cells over time of an image (1)")
    axes.set_ylabel(r"$|\Delta W - \Delta W_{settled}|\,/\,|\Delta W_{settled}|$ (1)")
    axes.legend(title="weights")
    origin(figure, "; ".join(word for word in (said, f"n = 1, {len(points)} times of an image") if word))
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("settled", help="HDF5 file of the settled run")
    parser.add_argument("continuous", nargs="+", help="HDF5 files of the continuous runs")
    parser.add_argument("--out", required=True, metavar="PREFIX", help="the files are PREFIX.png and PREFIX.svg")
    arguments = parser.parse_args()
    style()
    return refusing(lambda: save(draw(arguments.settled, arguments.continuous), arguments.out))


if __name__ == "__main__":
    sys.exit(main())
