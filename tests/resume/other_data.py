#!/usr/bin/env python3
"""`resume` goes on with the data, noise and weights that a run began with, and with no others.

    other_data.py APICAL
"""
import gzip
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

import h5py
import numpy as np

program = os.path.abspath(sys.argv[1])
EXPERIMENT = """[run]
lanes = 4
epochs = 2
baselines = []
[task]
%s
[circuit]
model = "self_assembly"
hidden = [6]
[self_assembly]
development = 0
[checkpoint]
keep = true
"""
random = np.random.default_rng(1)
X = random.integers(0, 255, (24, 5)).astype(np.uint8)
Y = np.arange(24) % 3


def apical(*words, status=0):
    done = subprocess.run([program, *words], capture_output=True, text=True, timeout=100)
    assert done.returncode == status, f"status {done.returncode}: {words}: {done.stderr}"
    return done


def write_csv(path, x, y):
    np.savetxt(path, np.column_stack([x, y]), fmt="%d", delimiter=",")


def write_npy(path, x, y):
    np.save(path, x)
    np.save("y.npy", y)


def write_hdf5(path, x, y):
    with h5py.File(path, "w") as file:
        file["x"], file["y"] = x, y


def write_idx(path, x, y):
    pathlib.Path(path).write_bytes(struct.pack(">IIII", 0x803, len(x), 1, 5) + x.astype(np.uint8).tobytes())
    pathlib.Path("labels.idx").write_bytes(struct.pack(">II", 0x801, len(y)) + y.astype(np.uint8).tobytes())


# How a source reads, writes, and which key names its file.
SOURCES = {
    "data.csv": ('dataset = "csv"\nfile = "data.csv"', write_csv, "task.file"),
    "x.npy": ('dataset = "npy"\ntrain_x = "x.npy"\ntrain_y = "y.npy"', write_npy, "task.train_x"),
    "data.h5": ('dataset = "hdf5"\nfile = "data.h5"', write_hdf5, "task.file"),
    "images.idx": ('dataset = "idx"\ntrain_images = "images.idx"\ntrain_labels = "labels.idx"', write_idx, "task.train_images"),
}


def relabelled(x, y):
    return x, np.where(np.arange(len(y)) == 7, (y + 1) % 3, y)


def swapped(x, y):
    order = np.arange(len(y))
    order[[2, 9]] = 9, 2
    return x[order], y[order]


def changed(x, y):
    other = x.copy()
    other[-1, -1] ^= 1
    return other, y


OTHER = {"relabelled": relabelled, "swapped": swapped, "one number": changed,
         "longer": lambda x, y: (np.vstack([x, x[:4]]), np.append(y, y[:4])), "shorter": lambda x, y: (x[:20], y[:20])}


def begin(text, out):
    pathlib.Path("e.toml").write_text(text)
    apical("run", "e.toml", "--out", out, "--progress", "none", "--force")
    shutil.copy(out, "as_it_was.h5")
    shutil.copy(out + ".checkpoint", "as_it_was.checkpoint")


def refused(out, *words):
    for epochs in (2, 3):  # nothing left to do, and something
        done = apical("resume", out + ".checkpoint", "--set", f"run.epochs={epochs}", "--progress", "none", status=2)
        for word in ("not those the run began with", "expected", "XXH3-128", *words):
            assert word in done.stderr, f"without '{word}': {done.stderr}"
        for name, copy in ((out, "as_it_was.h5"), (out + ".checkpoint", "as_it_was.checkpoint")):
            assert pathlib.Path(name).read_bytes() == pathlib.Path(copy).read_bytes(), name


def goes_on(out, *words):
    return apical("resume", out + ".checkpoint", "--set", "run.epochs=3", "--progress", "none", *words).stderr


def given(out):
    with h5py.File(out) as file:
        return {name: value.decode() for name, value in file["provenance"].attrs.items()
                if name.endswith("_data") or name.startswith("noise.") or name == "initial_weights"}


def check_sources():
    for file, (keys, write, key) in SOURCES.items():
        write(file, X, Y)
        begin(EXPERIMENT % keys, "a.h5")
        assert set(given("a.h5")) == {"training_data"}
        assert given("a.h5")["training_data"].startswith("24 x 5 inputs, 3 classes, XXH3-128 "), given("a.h5")
        for other in OTHER.values():
            write(file, *other(X, Y))
            refused("a.h5", key, "training data", file, "24 x 5 inputs, 3 classes")
        write(file, X, Y)
        if file == "data.csv":  # the same numbers, in another file
            pathlib.Path(file).write_bytes(gzip.compress(pathlib.Path(file).read_bytes()))
        goes_on("a.h5")
        assert given("a.h5")["training_data"].startswith("24 x 5 ")


def check_parts():
    """A test part of its own, and parts drawn from one file."""
    write_csv("data.csv", X, Y)
    write_csv("test.csv", X[:9], Y[:9])
    begin(EXPERIMENT % 'dataset = "csv"\nfile = "data.csv"\ntest_file = "test.csv"', "b.h5")
    write_csv("test.csv", X[:9], Y[1:10])
    refused("b.h5", "task.test_file", "test data", "test.csv", "9 x 5 inputs")
    write_csv("test.csv", X[:9], Y[:9])
    goes_on("b.h5")
    begin(EXPERIMENT % 'dataset = "csv"\nfile = "data.csv"\ntest_samples = 6\nvalidation_samples = 3', "c.h5")
    assert {name: text[:2] for name, text in given("c.h5").items()} == {"training_data": "15", "validation_data": "3 ", "test_data": "6 "}
    page = apical("report", "c.h5", "--out", "c.html")
    text = pathlib.Path("c.html").read_text()
    for name, value in given("c.h5").items():
        assert name in text and value in text, name


def check_generated():
    """What a generator makes is said by its keys and its seed."""
    sets = []
    for keys in ('dataset = "xor"', 'dataset = "xor"\nnoise = 0.1', 'dataset = "yinyang"\nsamples = 0\n',
                 'dataset = "teacher_student"\ndims = [3, 2]', 'dataset = "leaky_teacher"\nsamples = 24\ntest_samples = 24'):
        begin((EXPERIMENT % keys).replace("epochs = 2", "epochs = 2\nepoch_size = 8"), "g.h5")
        sets.append(given("g.h5")["training_data"])
        assert given("g.h5")["test_data"] != given("g.h5")["training_data"]
        goes_on("g.h5")
        assert given("g.h5")["training_data"] == sets[-1]
    assert len(set(sets)) == len(sets)
    assert sets[2].startswith("endless x 4 inputs, 3 classes, ")
    # Of what is computed from a file, the numbers of the file.
    start = {"omega": np.array([0.1, 0.2]), "phi": np.array([0.3, 0.4]), "target/W1": np.array([[0.5, -0.6]])}

    def write(change=0.0):
        with h5py.File("start.h5", "w") as file:
            for name, values in start.items():
                file[name] = values
            file["target/W1"][0, 1] += change

    write()
    begin((EXPERIMENT % 'dataset = "leaky_teacher"\ndims = [2, 1]\nsamples = 24\ntest_samples = 24\nfile = "start.h5"'), "g.h5")
    assert given("g.h5")["test_data"] != given("g.h5")["training_data"]
    write(1e-12)
    refused("g.h5", "task.file", "training data", "start.h5")
    write()
    goes_on("g.h5")


def check_noise():
    series = random.normal(size=(6 * 5 * 5, 6))
    steps = 2 * 24 // 4 * 5  # epochs, presentations an epoch, steps of each

    def write(values):
        with h5py.File("noise.h5", "w") as file:
            file["noise"] = values

    write_csv("data.csv", X, Y)
    write(series[:steps])
    text = (EXPERIMENT % 'dataset = "csv"\nfile = "data.csv"').replace(
        "[task]", 'mode = "continuous"\nstep = "1 ms"\nstepper = "euler_maruyama"\npresentation = "5 ms"\nerror_onset = "1 ms"\n[task]')
    begin(text + '[noise.given]\ninto = ["up1.basal"]\nkind = "file"\nfile = "noise.h5"\n', "n.h5")
    assert given("n.h5")["noise.given"].startswith(f"{steps} steps x 6 units, XXH3-128 ")
    other = series.copy()
    other[steps - 1, 5] += 1e-9
    write(other)
    refused("n.h5", "noise.given.file", "noise currents", "noise.h5")
    write(series)  # longer, as the run will be
    goes_on("n.h5")
    assert given("n.h5")["noise.given"].startswith(f"{steps * 3 // 2} steps x 6 units, ")


def check_initial_weights():
    """They are no longer needed: a word, and the numbers of the run."""
    write_csv("data.csv", X, Y)
    keys = 'dataset = "csv"\nfile = "data.csv"'
    begin(EXPERIMENT % keys, "first.h5")
    shutil.copy("first.h5", "weights.h5")
    begin(EXPERIMENT % keys + '[init]\nfile = "weights.h5"\n', "i.h5")
    before = given("i.h5")["initial_weights"]
    assert "weights, XXH3-128" in before, before
    for name in ("same", "other", "gone"):
        shutil.copy("as_it_was.h5", "i.h5")
        shutil.copy("as_it_was.checkpoint", "i.h5.checkpoint")
        if name == "other":
            with h5py.File("weights.h5", "r+") as file:
                file["final/W1"][0, 0] += 0.5
        if name == "gone":
            os.remove("weights.h5")
        warned = goes_on("i.h5")
        assert ("weights.h5 is no longer what the run began with" in warned) == (name == "other"), (name, warned)
        assert given("i.h5")["initial_weights"] == before
        with h5py.File("i.h5") as file:
            history = file["provenance"].attrs["history"].decode()
        assert ("no longer what the run began with" in history) == (name == "other")


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        check_sources()
        check_parts()
        check_generated()
        check_noise()
        check_initial_weights()


if __name__ == "__main__":
    main()
