#!/usr/bin/python3
"""Sparse weights of many cells are stored as their synapses alone, gathered from the matrix as the CF conventions say: other
tools read them without code of ours, a run may begin with them, and a file in which they are wrong is refused.

usage: sparse_weights.py APICAL EXPERIMENT.toml FIGURES
"""
import csv
import os
import shutil
import subprocess
import sys
import tempfile

import h5py
import numpy as np
import xarray

apical, experiment, FIGURES = (os.path.abspath(word) for word in sys.argv[1:])
UP, DOWN = 800, 1600  # cells of the hidden layer, and those that carry its error: more than 2^20 pairs
SETTINGS = [f"circuit.hidden=[{UP}]", "run.samples=16", "run.baselines=[]", "self_assembly.development=200", "record.metrics=8 samples",
            "record.spectra=never", "record.weights=8 samples"]


def call(*words, status=0):
    done = subprocess.run([apical, *words], capture_output=True, text=True, check=False)
    assert done.returncode == status, (words, done)
    return done.stdout + done.stderr


def run(*settings, out="run.h5", status=0):
    words = [word for setting in (*SETTINGS, *settings) for word in ("--set", setting)]
    return call("run", experiment, "--out", out, "--force", "--progress", "none", *words, status=status)


def whole(group, name, row=()):
    """The matrix, by the attributes of the file alone."""
    places = group[name].dims[group[name].ndim - 1][0]
    shape = [group[axis].size for axis in places.attrs["compress"].decode().split()]
    matrix = np.zeros(shape, group[name].dtype)
    matrix[np.unravel_index(places[()], shape)] = group[name][row]
    return matrix


def check_h5py():
    with h5py.File("run.h5") as file:
        for group, rows in ("weights", (4,)), ("final", ()):  # before and after development, two more
            for name, shape, compress in ("V1", (DOWN, UP), "down1 up1"), ("Vbar1", (UP, DOWN), "up1 down1"):
                data, places = file[group][name], file[group][name + "_synapse"]
                assert data.shape == (*rows, DOWN) and places.shape == (DOWN,) and places.dtype == np.uint64
                assert data.dims[len(rows)][0] == places and h5py.h5ds.is_scale(places.id)
                assert places.attrs["compress"].decode() == compress and places.compression == "gzip"
                down = np.arange(DOWN)
                post, pre = (down, down // 2) if name == "V1" else (down // 2, down)
                np.testing.assert_array_equal(np.divmod(places[()], shape[1]), (post, pre))
            assert file[group]["W1"].shape == (*rows, UP, 2)  # dense
        V, Vbar = whole(file["weights"], "V1", 3), whole(file["final"], "Vbar1")
        np.testing.assert_allclose((V.astype(float) ** 2).sum(axis=0), 1, atol=1e-5)  # what a cell sends is scaled
        assert (Vbar >= 0).all() and np.count_nonzero(Vbar) > DOWN / 2
        np.testing.assert_array_equal(whole(file["weights"], "V1", 3), whole(file["final"], "V1"))


def check_figures():
    sys.path.insert(0, FIGURES)
    from states import states
    with h5py.File("run.h5") as file:
        first, last = states(file)[0], states(file)[-1]
        assert {"V1", "Vbar1", "W1", "W2", "Wbar2"} <= set(first.names()) == set(last.names()), first.names()
        np.testing.assert_array_equal(first["V1"], whole(file["weights"], "V1", 0))
        np.testing.assert_array_equal(last["Vbar1"], whole(file["final"], "Vbar1"))


def check_others():
    for engine in "h5netcdf", "netcdf4":
        with xarray.open_dataset("run.h5", group="/weights", engine=engine) as weights:
            assert weights.V1.dims == ("time", "V1_synapse") and weights.V1_synapse.attrs["compress"] == "down1 up1"
            some = weights.V1.isel(time=0).sel(V1_synapse=[7 * UP + 3])  # post 7, pre 3
            assert float(some[0]) > 0
    header = subprocess.run(["ncdump", "-h", "run.h5"], capture_output=True, text=True, check=True).stdout
    assert "float V1(time, V1_synapse) ;" in header and 'V1_synapse:compress = "down1 up1" ;' in header, header


def check_program():
    """What reads weights in the program: analyse and export."""
    text = call("analyse", "run.h5", "--force")
    assert "V1" in text and "left out" not in text, text
    with h5py.File("run.h5") as file:
        singular = np.linalg.svd(whole(file["final"], "V1").astype(float), compute_uv=False)
        np.testing.assert_allclose(file["analysis/final/singular_values_V1"][()], singular, rtol=1e-5)
        V = file["final/V1"][()]
    call("export", "run.h5", "--out", "csv", "--group", "final", "--force")
    with open("csv/final-V1.csv", newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == DOWN and (rows[5]["post"], rows[5]["pre"]) == ("5", "2") and np.float32(rows[5]["value"]) == V[5]


def check_start():
    """A run that begins where another ended has its weights; also one whose file holds the whole matrix."""
    begin = ("self_assembly.development=0", "init.file=run.h5", "record.weights=start and end", "run.samples=4", "run.seed=7")
    run(*begin, "init.group=/final", out="next.h5")
    with h5py.File("run.h5") as run_file, h5py.File("next.h5") as next_file:
        for name in "V1", "Vbar1":
            np.testing.assert_array_equal(next_file["weights"][name][0], run_file["final"][name][()])
        first, matrices = next_file["weights/V1"][0], {name: run_file["final"][name][()] for name in ("W1", "W2", "Wbar2")}
        matrices |= {name: whole(run_file["final"], name) for name in ("V1", "Vbar1")}
        matrices |= {name: run_file["final"][name][()] for name in run_file["final"] if name.startswith("b")}
    with h5py.File("whole.h5", "w") as file:
        for name, values in matrices.items():
            file["final/" + name] = values
    run(*begin, "init.group=/final", "init.file=whole.h5", out="next.h5")
    with h5py.File("next.h5") as file:
        np.testing.assert_array_equal(file["weights/V1"][0], first)
    run(*begin, "init.group=/weights", "init.row=0", out="next.h5")
    with h5py.File("next.h5") as next_file, h5py.File("run.h5") as run_file:
        np.testing.assert_array_equal(next_file["weights/V1"][0], run_file["weights/V1"][0])
    assert "has 4 rows, row 4 is wanted" in run(*begin, "init.group=/weights", "init.row=4", out="no.h5", status=2)
    assert not os.path.exists("no.h5")


def changed(change):
    """What the program says of a copy of the file in which something is wrong, having written nothing."""
    shutil.copy("run.h5", "wrong.h5")
    with h5py.File("wrong.h5", "r+") as file:
        change(file["final"])
    said = run("self_assembly.development=0", "init.file=wrong.h5", "init.group=/final", out="no.h5", status=2)
    assert not os.path.exists("no.h5")
    return said


def place(at, value):
    def change(group):
        group["V1_synapse"][at] = value
    return change


def compress(text):
    return lambda group: group["V1_synapse"].attrs.__setitem__("compress", np.bytes_(text))


def number(value):
    return lambda group: group["V1"].__setitem__(5, value)


def shorter(group):
    scale, attributes = group["V1_synapse"][:-1], dict(group["V1_synapse"].attrs)
    values = group["V1"][:-1]
    del group["V1_synapse"], group["V1"]
    group["V1_synapse"], group["V1"] = scale, values
    group["V1_synapse"].make_scale("V1_synapse")
    group["V1_synapse"].attrs["compress"] = attributes["compress"]
    group["V1"].dims[0].attach_scale(group["V1_synapse"])


def check_refusals():
    for change, reasons in (
            (place(5, 6 * UP + 3), ["places that do not ascend"]),
            (place(0, 2 ** 63), ["places that do not ascend"]),
            (place(DOWN - 1, DOWN * UP), [f"place {DOWN * UP}", f"{DOWN} x {UP}"]),
            (place(DOWN - 1, 2 ** 64 - 1), [f"place {2 ** 64 - 1}"]),
            (place(5, 5 * UP + 3), ["V1", "no number for the synapse from cell 2 to cell 5"]),
            (place(5, 5 * UP + 1), ["V1", "where the circuit has no synapse, from cell 1 to cell 5"]),
            (shorter, ["V1", f"no number for the synapse from cell {UP - 1} to cell {DOWN - 1}"]),
            (compress("down1"), ['compress = "down1"', "the names of two axes"]),
            (compress("down1 up1 up1"), ["the names of two axes"]),
            (compress("down1 nobody"), ["there is no /final/nobody"]),
            (compress("up1 up1"), [f"{UP} x {UP}"]),
            (compress("up1 down1"), ["V1", f"is gathered from {UP} x {DOWN} instead of {DOWN} x {UP}"]),
            (number(np.nan), ["V1", "not finite"]),
            (number(-1), ["V1", "outside of"])):
        said = changed(change)
        assert all(reason in said for reason in reasons), (reasons, said)


def check_resume():
    """A run that was continued, on two threads, leaves what one in a single piece does."""
    run("run.samples=8", "checkpoint.keep=true", out="two.h5")
    call("resume", "two.h5.checkpoint", "--set", "run.samples=16", "--threads", "2", "--progress", "none")
    with h5py.File("run.h5") as one, h5py.File("two.h5") as two:
        for group in "weights", "final", "metrics":
            assert list(one[group]) == list(two[group])
            for name in one[group]:
                assert one[group][name][()].tobytes() == two[group][name][()].tobytes(), name


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        run()
        check_h5py()
        check_figures()
        check_others()
        check_program()
        check_start()
        check_refusals()
        check_resume()
