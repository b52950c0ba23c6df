#!/usr/bin/env python3
"""The figure of angles is drawn from files of different circuits, and says what is missing when there is nothing to draw.

    angles.py SCRIPT
"""
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np


def call(script, *arguments):
    return subprocess.run([sys.executable, script, *map(str, arguments)], capture_output=True, text=True, check=False)


def write(path, axis, **cosines):
    with h5py.File(path, "w") as run:
        run["metrics/epoch"], run["metrics/" + axis] = np.arange(5.0), [1, 2]
        for name, values in cosines.items():
            run["metrics/" + name] = np.asarray(values)
    return path


def mistakes(script, folder):
    rising = np.linspace([0, 0.1], [0.9, 1], 5)
    feedback = write(folder / "b.h5", "feedback_layer", cosine_feedback=rising, cosine_feedback_slopes=rising)
    updates = write(folder / "w.h5", "hidden_layer", cosine_sgd=rising, cosine_h_sgd=rising, cosine_fa=rising)
    cancelling = write(folder / "q.h5", "feedback_layer", tangent_cancelling=-rising)
    drawn = call(script, feedback, updates, cancelling, "--out", folder / "figure")
    if drawn.returncode != 0 or [pathlib.Path(f).suffix for f in drawn.stdout.split()] != [".png", ".svg"]:
        yield f"status {drawn.returncode}: {drawn.stdout} {drawn.stderr}"
    nothing = write(folder / "n.h5", "hidden_layer", cosine_sgd=np.full((5, 2), np.nan))
    for wrong, says in (nothing, "no angle"), (folder / "none.h5", "none.h5"):
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
