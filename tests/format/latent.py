#!/usr/bin/env python3
"""The separability of an autoencoder's code: a code that keeps the classes apart is found separable, one that loses them is not; what
is missing or broken is refused.

    latent.py SCRIPT
"""
import csv
import gzip
import pathlib
import struct
import sys
import tempfile

import h5py
import numpy as np
from angles import call

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


def mistakes(script, folder):
    images = folder / "mnist"
    write_images(images, 300)
    run = write_run(folder / "run.h5")
    drawn = call(script, run, "--images", images, "--out", folder / "figure")
    if drawn.returncode != 0:
        yield f"status {drawn.returncode}: {drawn.stderr}"
        return
    with open(folder / "figure.csv", encoding="utf-8") as file:
        before, after = (float(row["separability"]) for row in csv.DictReader(file))
    if not (before < 0.75 and after > 0.99):
        yield f"separability {before} of a blind code, {after} of one that sees the halves"
    if not all((folder / f"figure.{kind}").exists() for kind in ("png", "svg")):
        yield "no picture"

    with h5py.File(folder / "bare.h5", "w") as bare:
        bare["config"] = CONFIG
    labels = images / "t10k-labels-idx1-ubyte"
    whole = labels.read_bytes()
    for wrong, content, says in (folder / "bare.h5", whole, "/weights/time"), (run, whole[:-1], "not a whole IDX file"), \
            (run, b"", "not a whole IDX file"), (run, struct.pack(">2i", 2049, 2**31 - 1), "not a whole IDX file"):
        labels.write_bytes(content)
        refused = call(script, wrong, "--images", images, "--out", folder / "other")
        if refused.returncode != 2 or says not in refused.stderr or "Traceback" in refused.stderr:
            yield f"{says}: status {refused.returncode}: {refused.stderr}"
    labels.unlink()
    refused = call(script, run, "--images", images, "--out", folder / "other")
    if refused.returncode != 2 or "no such file" not in refused.stderr:
        yield f"without labels: status {refused.returncode}: {refused.stderr}"


def main():
    with tempfile.TemporaryDirectory() as folder:
        found = list(mistakes(sys.argv[1], pathlib.Path(folder)))
    print("\n".join(found) or "separable")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
