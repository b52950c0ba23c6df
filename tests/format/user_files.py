#!/usr/bin/python3
"""Files that users make with NumPy and h5py: every type of number gives the same run, and what cannot be read is refused before
it, with the reason.

usage: user_files.py APICAL
"""
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

RUN = """
[run]
samples = 24
lanes = 2
threads = 1
[circuit]
model = "backpropagation"
hidden = [3]
[record]
metrics = "start and end"
[task]
"""
apical, folder = sys.argv[1], pathlib.Path(tempfile.mkdtemp())
random = np.random.default_rng(1)
X = random.integers(-8, 8, (12, 4)) / 4  # exact in float16
Y = np.arange(12) % 2


def run(text, status=0):
    (folder / "run.toml").write_text(text, encoding="utf-8")
    done = subprocess.run([apical, "run", "run.toml", "--out", "run.h5", "--force", "--progress", "none"], cwd=folder,
                          capture_output=True, text=True, check=False)
    assert done.returncode == status, (status, text, done)
    return done.stdout + done.stderr


def weights(text):
    run(text)
    with h5py.File(folder / "run.h5") as file:
        return [file["final/W1"][()], file["final/W2"][()]]


def of_arrays(dataset, x, y, keys=""):
    """The experiment on these arrays, as NumPy files or as data sets of HDF5."""
    if dataset == "npy":
        np.save(folder / "x.npy", x)
        np.save(folder / "y.npy", y)
        return RUN + "dataset = 'npy'\ntrain_x = 'x.npy'\ntrain_y = 'y.npy'\n" + keys
    with h5py.File(folder / "set.h5", "w") as file:
        file["x"], file["y"] = x, y
    return RUN + "dataset = 'hdf5'\nfile = 'set.h5'\n" + keys


def same(found, expected):
    assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))


def types_of_numbers(dataset):
    expected = weights(of_arrays(dataset, X, Y))
    for x in (np.float16, np.float32, ">f8") + ((np.longdouble,) if dataset == "hdf5" else ()):
        same(weights(of_arrays(dataset, X.astype(x), Y)), expected)
    for y in (bool, np.int8, np.uint8, ">i4"):
        same(weights(of_arrays(dataset, X, Y.astype(y))), expected)
    same(weights(of_arrays(dataset, X, Y.astype(float), "targets = 'classes'")), expected)
    # Truth values are no pixels: true is 1, not 1 of 255.
    same(weights(of_arrays(dataset, X > 0, Y)), weights(of_arrays(dataset, (X > 0).astype(float), Y)))
    same(weights(of_arrays(dataset, X, Y, "targets = 'regression'")), weights(of_arrays(dataset, X, Y.astype(float))))


def refused_arrays(dataset):
    for x, y, keys, reasons in (
            (X, Y * 1.5, "targets = 'classes'", ["label 1.5 of sample 2", "a whole number"]),
            (X, np.eye(2)[Y], "targets = 'classes'", ["one label a sample", "argmax"]),
            (X + 1j, Y, "", ["complex"]),
            (X, np.array([b"a", b"b"] * 6), "", ["text"]),
            (np.where(X == X[3, 1], np.nan, X), Y, "", ["nan in sample", "finite numbers"]),
            (X * 1e300, Y, "", ["in the range of float32"]),
            (X, Y - 1, "", ["label -1 of sample 1", "counted from 0"]),
            (X[:0], Y[:0], "", ["0 x 4", "one row a sample"]),
            (X, Y[:5], "", ["5 rows", "12, one for each row"]),
            (np.ascontiguousarray(X.T), Y[None, :], "", ["transposed?"]),
            (X, Y, "classes = 1", ["label 1 of sample 2", "0 to 0"]),
            (X, Y, "test_samples = 12", ["task.test_samples", "12 of 12 samples held out"]),
            (X, Y, "targets = 'labels'", ["task.targets", "regression"])):
        said = run(of_arrays(dataset, x, y, keys), 2)
        assert all(reason in said for reason in reasons), (reasons, said)


def small_sets(dataset):
    """One sample, one class, one feature: a run as any other, with finite weights."""
    for x, y in ((X[:1], Y[:1]), (X, 0 * Y), (X[:, :1], Y)):
        assert all(np.isfinite(w).all() for w in weights(of_arrays(dataset, x, y, "standardise = 'feature'")))


def noise_and_weights():
    experiment = RUN.replace("[run]\n", "[run]\nmode = 'continuous'\nstep = '1 ms'\nstepper = 'exponential_euler'\npresentation = '5 ms'\n") + \
        "dataset = 'yinyang'\nsamples = 24\n[noise.z]\nkind = 'file'\ninto = ['up1.basal']\nfile = 'noise.h5'\ndataset = 'n'\n"
    good = 0.01 * random.standard_normal((100, 3))  # the run sees 60 rows
    for row, value, more, reasons in (
            (7, np.nan, "", ["run.toml", "noise.z.dataset", "nan in row 8, column 2", "finite numbers"]),
            (59, -np.inf, "", ["-inf in row 60, column 2"]),
            (3, 1e200, "", ["1e+200 in row 4", 'run.precision = "float"']),
            (3, 1e30, "sigma = 1e20\n", ["1e+30 in row 4", "times sigma"]),
            (60, np.nan, "", None), (7, 0, "", None)):
        series = good.copy()
        series[row, 1] = value
        with h5py.File(folder / "noise.h5", "w") as file:
            file["n"] = series
        said = run(experiment + more, 2 if reasons else 0)
        assert all(reason in said for reason in reasons or []), (reasons, said)
    assert "noise.z.dataset" in run(experiment.replace("'n'", "''"), 2)

    with h5py.File(folder / "weights.h5", "w") as file:
        file["W1"], file["W2"] = np.full((3, 4), 0.5), np.full((3, 3), 0.5)
    text = RUN + "dataset = 'yinyang'\nsamples = 24\n[init]\nfile = 'weights.h5'\ngroup = '/'\n"
    run(text)
    for value, reasons in ((np.nan, ["nan from cell 3 to cell 1"]), (np.inf, ["inf from"]), (1e39, ["1e+39", "run.precision"])):
        with h5py.File(folder / "weights.h5", "r+") as file:
            file["W1"][1, 3] = value
        said = run(text, 2)
        assert all(reason in said for reason in ["init.file", "W1", "not finite", *reasons]), said
    assert "init.group" in run(text.replace("'/'", "''"), 2)


for kind in "npy", "hdf5":
    types_of_numbers(kind)
    refused_arrays(kind)
    small_sets(kind)
noise_and_weights()
subprocess.run(["rm", "-r", folder], check=True)
