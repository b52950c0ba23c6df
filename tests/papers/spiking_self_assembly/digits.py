#!/usr/bin/python3
"""Digits by self-assembly with spikes: what models/self_assembly/SPIKING.md promises.

usage: digits.py APICAL EXPERIMENT              six epochs of one split, three with two hidden layers
       digits.py APICAL EXPERIMENT --all        F9, F10 and F11 on all their splits, with the comparisons
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

DEEP = ["run.epochs=8", "circuit.hidden=[100, 100]", "circuit.scale_W=4", "spiking_self_assembly.slope=0.3",
        "spiking_self_assembly.quantum_hidden=0.12"]
ALONE = ["run.epochs=8", "circuit.gamma_W=0.02", "spiking_self_assembly.development=0", "spiking_self_assembly.eta_V=0.03"]
NAMES = ["test_accuracy", "motif_residual", "cosine_tied", "cosine_mean_rates"]


class Checks:
    def __init__(self, apical, experiment):
        self.apical, self.experiment, self.failed = apical, experiment, 0

    def run(self, seed, *changes):
        """Metrics of a run, by name; of all rows."""
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "run.h5"
            words = [self.apical, "run", self.experiment, "--out", str(out), "--progress", "none", "--set", f"run.seed={seed}"]
            for change in changes:
                words += ["--set", change]
            subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
            with h5py.File(out) as file:
                return {name: file["metrics"][name][()] for name in NAMES if name in file["metrics"]}

    def accuracies(self, seeds, *changes):
        """Mean of the last three epochs in %, of every seed; and the runs."""
        runs = [self.run(seed, *changes) for seed in range(1, seeds + 1)]
        return np.array([100 * np.mean(run["test_accuracy"][-3:]) for run in runs]), runs

    def check(self, text, found, holds):
        self.failed += not np.all(holds)
        print(f"{'holds ' if np.all(holds) else 'FAILED'} {text}: {np.array2string(np.asarray(found), precision=4)}", flush=True)


def one(checks):
    (accuracy,), (run,) = checks.accuracies(1, "run.epochs=6")
    checks.check("accuracy of one split", accuracy, accuracy >= 95.5)
    residual = np.max(run["motif_residual"][-1])
    checks.check("motif residual", residual, residual < 0.01)
    deep = checks.run(1, *DEEP, "run.epochs=3")
    checks.check("accuracy with two hidden layers", 100 * deep["test_accuracy"][-1], deep["test_accuracy"][-1] >= 0.92)
    tied = deep["cosine_tied"][-1][:2]
    checks.check("cosine to the tied error with two hidden layers", tied, tied >= 0.95)


def every(checks):
    ours, runs = checks.accuracies(5)
    checks.check("F10: accuracy of each split", ours, [np.mean(ours) >= 97.5, *(ours >= 96.5)])
    tied = [np.min(run["cosine_tied"][-1]) for run in runs]
    checks.check("F10: cosine to the tied error at the end", tied, np.array(tied) >= 0.85)
    checks.check("motif residual", [np.max(run["motif_residual"][-1]) for run in runs],
                 [np.max(run["motif_residual"][-1]) < 0.01 for run in runs])
    for feedback, more in ("transported", []), ("bptt", ["circuit.eta_W=0.06"]):
        other, _ = checks.accuracies(5, f"spiking_self_assembly.feedback={feedback}", *more)
        checks.check(f"F10: {feedback}, and ours less its mean", [*other, np.mean(ours) - np.mean(other)],
                     np.mean(ours) >= np.mean(other) - 1)
    output, _ = checks.accuracies(5, "spiking_self_assembly.feedback=none", "circuit.eta_W=0.08")  # its best rate
    checks.check("F10: the output alone", output, 92 <= np.mean(output) <= 96)

    deep, runs = checks.accuracies(3, *DEEP)
    checks.check("F11: accuracy with two hidden layers", deep, np.mean(deep) >= 96)
    for name, least in ("cosine_tied", 0.98), ("cosine_mean_rates", 0.93):
        cosines = [run[name][-1][:2] for run in runs]
        checks.check(f"F11: {name} at the end", cosines, np.array(cosines) >= least)

    alone = checks.run(1, *ALONE)
    cosine, residual = alone["cosine_mean_rates"][:, 0], np.max(alone["motif_residual"], axis=1)
    checks.check("F9: learning alone, cosine to mean rates", cosine, [cosine[0] < 0.3, cosine[1] >= 0.7, cosine[8] >= 0.97])
    checks.check("F9: motif residual", residual, [*(np.diff(residual) < 0), residual[-1] < 0.3])


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("apical")
    arguments.add_argument("experiment")
    arguments.add_argument("--all", action="store_true")
    options = arguments.parse_args()
    checks = Checks(options.apical, options.experiment)
    (every if options.all else one)(checks)
    sys.exit(1 if checks.failed else 0)


if __name__ == "__main__":
    main()
