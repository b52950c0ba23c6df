#!/usr/bin/env python3
"""What errors cost self-assembly with spikes, over error spikes and over synapses: error_spikes.csv, error_spikes.png, .svg

digits_spiking.toml with hidden layers of CELLS units in one process of one thread, with learning rates so small that nothing changes while it is
measured, though all of it is computed. Quanta that grow make error spikes from many to few; the same images without a teacher have none, and that
time is subtracted. `analog` is the same circuit with an error that no spike carries: its synapses are all written in every step. All cases take
turns, ten images at a time, so that what else the machine does hits them alike; points are the least of all turns. Needs the Python package apical,
h5py and matplotlib.

  error_spikes.py [--turns 100] [--out PREFIX]
"""
import argparse
import csv
import pathlib
import sys
import tempfile
import time

sys.path.insert(1, str(pathlib.Path(__file__).resolve().parent.parent / "figures"))
from drawing import PAGE, letter, origin, plt, refusing, save, style

import apical
import numpy as np

from plots.colours import layers

EXPERIMENT = pathlib.Path(__file__).resolve().parents[2] / "models/self_assembly/digits_spiking.toml"
CELLS = [100, 400, 1600]
QUANTA = [1, 2, 3, 4, 6, 8, 16]  # in those that carry errors of that many cells about as fast as they come
IMAGES, STEPS = 10, 24  # of a turn; of a presentation with a teacher
COLUMNS = ["hidden", "synapses_of_W", "code", "quanta", "error_spikes", "us", "us_without_errors"]


class Case:
    def __init__(self, folder, cells, code, quanta):
        self.cells, self.code, self.quanta = cells, code, quanta
        changes = {"circuit.hidden": [cells], "circuit.eta_W": 1e-7, "spiking_self_assembly.eta_V": 1e-9,
                   "spiking_self_assembly.development": 0, "spiking_self_assembly.error_code": code}
        if code == "pair":
            changes |= {"spiking_self_assembly.quantum_hidden": 0.4 * quanta * (cells / 100) ** 0.5,
                        "spiking_self_assembly.quantum_output": 0.3 * quanta}
        self.simulation = apical.Simulation(EXPERIMENT, changes=changes)
        self.least = {True: np.inf, False: np.inf}
        self.spikes = np.nan
        if code == "pair":
            few = {"task.train_limit": 100, "run.epochs": 1, "record.metrics": "start and end", "record.accuracy_samples": 1,
                   "record.evaluation_samples": 48}
            with apical.run(EXPERIMENT, folder / f"{cells}_{quanta}.h5", changes={**changes, **few}) as run:
                self.spikes = float(run["metrics/error_spikes_per_sample"][0].sum())

    def turn(self, images):
        for taught in True, False:
            begin = time.perf_counter()
            for inputs, target in images:
                self.simulation.present(inputs, target if taught else None)
            self.least[taught] = min(self.least[taught], (time.perf_counter() - begin) / len(images) * 1e6)

    def row(self):
        return [self.cells, 74 * self.cells, self.code, self.quanta, self.spikes, self.least[True], self.least[False]]


def draw(rows, prefix):
    style()
    figure, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 2.6), layout="constrained")
    costs = []
    for cells, colour in zip(CELLS, layers(len(CELLS))):
        pair = [row for row in rows if row[0] == cells and row[2] == "pair"]
        none = min(row[6] for row in pair)
        spikes, times = np.array([(row[4], row[5] - none) for row in pair]).T
        analog = next(row[5] for row in rows if row[0] == cells and row[2] == "analog") - none
        left.plot(spikes, times, "o-", color=colour, markersize=3, label=f"{74 * cells:,} synapses of W")
        left.axhline(analog, color=colour, linestyle=":", linewidth=1)
        many = len(spikes) // 2  # from as many error spikes on as steps, each has one or more
        costs.append((74 * cells, times[-1] / spikes[-1], np.polyfit(spikes[:many], times[:many], 1)[0], analog / STEPS))
    left.plot([], [], ":", color="0.3", label="the same, errors without spikes")
    left.set(xlabel="error spikes a presentation of 40 ms", ylabel="time for errors (μs a presentation)", xscale="log", yscale="log",
             xlim=(10, 700), ylim=(2, 2000))
    left.set_xticks([10, 20, 50, 100, 200, 500], labels=["10", "20", "50", "100", "200", "500"])
    left.minorticks_off()
    left.legend(loc="lower right")
    synapses, few, many, analog = np.array(costs).T
    right.plot(synapses, analog, "o:", color="0.5", markersize=3, label="a step, errors without spikes")
    right.plot(synapses, few, "o--", color="0.2", markersize=3, label="an error spike, where they are few")
    right.plot(synapses, many, "o-", color="0.2", markersize=3, label="an error spike more, where they are many")
    right.set(xlabel="synapses of W", ylabel="time (μs)", xscale="log", yscale="log", ylim=(0.1, 300))
    right.legend(loc="upper left")
    letter((left, right))
    origin(figure, "digits, 64-n-10, n = 100, 400, 1600; above the time of presentations without a teacher; one core")
    save(figure, prefix)
    for cost in costs:
        print("synapses {:.0f}: {:.2f} us an error spike where they are few, {:.2f} where they are many; without spikes {:.2f} us a step".format(*cost))


def measure(options):
    with tempfile.TemporaryDirectory() as folder:
        cases = [Case(pathlib.Path(folder), cells, "pair", quanta) for cells in CELLS for quanta in QUANTA]
        cases += [Case(pathlib.Path(folder), cells, "analog", 0) for cells in CELLS]
    for turn in range(options.turns):
        images = [cases[0].simulation.batch(index=[IMAGES * (turn % 10) + k]) for k in range(IMAGES)]
        for case in cases:
            case.turn(images)
    rows = [case.row() for case in cases]
    with open(f"{options.out}.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([f"{value:.5g}" if isinstance(value, float) else value for value in row] for row in rows)
    draw(rows, options.out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=100)
    parser.add_argument("--out", default=pathlib.Path(__file__).with_suffix(""), metavar="PREFIX")
    options = parser.parse_args()
    return refusing(lambda: measure(options))


if __name__ == "__main__":
    sys.exit(main())
