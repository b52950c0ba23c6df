#!/usr/bin/env python3
"""The figure of what runs away is drawn from files alone, and its table names the right step.

    runaway.py SCRIPT [FOLDER]     FOLDER keeps what was drawn
"""
import h5py
import numpy as np

from drawn import call, files_of, in_folder, says_what_is_missing

LANES = 64
ROWS = {"metrics": 41, "spectra": 21}  # over the same 40 steps
OVER = {"metrics": {"loss": None, "gain_sgd": "layer", "rate_rms": "hidden_layer",
                    "downstream_rate_rms": "hidden_layer"},
        "spectra": {"spectral_norm_W": "layer", "spectral_norm_Wbar": "feedback_layer",
                    "spectral_norm_V": "hidden_layer", "spectral_norm_Vbar": "hidden_layer"}}
AXES = {"layer": [1, 2, 3], "hidden_layer": [1, 2], "feedback_layer": [2, 3]}


def write_run(path, failed):
    """All is constant but, if it failed, Wbar of layer 2: it doubles every ten steps, and once for a moment before."""
    with h5py.File(path, "w") as run:
        run["config"] = f"[run]\nlanes = {LANES}\n"
        for group, rows in ROWS.items():
            series = run.create_group(group)
            # Two rows of development come before the first sample.
            series["time"] = np.concatenate([[-200.0, -100.0], LANES * np.linspace(0, 40, rows)])
            for name, values in AXES.items():
                series[name] = np.array(values, dtype=float)
                series[name].make_scale(name)
            for name, axis in OVER[group].items():
                series[name] = np.full((rows + 2,) if axis is None else (rows + 2, len(AXES[axis])), 0.7)
                if axis is not None:
                    series[name].dims[1].attach_scale(series[axis])
        if failed:
            run["spectra/spectral_norm_Wbar"][2:, 0] = 0.7 * 2 ** (np.linspace(0, 40, ROWS["spectra"]) / 10)
            run["spectra/spectral_norm_Wbar"][4, 0] = 7
        else:
            run.create_group("final")


def check(script, folder):
    failed, survived = folder / "failed.h5", folder / "survived.h5"
    write_run(failed, True)
    write_run(survived, False)
    drawn = call(script, failed, survived, "--labels", "one", "two", "--out", folder / "sub" / "runaway")
    files_of(drawn)
    lines = drawn.stdout.splitlines()
    first = lines[lines.index("one (fails; last row after step 40)") + 2].split()
    assert first == ["spectral_norm_Wbar", "2", "0.7", "12", "11.2"], \
        f"Wbar of layer 2 leaves at step 12 and goes from 0.7 to 11.2, found {first}"
    quiet = [line.split()[-2] for line in lines[lines.index("two (40 steps)") + 2:]]
    assert quiet == ["-"] * 17, f"nothing ran away in the second run, found {quiet}"
    says_what_is_missing(failed, ("metrics/gain_sgd", "spectra/time", "config"), script, failed, "--out", folder / "other")


if __name__ == "__main__":
    in_folder(check, 1)
