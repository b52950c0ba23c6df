#!/usr/bin/env python3
"""What the ReLU masks cost the dense motif: the table of cosines in STABILITY.md, from the last weights of a run.

    masks.py RUN.h5 MNIST     MNIST is the folder of the IDX files
"""
import gzip
import pathlib
import sys

from drawing import Missing, refusing

import h5py
import numpy as np
from states import whole

SAMPLES = 2000


def idx(path):
    content = gzip.decompress(path.read_bytes())
    sizes = np.frombuffer(content, ">i4", content[3], 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * len(sizes)).reshape(sizes)


def cosine(a, b):
    return np.sum(a * b) / (np.linalg.norm(a) * np.linalg.norm(b))


def cosine_of_samples(a, b):
    """Mean over samples; one without any error that comes down has no direction."""
    return np.nanmean(np.sum(a * b, axis=0) / (np.linalg.norm(a, axis=0) * np.linalg.norm(b, axis=0)))


def main():
    folder = pathlib.Path(sys.argv[2])
    images = idx(folder / "train-images-idx3-ubyte.gz").reshape(-1, 784)
    labels = idx(folder / "train-labels-idx1-ubyte.gz")[:SAMPLES]
    with h5py.File(sys.argv[1]) as run:
        final = {name: whole(values) for name, values in run["final"].items()}
    L = max(int(name[1:]) for name in final if name[0] == "W" and name[1:].isdigit())

    h = [(images[:SAMPLES].T - images.mean()) / images.std()]
    for l in range(1, L + 1):
        p = final[f"W{l}"] @ h[-1]
        h.append(np.maximum(p, 0) if l < L else p)
    answer = np.exp(h[L] - h[L].max(axis=0))
    e = -answer / answer.sum(axis=0)
    e[labels, np.arange(SAMPLES)] += 1

    # delta is masked at every layer, bare at none; hbar is the circuit's own.
    delta, bare, hbar = e, e, e
    for l in range(L - 1, 0, -1):
        W, mask, Vbar = final[f"W{l + 1}"], h[l] > 0, final[f"Vbar{l}"]
        arriving, bare, hbar = W.T @ delta, W.T @ bare, final[f"Wbar{l + 1}"] @ hbar
        delta = mask * arriving
        H = Vbar @ Vbar.T
        sgd, no_masks_above = delta @ h[l - 1].T, (mask * bare) @ h[l - 1].T
        mask_after_H, both = (mask * (H @ arriving)) @ h[l - 1].T, (mask * (H @ bare)) @ h[l - 1].T
        own = (mask * (Vbar @ hbar)) @ h[l - 1].T
        print(f"layer {l}")
        for text, value in {
                "dW, H dW_sgd": cosine(own, H @ sgd),
                "dW_sgd, no masks above": cosine(sgd, no_masks_above),
                "H dW_sgd, mask after H": cosine(H @ sgd, mask_after_H),
                "H dW_sgd, both": cosine(H @ sgd, both),
                "both, dW": cosine(both, own),
                "delta, without any mask, single samples": cosine_of_samples(delta, bare)}.items():
            print(f"  {text:<42}{value:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
