#!/usr/bin/python3
"""Five splits of the digits: what models/self_assembly/digits.toml promises, from the files of the runs alone.

usage: digits.py APICAL EXPERIMENT.toml [--seeds 5]
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np


def standard_error(values):
    return np.std(values, ddof=1) / np.sqrt(len(values))


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("apical")
    arguments.add_argument("experiment")
    arguments.add_argument("--seeds", type=int, default=5)
    options = arguments.parse_args()

    accuracy = {"self_assembly": [], "backpropagation": [], "feedback_alignment": []}
    first, last = [], []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(1, options.seeds + 1):
            out = pathlib.Path(folder) / f"{seed}.h5"
            command = [options.apical, "run", options.experiment, "--out", str(out), "--set", f"run.seed={seed}"]
            # A seed that diverges ends with status 1, and so does this test.
            subprocess.run(command + ["--progress", "none"], check=True, stdout=subprocess.DEVNULL)
            with h5py.File(out) as file:
                metrics = file["metrics"]
                accuracy["self_assembly"].append(100 * metrics["test_accuracy"][-1])
                for name in ("backpropagation", "feedback_alignment"):
                    accuracy[name].append(100 * file[f"baselines/{name}/metrics/test_accuracy"][-1])
                first.append(metrics["cosine_h_sgd"][0])
                last.append(metrics["cosine_h_sgd"][-1])

    for name, values in accuracy.items():
        each = " ".join(f"{value:.2f}" for value in values)
        print(f"{name:20s} test {np.mean(values):.2f} +- {standard_error(values):.2f} % ({each})")
    difference = np.subtract(accuracy["self_assembly"], accuracy["backpropagation"])
    print(f"paired difference to backpropagation {np.mean(difference):+.2f} +- {standard_error(difference):.2f} points")
    print(f"cosine of dW and H dW_sgd: random {np.round(np.mean(first, axis=0), 3)}, assembled, least over seeds "
          f"{np.round(np.min(last, axis=0), 3)}")

    promises = {
        "mean accuracy of at least 97 %": np.mean(accuracy["self_assembly"]) >= 97,
        "at most 1 point behind backpropagation": np.mean(difference) > -1,
        "no alignment at the start": np.all(np.abs(np.mean(first, axis=0)) < 0.2),
        "cosine to H dW_sgd above 0.8 in every hidden layer": np.all(np.array(last) > 0.8),
    }
    broken = [promise for promise, kept in promises.items() if not kept]
    for promise in broken:
        print(f"broken: {promise}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
