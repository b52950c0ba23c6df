#!/usr/bin/env python3
"""Threads and processes that cannot be started: a message that says which limit, or fewer of them and the same numbers.

    limits.py APICAL
"""
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile

import h5py
import numpy

program = os.path.abspath(sys.argv[1])
NOBODY = 61000 + os.getpid() % 1000  # of whom nothing else runs that would count
MIB = 1 << 20
EXPERIMENT = """[run]
epochs = 30
lanes = 4
[task]
dataset = "xor"
[circuit]
model = "self_assembly"
hidden = [6]
[record]
weights = "8 samples"
"""


def apical(*arguments, limits=(), as_nobody=False):
    def limited():
        for what, value in limits:
            resource.setrlimit(what, (value, value))

    user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if as_nobody else {}
    # The sanitizer looks for leaks in a process of its own, which the limits do not allow.
    environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}
    return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=200, preexec_fn=limited,
                          env=environment, **user)


def refused(done, *words):
    assert done.returncode == 1, f"status {done.returncode}: {done.stderr}"
    assert done.stderr.startswith("apical: error: ") and done.stderr.count("\n") == 1, done.stderr
    for word in words:
        assert word in done.stderr, f"without '{word}': {done.stderr}"


def same_weights(first, second):
    with h5py.File(first) as a, h5py.File(second) as b:
        for name in a["final"]:
            numpy.testing.assert_array_equal(a["final"][name][()], b["final"][name][()])


def check_memory():
    """Stacks as large as the limit on stacks, of which few have room in the limit on memory."""
    tight = [(resource.RLIMIT_STACK, 200 * MIB), (resource.RLIMIT_AS, 900 * MIB)]
    refused(apical("run", "e.toml", "--out", "m.h5", "--threads", "64", limits=tight),
            "64 threads cannot be started", "ulimit -v", "--threads", "run.threads")
    assert not os.path.exists("m.h5")
    refused(apical("run", "e.toml", "--out", "m.h5", "--set", "run.threads=64", limits=tight), "ulimit -v")
    refused(apical("analyse", "one.h5", "--evolution", "--threads", "64", limits=tight), "ulimit -v", "--threads")
    tighter = [(resource.RLIMIT_STACK, 700 * MIB), (resource.RLIMIT_AS, 900 * MIB)]
    done = apical("run", "e.toml", "--out", "m.h5", "--progress", "none", limits=tighter)
    assert done.returncode == 0, done.stderr
    same_weights("one.h5", "m.h5")
    several = len(os.sched_getaffinity(0)) > 2  # with two, the one that is started may have room
    assert ("warning: only 1 of" in done.stderr) or not several, done.stderr


def check_processes():
    """As another user, since root has no such limit."""
    few, none = [(resource.RLIMIT_NPROC, 20)], [(resource.RLIMIT_NPROC, 1)]
    refused(apical("run", "e.toml", "--out", "p.h5", "--threads", "64", limits=few, as_nobody=True),
            "64 threads cannot be started", "limit of 20 processes", "ulimit -u", "--threads")
    assert not os.path.exists("p.h5")
    refused(apical("analyse", "one.h5", "--evolution", "--threads", "64", "--out", "a.h5", limits=few, as_nobody=True),
            "ulimit -u", "--threads")
    assert not os.path.exists("a.h5")
    done = apical("run", "e.toml", "--out", "p.h5", "--progress", "none", limits=none, as_nobody=True)
    assert done.returncode == 0, done.stderr
    assert ("warning: only 1 of" in done.stderr) == (len(os.sched_getaffinity(0)) > 1), done.stderr
    assert "is done, but without a summary" in done.stderr  # which reads in a process of its own
    same_weights("one.h5", "p.h5")
    with h5py.File("p.h5") as file:
        assert file["provenance"].attrs["threads"] == b"1"
    # A reader in a process of its own.
    with h5py.File("data.h5", "w") as file:
        file["x"], file["y"] = numpy.eye(4), numpy.arange(4)
    own = ["--set", "task={dataset='hdf5', file='data.h5'}"]
    refused(apical("run", "e.toml", "--out", "r.h5", *own, limits=none, as_nobody=True), "data.h5", "ulimit -u")
    # Runs of a sweep: none at all, and fewer than wanted at a time.
    sweep = pathlib.Path("s.toml")
    sweep.write_text('[sweep]\nexperiment = "e.toml"\n[grid]\nrun.seed = [1, 2, 3, 4, 5, 6]\n')
    refused(apical("sweep", "s.toml", "-j", "3", "--out", "none", "--progress", "none", limits=none, as_nobody=True), "no run can be started",
            "ulimit -u")
    done = apical("sweep", "s.toml", "-j", "6", "--out", "few", "--progress", "plain",
                  limits=[(resource.RLIMIT_NPROC, 3)], as_nobody=True)
    assert done.returncode == 0 and "6 of 6 runs done, 0 failed" in done.stdout, done.stdout + done.stderr
    assert done.stderr.count("of 6 runs at a time: the limit of 3 processes") == 1, done.stderr


def main():
    with tempfile.TemporaryDirectory() as folder:
        global program
        os.chmod(folder, 0o777)
        os.chdir(folder)
        program = shutil.copy(program, os.path.join(folder, "apical"))  # another user may not see where it was built
        pathlib.Path("e.toml").write_text(EXPERIMENT)
        done = apical("run", "e.toml", "--out", "one.h5", "--threads", "1")
        assert done.returncode == 0, done.stderr
        version = apical("--version").stdout
        if "-fsanitize" not in version:  # whose shadow of the memory is larger than any limit
            check_memory()
        if os.geteuid() == 0:
            check_processes()


if __name__ == "__main__":
    main()
