#!/usr/bin/env python3
"""How the time of a presentation in continuous dynamics grows with synapses and with steps: continuous_scaling.csv, .svg

Feedback alignment of leaky cells, everything plastic, forward Euler, one thread, float32; by what the processor did.
Sizes n-n-10 with 50 steps a presentation, and 784-500-10 with 25 to 1600 steps. `moving` inputs change in every step,
`held` ones at the beginning of a presentation. All cases take turns, so that what else the machine does hits them alike;
points are medians. Needs the target bench_steps_in_time, and what continuous_vs_peers.py needs, and matplotlib.
"""
import argparse
import csv
import pathlib
import statistics
import tempfile

import matplotlib
import numpy

from continuous_vs_peers import ROOT, Apical

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402

SAMPLES = 64
CURVES = [(1, "moving"), (1, "held"), (64, "moving"), (64, "held")]


def synapses(units):
    return units[0] * units[1] + 2 * units[1] * units[2]  # W1, W2 and the feedback


def time_all(cases, program, rounds):
    """Microseconds a step of each (units, steps, lanes, source)."""
    with tempfile.TemporaryDirectory() as folder:
        times = {case: [] for case in cases}
        for _ in range(rounds):
            for units, steps, lanes, source in cases:
                numpy.random.default_rng(1).random((SAMPLES, units[0]), numpy.float32).tofile(folder + "/inputs.f32")
                numpy.eye(10, dtype=numpy.float32)[numpy.arange(SAMPLES) % 10].tofile(folder + "/targets.f32")
                side = Apical(program, lanes, "shortcuts", folder, units, steps, source)
                side.run(1)
                count = max(1, round(5e7 / (synapses(units) * steps * lanes)))
                times[units, steps, lanes, source].append(1e6 * side.run(count) / count)
                side.close()
    return {case: statistics.median(values) for case, values in times.items()}


def slope(x, y):
    """Of the upper half of a curve, in logarithms."""
    half = len(x) // 2
    return numpy.polyfit(numpy.log(x[half:]), numpy.log(y[half:]), 1)[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / "build/bench/bench_steps_in_time"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).with_suffix(".csv"))
    options = parser.parse_args()
    sizes = [((n, n, 10), 50) for n in (64, 128, 256, 512, 1024, 2048)]
    lengths = [((784, 500, 10), steps) for steps in (25, 50, 100, 200, 400, 800, 1600)]
    cases = [(*case, *curve) for case in sizes + lengths for curve in CURVES]
    times = time_all(cases, options.program, options.rounds)

    figure, axes = pyplot.subplots(1, 2, figsize=(9, 4), sharey=True, layout="constrained")
    panels = [(axes[0], sizes, lambda case: synapses(case[0]), "synapses (50 steps)"),
              (axes[1], lengths, lambda case: case[1], "steps of a presentation (784-500-10)")]
    for axis, points, of, label in panels:
        for (lanes, source), colour, marker in zip(CURVES, ("C0", "C0", "C1", "C1"), "osos"):
            x = numpy.array([of(case) for case in points])
            y = numpy.array([times[(*case, lanes, source)] for case in points]) / 1e3
            name = f"{lanes} lane{'s' * (lanes > 1)}, {source}"
            print(f"{label}, {name}: exponent {slope(x, y):.2f}")
            axis.loglog(x, y, marker=marker, color=colour, label=name, linestyle="-" if source == "moving" else "--",
                        markersize=4)
            if source == "moving":
                axis.loglog(x, y[-1] * x / x[-1], color="0.7", linewidth=0.8, zorder=0)
        axis.set_xlabel(label)
    axes[0].set_ylabel("time of a presentation, ms")
    axes[0].legend(frameon=False)
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(options.out.with_suffix(".svg"))
    with open(options.out, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["units", "synapses", "steps", "lanes", "source", "us_per_presentation"])
        for (units, steps, lanes, source), value in times.items():
            writer.writerow(["-".join(map(str, units)), synapses(units), steps, lanes, source, f"{value:.1f}"])


if __name__ == "__main__":
    main()
