#!/usr/bin/env python3
"""The figure of self_assembly is drawn from a file alone, and says what is missing when the file is not one of a run.

    figure.py SCRIPT [FOLDER]     FOLDER keeps what was drawn
"""
import h5py
import numpy as np

from drawn import call, files_of, in_folder, refused, says_what_is_missing

SIZES, RATIO, ROWS = [64, 100, 100, 10], 2, 61
L = len(SIZES) - 1


def write_metrics(group, random, final_accuracy, rate):
    epoch = np.linspace(0, 60, ROWS)
    group["time"], group["epoch"] = 1437 * epoch, epoch
    grown = 1 - np.exp(-epoch / rate)
    group["test_accuracy"] = 0.1 + (final_accuracy - 0.1) * (1 - np.exp(-epoch)) + 0.003 * random.normal(size=ROWS)
    return grown


def write_run(path, random):
    """What a run writes, as far as the figure looks at it; numbers of the right size, learnt by nobody."""
    with h5py.File(path, "w") as run:
        metrics = run.create_group("metrics")
        grown = write_metrics(metrics, random, 0.972, 12)
        write_metrics(run.create_group("baselines/backpropagation/metrics"), random, 0.981, 12)
        write_metrics(run.create_group("baselines/feedback_alignment/metrics"), random, 0.96, 12)
        metrics["layer"], metrics["hidden_layer"], metrics["feedback_layer"] = [1, 2, 3], [1, 2], [2, 3]
        metrics["cosine_h_sgd"] = np.outer(grown, [0.85, 0.93])
        metrics["cosine_sgd"] = np.outer(grown, [0.8, 0.9])
        metrics["motif_residual"] = 1 - np.outer(grown, [0.95, 0.99])
        metrics["cross_asymmetry"] = 0.4 * (1 - np.outer(grown, [0.9, 0.8]))
        run["weights/time"] = [0.0]
        for l in range(1, L + 1):
            W = random.normal(size=(SIZES[l], SIZES[l - 1])) / np.sqrt(SIZES[l - 1])
            run[f"weights/W{l}"] = W[None]
            run[f"final/W{l}"] = 0.3 * W + np.outer(random.normal(size=SIZES[l]), random.normal(size=SIZES[l - 1])) / 20
        for l in range(2, L + 1):
            Wbar = random.normal(size=(RATIO * SIZES[l - 1], (RATIO if l < L else 1) * SIZES[l])) / 10
            run[f"weights/Wbar{l}"], run[f"final/Wbar{l}"] = Wbar[None], 0.5 * Wbar
        for l in range(1, L):
            Vbar = np.kron(np.eye(SIZES[l]), np.ones(RATIO)) * np.abs(random.normal(size=(SIZES[l], RATIO * SIZES[l])))
            run[f"weights/Vbar{l}"] = Vbar[None]
            run[f"final/Vbar{l}"] = Vbar / np.linalg.norm(Vbar, axis=1, keepdims=True)


def check(script, folder):
    run = folder / "run.h5"
    write_run(run, np.random.default_rng(1))
    files = files_of(call(script, run, "--out", folder / "sub" / "figure"))
    contents = [f.read_bytes() for f in files]
    call(script, run, "--out", folder / "sub" / "figure")
    assert contents == [f.read_bytes() for f in files], "the same file gave another figure"
    says_what_is_missing(run, ("metrics/cosine_h_sgd", "weights/W2", "final/Vbar1", "baselines/backpropagation/metrics/epoch"),
                         script, run, "--out", folder / "other")
    refused(call(script, script, "--out", folder / "other"), "")  # no HDF5


if __name__ == "__main__":
    in_folder(check, 1)
