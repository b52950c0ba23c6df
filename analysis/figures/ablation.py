#!/usr/bin/env python3
"""Which seeds of the dense motif survive, as it is and with one thing changed at a time: the table of STABILITY.md.

    ablation.py APICAL EXPERIMENT.toml --out TABLE.csv [--seeds 3] [--only VARIANT ...]

One run at a time, one thread each; a run that diverges (status 1) counts as one that did not survive.
"""
import argparse
import csv
import pathlib
import re
import subprocess
import sys
import tempfile

import drawing  # names what Python lacks

import h5py
import numpy as np

LANES = 64
HIDDEN = 3  # layers
# One epoch of 20,000 samples, measured every ten steps.
LENGTH = ["task.train_limit=20000", "run.samples=20000", "record.metrics='640 samples'",
          "record.evaluation_samples=512", f"run.lanes={LANES}", "run.threads=1"]
MEASURED = ["test_accuracy", "cosine_h_sgd", "gain_sgd"]
# The default circuit, with the rates of the experiment.
TOPOGRAPHIC = ["self_assembly.motif='topographic'", "self_assembly.signs='excitatory'", "self_assembly.gate='partner'",
               "self_assembly.mask=false", "self_assembly.scaling=true", "self_assembly.rule_V='act'",
               "self_assembly.gamma_V=0", "self_assembly.scale_Wbar=0.5", "self_assembly.scale_V=1",
               "self_assembly.scale_Vbar=1", "circuit.scale_W_output=1"]

# How large a gain the network itself bears: a gain of 2 at a rate of 0.15 is backpropagation at 0.3.
BACKPROPAGATION = "circuit.model='backpropagation'"


def plastic(*groups):
    return ["self_assembly.plastic=[" + ", ".join(f"'{group}'" for group in groups) + "]"]


VARIANTS = {
    "as is": [],
    "warm-up over 32000 samples": ["circuit.warm_up=32000"],
    "V and Vbar at 0.3": ["self_assembly.scale_V=0.3", "self_assembly.scale_Vbar=0.3"],
    "Wbar at 0.1": ["self_assembly.scale_Wbar=0.1"],
    "half the rates": ["circuit.eta_W=0.075"],
    "gate tanh": ["self_assembly.gate='tanh'"],
    "scaled and excitatory": ["self_assembly.signs='excitatory'", "self_assembly.scaling=true"],
    "scaled": ["self_assembly.scaling=true"],
    "V fixed": plastic("W", "Wbar", "Vbar"),
    "Vbar fixed": plastic("W", "Wbar", "V"),
    "Wbar fixed": plastic("W", "V", "Vbar"),
    "V and Vbar fixed": plastic("W", "Wbar"),
    "only W plastic": plastic("W"),
    "Wbar at a quarter of the rate": ["self_assembly.eta_Wbar=[0.0375]"],
    "gate oracle, no mask": ["self_assembly.gate='oracle'", "self_assembly.mask=false"],
    "topographic and scaled": TOPOGRAPHIC + ["self_assembly.development=0"],
    "topographic and scaled and developed": TOPOGRAPHIC + ["self_assembly.development=-1"],
    "backpropagation": [BACKPROPAGATION],
    "backpropagation at 0.3": [BACKPROPAGATION, "circuit.eta_W=0.3"],
    "backpropagation at 0.45": [BACKPROPAGATION, "circuit.eta_W=0.45"],
    "backpropagation at 0.6": [BACKPROPAGATION, "circuit.eta_W=0.6"],
}


def run(apical, experiment, changes, seed, path):
    """The metrics after the first sample, and the step of failure (None: it survived)."""
    command = [apical, "run", experiment, "--out", path, "--force", "--progress", "none"]
    for change in [*LENGTH, f"run.seed={seed}", *changes]:
        command += ["--set", change]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    failure = re.search(r" at (\d+) samples", done.stderr)
    if done.returncode != 0 and (done.returncode != 1 or failure is None):
        raise RuntimeError(f"{' '.join(map(str, command))}: status {done.returncode}: {done.stderr}")
    with h5py.File(path) as file:
        metrics = file["metrics"]
        presented = metrics["time"][:] >= 0
        values = {name: metrics[name][:][presented] for name in MEASURED if name in metrics}
    return values, None if done.returncode == 0 else int(failure[1]) // LANES


def row_of(name, apical, experiment, changes, seeds):
    accuracy, cosine, gain, failures = [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(1, seeds + 1):
            values, failure = run(apical, experiment, changes, seed, pathlib.Path(folder) / "run.h5")
            gain.append(np.nanmax(values["gain_sgd"][:, :HIDDEN]))  # the output follows its gradient: 1
            if failure is None:
                accuracy.append(100 * values["test_accuracy"][-1])
                cosine.append(values.get("cosine_h_sgd", np.full((1, HIDDEN), np.nan))[-1])
            else:
                failures.append(failure)
    survived = f"{len(accuracy)} of {seeds}"
    row = {"variant": name, "survived": survived, "failed_at_step": " ".join(map(str, failures)),
           "test_accuracy_percent": f"{np.mean(accuracy):.2f}" if accuracy else ""}
    for k in range(HIDDEN):
        mean = np.mean([cosines[k] for cosines in cosine]) if cosine else np.nan
        row[f"cosine_h_sgd_{k + 1}"] = "" if np.isnan(mean) else f"{mean:.3f}"
    row["largest_gain_sgd"] = f"{np.max(gain):.3g}"
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("apical")
    parser.add_argument("experiment")
    parser.add_argument("--out", required=True, metavar="TABLE.csv")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=list(VARIANTS), default=list(VARIANTS))
    options = parser.parse_args()
    with open(options.out, "w", newline="", encoding="utf-8") as file:
        table = None
        for name in options.only:
            row = row_of(name, options.apical, options.experiment, VARIANTS[name], options.seeds)
            if table is None:
                table = csv.DictWriter(file, fieldnames=list(row), lineterminator="\n")
                table.writeheader()
            table.writerow(row)
            file.flush()  # a table takes minutes: what is measured stays
            print(", ".join(f"{key} {value}" for key, value in row.items() if value), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
