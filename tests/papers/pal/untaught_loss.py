#!/usr/bin/env python3
"""`loss` of pal is that of the answer without the teacher's nudge: with the weights of the beginning, the same number whatever
the conductance through which the teacher pulls, while the update of W beside it is the teacher's.

    untaught_loss.py APICAL YINYANG.toml
"""
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np


def at_first(program, experiment, folder, *changes):
    out = pathlib.Path(folder) / "run.h5"
    words = [program, "run", experiment, "--out", str(out), "--force", "--progress", "none", "--set", "run.samples=2"]
    for change in changes:
        words += ["--set", change]
    subprocess.run(words, check=True)
    with h5py.File(out) as file:
        metrics = file["metrics"]
        return metrics["loss"][0], metrics["test_loss"][0], metrics["cosine_sgd"][0]


def main():
    program, experiment = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        for noise in ("pal.sigma=0.01", "pal.sigma=0"):
            taught, tested, cosine = at_first(program, experiment, folder, noise)
            pulled, pulled_tested, _ = at_first(program, experiment, folder, noise, "pal.g_tgt=0.5 1/ms")
            alone, alone_tested, _ = at_first(program, experiment, folder, noise, "pal.g_tgt=0 1/ms")
            assert taught == alone == pulled, (noise, taught, alone, pulled)
            assert tested == alone_tested == pulled_tested, (noise, tested, alone_tested, pulled_tested)
            assert taught > 0 and np.all(np.isfinite(cosine)), (taught, cosine)


main()
