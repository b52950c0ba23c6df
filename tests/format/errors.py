#!/usr/bin/env python3
"""The figure of test errors takes seeds and baselines together as it says, and says what is missing.

    errors.py SCRIPT
"""
import csv
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np


def call(script, *arguments):
    return subprocess.run([sys.executable, script, *map(str, arguments)], capture_output=True, text=True, check=False)


def write(path, accuracies, **baselines):
    with h5py.File(path, "w") as run:
        for group, values in {"": accuracies, **{f"baselines/{name}/": values for name, values in baselines.items()}}.items():
            run[group + "metrics/epoch"], run[group + "metrics/test_accuracy"] = np.arange(len(values), dtype=float), values
    return path


def mistakes(script, folder):
    first = write(folder / "a.h5", [0.1, 0.8, 0.9], back_prop=[0.1, 0.9, 0.97])
    second = write(folder / "b.h5", [0.1, 0.7, np.nan, 0.92])  # the second epoch is not known
    drawn = call(script, f"ours={first}", f"ours={second}", "--out", folder / "figure")
    if drawn.returncode != 0 or [pathlib.Path(f).suffix for f in drawn.stdout.split()] != [".png", ".svg", ".csv"]:
        yield f"status {drawn.returncode}: {drawn.stdout} {drawn.stderr}"
        return
    with open(folder / "figure.csv", newline="") as file:
        rows = {row.pop("method"): {key: float(value) for key, value in row.items()} for row in csv.DictReader(file)}
    expected = {"ours": {"seeds": 2, "epochs": 1, "test_error": 25, "half_range": 5},
                "back prop": {"seeds": 1, "epochs": 2, "test_error": 3, "half_range": 0}}
    if rows.keys() != expected.keys() or any(abs(rows[m][k] - v) > 1e-3 for m, row in expected.items() for k, v in row.items()):
        yield f"found {rows} instead of {expected}"
    for wrong, says in (first, "a name is missing"), (f"x={folder / 'none.h5'}", "none.h5"):
        refused = call(script, wrong, "--out", folder / "other")
        if refused.returncode != 2 or says not in refused.stderr or "Traceback" in refused.stderr:
            yield f"{wrong}: status {refused.returncode}: {refused.stderr}"


def main():
    with tempfile.TemporaryDirectory() as folder:
        found = list(mistakes(sys.argv[1], pathlib.Path(folder)))
    print("\n".join(found) or "drawn")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
