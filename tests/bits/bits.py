#!/usr/bin/env python3
"""Whether a change of the engine has changed a number: the shipped experiments, shortened, and what they record.

    bits.py compare OLD NEW [--only NAME]    two programs, every experiment, with ==
    bits.py check APICAL                     some of them against reference.json
    bits.py record APICAL                    writes reference.json anew, for a change that is meant to change numbers

Where the program was made by the compiler, with the flags and the Eigen of the reference, and the processor has the
instructions whose loops the reference was made with, `check` asks for the same bits;
elsewhere it asks for the same norms to a part in a thousand, and says so.
"""
import argparse
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import h5py
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
MODELS = HERE.parent.parent / "models"
REFERENCE = HERE / "reference.json"
MADE_OF = ("compiler", "flags", "eigen", "instructions")
INSTRUCTIONS = "v3"
GROUPS = ("metrics", "spectra", "weights", "trace", "final", "baselines")

IN_LITTLE = ["task.dataset=digits", "circuit.hidden=[12, 10]", "run.epochs=1"]
SOMA = "trace.soma={population='up1', column='soma', when='400 samples', every='1 ms'}"
PAL = ["record.metrics=500 samples", "record.weights=500 samples"]
# Name -> how it is shortened. Nothing here asks for data that have to be fetched.
EXPERIMENTS = {
    "self_assembly/digits": ["run.epochs=2"],
    "self_assembly/digits_topographic": ["run.epochs=2"],
    "self_assembly/digits_relaxed": ["run.epochs=2"],
    "self_assembly/digits_continuous": IN_LITTLE + [SOMA],
    "self_assembly/digits_coupled": IN_LITTLE,
    "self_assembly/dense": IN_LITTLE + ["circuit.hidden=[30, 20, 20]"],
    "self_assembly/cifar10": IN_LITTLE,
    "self_assembly/fashion": IN_LITTLE,
    "self_assembly/mnist": IN_LITTLE + ["self_assembly.eta_V=0.08"],
    "self_assembly/mnist_continuous": IN_LITTLE,
    "self_assembly/xor": [],
    "self_assembly/yinyang": ["run.epochs=2"],
    "self_assembly/noisy": ["run.epochs=1"],
    "self_assembly/predictions": ["run.epochs=1"],
    "pal/yinyang": PAL + ["run.samples=2000", "run.presentation=1 ms"],
    "pal/autoencoder": ["task.dataset=digits", "run.epochs=1", "circuit.hidden=[20, 2, 20]", "task.train_limit=300",
                        "run.presentation=2 ms"],
    "pal/mnist": ["task.dataset=digits", "run.samples=300", "task.train_limit=300"],
    "pal/fig3abc": ["run.samples=60"],
    "pal/fig3def": ["run.samples=60"],
    "pal/fig4ab": ["run.samples=40"],
    "burst_ccn/sines": ["run.samples=3"],
    "sign_concordant/digits": ["run.epochs=1"],
    "burst_ccn/mnist": ["task.dataset=digits", "run.epochs=1", "circuit.hidden=[30, 20]", "burst_ccn.eta_W=0.1"],
}
# Every circuit, settled and continuous, one lane and many, float and double; a few seconds together.
KEPT = ("self_assembly/digits_topographic", "self_assembly/digits_relaxed", "self_assembly/digits_continuous",
        "self_assembly/dense", "pal/mnist", "pal/fig4ab", "pal/autoencoder", "burst_ccn/sines", "burst_ccn/mnist")


def environment(program):
    """In which a program uses the loops for INSTRUCTIONS, where it can: the same on most machines, whatever else they have."""
    one = os.environ | {"APICAL_ISA": INSTRUCTIONS}
    return one if subprocess.run([program, "--version"], env=one, capture_output=True).returncode == 0 else None


def run(program, name, folder):
    """What the experiment records (name -> array), and what the program was made of."""
    out = pathlib.Path(folder) / "run.h5"
    words = [program, "run", str(MODELS / f"{name}.toml"), "--out", str(out), "--progress", "none", "--force"]
    for change in EXPERIMENTS[name]:
        words += ["--set", change]
    done = subprocess.run(words, capture_output=True, text=True, timeout=600, env=environment(program))
    if done.returncode != 0:
        sys.exit(f"{name}: {program} ends with {done.returncode}: {done.stderr}")
    found = {}
    with h5py.File(out) as file:

        def look(path, item):
            if isinstance(item, h5py.Dataset) and path.split("/")[0] in GROUPS and item.dtype.kind in "fiu":
                found[path] = item[()]

        file.visititems(look)
        made_of = {key: file["provenance"].attrs[key].decode() for key in MADE_OF if key in file["provenance"].attrs}
    made_of["flags"] = " ".join(flag for flag in made_of["flags"].split() if not flag.startswith(("-W", "-fpch", "-fPIC", "-fno-semantic")))
    return found, made_of


def digest(values):
    return hashlib.sha256(f"{values.dtype.str} {values.shape} ".encode() + values.tobytes()).hexdigest()[:16]


def norm(values):
    return float(np.sqrt(np.nansum(np.square(values, dtype=float))))


def compare(old, new, only):
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in EXPERIMENTS:
            if only not in name:
                continue
            a, b = (run(program, name, folder)[0] for program in (old, new))
            differ = sorted(key for key in a.keys() | b.keys() if key not in a or key not in b or digest(a[key]) != digest(b[key]))
            print(name, f"{len(a)} data sets", "differ: " + " ".join(differ) if differ else "equal", flush=True)
            bad += bool(differ)
    return 1 if bad else 0


def record(program):
    experiments = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in KEPT:
            values, made_of = run(program, name, folder)
            experiments[name] = {key: [digest(value), float(f"{norm(value):.9g}")] for key, value in sorted(values.items())}
    text = json.dumps({"made_of": made_of, "experiments": experiments}, indent=1)
    REFERENCE.write_text(re.sub(r"\[\s+(\S+)\s+(\S+)\s+\]", r"[\1 \2]", text) + "\n")  # a line for every data set
    return 0


def check(program):
    reference = json.loads(REFERENCE.read_text())
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, expected in reference["experiments"].items():
            values, made_of = run(program, name, folder)
            exact = made_of == reference["made_of"]
            if values.keys() != expected.keys():
                print(f"{name}: other data sets: {sorted(values.keys() ^ expected.keys())}")
                bad += 1
                continue
            for key, (bits, size) in expected.items():
                same = digest(values[key]) == bits if exact else np.isclose(norm(values[key]), size, rtol=1e-3, atol=1e-6)
                if not same:
                    print(f"{name}: {key} differs: norm {norm(values[key]):.9g}, was {size:.9g}")
                    bad += 1
            print(f"{name}: {len(expected)} data sets, by {'bits' if exact else 'norms'}", flush=True)
    if not exact:
        print(f"by norms, since the program is made of {made_of}, the reference of {reference['made_of']}")
    return 1 if bad else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    two = commands.add_parser("compare")
    two.add_argument("old")
    two.add_argument("new")
    two.add_argument("--only", default="", help="only experiments with this in their name")
    for name in "check", "record":
        commands.add_parser(name).add_argument("program")
    words = parser.parse_args()
    if words.command == "compare":
        return compare(words.old, words.new, words.only)
    return check(words.program) if words.command == "check" else record(words.program)


if __name__ == "__main__":
    sys.exit(main())
