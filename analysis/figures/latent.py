#!/usr/bin/env python3
"""Draws what the narrowest layer of autoencoders knows of the digits (Max et al. 2024, Fig. 5), from the files of runs and the images.

    latent.py [NAME=]RUN.h5 [[NAME=]RUN.h5 ...] --images FOLDER --out PREFIX     writes PREFIX.png, PREFIX.svg and PREFIX.csv

Files of one NAME (by default that of the file) are seeds of one method; a NAME that begins with that of a model has its colour. Left: the code of 2,000 test images in the first run, coloured by digit. Right: linear separability over epochs, as the authors
measure it: a linear classifier (hinge loss, stochastic gradient descent) is fitted to the standardised codes of the training
images; drawn is its accuracy on the test images, at the end and whenever the run kept its weights (record.weights = "1 epoch").
Needs, from Debian, python3-sklearn.
"""
import argparse
import gzip
import pathlib
import sys

from drawing import colours, lacking, letter, Missing, origin, PAGE, refusing, save, style

import h5py
import matplotlib.pyplot as plt
import numpy as np
import tomllib
from errors import looks
from states import states
from table import write_rows

ACTIVATIONS = {"linear": lambda u: u, "tanh": np.tanh, "sigmoid": lambda u: 1 / (1 + np.exp(-u)), "relu": lambda u: np.maximum(u, 0)}
SHOWN = 2000
IDX_MAGIC = {"images": 2051, "labels": 2049}


def read_idx(folder, part, what):
    stem = pathlib.Path(folder) / f"{part}-{what}-idx{3 if what == 'images' else 1}-ubyte"
    path = next((p for p in (stem, pathlib.Path(f"{stem}.gz")) if p.exists()), None)
    if path is None:
        raise Missing(f"{stem}: no such file, nor with .gz")
    data = (gzip.open if path.suffix == ".gz" else open)(path, "rb").read()
    header = np.frombuffer(data, ">i4", 4 if what == "images" else 2) if len(data) >= 16 else [0]
    if header[0] != IDX_MAGIC[what] or len(data) != 4 * len(header) + np.prod(header[1:], dtype=np.int64):
        raise Missing(f"{path}: not a whole IDX file of {what}")
    values = np.frombuffer(data, np.uint8, offset=4 * len(header))
    return values.reshape(header[1], -1) / np.float32(255) if what == "images" else values


def layers_of(run):
    """The layers up to the narrowest hidden one, counted from 1, and their activations."""
    if "config" not in run:
        raise lacking(run, "config")
    config = tomllib.loads(run["/config"].asstr()[()])
    hidden = config["circuit"]["hidden"]
    depth = int(np.argmin(hidden)) + 1
    names = config.get(config["circuit"]["model"], {}).get("activations", [config["circuit"].get("activation", "relu")] * depth)
    return [(layer, ACTIVATIONS[names[layer - 1]]) for layer in range(1, depth + 1)]


def code(state, layers, images):
    """Images x units of the narrowest layer, without noise."""
    rates = images
    for layer, activation in layers:
        rates = rates @ state[f"W{layer}"].T
        if f"b{layer}" in state:
            rates = rates + state[f"b{layer}"].ravel()
        rates = activation(rates)
    return rates


def separability(train, train_labels, test, test_labels):
    from sklearn.linear_model import SGDClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), SGDClassifier(random_state=0)).fit(train, train_labels).score(test, test_labels)


def measure(runs, images, labels):
    """Rows of (name, samples presented, separability); `runs`: (name, open file)."""
    for name, run in runs:
        layers = layers_of(run)
        for state in states(run):
            train, test = (code(state, layers, images[part]) for part in ("train", "t10k"))
            found = separability(train, labels["train"], test, labels["t10k"])
            yield name, int(state.time), found


def draw(runs, rows, images, labels):
    figure, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 3), layout="constrained", width_ratios=(1, 1.15))
    shown = code(states(runs[0][1])[-1], layers_of(runs[0][1]), images["t10k"][:SHOWN])
    # Ten colours are more than can be told apart: each digit is written.
    of_digit = [plt.get_cmap("viridis")(0.9 * k / 9) for k in range(10)]
    for digit in range(10):
        chosen = shown[labels["t10k"][:SHOWN] == digit]
        if len(chosen):
            left.scatter(*chosen.T[:2], marker=f"${digit}$", color=of_digit[digit], s=9, linewidths=0)
    left.set(xlabel="rate of unit 1 (1)", ylabel="rate of unit 2 (1)")
    names = list(dict.fromkeys(row[0] for row in rows))
    for name, (colour, dashes) in looks(names).items():
        own = np.array([(samples, found) for n, samples, found in rows if n == name])
        times = np.unique(own[:, 0])
        values = [100 * own[own[:, 0] == time, 1] for time in times]
        # The files of a name, one below the other: a thin line each, the mean above them.
        seeds = max(map(len, values))
        for seed in range(seeds if seeds > 1 else 0):
            kept = [k for k, of_time in enumerate(values) if len(of_time) > seed]
            right.plot(times[kept] / 1000, [values[k][seed] for k in kept], dashes, color=colour, lw=0.5, alpha=0.6)
        right.plot(times / 1000, [of_time.mean() for of_time in values], dashes, color=colour, marker=".", label=f"{name} (n = {seeds})")
    right.axhline(10, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
    right.text(0, 10.5, "chance", color="0.4", fontsize=6.5)
    right.set(ylim=(0, None), xlabel="presented images (thousands)", ylabel="linear separability,\ntest images (%)")
    right.legend(loc="upper left", bbox_to_anchor=(1, 1))
    letter((left, right), [f"code of {len(shown):,} test images, {names[0]}", "what a linear classifier finds in it"])
    origin(figure, "MNIST; b: mean over n seeds, thin: each seed")
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", metavar="[NAME=]RUN.h5", help="HDF5 files of runs")
    parser.add_argument("--images", required=True, metavar="FOLDER", help="where MNIST's four IDX files are, .gz or not")
    parser.add_argument("--out", required=True, metavar="PREFIX", help="the files are PREFIX.png, .svg and .csv")
    arguments = parser.parse_args()

    def work():
        parts = [text.rpartition("=") for text in arguments.runs]
        runs = [(name or pathlib.Path(path).stem, h5py.File(path, "r")) for name, _, path in parts]
        images = {part: read_idx(arguments.images, part, "images") for part in ("train", "t10k")}
        labels = {part: read_idx(arguments.images, part, "labels") for part in ("train", "t10k")}
        try:
            rows = list(measure(runs, images, labels))
        except ModuleNotFoundError as error:
            raise Missing(f"{error}; on Debian: apt-get install python3-sklearn") from None
        save(draw(runs, rows, images, labels), arguments.out)
        write_rows(f"{arguments.out}.csv", ("run", "samples", "separability"), rows)
        for name in dict.fromkeys(row[0] for row in rows):
            print(f"{name}: {100 * [x for n, _, x in rows if n == name][-1]:.1f} %")

    style()
    return refusing(work)


if __name__ == "__main__":
    sys.exit(main())
