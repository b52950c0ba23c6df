#!/usr/bin/env python3
"""The keys of the relaxed gate at 0, 1, NaN, below 0 and far too large: refused with the key and the reason, or run.

    relaxed_keys.py APICAL
"""
import pathlib
import subprocess
import sys
import tempfile

EXPERIMENT = """
run = { lanes = 4, samples = 32, baselines = [] }
task = { dataset = "teacher_student", dims = [6, 5, 3] }
circuit = { model = "self_assembly", hidden = [8, 6], eta_W = 0.01 }
self_assembly = { motif = "dense", signs = "free", gate = "relaxed", ratio = 4, start = "tied", eta_V = 1e-4, development = 0 }
record = { metrics = "never", spectra = "never" }
"""
CONTINUOUS = ["run.mode=continuous", "run.step=0.5 ms", "run.presentation=5 ms", "circuit.tau=1 ms", "self_assembly.tau_downstream=1 ms"]
RUNS, REFUSED, DIVERGES = 0, 2, 1
# Key and what it is set to; how the run ends; words of its message; what else is set.
CASES = [
    ("apical_leak", "0", RUNS, "", []),
    ("apical_leak", "1", RUNS, "", []),
    ("apical_leak", "1e5", RUNS, "", []),
    ("apical_leak", "nan", REFUSED, "nan", []),
    ("apical_leak", "-1", REFUSED, "found -1", []),
    ("settling_steps", "0", RUNS, "", []),
    ("settling_steps", "1", RUNS, "", []),
    ("settling_steps", "100000", RUNS, "", ["run.samples=4"]),
    ("settling_steps", "100001", REFUSED, "100000", []),
    ("settling_steps", "nan", REFUSED, "nan", []),
    ("settling_steps", "-1", REFUSED, "found -1", []),
    ("settling_steps", "0", REFUSED, "at least 1 with gate", ["self_assembly.gate=veto"]),
    ("settling_gain", "0", REFUSED, "found 0", ["self_assembly.settling_steps=5"]),
    ("settling_gain", "0.5", RUNS, "", ["self_assembly.settling_steps=5"]),
    ("settling_gain", "1", RUNS, "", ["self_assembly.settling_steps=1"]),
    ("settling_gain", "nan", REFUSED, "nan", ["self_assembly.settling_steps=5"]),
    ("settling_gain", "-1", REFUSED, "found -1", ["self_assembly.settling_steps=5"]),
    ("settling_gain", "1e5", DIVERGES, "", ["self_assembly.settling_steps=50"]),
    ("tau_relaxation", "0 ms", REFUSED, "> 0 ms", CONTINUOUS),
    ("tau_relaxation", "1 ms", RUNS, "", CONTINUOUS),
    ("tau_relaxation", "nan", REFUSED, "nan", CONTINUOUS),
    ("tau_relaxation", "-1 ms", REFUSED, "> 0 ms", CONTINUOUS),
    ("tau_relaxation", "1e5 ms", RUNS, "", CONTINUOUS),
    ("tau_relaxation", "0.01 ms", REFUSED, "the shortest time constant, 0.01 ms", CONTINUOUS),
    ("steer", "potential", RUNS, "", []),
    ("steer", "soma", REFUSED, "apical", []),
    ("steer", "potential", REFUSED, "only a gate that relaxes", ["self_assembly.gate=linear"]),
    ("rate_by_H", "true", RUNS, "", []),
    ("rate_by_H", "1", REFUSED, "rate_by_H", []),
    ("pairing_during_learning", "0", RUNS, "", []),
    ("pairing_during_learning", "1", RUNS, "", []),
    ("pairing_during_learning", "10000", RUNS, "", ["run.samples=4"]),
    ("pairing_during_learning", "100000", REFUSED, "10000", []),
    ("pairing_during_learning", "nan", REFUSED, "nan", []),
    ("pairing_during_learning", "-1", REFUSED, "found -1", []),
    ("pairing_during_learning", "1", REFUSED, "scaling", ["self_assembly.scaling=false"]),
    ("pairing_during_learning", "1", REFUSED, "plastic", ["self_assembly.plastic=['W', 'Wbar', 'V']"]),
    ("pairing_during_learning", "1", RUNS, "", CONTINUOUS),
    ("ratio", "1", REFUSED, "at least 1.1", []),
    ("start", "independent", DIVERGES, "does not settle", []),
]


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        experiment, out = pathlib.Path(folder) / "e.toml", pathlib.Path(folder) / "e.h5"
        experiment.write_text(EXPERIMENT)
        for key, value, status, words, more in CASES:
            changes = [change for setting in (*more, f"self_assembly.{key}={value}") for change in ("--set", setting)]
            done = subprocess.run([program, "run", str(experiment), "--out", str(out), "--progress", "none", "--force", *changes],
                                  capture_output=True, text=True, check=False)
            case = f"{key} = {value} {more}"
            assert done.returncode == status, f"{case}: status {done.returncode} instead of {status}: {done.stderr}"
            assert words in done.stderr, f"{case}: '{words}' is not in: {done.stderr}"
            if status == REFUSED:
                assert not out.exists(), f"{case}: something was written"
            out.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
