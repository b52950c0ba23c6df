#!/usr/bin/python3
"""T7 of models/sign_concordant: how the first updates of a network that has learnt nothing agree with what they are compared with.

usage: alignment.py APICAL DIGITS.toml
"""
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

apical, experiment = sys.argv[1:]
START = ["run.samples=1", "record.metrics=start and end", "record.evaluation_samples=384", "record.accuracy_samples=1"]


def measured(folder, feedback, *changes):
    """Metric -> layers; error spikes are counted, too."""
    out = pathlib.Path(folder) / f"{feedback}.h5"
    command = [apical, "run", experiment, "--out", str(out), "--force", "--progress", "none"]
    for change in [*START, f"sign_concordant.feedback={feedback}", *changes]:
        command += ["--set", change]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with h5py.File(out) as file:
        return {name: file["metrics"][name][0] for name in file["metrics"] if name.startswith("cosine") or name == "error_spikes_per_sample"}


def main():
    with tempfile.TemporaryDirectory() as folder:
        found = {feedback: measured(folder, feedback) for feedback in ("frsf", "usf", "brsf", "mix", "dale", "fa", "anti", "none", "bp")}
        analog = measured(folder, "frsf", "sign_concordant.error_code=analog")
    for feedback, values in found.items():
        print(feedback, {name: np.round(value, 3).tolist() for name, value in values.items()})
    transposed = {feedback: values["cosine_transposed"] for feedback, values in found.items() if "cosine_transposed" in values}
    assert transposed.keys() == found.keys() - {"none", "bp"}, "only other feedback is compared with the transpose"
    hidden = {feedback: value[0] for feedback, value in transposed.items()}
    # The output is silent, its error what the target says: of one cell, so that |N| and N sign(N) agree to 2 / pi, |N| and 1 to its root.
    assert 0.8 > hidden["usf"] > 0.7 and 0.64 > hidden["frsf"] > 0.5, hidden
    assert hidden["brsf"] == hidden["frsf"] == -hidden["anti"], hidden
    assert hidden["dale"] >= 0.5 and abs(hidden["fa"]) <= 0.2, hidden
    assert hidden["fa"] < hidden["mix"] < hidden["frsf"], hidden
    for feedback, value in transposed.items():
        assert value[1] == 1, f"{feedback}: the output does not depend on feedback, and has {value[1]}"
    # Gradients: the transpose follows both, whatever carries its errors; without feedback nothing hidden learns.
    for name in "cosine_van_rossum", "cosine_rate_network":
        assert found["bp"][name].min() > 0.9, (name, found["bp"][name])
        assert found["bp"][name][0] > found["frsf"][name][0] > abs(found["fa"][name][0]), name
        assert found["anti"][name][0] < -0.4 and np.isnan(found["none"][name][0]), name
    assert all(values["error_spikes_per_sample"].min() > 0.1 for feedback, values in found.items() if feedback != "none")
    assert found["none"]["error_spikes_per_sample"][0] == 0
    assert "error_spikes_per_sample" not in analog, "an error that nothing carries has no spikes"


if __name__ == "__main__":
    main()
