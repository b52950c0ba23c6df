#!/usr/bin/env python3
"""A run whose spikes would fill the disk stops before, with a checkpoint from which it goes on to the same file.

    disk_guard.py APICAL SOURCE FAULTS
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

program, source, library = map(os.path.abspath, sys.argv[1:])
NETWORK = pathlib.Path(source) / "models/networks/recording.toml"
SETTINGS = ["--set", "record.spikes=all", "--set", "spikes.E.every=1", "--set", "spikes.E.from=0 ms", "--set",
            "run.duration=20 s"]
PLENTY, LITTLE = "1000000000000", "30000000"


def start(*words):
    return subprocess.Popen([program, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                            env={**os.environ, "LD_PRELOAD": library, "FREE": "free"})


def data(path):
    found = {}
    with h5py.File(path) as file:
        assert file["provenance"].attrs["ending"] == b"done"
        for group in "metrics", "spikes/E", "spikes/I", "trace/V":
            for name, values in file[group].items():
                found[f"{group}/{name}"] = values[()]
    return found


def main():
    free = pathlib.Path("free")
    free.write_text(PLENTY)
    run = ["run", NETWORK, *SETTINGS, "--progress", "plain"]
    whole = start(*run, "--out", "whole.h5")
    said = whole.communicate()[1]
    assert whole.returncode == 0 and "of spikes a simulated second" in said and ", and its spikes, before" in said, said

    stopped = start(*run, "--out", "run.h5", "--set", "checkpoint.every=0 s")
    while not os.path.exists("run.h5.checkpoint") and stopped.poll() is None:
        time.sleep(0.001)
    time.sleep(0.3)  # for some spikes
    free.write_text(LITTLE)
    said = stopped.communicate()[1]
    assert stopped.returncode == 1 and "has only 30 MB left for the spikes" in said, (stopped.returncode, said)
    assert "apical resume run.h5.checkpoint" in said, said
    with h5py.File("run.h5") as file:
        assert file["provenance"].attrs["ending"].startswith(b"failed: ")
        assert 0 < file["spikes/E/timestamps"].size
    again = start("resume", "run.h5.checkpoint")
    assert "has only 30 MB" in again.communicate()[1] and again.returncode == 1
    free.write_text(PLENTY)
    last = start("resume", "run.h5.checkpoint", "--set", "checkpoint.every=60 s")
    assert last.wait() == 0, last.communicate()
    one, other = data("whole.h5"), data("run.h5")
    assert set(one) == set(other)
    for name, values in one.items():
        np.testing.assert_array_equal(values, other[name], name)

    # A run without anything of unknown size is not looked after: its size was known before it began.
    free.write_text(LITTLE)
    known = start("run", NETWORK, "--out", "known.h5", "--set", "spikes.E.record=false", "--progress", "none")
    assert known.wait() == 0, known.communicate()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        main()
