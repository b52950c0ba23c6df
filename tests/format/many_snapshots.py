#!/usr/bin/env python3
"""`analyse --evolution` reads snapshots one after the other, and takes no longer for them than NumPy.

    many_snapshots.py APICAL SNAPSHOTS    of 1000 x 1000 weights

Prints the memory it took, and the ratio of the times for the same decompositions in this run; the ratio must be at least 1
where there are enough snapshots to tell.
"""
import os
import resource
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

apical, snapshots = sys.argv[1], int(sys.argv[2])
SIZE, MOST_MEGABYTES, COMPARED, ENOUGH = 1000, 500, 25, 100


def write(path):
    """As a run does: float32, dimension scales, a row a snapshot; the rank falls from one to the next."""
    random = np.random.default_rng(1)
    first, last = random.standard_normal((2, SIZE, SIZE)), random.standard_normal((SIZE, 20)) @ random.standard_normal((20, SIZE))
    with h5py.File(path, "w") as file:
        group = file.create_group("weights")
        group["time"] = np.arange(snapshots, dtype="f8")
        group["time"].make_scale("time")
        weights = group.create_dataset("W1", (snapshots, SIZE, SIZE), "f4", chunks=(1, 250, SIZE))
        weights.dims[0].attach_scale(group["time"])
        for k in range(snapshots):
            part = k / max(1, snapshots - 1)
            weights[k] = (1 - part) * first[k % 2] + part * last


def main():
    with tempfile.TemporaryDirectory(dir=os.environ.get("APICAL_SCRATCH")) as folder:
        os.chdir(folder)
        write("run.h5")
        begin = time.monotonic()
        subprocess.run([apical, "analyse", "run.h5", "--evolution", "--metric", "singular_values", "--metric",
                        "effective_rank_W", "--out", "evolution.h5"], check=True, stdout=subprocess.DEVNULL)
        ours = (time.monotonic() - begin) / snapshots
        megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        with h5py.File("run.h5") as run, h5py.File("evolution.h5") as evolution:
            found = evolution["analysis/evolution/singular_values_W1"]
            assert found.shape == (snapshots, SIZE)
            rows = np.linspace(0, snapshots - 1, min(COMPARED, max(2, snapshots // 10))).astype(int)
            seconds = 0
            for k in rows:
                W = run["weights/W1"][k].astype("f8")
                begin = time.monotonic()
                s = np.linalg.svd(W, compute_uv=False)
                seconds += time.monotonic() - begin
                assert np.abs(s - found[k]).max() < 1e-13 * s[0]
        ratio = seconds / len(rows) / ours
    print(f"{snapshots} snapshots: {megabytes:.0f} MB, {1000 * ours:.0f} ms each with everything, "
          f"NumPy {1000 * seconds / len(rows):.0f} ms for the decomposition alone: ratio {ratio:.2f}")
    assert megabytes < MOST_MEGABYTES
    assert ratio >= 1 or snapshots < ENOUGH


main()
