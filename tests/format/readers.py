#!/usr/bin/env python3
"""The readers give what is in the file, in each language that is installed; so does `apical export`.

    readers.py READERS APICAL EXPERIMENT [LANGUAGE]    LANGUAGE: python (the default), octave, R
"""
import csv
import os
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

readers, apical, experiment = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
language = sys.argv[4] if len(sys.argv) > 4 else "python"

# Print the numbers that `expected` has, one a line.
PROGRAMS = {
    "octave": ["octave", "--no-gui", "--quiet", "--eval", f"""
pkg load netcdf; addpath("{readers}");
metrics = read_run("run.h5", "/metrics"); final = read_run("run.h5", "/final");
printf("%.9g\\n", metrics.test_accuracy(end), metrics.cosine_h_sgd(2, end), final.W1(4, 2), size(final.W1));"""],
    "R": ["Rscript", "-e", f"""source("{readers}/read_run.R")
metrics <- read_run("run.h5", "/metrics"); final <- read_run("run.h5", "/final"); n <- length(metrics$time)
cat(sprintf("%.9g", c(metrics$test_accuracy[n], metrics$cosine_h_sgd[2, n], final$W1[4, 2], dim(final$W1))), sep = "\\n")"""],
}


def expected(file):
    W1 = file["final/W1"]
    return [file["metrics/test_accuracy"][-1], file["metrics/cosine_h_sgd"][-1, 1], W1[1, 3], *reversed(W1.shape)]


def check_python(file):
    sys.path.insert(0, str(readers))
    import read_run
    series = read_run.read_run("run.h5")
    assert {"/metrics", "/spectra", "/trace/up", "/baselines/backpropagation/metrics"} <= series.keys()
    last = series["/metrics"].isel(time=-1)
    assert [last.test_accuracy, last.cosine_h_sgd.sel(hidden_layer=2)] == expected(file)[:2]


def check_csv(file):
    def rows(name):
        with open(f"csv/{name}.csv", newline="") as stream:
            return list(csv.DictReader(stream))

    done = subprocess.run([apical, "export", "run.h5", "--out", "csv"], check=True, capture_output=True, text=True)
    assert "csv/baselines-backpropagation-metrics.csv" in done.stdout.split() and "csv/weights.csv" not in done.stdout
    metrics, trace = rows("metrics"), rows("trace-up")
    np.testing.assert_array_equal([float(row["time"]) for row in metrics], file["metrics/time"])
    for layer in (1, 2):
        found = np.array([row[f"cosine_h_sgd[{layer}]"] for row in metrics], "f4")
        np.testing.assert_array_equal(found, file["metrics/cosine_h_sgd"][:, layer - 1])
    # Units 3 and 5 of lanes 0 and 2.
    np.testing.assert_array_equal(np.array([[row[f"soma[{u},{l}]"] for u in (3, 5) for l in (0, 2)] for row in trace], "f4"),
                                  file["trace/up/soma"][:].reshape(len(trace), 4))
    subprocess.run([apical, "export", "run.h5", "--group", "/final", "--out", "weights"], check=True, capture_output=True)
    np.testing.assert_array_equal(np.loadtxt("weights/final-W1.csv", delimiter=",", dtype="f4"), file["final/W1"])
    for words in (["--out", "csv"], ["--group", "/nothing", "--out", "none"]):
        assert subprocess.run([apical, "export", "run.h5", *words], capture_output=True).returncode == 2
    assert not os.path.exists("none")


def main():
    for reader in readers.glob("read_run.*"):
        lines = reader.read_text().count("\n")
        assert lines <= 20, f"{reader} has {lines} lines"
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        trace = "trace={up={population='up1', column='soma', units=[3, 5], lanes=[0, 2], when='2 epochs'}}"
        words = [apical, "run", experiment, "--out", "run.h5", "--progress", "none", "--set", trace]
        for change in ("run.epochs=6", "circuit.hidden=[16, 7]", "record.metrics=2 epochs", "record.weights=2 epochs",
                       "task={dataset='yinyang', samples=40, test_samples=20}"):
            words += ["--set", change]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        with h5py.File("run.h5") as file:
            if language == "python":
                check_python(file)
                check_csv(file)
                return
            done = subprocess.run(PROGRAMS[language], check=True, capture_output=True, text=True)
            np.testing.assert_allclose([float(line) for line in done.stdout.split()], expected(file), rtol=1e-6)


main()
