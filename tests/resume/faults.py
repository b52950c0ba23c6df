#!/usr/bin/env python3
"""Whatever happens to a run, and to what goes on from it, no row that was flushed is lost or changed, and the last file is
that of a run to which nothing happened.

    faults.py APICAL SOURCE LIBRARY CHAINS [FIRST]

LIBRARY is built from faults.cpp. A chain is a run with a fault at a random call that changes a file, then what goes on from
its checkpoint, with another fault, and so on to the end; then an analysis of the file, with a fault too. The chains
FIRST, FIRST + 1 ... (1) are run; each follows from its number alone.
"""
import os
import pathlib
import random
import subprocess
import sys
import tempfile

import h5py
import numpy as np

from same_files import differences

program, source, library = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
models = source / "models"

COMMON = ["checkpoint.every=0.005 s", "record.flush=0.003 s"]
SMALL = ["circuit.hidden=[8, 6]", "run.epochs=1", "record.metrics=200 samples", "record.spectra=400 samples",
         "record.weights=300 samples"]
IN_TIME = ["run.mode=continuous", "run.step=0.5 ms", "run.presentation=6 ms", "run.error_onset=1 ms", "run.ramp=1 ms",
           "run.lanes=8", "run.stepper=exponential_euler", "noise.n={into=['up1.basal'], sigma=0.2}",
           "trace.soma={population='up1', column='soma', when='80 samples', every='1 ms'}"]
PAL = ["circuit.hidden=[6]", "run.presentation=0.1 ms", "run.settling=1 ms", "run.samples=3000", "record.metrics=300 samples",
       "record.weights=500 samples", "record.evaluation_samples=20", "task.samples=300", "task.test_samples=30"]
# Name -> experiment and its changes. Every model, the baselines, both modes, what comes before the first sample.
RUNS = {
    "settled": ("self_assembly/digits_topographic.toml", SMALL + ["run.epochs=2"]),
    "development": ("self_assembly/digits_topographic.toml", SMALL + ["run.baselines=[]", "self_assembly.development=300000"]),
    "continuous": ("self_assembly/digits_topographic.toml", SMALL + IN_TIME + ["run.baselines=['backpropagation']"]),
    "pal": ("pal/yinyang.toml", PAL),
    "pal_layers": ("pal/yinyang.toml", PAL + ["circuit.model=pal_layers"]),
    "burst_ccn": ("burst_ccn/mnist.toml", SMALL + ["task.dataset=digits", "run.epochs=2", "burst_ccn.eta_W=0.1",
                                                   "run.baselines=['kolen_pollack']"]),
}
KINDS = ["kill"] * 6 + ["torn"] * 4 + ["stop", "no_space", "no_space*", "io_error", "io_error*", "too_large*", "short",
                                       "interrupted"]


def command(name, out, force):
    experiment, changes = RUNS[name]
    words = [program, "run", str(models / experiment), "--out", out, "--progress", "none"]
    for change in COMMON + changes:
        words += ["--set", change]
    return words + (["--force"] if force else [])


def call(words, **environment):
    return subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=300,
                          env={**os.environ, **environment})


def with_fault(words, fault):
    return call(words, LD_PRELOAD=library, FAULT=fault, COUNTED="counted")


def rows_of(path):
    """The growing data sets of a file: name -> rows. All of it must be readable."""
    rows = {}

    def look(name, item):
        if isinstance(item, h5py.Dataset):
            values = item[()]
            if item.maxshape[:1] == (None,):
                rows[name] = values

    with h5py.File(path) as file:
        file.visititems(look)
    return rows


def is_done(path):
    with h5py.File(path) as file:
        return "provenance" in file and file["provenance"].attrs.get("ending") == b"done"


class Chain:
    def __init__(self, number):
        self.random = random.Random(number)
        self.name = list(RUNS)[number % len(RUNS)]
        self.out = f"chain{number}.h5"
        self.checkpoint = self.out + ".checkpoint"
        self.seen = {}  # data set -> rows
        self.log = [f"chain {number}, {self.name}"]

    def fault(self, stage):
        """Early calls as often as late ones; fewer and fewer faults, so that there is an end."""
        if stage > 3 and self.random.random() < 0.3 * (stage - 3):
            return "none:0"
        calls = references[self.name][1]
        kind = self.random.choice(KINDS)
        at = self.random.choice((self.random.randint(1, 40), self.random.randint(1, calls)))
        return f"{kind.rstrip('*')}:{at}{'*' if kind.endswith('*') else ''}"

    def check(self):
        """Every row that can be seen is right, and none has gone."""
        rows = rows_of(self.out)
        whole = references[self.name][0]
        for name, values in rows.items():
            assert name in whole, f"{name} is not in the reference"
            assert len(values) <= len(whole[name]), f"{name} has {len(values)} rows, of {len(whole[name])}"
            assert values.tobytes() == whole[name][:len(values)].tobytes(), \
                f"{name} differs in row {np.argmax((values != whole[name][:len(values)]).reshape(len(values), -1).any(1))}"
        for name, count in self.seen.items():
            assert len(rows.get(name, ())) >= count, f"{name} had {count} rows and has {len(rows.get(name, ()))}"
        self.seen = {name: len(values) for name, values in rows.items()}

    def run(self):
        for stage in range(1, 20):
            if os.path.exists(self.checkpoint):
                words = [program, "resume", self.checkpoint, "--progress", "none"]
            elif os.path.exists(self.out) and is_done(self.out):
                break
            else:
                words = command(self.name, self.out, os.path.exists(self.out))
                self.seen = {}
            fault = self.fault(stage)
            done = with_fault(words, fault)
            self.log.append(f"{words[1]} with {fault}: {done.returncode} {done.stderr.strip()}")
            assert done.returncode in (0, 1, -9, 143), "another status than that of a fault"
            assert done.returncode != 0 or is_done(self.out)
            if done.returncode == 0 and os.path.exists(self.checkpoint):
                os.remove(self.checkpoint)  # it could not, and said so
            if os.path.exists(self.out):
                self.check()
            else:
                assert not self.seen, "the file is gone"
        assert not differences(f"{self.name}.h5", self.out), differences(f"{self.name}.h5", self.out)
        self.analyse()

    def analyse(self):
        """What `analyse` adds to the file is all that it changes."""
        kind, at = self.random.choice(KINDS[:-4]), self.random.randint(1, 60)
        done = with_fault([program, "analyse", self.out], f"{kind.rstrip('*')}:{at}")
        self.log.append(f"analyse with {kind}:{at}: {done.returncode} {done.stderr.strip()}")
        assert done.returncode in (0, 1, -9, 143), "another status than that of a fault"
        found = differences(f"{self.name}.h5", self.out, ("analysis",))
        assert not found, found


references = {}  # name -> rows of its series and the number of calls


def prepare():
    for name in RUNS:
        done = with_fault(command(name, f"{name}.h5", False), "none:0")
        assert done.returncode == 0, f"{name}: {done.stderr}"
        references[name] = (rows_of(f"{name}.h5"), int(pathlib.Path("counted").read_text()))


def main():
    prepare()
    chains, first = int(sys.argv[4]), int(sys.argv[5]) if len(sys.argv) > 5 else 1
    failures = 0
    for number in range(first, first + chains):
        chain = Chain(number)
        try:
            chain.run()
        except Exception as reason:  # also what h5py says of a file that cannot be read
            failures += 1
            print("\n  ".join(chain.log), f"\n  {type(reason).__name__}: {reason}", flush=True)
            if keep := os.environ.get("KEEP"):
                subprocess.run(f"cp -p {chain.out}* {keep}", shell=True, check=False)
        for left in pathlib.Path(".").glob(chain.out + "*"):
            left.unlink()
    print(f"{chains} chains, {failures} with a loss")
    return 1 if failures else 0


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    status = main()
sys.exit(status)
