#!/usr/bin/python3
"""The whole program as it is built for processors without AVX2 (APICAL_PORTABLE), on one that has none: an emulator's model of a
Nehalem. It learns what the same program learns here, with the sets of this processor, and what the usual program learns: to 1e-5 of the
largest weight of a matrix in float, 1e-12 in double. Ends with 77, and says why, where there is nothing to try it on.

    portable.py SOURCE CXX PROGRAM [PORTABLE]

builds the program in a temporary folder, or takes PORTABLE, which is built already.
"""
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile

import h5py
import numpy as np

SOURCE, CXX, USUAL = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
EXPERIMENTS = SOURCE / "models/self_assembly"
DIGITS = [EXPERIMENTS / "digits.toml", "run.epochs=2", "circuit.hidden=[40,20]", "run.baselines=[\"backpropagation\"]"]
# Once it has learned, this circuit amplifies what sets differ by: after 1,000 epochs it is 1e-3 in float, with one set too.
XOR = [EXPERIMENTS / "xor.toml", "run.epochs=200"]
DOUBLE = ["run.precision=double", "record.precision=float64"]
RUNS = {"digits, float": (DIGITS, 1e-5), "digits, double": (DIGITS + DOUBLE, 1e-12),
        "xor, float": (XOR, 1e-5), "xor, double": (XOR + DOUBLE, 1e-12)}


def call(*words, isa=None):
    environment = {key: value for key, value in os.environ.items() if key != "APICAL_ISA"}
    if isa:
        environment["APICAL_ISA"] = isa
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, f"{words} ends with {done.returncode}: {(done.stdout + done.stderr)[-3000:]}"
    return done.stdout


def instructions(program, isa=None):
    return next(line.split()[1] for line in call(*program, "--version", isa=isa).splitlines() if line.startswith("instructions:"))


def weights(program, file, experiment, isa):
    """What it learned, by the names of the matrices."""
    path, *settings = experiment
    call(*program, "run", path, *(word for one in settings for word in ("--set", one)), "--threads", "1", "--out", file, "--force",
         "--progress", "none", isa=isa)
    with h5py.File(file) as run:
        return {group.name + name: values[()] for group in (run["final"], run["baselines/backpropagation/final"])
                for name, values in group.items() if values.ndim == 2}


def main():
    emulator = shutil.which("qemu-x86_64")
    if platform.machine() != "x86_64" or not emulator:
        print("left out:", "no emulator (qemu-x86_64)" if not emulator else f"{platform.machine()} has no AVX2 to do without")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if sys.argv[4:]:
            portable = sys.argv[4]
        else:
            call("cmake", "-S", SOURCE, "-B", folder / "build", "-G", "Ninja", f"-DCMAKE_CXX_COMPILER={CXX}", "-DCMAKE_BUILD_TYPE=Release",
                 "-DAPICAL_PORTABLE=ON", "-DAPICAL_TESTS=OFF")
            call("cmake", "--build", folder / "build", "--target", "apical")
            portable = folder / "build/apical"
        old = [emulator, "-cpu", "Nehalem", portable]
        assert instructions(old) == "baseline", instructions(old)
        best = instructions([portable])
        ways = {"baseline": ([portable], "baseline"), "usual": ([USUAL], None)}
        ways.update({isa: ([portable], isa) for isa in ("v3", "v4") if isa <= best != "baseline"})
        for isa, (program, forced) in ways.items():
            if forced:
                assert instructions(program, forced) == isa
        for what, (experiment, tolerance) in RUNS.items():
            expected = weights(old, folder / "old.h5", experiment, None)
            assert expected and all(np.isfinite(values).all() for values in expected.values())
            for way, (program, isa) in ways.items():
                found = weights(program, folder / "new.h5", experiment, isa)
                assert found.keys() == expected.keys()
                apart = max(np.abs(found[key] - expected[key]).max() / np.abs(expected[key]).max() for key in found)
                print(f"{what}: {way} differs from the baseline without AVX2 by {apart:.2g}, {len(found)} matrices")
                # Not the same bits even with the same set: the C library chooses its exp by the processor as well.
                assert apart <= tolerance, (what, way, apart)


main()
