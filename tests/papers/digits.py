#!/usr/bin/python3
"""Five splits of the digits: what the three files models/self_assembly/digits*.toml of settled mode promise, from the files
of the runs alone.

usage: digits.py APICAL EXPERIMENT.toml KIND [--seeds 5]     KIND: learning (assembled by it alone), relaxed, topographic
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
    arguments.add_argument("kind", choices=["learning", "relaxed", "topographic"])
    arguments.add_argument("--seeds", type=int, default=5)
    options = arguments.parse_args()

    accuracy = {}
    first, last, spectra = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(1, options.seeds + 1):
            out = pathlib.Path(folder) / f"{seed}.h5"
            command = [options.apical, "run", options.experiment, "--out", str(out), "--set", f"run.seed={seed}"]
            # A seed that diverges ends with status 1, and so does this test.
            subprocess.run(command + ["--progress", "none"], check=True, stdout=subprocess.DEVNULL)
            with h5py.File(out) as file:
                metrics = file["metrics"]
                accuracy.setdefault("self_assembly", []).append(100 * metrics["test_accuracy"][-1])
                for name, baseline in file["baselines"].items():
                    accuracy.setdefault(name, []).append(100 * baseline["metrics/test_accuracy"][-1])
                first.append(metrics["cosine_h_sgd"][0])
                last.append(metrics["cosine_h_sgd"][-1])
                spectra.append({name: file[f"spectra/{name}"][:] for name in ("effective_rank_H", "eigenvalues_H")})

    for name, values in accuracy.items():
        each = " ".join(f"{value:.2f}" for value in values)
        print(f"{name:20s} test {np.mean(values):.2f} +- {standard_error(values):.2f} % ({each})")
    difference = np.subtract(accuracy["self_assembly"], accuracy["backpropagation"])
    print(f"paired difference to backpropagation {np.mean(difference):+.2f} +- {standard_error(difference):.2f} points")
    first, last = np.array(first), np.array(last)
    print(f"cosine of dW and H dW_sgd: at first, largest size over seeds {np.round(np.max(np.abs(first), axis=0), 3)}, "
          f"at the end, least {np.round(np.min(last, axis=0), 3)}")
    ranks = np.array([(seed["effective_rank_H"][0], seed["effective_rank_H"][-1]) for seed in spectra])
    print(f"effective rank of H, mean over seeds: {np.round(np.mean(ranks[:, 0], axis=0), 1)} to "
          f"{np.round(np.mean(ranks[:, 1], axis=0), 1)}")
    least, largest = (edge([seed["eigenvalues_H"][-1] for seed in spectra]) for edge in (np.min, np.max))
    print(f"eigenvalues of H at the end: {least:.3f} to {largest:.2f}")

    promises = {"mean accuracy of at least 97 %": np.mean(accuracy["self_assembly"]) >= 97}
    if options.kind == "learning":
        promises |= {
            "at most .7 points behind backpropagation": np.mean(difference) > -0.7,
            "no alignment at the start": np.all(np.abs(first) < 0.15),
            "cosine to H dW_sgd above .7 in every hidden layer": np.all(last > 0.7),
            "an effective rank of H below two thirds of the first": np.all(ranks[:, 1] < 2 / 3 * ranks[:, 0]),
        }
    elif options.kind == "relaxed":
        promises |= {
            "at most .3 points behind backpropagation": np.mean(difference) > -0.3,
            "cosine to H dW_sgd above .98 in every hidden layer": np.all(last > 0.98),
            "eigenvalues of H from below .2 to above 2, none 0": 0.03 < least < 0.2 and largest > 2,
        }
    else:
        promises |= {
            "at most 1 point behind backpropagation": np.mean(difference) > -1,
            "no alignment at the start": np.all(np.abs(np.mean(first, axis=0)) < 0.2),
            "cosine to H dW_sgd above .8 in every hidden layer": np.all(last > 0.8),
        }
    broken = [promise for promise, kept in promises.items() if not kept]
    for promise in broken:
        print(f"broken: {promise}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
