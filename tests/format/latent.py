#!/usr/bin/env python3
"""The separability of an autoencoder's code: a code that keeps the classes apart is found separable, one that loses them is not; what
is missing or broken is refused.

    latent.py SCRIPT
"""
import csv
import gzip
import struct

import h5py
import numpy as np

from drawn import call, files_of, in_folder, refused

CONFIG = '[circuit]\nmodel = "pal_layers"\nhidden = [3, 2, 3]\n\n[pal_layers]\nactivations = ["tanh", "linear", "tanh", "linear"]\n'
PIXELS = 4


def write_images(folder, count):
    """Two kinds of image: bright above, bright below."""
    random = np.random.default_rng(1)
    folder.mkdir()
    for part in "train", "t10k":
        labels = random.integers(0, 2, count).astype(np.uint8)
        pixels = random.integers(0, 60, (count, PIXELS)).astype(np.uint8)
        pixels[labels == 0, :2] += 180
        pixels[labels == 1, 2:] += 180
        with gzip.open(folder / f"{part}-images-idx3-ubyte.gz", "wb") as file:
            file.write(struct.pack(">4i", 2051, count, 2, 2) + pixels.tobytes())
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(struct.pack(">2i", 2049, count) + labels.tobytes())


def write_run(path):
    """First weights that see only the sum of the pixels, then weights that see the difference of the halves."""
    blind = np.ones((3, PIXELS))
    seeing = np.tile([1.0, 1, -1, -1], (3, 1))
    with h5py.File(path, "w") as run:
        run["config"] = CONFIG
        run["weights/time"] = [0, 100]
        run["weights/W1"] = np.array([blind, seeing])
        run["weights/b1"] = np.zeros((2, 3, 1))
        run["weights/W2"] = np.ones((2, 2, 3))
    return path


def check(script, folder):
    images = folder / "mnist"
    write_images(images, 300)
    run = write_run(folder / "run.h5")
    files_of(call(script, run, "--images", images, "--out", folder / "figure"))
    with open(folder / "figure.csv", encoding="utf-8") as file:
        before, after = (float(row["separability"]) for row in csv.DictReader(file))
    assert before < 0.75 and after > 0.99, f"separability {before} of a blind code, {after} of one that sees the halves"

    with h5py.File(folder / "bare.h5", "w") as bare:
        bare["config"] = CONFIG
    labels = images / "t10k-labels-idx1-ubyte"
    whole = labels.read_bytes()
    broken = "not a whole IDX file"
    for file, content, reason in (folder / "bare.h5", whole, "/final"), (run, whole[:-1], broken), (run, b"", broken), \
            (run, struct.pack(">2i", 2049, 2**31 - 1), broken):
        labels.write_bytes(content)
        refused(call(script, file, "--images", images, "--out", folder / "other"), reason)
    labels.unlink()
    refused(call(script, run, "--images", images, "--out", folder / "other"), "no such file")


if __name__ == "__main__":
    in_folder(check, 1)
