#!/usr/bin/python3
"""T8 to T10 of models/sign_concordant: what it learns of the digits, deep and shallow, and what it does not where the residues of
error cells are lost with every sample. A seed draws the weights and the split.

usage: digits.py APICAL DIGITS.toml [--seeds 5]
"""
import argparse
import pathlib
import subprocess
import tempfile

import h5py
import numpy as np

DEEP = ["circuit.hidden=[100, 100, 100]", "sign_concordant.eta=0.03", "sign_concordant.scale_W=[2, 4, 4, 4]", "run.epochs=20"]


def accuracies(options, folder, *changes):
    """In percent, mean of the last three epochs, of every seed."""
    found = []
    for seed in range(1, options.seeds + 1):
        out = pathlib.Path(folder) / "run.h5"
        command = [options.apical, "run", options.experiment, "--out", str(out), "--force", "--progress", "none"]
        for change in [f"run.seed={seed}", "record.metrics=1 epoch", *changes]:
            command += ["--set", change]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with h5py.File(out) as file:
            found.append(100 * np.mean(file["metrics/test_accuracy"][-3:]))
    print(*changes, f"{np.mean(found):.2f}:", *(f"{one:.2f}" for one in found), flush=True)
    return np.array(found)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("apical")
    arguments.add_argument("experiment")
    arguments.add_argument("--seeds", type=int, default=5)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        def of(feedback, *changes):
            return accuracies(options, folder, f"sign_concordant.feedback={feedback}", *changes)

        frsf, bp = of("frsf"), of("bp")  # T8
        assert frsf.mean() >= 95.5 and frsf.mean() > bp.mean() - 1.5
        assert 80 <= of("none").mean() <= 92 and of("anti").mean() <= 15
        # T10. What is lost is less than a quantum: with quanta of the default size it does not matter online.
        large = ["sign_concordant.quantum_hidden=1", "sign_concordant.quantum_output=1"]
        assert of("frsf", *large, "sign_concordant.anew=everything").mean() < of("frsf", *large).mean() - 3
        assert of("frsf", *DEEP).mean() >= 94.5  # T9
        assert of("none", *DEEP).mean() < 20


if __name__ == "__main__":
    main()
