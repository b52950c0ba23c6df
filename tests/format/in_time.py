#!/usr/bin/env python3
"""The figures of continuous time are drawn from files alone, print what they show, and say what is missing in other files.

    in_time.py FIGURES [FOLDER]     FOLDER keeps what was drawn
"""
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

EPOCHS = 100


def write_endurance(path, least):
    with h5py.File(path, "w") as run:
        metrics = run.create_group("metrics")
        metrics["epoch"] = np.arange(-5.0, EPOCHS + 1)
        rows = len(metrics["epoch"])
        accuracy = np.full(rows, 0.98)
        accuracy[:8], accuracy[60] = 0.1, least
        metrics["test_accuracy"], metrics["train_accuracy"] = accuracy, np.ones(rows)
        metrics["cosine_h_sgd"] = np.ones((rows, 2))
        for group in "W", "Wbar", "V", "Vbar":
            metrics[f"norm_{group}"] = np.ones((rows, 2))


def write_changes(path, mode, presentation, distance):
    """Weights that moved by 1 in every synapse, but for the part `distance`."""
    with h5py.File(path, "w") as run:
        run["config"] = f'[run]\nmode = "{mode}"\npresentation = "{presentation} ms"\n'
        run["weights/time"] = [0.0, 16.0]
        for name in "W1", "W2", "Wbar2", "V1", "Vbar1":
            run[f"weights/{name}"] = np.stack([np.zeros((3, 4)), np.full((3, 4), 1 - distance)])


def call(figures, script, *words):
    return subprocess.run([sys.executable, str(figures / script), *map(str, words)], capture_output=True, text=True)


def main():
    figures = pathlib.Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else temporary)
        run = folder / "run.h5"
        write_endurance(run, 0.955)
        drawn = call(figures, "endurance.py", run, "--learnt", 10, "--out", folder / "endurance")
        assert drawn.returncode == 0, drawn.stderr
        assert "98.00 %; since then 95.50 to 98.00 %" in drawn.stdout, drawn.stdout
        late = call(figures, "endurance.py", run, "--learnt", 1000, "--out", folder / "never")
        assert late.returncode == 2 and "1000 epochs" in late.stderr, late.stderr

        files = [folder / "settled.h5"]
        write_changes(files[0], "settled", 50, 0)
        for presentation in 100, 200, 400:
            files.append(folder / f"{presentation}.h5")
            write_changes(files[-1], "continuous", presentation, 5 / presentation)
        drawn = call(figures, "rate_limit.py", *files, "--out", folder / "rate_limit")
        assert drawn.returncode == 0, drawn.stderr
        assert drawn.stdout.count("slope 1.000") == 4, drawn.stdout
        swapped = call(figures, "rate_limit.py", *reversed(files), "--out", folder / "never")
        assert swapped.returncode == 2 and "settled run" in swapped.stderr, swapped.stderr
        for name in "endurance", "rate_limit":
            for kind in "png", "svg":
                assert (folder / f"{name}.{kind}").stat().st_size > 10000, f"{name}.{kind} is too small to show anything"
        assert not list(folder.glob("never.*"))


if __name__ == "__main__":
    main()
