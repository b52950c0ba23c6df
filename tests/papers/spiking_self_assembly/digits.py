#!/usr/bin/python3
"""Splits of the digits by self-assembly with spikes: what models/self_assembly/digits_spiking.toml promises.

usage: digits.py APICAL EXPERIMENT [--seeds 1]     1: six epochs of one split; more: all epochs of so many
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np


def run(apical, experiment, seed, changes):
    """Mean accuracy of the last three epochs in %, and the motif residual at the end."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "run.h5"
        words = [apical, "run", experiment, "--out", str(out), "--progress", "none", "--set", f"run.seed={seed}"]
        for change in changes:
            words += ["--set", change]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        with h5py.File(out) as file:
            return 100 * np.mean(file["metrics/test_accuracy"][-3:]), np.max(file["metrics/motif_residual"][-1])


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("apical")
    arguments.add_argument("experiment")
    arguments.add_argument("--seeds", type=int, default=1)
    options = arguments.parse_args()

    changes, least = (["run.epochs=6"], 95.5) if options.seeds == 1 else ([], 97.5)
    found = [run(options.apical, options.experiment, seed, changes) for seed in range(1, options.seeds + 1)]
    accuracy, residual = np.mean([one[0] for one in found]), np.max([one[1] for one in found])
    print(f"accuracy {accuracy:.2f} %, motif residual {residual:.4f}")
    sys.exit(0 if accuracy >= least and residual < 0.01 else 1)


if __name__ == "__main__":
    main()
