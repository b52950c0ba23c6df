#!/usr/bin/env python3
"""What the program measures, beside NumPy and SciPy.

    measures.py WRITE_MEASURES APICAL EXPERIMENT
"""
import os
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np
import scipy.linalg
import scipy.stats

write_measures, apical, experiment = sys.argv[1:]


def close(found, expected, tolerance=1e-12):
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


def ranks(s):
    p = s / s.sum()
    return np.exp(scipy.stats.entropy(p)), (s**2).sum() ** 2 / (s**4).sum(), (s**2).sum() / s.max() ** 2


def check_matrix(group):
    A = group["A"][:]
    s = scipy.linalg.svdvals(A)
    # Absolute accuracy is what is promised: rounding relative to the largest value, times a root of the size.
    limit = 4e-16 * s[0] * max(A.shape)
    assert np.abs(group["singular_values"][:] - s).max() < limit, (group.name, np.abs(group["singular_values"][:] - s).max())
    assert np.abs(group["squared_singular_values"][:] - s**2).max() < limit * s[0]
    assert np.abs(group["eigenvalues_AAT"][:] - scipy.linalg.eigvalsh(A @ A.T)[::-1]).max() < 4 * limit * s[0]
    effective, participation, stable = ranks(s)
    close(group["effective_rank"][0], effective)
    close(group["participation_ratio"][0], participation)
    close(group["stable_rank"][0], stable)
    close(group["norm"][0], scipy.linalg.norm(A))


def correlation(rates):
    r = np.corrcoef(rates)
    return np.abs(r[np.triu_indices_from(r, 1)]).mean()


def cka(X, Y):
    """By the Hilbert-Schmidt independence criterion of centred Gram matrices over samples (Kornblith et al., eq. (3))."""
    n = X.shape[1]
    H = np.eye(n) - 1 / n
    K, L = H @ X.T @ X @ H, H @ Y.T @ Y @ H
    return np.trace(K @ L) / np.sqrt(np.trace(K @ K) * np.trace(L @ L))


def separability(rates, targets):
    X = np.vstack([rates, np.ones(rates.shape[1])])
    known, asked = X[:, ::2], X[:, 1::2]
    # The mean eigenvalue is that of the smaller Gram matrix.
    penalty = 1e-3 * (known**2).sum() / min(known.shape)
    # Ridge regression as least squares with rows added for the penalty.
    rows = np.vstack([known.T, np.sqrt(penalty) * np.eye(len(X))])
    readout = np.linalg.lstsq(rows, np.vstack([targets[:, ::2].T, np.zeros((len(X), len(targets)))]), rcond=None)[0]
    return (np.argmax(readout.T @ asked, 0) == np.argmax(targets[:, 1::2], 0)).mean()


def check_activity(group):
    rates, others, targets = (group[name][:] for name in ("rates", "others", "targets"))
    close(group["correlation"][0], correlation(rates))
    close(group["correlation_others"][0], correlation(others))
    close(group["cka"][0], cka(rates, others))
    close(group["cka_targets"][0], cka(rates, targets))
    close(group["separability"][0], separability(rates, targets))
    close(group["separability_others"][0], separability(others, targets))


def check_file(path):
    """`analyse` on the snapshots of a run."""
    subprocess.run([apical, "analyse", path, "--evolution", "--out", "evolution.h5"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([apical, "analyse", path, "--row", "1"], check=True, stdout=subprocess.DEVNULL)
    with h5py.File(path) as run, h5py.File("evolution.h5") as measured:
        weights, evolution, one = run["weights"], measured["analysis/evolution"], run["analysis/row_1"]
        np.testing.assert_array_equal(evolution["time"], weights["time"])
        for name in ("W1", "W2", "V1", "Wbar2"):
            s = np.linalg.svd(weights[name][:], compute_uv=False)
            close(evolution[f"singular_values_{name}"][:], s)
            close(one[f"singular_values_{name}"][:], s[1])
            close(evolution[f"participation_ratio_{name}"][:], [ranks(row)[1] for row in s])
            close(evolution[f"stable_rank_{name}"][:], [ranks(row)[2] for row in s])
        close(evolution["effective_rank_W"][:, 0], [ranks(np.linalg.svd(W, compute_uv=False))[0] for W in weights["W1"]])
        H = [Vbar @ Vbar.T for Vbar in weights["Vbar1"]]
        close(evolution["eigenvalues_H1"][:], np.linalg.eigvalsh(H)[:, ::-1])
        close(evolution["eigenvalues_WWT1"][:], np.linalg.eigvalsh([W @ W.T for W in weights["W1"]])[:, ::-1])
        close(evolution["smallest_eigenvalue_H"][:, 0], np.linalg.eigvalsh(H)[:, 0])
        for k in range(len(weights["time"])):
            path_2 = weights["Vbar1"][k] @ weights["Wbar2"][k]
            W = weights["W2"][k]
            close(evolution["cosine_path"][k, 0], (path_2 * W.T).sum() / np.linalg.norm(path_2) / np.linalg.norm(W))


def main():
    with tempfile.TemporaryDirectory() as folder:
        at = pathlib.Path(folder)
        subprocess.run([write_measures, at / "measures.h5"], check=True)
        with h5py.File(at / "measures.h5") as file:
            for name, group in file.items():
                check_activity(group) if name == "activity" else check_matrix(group)
        subprocess.run([apical, "run", experiment, "--out", at / "run.h5", "--progress", "none", "--set", "run.epochs=8",
                        "--set", "record.weights=2 epochs", "--set", "record.precision=float64",
                        "--set", "run.precision=double"], check=True, stdout=subprocess.DEVNULL)
        os.chdir(at)
        check_file("run.h5")


main()
