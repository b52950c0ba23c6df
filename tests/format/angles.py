#!/usr/bin/env python3
"""The figure of angles is drawn from files of different circuits, and says what is missing when there is nothing to draw.

    angles.py SCRIPT
"""
import h5py
import numpy as np

from drawn import call, files_of, in_folder, refused


def write(path, axis, **cosines):
    with h5py.File(path, "w") as run:
        run["metrics/epoch"], run["metrics/" + axis] = np.arange(5.0), [1, 2]
        for name, values in cosines.items():
            run["metrics/" + name] = np.asarray(values)
    return path


def check(script, folder):
    rising = np.linspace([0, 0.1], [0.9, 1], 5)
    feedback = write(folder / "b.h5", "feedback_layer", cosine_feedback=rising, cosine_feedback_slopes=rising)
    updates = write(folder / "w.h5", "hidden_layer", cosine_sgd=rising, cosine_h_sgd=rising, cosine_fa=rising)
    cancelling = write(folder / "q.h5", "feedback_layer", tangent_cancelling=-rising)
    files_of(call(script, feedback, updates, cancelling, "--out", folder / "figure"))
    nothing = write(folder / "n.h5", "hidden_layer", cosine_sgd=np.full((5, 2), np.nan))
    for wrong, reason in (nothing, "no angle"), (folder / "none.h5", "none.h5"):
        refused(call(script, wrong, "--out", folder / "other"), reason)


if __name__ == "__main__":
    in_folder(check, 1)
