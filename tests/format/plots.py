#!/usr/bin/env python3
"""The pictures of `apical plot`: each kind from a run or a sweep that has it, what is said where it has not, damaged files.

    plots.py APICAL SOURCE
"""
import csv
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from xml.etree import ElementTree

import h5py
import numpy as np

program, source = map(os.path.abspath, sys.argv[1:3])
sys.path.insert(0, str(pathlib.Path(source) / "analysis"))
import matplotlib

matplotlib.use("Agg")
import plots


def apical(*words, status=0):
    done = subprocess.run([program, *map(str, words)], capture_output=True, text=True, env={**os.environ, "APICAL_PYTHON": sys.executable})
    assert done.returncode == status, (words, done.returncode, done.stderr)
    return done.stdout + done.stderr


def close(figure):
    matplotlib.pyplot.close(figure)


def lines(panel):
    return {line.get_label(): line for line in panel.lines}


def check_run():
    apical("run", f"{source}/models/self_assembly/xor.toml", "--out", "run.h5", "--set", "run.epochs=40",
           "--set", "record.weights=start and end", "--set", "self_assembly.development=0")
    assert plots.kinds("run.h5") == ["learning", "confusion", "angles", "spectra", "weights", "circuit"], plots.kinds("run.h5")
    with h5py.File("run.h5") as run:
        figure = plots.draw("run.h5", "learning")
        drawn = lines(figure.axes[0])["self_assembly, test"]
        np.testing.assert_array_equal(drawn.get_xdata(), run["metrics/epoch"][()])
        np.testing.assert_array_equal(drawn.get_ydata(), 100 * run["metrics/test_accuracy"][()])
        assert "backpropagation, test" in lines(figure.axes[0]) and figure.axes[0].get_ylabel() == "answered correctly (%)"
        close(figure)
        figure = plots.draw("run.h5", "angles")
        panel = next(panel for panel in figure.axes if panel.get_title() == "cosine_sgd")
        np.testing.assert_allclose(np.cos(np.radians(panel.lines[0].get_ydata())), run["metrics/cosine_sgd"][:, 0], atol=1e-6)
        close(figure)
        figure = plots.draw("run.h5", "weights", layers=["W1"])
        np.testing.assert_array_equal(figure.axes[1].images[0].get_array(), run["weights/W1"][-1])
        close(figure)
        figure = plots.draw("run.h5", "spectra")
        last = np.sort(run["spectra/singular_values_W"][-1, 0][np.isfinite(run["spectra/singular_values_W"][-1, 0])])[::-1]
        np.testing.assert_array_equal(figure.axes[0].lines[-1].get_ydata(), last)
        close(figure)
    assert apical("plot", "run.h5", "--kind", "learning", "--out", "deep/er/p").split() == ["deep/er/p_learning.png", "deep/er/p_learning.svg"]
    ElementTree.parse("deep/er/p_learning.svg")
    first = pathlib.Path("deep/er/p_learning.svg").read_bytes()
    assert "--force replaces it" in apical("plot", "run.h5", "--kind", "learning", "--out", "deep/er/p", status=2)
    apical("plot", "run.h5", "--kind", "learning", "--out", "deep/er/p", "--force")
    assert pathlib.Path("deep/er/p_learning.svg").read_bytes() == first
    assert "a section [trace.NAME] records it" in apical("plot", "run.h5", "--kind", "traces", status=2)
    assert "there are no weights W9" in apical("plot", "run.h5", "--kind", "weights", "--layers", "W9", "--out", "x", status=2)
    assert "--lane: none of the pictures" in apical("plot", "run.h5", "--lane", "1", "--out", "x", status=2)
    assert "this is a run" in apical("plot", "run.h5", "--kind", "grid", "--out", "x", status=2)
    assert "invalid choice" in apical("plot", "run.h5", "--kind", "pie", "--out", "x", status=2)
    assert not list(pathlib.Path().glob("x*"))


def check_values():
    """NaN, a constant, and a single row are drawn without a warning turning into an error."""
    shutil.copy("run.h5", "odd.h5")
    with h5py.File("odd.h5", "r+") as run:
        run["metrics/test_accuracy"][...] = np.nan
        run["metrics/cosine_sgd"][...] = np.nan
        run["metrics/loss"][...] = 0
        run["weights/W1"][...] = 0
    for kind in "learning", "angles", "weights":
        close(plots.draw("odd.h5", kind))


def check_confusion():
    """Counts of the test part as the last accuracy has them; odd ones are drawn or refused; a circuit has its populations and arrows."""
    apical("run", f"{source}/models/self_assembly/digits.toml", "--out", "digits.h5", "--set", "run.samples=64", "--set", "run.baselines=[]",
           "--set", "circuit.hidden=[12, 10]", "--set", "record.metrics=start and end", "--set", "record.spectra=never", "--set", 'self_assembly.plastic=["W", "Wbar"]')
    with h5py.File("digits.h5", "r+") as run:
        counts = run["confusion/test"][()]
        assert counts.shape == (10, 10) and counts.sum() == 360, counts
        assert abs(np.trace(counts) / 360 - run["metrics/test_accuracy"][-1]) < 1e-6
    figure = plots.draw("digits.h5", "confusion")
    np.testing.assert_allclose(figure.axes[0].images[0].get_array(), 100 * counts / counts.sum(1, keepdims=True), rtol=1e-6)
    close(figure)
    figure = plots.draw("digits.h5", "circuit")
    words = {text.get_text() for text in figure.axes[0].texts}
    assert {"in\n64", "up1\n12", "down2\n20", "error\n10", "W1", "Wbar3", "Vbar2"} <= words, words
    assert sorted({patch.get_linestyle() for patch in figure.axes[0].patches}) == ["-", "--"]
    close(figure)
    with h5py.File("digits.h5", "r+") as run:
        run["confusion/test"][...] = 0
    close(plots.draw("digits.h5", "confusion"))
    for odd in np.full((10, 10), np.nan), np.zeros((10, 9)):
        with h5py.File("digits.h5", "r+") as run:
            del run["confusion/test"]
            run["confusion/test"] = odd
        assert "is not a square of counts" in apical("plot", "digits.h5", "--kind", "confusion", "--out", "x", status=2)
    with h5py.File("digits.h5", "r+") as run:  # a run of 10^5 measurements
        for name in "epoch", "test_accuracy", "train_accuracy", "loss":
            del run[f"metrics/{name}"]
            run[f"metrics/{name}"] = np.linspace(0.1, 1, 100_000)
        del run["confusion"]
    close(plots.draw("digits.h5", "learning"))
    assert "record.metrics" in apical("plot", "digits.h5", "--kind", "confusion", "--out", "x", status=2)
    assert "a circuit is of a run" in apical("plot", "sweep", "--kind", "circuit", "--out", "x", status=2)


def check_traces():
    apical("run", f"{source}/models/self_assembly/noisy.toml", "--out", "traces.h5", "--set", "run.epochs=1")
    figure = plots.draw("traces.h5", "traces", cells=2, lane=1)
    with h5py.File("traces.h5") as run:
        trace = run["trace/apical"]
        drawn = figure.axes[0].lines[1].get_ydata()
        np.testing.assert_array_equal(drawn, trace["apical"][:len(drawn), 1, 1])
    assert figure.axes[0].get_xlabel() == "time (ms)" and "(mV)" in figure.axes[0].get_ylabel()
    close(figure)
    assert "has no lane 99" in apical("plot", "traces.h5", "--kind", "traces", "--lane", "99", "--out", "x", status=2)
    assert "has nothing between" in apical("plot", "traces.h5", "--kind", "traces", "--from", "1e9", "--out", "x", status=2)


def check_sweep():
    pathlib.Path("sweep.toml").write_text(f'''[sweep]
experiment = "{source}/models/self_assembly/xor.toml"
seeds = [1, 2]
[set]
run.epochs = 5
run.baselines = ["backpropagation"]
record.metrics = "1 epoch"
self_assembly.development = 0
[grid]
circuit.eta_W = [0.02, 0.1]
self_assembly.eta_V = [1e-3, 1e-2]
''', encoding="utf-8")
    apical("sweep", "sweep.toml", "-j", "2", "--out", "sweep", "--progress", "none")
    assert plots.kinds("sweep") == ["learning", "grid"]
    figure = plots.draw("sweep", "grid", metric="loss")
    words = [text.get_text() for text in figure.axes[0].texts]
    assert len(words) == 4 and all("n = 2" in word for word in words), words
    close(figure)
    figure = plots.draw("sweep", "learning", metric="loss")
    drawn = lines(figure.axes[0])
    assert len(drawn) == 6 and "eta_W = 0.02, eta_V = 0.001 (n = 2)" in drawn, drawn
    # Of the baseline, which has no eta_V, a line for each eta_W: the mean over seeds of what stands in the files.
    with open("sweep/index.csv", newline="", encoding="utf-8") as index:
        files = [row["file"] for row in csv.DictReader(index) if float(row["circuit.eta_W"]) == 0.1 and float(row["self_assembly.eta_V"]) == 0.01]
    of_seeds = []
    for file in files:
        with h5py.File(f"sweep/{file}") as run:
            of_seeds.append(run["baselines/backpropagation/metrics/loss"][()])
    line = drawn["backpropagation, eta_W = 0.1 (n = 2)"]
    np.testing.assert_allclose(line.get_ydata(), np.mean(of_seeds, axis=0), rtol=1e-6)
    assert line.get_color() == plots.colours.METHODS["backpropagation"]
    close(figure)
    assert "has not several values" in apical("plot", "sweep", "--kind", "grid", "--keys", "run.lanes,circuit.eta_W", "--out", "x", status=2)
    assert "there is no metric nothing" in apical("plot", "sweep", "--kind", "grid", "--metric", "nothing", "--out", "x", status=2)
    assert "name one of its runs" in apical("plot", "sweep", "--kind", "spectra", "--out", "x", status=2)


def check_damage():
    """What is no result, or no longer one, is refused in one line."""
    whole = pathlib.Path("run.h5").read_bytes()
    pathlib.Path("text.h5").write_text("not a file of HDF5", encoding="utf-8")
    pathlib.Path("empty.h5").write_bytes(b"")
    pathlib.Path("half.h5").write_bytes(whole[:len(whole) // 2])
    pathlib.Path("none").mkdir()
    for name in "text.h5", "empty.h5", "half.h5", "none", "not_there.h5":
        assert apical("plot", name, "--out", "x", status=2).count("\n") == 1
    with h5py.File("other.h5", "w") as other:
        other["metrics/test_accuracy"] = "a word"
        other["config"] = "[run"
    assert "not as a run leaves it" in apical("plot", "other.h5", "--out", "x", status=2)
    assert not list(pathlib.Path().glob("x*"))


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        check_run()
        check_values()
        check_traces()
        check_sweep()
        check_confusion()
        check_damage()
        os.chdir("/")
    print("every kind of picture drawn")


if __name__ == "__main__":
    main()
