#!/usr/bin/env python3
"""A sweep leaves the same table, to the last byte, whatever happens on the way.

    sweeps.py APICAL SOURCE CASE    CASE is one of the functions below whose name begins with `case_`
"""
import csv
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

from same_files import differences

program, source = sys.argv[1], pathlib.Path(sys.argv[2])
# Small runs that last long enough to be hit, and one configuration that diverges.
SWEEP = f"""
[sweep]
experiment = "{source}/models/self_assembly/digits.toml"
seeds = [1, 2, 3]
[set]
run.epochs = 2
run.baselines = []
circuit.hidden = [20, 15]
self_assembly.development = 2000
record.metrics = "300 samples"
checkpoint.every = "0.02 s"
[grid]
circuit.eta_W = [0.1, 1e4]
record.weights = ["never", "1 epoch"]
"""


def command(out, *more):
    return [program, "sweep", "sweep.toml", "--out", out, "--progress", "none", *more]


def sweep(out, *more, status=1):  # 1: what diverges has failed
    done = subprocess.run(command(out, *more), capture_output=True, text=True)
    assert done.returncode == status, f"status {done.returncode}: {done.stdout}{done.stderr}"
    return done


def write(text=SWEEP):
    pathlib.Path("sweep.toml").write_text(text)


def rows(folder):
    with open(f"{folder}/index.csv", newline="") as file:
        return list(csv.DictReader(file))


def same_tables(first, second):
    assert pathlib.Path(first, "index.csv").read_bytes() == pathlib.Path(second, "index.csv").read_bytes()
    assert not differences(f"{first}/index.h5", f"{second}/index.h5")


def children_of(parent):
    found = []
    for entry in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        if int(fields[1]) == parent and fields[0] != "Z":
            found.append(int(entry.parent.name))
    return found


def alive(process):
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def case_killed():
    """The parent is killed at random times, again and again, and its children end with it."""
    write(SWEEP.replace("run.epochs = 2", "run.epochs = 15"))
    begin = time.monotonic()
    sweep("whole", "-j", "2")
    took = time.monotonic() - begin
    chance = random.Random(20241)
    orphans = 0
    for _ in range(6):
        process = subprocess.Popen(command("killed", "-j", "2"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, 0.4 * took))
        children = children_of(process.pid)
        process.kill()
        process.wait()
        orphans += len(children)
        for _ in range(500):
            if not any(alive(child) for child in children):
                break
            time.sleep(0.01)
        else:
            raise AssertionError("a child lives on five seconds after its parent")
    assert orphans > 0, "no run was under way whenever the sweep was killed"
    sweep("killed", "-j", "2")
    same_tables("whole", "killed")


def case_at_once():
    """Two processes on one folder, one of them killed: each run is carried out by one of them, and nothing is missing."""
    write(SWEEP.replace("run.epochs = 2", "run.epochs = 15"))
    sweep("whole", "-j", "2")
    first = subprocess.Popen(command("shared"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    second = subprocess.Popen(command("shared"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1)
    first.kill()
    first.wait()
    assert second.wait() == 1
    same_tables("whole", "shared")


def case_interrupted():
    """Ctrl-C saves what is under way."""
    write(SWEEP.replace("run.epochs = 2", "run.epochs = 200"))
    process = subprocess.Popen(command("stopped"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while not os.path.exists("stopped/runs/00001.h5"):
        time.sleep(0.01)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    assert "the same command goes on" in process.communicate()[1]
    assert process.returncode == 130
    assert [row["status"] for row in rows("stopped")] == ["interrupted"] + 11 * ["waiting"]


def case_table():
    """What is in the index, in both of its forms; and that shards and a second call add nothing to it."""
    write()
    sweep("whole", "-j", "2")
    table = rows("whole")
    assert [row["run"] for row in table] == [str(k) for k in range(1, 13)]
    assert [row["run.seed"] for row in table] == 4 * ["1", "2", "3"]
    assert [row["status"] for row in table] == 6 * ["done"] + 6 * ["failed"]
    assert all("lower the learning rates" in row["reason"] and row["metrics/loss"] == "nan" for row in table[6:])
    with h5py.File("whole/index.h5") as index:
        keys, metrics = index["keys"], index["metrics"]
        assert list(keys["status"].asstr()[:]) == [row["status"] for row in table]
        np.testing.assert_array_equal(keys["circuit.eta_W"], [float(row["circuit.eta_W"]) for row in table])
        assert list(keys["record.weights"].asstr()[:]) == [row["record.weights"] for row in table]
        assert keys["run.step"].attrs["units"] == b"ms" and keys["run.step"][0] == 0.1
        assert metrics["cosine_h_sgd"].shape == (12, 2) and metrics["loss"].dims[0][0].name == "/metrics/run"
        for k, row in enumerate(table[:6]):
            with h5py.File(f"whole/{row['file']}") as run:
                for layer in (0, 1):
                    last = run["metrics/cosine_h_sgd"][-1, layer]
                    assert metrics["cosine_h_sgd"][k, layer] == last == np.float32(row[f"metrics/cosine_h_sgd[{layer + 1}]"])
        assert np.isnan(metrics["loss"][6:]).all()
    before = pathlib.Path("whole/runs/00001.h5").stat().st_mtime_ns
    sweep("whole", "-j", "2")
    assert pathlib.Path("whole/runs/00001.h5").stat().st_mtime_ns == before, "a run that was done was run again"
    for shard in ("2/3", "1/3", "3/3"):
        sweep("shards", "--shard", shard)
    same_tables("whole", "shards")
    sweep("whole", "--retry")
    same_tables("whole", "shards")


def case_refusals():
    """Nothing is run, and nothing written, if the sweep is wrong; nothing is overwritten that another sweep has made."""
    def refused(reason, *more, out="none"):
        message = sweep(out, *more, status=2).stderr
        assert reason in message, message

    write(SWEEP.replace("circuit.eta_W", "circuit.eta_X"))
    refused("sweep.toml:13:18: circuit.eta_X: found key 'eta_X'")
    write(SWEEP.replace("[0.1, 1e4]", "[]"))
    refused("sweep.toml:13:17: grid.circuit.eta_W: found nothing")
    write()
    refused("expected a number from 1 to 3", "--shard", "4/3")
    refused("as the sweep has so many runs", "--shard", "13/13")
    refused("outside of a Slurm array", "--shard", "auto")
    refused('found a string "no"', "--set", "task.test_samples=no")
    refused("test_samples", "--set", "task.test_samples=100000")  # only the data can tell
    assert not os.path.exists("none")
    sweep("taken", "--shard", "12/12")
    refused("a run of another sweep", "--set", "run.epochs=1", out="taken")
    os.remove("taken/runs/00012.toml")
    pathlib.Path("taken/runs/00012.h5").touch()
    refused("a file that is not of this sweep", out="taken")
    listed = subprocess.run(command("none", "--list"), check=True, capture_output=True, text=True).stdout.splitlines()
    assert len(listed) == 12 and listed[1] == '00002  circuit.eta_W = 0.1, record.weights = "never", run.seed = 2'
    assert not os.path.exists("none")


def main():
    case = globals()["case_" + sys.argv[3]]
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        case()


main()
