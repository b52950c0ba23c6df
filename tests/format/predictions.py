#!/usr/bin/env python3
"""The predictions measured on weights of which the answers are known, and drawn from a small run and its silenced circuits.

    predictions.py FIGURES APICAL EXPERIMENT
"""
import csv
import os
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

figures, apical, experiment = sys.argv[1:]
sys.path.insert(0, figures)
import predictions  # noqa: E402

random = np.random.default_rng(3)


def known():
    """Two layers whose V is exactly twice Vbar^T, and whose way back is exactly W^T."""
    Vbar = np.kron(np.eye(6), [1.0, 2.0]) * random.uniform(1, 2, (6, 12))
    W2 = random.standard_normal((4, 6))
    w = {"V1": 2 * Vbar.T, "Vbar1": Vbar, "W1": random.standard_normal((6, 9)), "W2": W2, "V2": np.eye(4), "Vbar2": np.eye(4)}
    w["Wbar2"] = np.linalg.pinv(Vbar) @ W2.T
    return w


def check_measures():
    w = known()
    assert np.isclose(predictions.correlation(*predictions.cross_pairs(w, 1)), 1)
    assert len(predictions.cross_pairs(w, 1, [0, 3])[0]) == 4  # two partners each
    assert np.isclose(predictions.correlation(*predictions.path_pairs(w, 2)), 1)
    a, b = predictions.path_pairs(w, 2, [1, 3], [0, 2, 5])
    np.testing.assert_allclose(a, w["W2"][[1, 3]][:, [0, 2, 5]].ravel())
    np.testing.assert_allclose(a, b)
    # Two partners of strengths 1 and 2 times the same: H is diagonal; equal rows make it a multiple of the identity.
    w["Vbar1"] = np.kron(np.eye(6), [1.0, 2.0])
    assert np.isclose(predictions.effective_rank(w, 1), 6) and np.isclose(predictions.effective_rank(w, 1, [0, 4]), 2)
    a, b = random.standard_normal((2, 5000))
    mean, deviation = predictions.shuffled(a, a + b, random)
    assert abs(mean) < 0.01 and abs(deviation * np.sqrt(5000) - 1) < 0.2  # 1 / sqrt(n) for independent pairs


def main():
    check_measures()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        script = [sys.executable, f"{figures}/predictions.py"]
        words = [apical, "run", experiment, "--out", "run.h5", "--progress", "none"]
        for change in ("circuit.hidden=[12, 10]", "run.epochs=4", "self_assembly.development=20000"):
            words += ["--set", change]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        subprocess.run([*script, "prepare", "run.h5", "--folder", "silent"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([apical, "sweep", "silent/silence.toml", "--out", "silenced", "--progress", "none", "-j", "2", "--set",
                        "run.lanes=32", "--set", "record.metrics=start and end"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([*script, "draw", "run.h5", "--silenced", "silenced/index.h5", "--out", "predictions"], check=True,
                       stdout=subprocess.DEVNULL)
        assert all(pathlib.Path(f"predictions.{kind}").stat().st_size > 10000 for kind in ("png", "svg"))
        with open("predictions.csv", newline="") as file:
            rows = {(row["quantity"], row["layer"], row["cells"]): float(row["value"]) for row in csv.DictReader(file)}
        with h5py.File("run.h5") as run:
            V, Vbar = run["weights/V1"][-1], run["weights/Vbar1"][-1].T
            assert np.isclose(rows["reciprocity of V and Vbar", "1", "all"], np.corrcoef(V[V != 0], Vbar[V != 0])[0, 1], atol=1e-5)
            whole = run["metrics/test_accuracy"][-1]
        assert rows["test accuracy with V silenced, at once", "0", "3 seeds"] >= whole - 0.05
        assert rows["test accuracy with W silenced, at once", "0", "3 seeds"] < 0.2
        refused = subprocess.run([*script, "draw", "silenced/index.h5", "--out", "x"], capture_output=True, text=True)
        assert refused.returncode == 2 and "there is no /" in refused.stderr


main()
