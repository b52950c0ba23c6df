#!/usr/bin/python3
"""Splits of the digits in continuous time: what models/self_assembly/digits_continuous.toml, digits_coupled.toml
and digits_relaxed_continuous.toml promise, from files alone.

usage: digits_continuous.py APICAL FOLDER [--seeds 1] [--all]     --all: one lane as well, and without a delay
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

ONE_LANE = ["run.lanes=1", "run.epochs=20", "circuit.eta_W=0.02", "circuit.rate_factor=0.93"]
PROSPECTIVE = ["circuit.prospective=true", "run.error_onset=0 ms"]
RELAXED_ONE_LANE = ["run.lanes=1", "run.epochs=12", "circuit.eta_W=0.02", "self_assembly.eta_V=0.0002", "circuit.rate_factor=0.9"]
BEFORE_ONSET = ["trace.before={population='up2', column='apical', at='7 ms', when='1 epoch'}"]


def run(apical, experiment, seeds, changes):
    """Final accuracies in %, least cosines at the end over hidden layers."""
    accuracy, cosine = [], []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(1, seeds + 1):
            out = pathlib.Path(folder) / f"{seed}.h5"
            words = [apical, "run", experiment, "--out", str(out), "--progress", "none", "--set", f"run.seed={seed}"]
            for change in changes:
                words += ["--set", change]
            subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
            with h5py.File(out) as file:
                accuracy.append(100 * file["metrics/test_accuracy"][-1])
                cosine.append(np.min(file["metrics/cosine_h_sgd"][-1]))
                if "trace/before" in file:
                    # What is left of the last image's error teaches the first activity of this one.
                    assert np.any(np.abs(file["trace/before/apical"][1:]) > 0), "plasticity had paused before the onset"
    return np.array(accuracy), np.array(cosine)


def diverges(apical, experiment, changes):
    with tempfile.TemporaryDirectory() as folder:
        words = [apical, "run", experiment, "--out", str(pathlib.Path(folder) / "x.h5"), "--progress", "none"]
        for change in changes:
            words += ["--set", change]
        done = subprocess.run(words, check=False, capture_output=True, text=True)
        return done.returncode == 1 and "became" in done.stderr


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("apical")
    arguments.add_argument("folder", type=pathlib.Path, help="of the three experiments")
    arguments.add_argument("--seeds", type=int, default=1)
    arguments.add_argument("--all", action="store_true")
    options = arguments.parse_args()

    teaching, coupled, relaxed = (options.folder / f"digits_{name}.toml" for name in ("continuous", "coupled", "relaxed_continuous"))
    cases = {"16 lanes, error from 8 of 40 ms": (teaching, BEFORE_ONSET, 96.5, 0.8)}
    if options.all:
        cases["one lane"] = (teaching, ONE_LANE, 96, 0)
        cases["16 lanes, prospective, error at once"] = (teaching, PROSPECTIVE, 96.5, 0.8)
        cases["apical dendrites drive the soma"] = (coupled, [], 96.5, 0.8)
        cases["relaxed, 16 lanes"] = (relaxed, [], 96.5, 0.9)
        cases["relaxed, one lane"] = (relaxed, RELAXED_ONE_LANE, 96, 0.9)
        cases["relaxed in 10 ms, one epoch"] = (relaxed, ["run.epochs=1", "self_assembly.tau_relaxation=10 ms"], 80, 0.85)
        cases["relaxed, error from 0 ms: does not diverge"] = (relaxed, ["run.epochs=3", "run.error_onset=0 ms"], 50, 0.5)
    else:
        cases["relaxed, 2 epochs"] = (relaxed, ["run.epochs=2"], 85, 0.85)
        cases["apical dendrites drive the soma, 6 epochs"] = (coupled, ["run.epochs=6"], 94, 0.8)
    broken = 0
    for name, (experiment, changes, least, aligned) in cases.items():
        accuracy, cosine = run(options.apical, experiment, options.seeds, changes)
        print(f"{name}: test {np.mean(accuracy):.2f} % ({' '.join(f'{value:.2f}' for value in accuracy)}), least cosine of "
              f"dW and H dW_sgd at the end {np.min(cosine):.3f}")
        if np.mean(accuracy) < least or np.min(cosine) <= aligned:
            print(f"broken: at least {least} % and a cosine above {aligned}")
            broken = 1
    if not diverges(options.apical, coupled, ["self_assembly.g_A_downstream=8.4 nS"]):
        print("broken: with the cross dendrite coupled to the downstream soma the run must diverge")
        broken = 1
    return broken


if __name__ == "__main__":
    sys.exit(main())
