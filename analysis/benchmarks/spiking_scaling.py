#!/usr/bin/env python3
"""How time, memory and building of a network that fires grow with its synapses: spiking_scaling.csv, .svg

Networks of Brunel 2000 (models/networks/brunel.toml) with 1,250 to 100,000 cells of 1,000 synapses each, and with 12,500
cells of 125 to 4,000 synapses each; weights fall as synapses rise, so that the mean input stays. One thread, float32, by what
the processor did; all networks wait and take turns, points are medians. The largest has 10^8 synapses. Needs numpy,
matplotlib and the target bench_spiking; peak memory is some 2 GB.
"""
import argparse
import csv
import pathlib
import statistics
import sys
import tempfile

import matplotlib
import numpy

from spiking_vs_peers import ROOT, STEP, Side

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402

BY_CELLS = [(cells, 1000) for cells in (1250, 2500, 5000, 12500, 25000, 50000, 100000)]
BY_SYNAPSES = [(12500, synapses) for synapses in (125, 250, 500, 1000, 2000, 4000)]
BEFORE, STRETCH = 1000, 500  # steps


def changes(cells, synapses):
    """Of the network file, for so many cells with so many synapses each: four of five are excitatory."""
    excitatory, inhibitory = synapses * 4 // 5, synapses // 5
    weight = 100 / excitatory
    result = {"population.E.size": cells * 4 // 5, "population.I.size": cells // 5}
    for target in "EI":
        result |= {f"projection.E{target}.count": excitatory, f"projection.E{target}.weight": f"{weight} mV",
                   f"projection.I{target}.count": inhibitory, f"projection.I{target}.weight": f"{-5 * weight} mV",
                   f"input.to_{target}.rate": f"{20 * excitatory} Hz", f"input.to_{target}.weight": f"{weight} mV"}
    return [f"{key}={value}" for key, value in result.items()]


def measure(cases, options):
    """Rows of the table, one a case."""
    rows, sides = [], []
    with tempfile.TemporaryDirectory() as folder:
        for case in cases:  # one after the other: building is timed, too
            sides.append(Side("apical", [str(options.program.resolve()), str(ROOT / "models/networks/brunel.toml"), "1",
                                         *changes(*case)]))
            sides[-1].ready()
            sides[-1].run(BEFORE)
        seconds = [[] for _ in cases]
        for _ in range(options.rounds):
            for side, times in zip(sides, seconds):
                times.append(side.run(STRETCH)["processor"])
        second = STRETCH * STEP * 1e-3
        for (cells, synapses), side, times in zip(cases, sides, seconds):
            steps, _ = side.spikes(folder)
            spikes = (steps > BEFORE).sum() / options.rounds
            rows.append({"cells": cells, "synapses": cells * synapses, "rate": spikes / cells / second,
                         "events_a_second": spikes * synapses / second,
                         "processor_s_a_second": statistics.median(times) / second,
                         "build_s": side.build["processor"], "bytes": side.memory})
            side.close()
    return rows


def slope(x, y):
    """In logarithms."""
    return numpy.polyfit(numpy.log(x), numpy.log(y), 1)[0]


def fit(rows):
    """Nanoseconds of a cell in a step and of an event, and how far a row is from that at most."""
    cells = numpy.array([row["cells"] * 1e3 / STEP for row in rows])
    events = numpy.array([row["events_a_second"] for row in rows])
    seconds = numpy.array([row["processor_s_a_second"] for row in rows])
    parts = numpy.stack([cells, events], 1) * 1e-9 / seconds[:, None]
    found = numpy.linalg.lstsq(parts, numpy.ones(len(rows)), rcond=None)[0]
    return found, abs(parts @ found - 1).max()


def draw(rows, path):
    (a_cell, an_event), off = fit(rows)
    print(f"{a_cell:.2f} ns a cell and step, {an_event:.2f} ns an event; a network is off by {100 * off:.0f} % at most")
    figure, (time, building) = pyplot.subplots(1, 2, figsize=(9, 4), layout="constrained")
    for label, marker, some in (("1,000 synapses a cell, 1,250 to 100,000 cells", "o", rows[:len(BY_CELLS)]),
                                ("12,500 cells, 125 to 4,000 synapses each", "s", rows[len(BY_CELLS):])):
        events, seconds = (numpy.array([row[key] for row in some]) for key in ("events_a_second", "processor_s_a_second"))
        line, = time.loglog(events, seconds, marker=marker, label=label, markersize=4, linestyle="none")
        time.loglog(events, [1e-9 * (a_cell * row["cells"] * 1e3 / STEP + an_event * row["events_a_second"]) for row in some],
                    color=line.get_color(), linewidth=0.8)
    time.set_title(f"lines: {a_cell:.2f} ns a cell and step, {an_event:.2f} ns an event", fontsize=9)
    time.set_xlabel("synaptic events in a biological second")
    time.set_ylabel("seconds of the processor")
    synapses = numpy.array([row["synapses"] for row in rows[:len(BY_CELLS)]])
    for key, scale, label in (("build_s", 1, "building, s"), ("bytes", 1e-9, "memory, GB")):
        y = scale * numpy.array([row[key] for row in rows[:len(BY_CELLS)]])
        print(f"{label}: power {slope(synapses, y):.2f} of the synapses")
        building.loglog(synapses, y, marker="o", label=label, markersize=4)
    building.set_xlabel("synapses (1,000 a cell)")
    for axis in (time, building):
        axis.legend(frameon=False, fontsize=8)
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build/bench/bench_spiking")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).with_suffix(".csv"))
    options = parser.parse_args()
    if not options.program.exists():
        sys.exit(f"there is no {options.program}; build the target bench_spiking")
    rows = measure(BY_CELLS + BY_SYNAPSES, options)
    with open(options.out, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows({key: f"{value:.6g}" for key, value in row.items()} for row in rows)
    draw(rows, options.out.with_suffix(".svg"))


if __name__ == "__main__":
    main()
