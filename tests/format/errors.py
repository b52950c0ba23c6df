#!/usr/bin/env python3
"""The figure of test errors takes seeds and baselines together as it says, and says what is missing.

    errors.py SCRIPT
"""
import csv

import h5py
import numpy as np

from drawn import call, files_of, in_folder, refused


def write(path, accuracies, **baselines):
    with h5py.File(path, "w") as run:
        for group, values in {"": accuracies, **{f"baselines/{name}/": values for name, values in baselines.items()}}.items():
            run[group + "metrics/epoch"], run[group + "metrics/test_accuracy"] = np.arange(len(values), dtype=float), values
    return path


def check(script, folder):
    first = write(folder / "a.h5", [0.1, 0.8, 0.9], back_prop=[0.1, 0.9, 0.97])
    second = write(folder / "b.h5", [0.1, 0.7, np.nan, 0.92])  # the second epoch is not known
    files_of(call(script, f"ours={first}", f"ours={second}", "--out", folder / "figure"))
    with open(folder / "figure.csv", newline="", encoding="utf-8") as file:
        rows = {row.pop("method"): {key: float(value) for key, value in row.items()} for row in csv.DictReader(file)}
    expected = {"ours": {"seeds": 2, "epochs": 1, "test_error": 25, "half_range": 5},
                "back prop": {"seeds": 1, "epochs": 2, "test_error": 3, "half_range": 0}}
    assert rows.keys() == expected.keys(), rows
    for method, row in expected.items():
        np.testing.assert_allclose([rows[method][key] for key in row], list(row.values()), atol=1e-3, err_msg=method)
    for wrong, reason in (first, "a name is missing"), (f"x={folder / 'none.h5'}", "none.h5"):
        refused(call(script, wrong, "--out", folder / "other"), reason)


if __name__ == "__main__":
    in_folder(check, 1)
