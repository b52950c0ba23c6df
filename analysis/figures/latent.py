#!/usr/bin/env python3
"""Draws what the narrowest layer of autoencoders knows of the digits (Max et al. 2024, Fig. 5), from the files of runs and the images.

    latent.py RUN.h5 [RUN.h5 ...] --images FOLDER --out PREFIX     writes PREFIX.png, PREFIX.svg and PREFIX.csv

Left: the code of 2,000 test images in the first run, coloured by digit. Right: linear separability over epochs, as the authors
measure it: a linear classifier (hinge loss, stochastic gradient descent) is fitted to the standardised codes of the training
images; drawn is its accuracy on the test images, at the end and whenever the run kept its weights (record.weights = "1 epoch").
Needs, from Debian, python3-sklearn.
"""
import argparse
import gzip
import pathlib
import sys

from drawing import lacking, Missing, refusing, save, style

import h5py
import matplotlib.pyplot as plt
import numpy as np
import tomllib
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
    """Rows of (run, samples presented, separability)."""
    for run in runs:
        layers = layers_of(run)
        for state in states(run):
            train, test = (code(state, layers, images[part]) for part in ("train", "t10k"))
            found = separability(train, labels["train"], test, labels["t10k"])
            yield pathlib.Path(run.filename).stem, int(state.time), found


def draw(runs, rows, images, labels):
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 3.6), layout="constrained")
    shown = code(states(runs[0])[-1], layers_of(runs[0]), images["t10k"][:SHOWN])
    dots = left.scatter(*shown.T[:2], c=labels["t10k"][:SHOWN], cmap="tab10", vmin=-0.5, vmax=9.5, s=5, linewidths=0)
    figure.colorbar(dots, ax=left, ticks=range(10), label="digit")
    left.set_xlabel("rate of unit 1")
    left.set_ylabel("rate of unit 2")
    left.set_title(f"code after training, {rows[0][0]}", loc="left")
    for name in dict.fromkeys(row[0] for row in rows):
        samples, found = zip(*[(s, x) for n, s, x in rows if n == name])
        right.plot(np.array(samples) / 1000, 100 * np.array(found), ".-", label=name)
    right.axhline(10, color="0.7", linewidth=0.8, zorder=0)
    right.text(0, 10.4, "chance", color="0.5", fontsize=8)
    right.set_ylim(0, None)
    right.set_xlabel("presented images (thousands)")
    right.set_ylabel("linear separability (%)")
    right.legend(loc="best")
    right.spines[["top", "right"]].set_visible(False)
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", metavar="RUN.h5", help="HDF5 files of runs")
    parser.add_argument("--images", required=True, metavar="FOLDER", help="where MNIST's four IDX files are, .gz or not")
    parser.add_argument("--out", required=True, metavar="PREFIX", help="the files are PREFIX.png, .svg and .csv")
    arguments = parser.parse_args()

    def work():
        runs = [h5py.File(path, "r") for path in arguments.runs]
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

    style(**{"legend.fontsize": 7})
    return refusing(work)


if __name__ == "__main__":
    sys.exit(main())
