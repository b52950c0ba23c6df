#!/usr/bin/env python3
"""The same results with the loops of every instruction set that this processor has: to the last bit for any number of
threads, to rounding from set to set.

    instruction_sets.py APICAL SOURCE
"""
import os
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy

from same_files import differences

program, source = sys.argv[1], pathlib.Path(sys.argv[2])
# Of 1,000 steps each. Larger rates amplify rounding, as they do any difference: at ten times this one a part in a hundred.
SETTLED = [str(source / "models/self_assembly/digits.toml"), "--set", "run.samples=16000", "--set", "run.lanes=16",
           "--set", "circuit.hidden=[100, 50]", "--set", "run.baselines=[]", "--set", "self_assembly.development=0",
           "--set", "circuit.eta_W=0.02"]
# Pairs, with as many lanes as fill the widest vectors.
TOPOGRAPHIC = [*SETTLED, "--set", "self_assembly.motif=topographic", "--set", "run.samples=64000", "--set", "run.lanes=64",
               "--set", "circuit.hidden=[40, 20]", "--set", "circuit.eta_W=0.005"]
# One lane: held sources, updates that wait, a copy by columns.
CONTINUOUS = [str(source / "models/pal/mnist.toml"), "--set", "task.dataset=digits", "--set", "run.samples=10"]


def call(instructions, *words):
    return subprocess.run([program, *words], env=os.environ | {"APICAL_ISA": instructions}, capture_output=True, text=True)


def run(instructions, name, words, *more):
    out = f"{name}_{instructions}.h5"
    done = call(instructions, "run", *words, "--out", out, "--progress", "none", *more)
    assert done.returncode == 0, done.stderr
    return out


def final(file):
    with h5py.File(file) as opened:
        assert opened["provenance"].attrs["instructions"].decode() in file
        return {name: weights[()] for name, weights in opened["final"].items() if isinstance(weights, h5py.Dataset)}


def available():
    """Names, found in the message about one that there is not."""
    refused = call("sse9", "--version")
    assert refused.returncode == 2, refused
    assert "environment: APICAL_ISA: found sse9, expected one of baseline" in refused.stderr, refused.stderr
    return refused.stderr.split("expected one of ")[1].split(" (")[0].split(", ")


def agree(sets, name, words, precision, tolerance):
    words = [*words, "--set", f"run.precision={precision}", "--set", "record.precision=float64",
             "--set", "record.metrics=never"]
    of = {}
    for one in sets:
        first = run(one, f"{name}_{precision}", words, "--threads", "1")
        second = run(one, f"{name}_{precision}_threads", words, "--threads", "2")
        found = differences(first, second, ("config",))
        assert not found, f"{one}, {name}: one thread and two differ in {found}"
        of[one] = final(first)
    for one in sets[1:]:
        for weights, expected in of[sets[0]].items():
            apart = numpy.abs(of[one][weights] - expected).max() / numpy.abs(expected).max()
            print(f"{name} {precision} {one} {weights}: {apart:.2g}")
            assert apart <= tolerance, f"{name}, {precision}: {weights} with {one} is {apart:.2g} from {sets[0]}"


def resumed_with_another(sets):
    """Is said, as with another build."""
    out = run(sets[0], "other", SETTLED, "--set", "checkpoint.keep=true")
    resumed = call(sets[-1], "resume", out + ".checkpoint", "--progress", "none", "--set", "run.samples=16160")
    assert resumed.returncode == 0, resumed.stderr
    with h5py.File(out) as file:
        history = file["provenance"].attrs["history"].decode()
    assert f"instructions {sets[0]}" in resumed.stderr + history, resumed.stderr + history


def main():
    sets = available()
    for one in sets:
        assert f"instructions: {one}" in call(one, "--version").stdout
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        agree(sets, "settled", SETTLED, "float", 1e-5)
        agree(sets, "settled", SETTLED, "double", 1e-12)
        agree(sets, "topographic", TOPOGRAPHIC, "float", 1e-5)
        agree(sets, "topographic", TOPOGRAPHIC, "double", 1e-12)
        agree(sets, "continuous", CONTINUOUS, "float", 1e-5)
        agree(sets, "continuous", CONTINUOUS, "double", 1e-12)
        if len(sets) > 1:
            resumed_with_another(sets)


main()
