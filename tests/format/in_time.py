#!/usr/bin/env python3
"""The figures of continuous time are drawn from files alone, print what they show, and say what is missing in other files.

    in_time.py FIGURES [FOLDER]     FOLDER keeps what was drawn
"""
import h5py
import numpy as np

from drawn import call, files_of, in_folder, refused

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


def check(figures, folder):
    endurance, rate_limit = f"{figures}/endurance.py", f"{figures}/rate_limit.py"
    run = folder / "run.h5"
    write_endurance(run, 0.955)
    drawn = call(endurance, run, "--learnt", 10, "--out", folder / "endurance")
    files_of(drawn)
    assert "98.00 %; since then 95.50 to 98.00 %" in drawn.stdout, drawn.stdout
    refused(call(endurance, run, "--learnt", 1000, "--out", folder / "never"), "1000 epochs")

    files = [folder / "settled.h5"]
    write_changes(files[0], "settled", 50, 0)
    for presentation in 100, 200, 400:
        files.append(folder / f"{presentation}.h5")
        write_changes(files[-1], "continuous", presentation, 5 / presentation)
    drawn = call(rate_limit, *files, "--out", folder / "rate_limit")
    files_of(drawn)
    assert drawn.stdout.count("slope 1.000") == 4, drawn.stdout
    refused(call(rate_limit, *reversed(files), "--out", folder / "never"), "settled run")
    assert not list(folder.glob("never.*"))


if __name__ == "__main__":
    in_folder(check, 1)
