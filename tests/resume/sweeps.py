#!/usr/bin/env python3
"""A sweep leaves the same table, to the last byte, whatever happens on the way.

    sweeps.py APICAL SOURCE CASE    CASE is one of the functions below whose name begins with `case_`
"""
import csv
import json
import os
import pathlib
import random
import resource
import shutil
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
experiment = "{source}/models/self_assembly/digits_topographic.toml"
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


def runs(folder, kind):
    """Files of runs, sorted by name."""
    return sorted(pathlib.Path(folder, "runs").glob(f"*.{kind}"))


def listed(out, *more):
    done = subprocess.run(command(out, "--list", "--json", *more), check=True, capture_output=True, text=True)
    return json.loads(done.stdout)["runs"]


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
    # Two sweeps that begin with what they have in common: of a folder that holds other runs alone a sweep would keep off.
    for name, seeds in (("a", [2, 3, 1]), ("b", [2, 3, 4])):
        pathlib.Path(f"{name}.toml").write_text(SWEEP.replace("[1, 2, 3]", str(seeds)).replace("[0.1, 1e4]", "[0.1]"))
    both = [[name + ".toml" if word == "sweep.toml" else word for word in command("both")] for name in "ab"]
    for process in [subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for words in both]:
        assert process.wait() == 0
    for words in both:
        subprocess.run([*words, "--index"], check=True, capture_output=True)
        assert [row["status"] for row in rows("both")] == 6 * ["done"]
    assert len(runs("both", "h5")) == 8


def case_interrupted():
    """Ctrl-C saves what is under way."""
    write(SWEEP.replace("run.epochs = 2", "run.epochs = 200"))
    process = subprocess.Popen(command("stopped"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while not runs("stopped", "h5"):
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
    before = {path: path.stat().st_mtime_ns for path in runs("whole", "h5")}
    sweep("whole", "-j", "2")
    assert {path: path.stat().st_mtime_ns for path in runs("whole", "h5")} == before, "a run that was done was run again"
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
    assert not os.path.exists("none")

    # --list refuses what the sweep does, with the same words.
    def refused_by_both(reason, *more, out):
        before = sorted(pathlib.Path(".").rglob("*"))
        messages = {sweep(out, *more, *choice, status=2).stderr for choice in ([], ["--list"], ["--expand"])}
        assert len(messages) == 1 and reason in messages.pop(), messages
        assert sorted(pathlib.Path(".").rglob("*")) == before, "something was written"

    refused_by_both('found a string "no"', "--set", "task.test_samples=no", out="none")
    refused_by_both("test_samples", "--set", "task.test_samples=100000", out="none")
    pathlib.Path("file").touch()
    refused_by_both("found a file, expected a folder", out="file")
    refused_by_both("file, a file, expected a folder to write to", out="file/sweep")
    sweep("taken", "--shard", "12/12")
    refused_by_both("taken/runs: found a run of another sweep", "--set", "run.epochs=1", out="taken")
    (toml,) = runs("taken", "toml")
    text = toml.read_text()
    toml.write_text(text.replace("eta_W = 10000.0", "eta_W = 1e2"))
    refused_by_both("found settings that are not those of its name", out="taken")
    toml.write_text(text.replace("eta_W = 10000.0", "eta_W = 1e4"))
    sweep("taken", "--shard", "12/12")
    toml.unlink()
    toml.with_suffix(".h5").touch()
    refused_by_both("found results without", out="taken")
    pathlib.Path("old/runs").mkdir(parents=True)
    pathlib.Path("old/runs/00001.toml").write_text(text)
    refused_by_both("old/runs/00001.toml: found a run under a number, of an earlier version", out="old")
    refused("none: found no runs, expected the folder of a sweep", "--index")
    lines = subprocess.run(command("none", "--list"), check=True, capture_output=True, text=True).stdout.splitlines()
    assert len(lines) == 12 and lines[1] == '00002  circuit.eta_W = 0.1, record.weights = "never", run.seed = 2'
    assert not os.path.exists("none")


def case_grown():
    """A sweep that has grown runs what is new; one that has shrunk says what it leaves; the table is that of a fresh one."""
    small = SWEEP.replace("seeds = [1, 2, 3]", "seeds = [2, 3]").replace("[0.1, 1e4]", "[1e4]")
    write(small)
    sweep("grown", "-j", "2")
    before = {path: path.stat().st_mtime_ns for path in runs("grown", "h5")}
    assert len(before) == 4
    write(SWEEP.replace("[0.1, 1e4]", "[1e-1, 10_000, 1e4]").replace("seeds = [1, 2, 3]", "seeds = [1, 2, 3, 1]"))
    said = sweep("grown", "-j", "2").stderr
    assert "sweep.toml:4:19: sweep.seeds[3]: found the same run as sweep.seeds[0] (it is carried out once)" in said, said
    assert "sweep.toml:13:32: grid.circuit.eta_W[2]: found the same run as grid.circuit.eta_W[1]" in said, said
    assert len(runs("grown", "h5")) == 12
    assert {path: path.stat().st_mtime_ns for path in before} == before, "a run that was there was run again"
    write()
    sweep("whole", "-j", "2")
    sweep("grown")
    same_tables("whole", "grown")
    write(small)
    said = sweep("grown").stderr
    assert "grown/runs also holds 8 runs that this sweep does not have: left as they are" in said, said
    assert len(runs("grown", "h5")) == 12 and len(rows("grown")) == 4
    sweep("fresh", "-j", "2")
    same_tables("fresh", "grown")


def case_by_hand():
    """--expand writes what `apical run` takes, --index tabulates it: the table is that of the sweep."""
    write(SWEEP.replace("[0.1, 1e4]", "[0.1, 0.2]").replace("[1, 2, 3]", "[1, 2]"))
    sweep("whole", "-j", "2", status=0)
    written = sweep("hand", "--expand", status=0).stdout.splitlines()
    assert [path.name for path in map(pathlib.Path, written)] == [pathlib.Path(run["experiment"]).name for run in listed("hand")]
    assert not runs("hand", "h5") and not os.path.exists("hand/index.csv")
    sweep("hand", "--index", status=0)
    assert [row["status"] for row in rows("hand")] == 8 * ["waiting"]
    for path in written[:-1]:
        subprocess.run([program, "run", path, "--out", path[:-4] + "h5"], check=True, capture_output=True)
    assert [run["status"] for run in listed("hand")] == 7 * ["done"] + ["waiting"]
    assert "7 of 8 runs done, 0 failed: hand/index.csv" in sweep("hand", "--index", status=0).stdout
    assert rows("hand")[:7] == rows("whole")[:7]
    sweep("hand", status=0)
    same_tables("whole", "hand")
    for run, row in zip(listed("hand"), rows("hand"), strict=True):
        assert run["run"] == int(row["run"]) and run["file"] == f"hand/{row['file']}" and run["status"] == row["status"]
        assert run["values"]["run.seed"] == int(row["run.seed"])
        assert run["values"]["circuit.eta_W"] == float(row["circuit.eta_W"])
        assert run["values"]["record.weights"] == row["record.weights"]
    assert [run["run"] for run in listed("hand", "--shard", "2/3")] == [2, 5, 8]
    for wrong in (["--list", "--index"], ["--expand", "--index"], ["--json"]):
        assert subprocess.run(command("hand", *wrong), capture_output=True).returncode == 2


def case_shards():
    """A shard takes time for its own runs: it touches no other, and leaves the table to the last one."""
    shutil.copy(source / "models/self_assembly/xor.toml", "e.toml")
    write(f"[sweep]\nexperiment = \"e.toml\"\nseeds = {list(range(1, 13))}\n[set]\nrun.samples = 320\n")
    for shard in range(1, 5):
        said = sweep("parts", "--shard", f"{shard}/4", status=0).stdout
        assert len(runs("parts", "toml")) == len(runs("parts", "h5")) == 3 * shard
        assert ("the last shard makes the index" in said) == (1 < shard < 4), said
    sweep("whole", "-j", "2", status=0)
    same_tables("whole", "parts")
    table = pathlib.Path("parts/index.csv")
    made = table.stat().st_mtime_ns
    assert "parts/index.csv" in sweep("parts", "--shard", "2/4", status=0).stdout
    assert table.stat().st_mtime_ns == made, "a shard that had nothing to do made the table again"
    table.unlink()
    sweep("parts", "--shard", "2/4", status=0)
    same_tables("whole", "parts")


def case_child_killed():
    """A run that is killed has failed, whoever kills it, and goes on from its checkpoint when tried again; one that is
    asked to stop is interrupted, and goes on with the same command."""
    write(SWEEP.replace("[0.1, 1e4]", "[0.1, 0.2]").replace("run.epochs = 2", "run.epochs = 15").replace("[1, 2, 3]", "[1]"))
    sweep("whole", "-j", "2", status=0)
    for how, state in ((signal.SIGKILL, "failed"), (signal.SIGTERM, "interrupted")):
        out = f"hit_{state}"
        process = subprocess.Popen(command(out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not runs(out, "h5.checkpoint"):
            time.sleep(0.005)
        (child,) = children_of(process.pid)
        os.kill(child, how)
        assert process.wait() == 1
        first, *others = rows(out)
        assert first["status"] == state and all(row["status"] == "done" for row in others), rows(out)
        assert ("killed by signal 9" in first["reason"]) == (state == "failed")
        if state == "failed":
            sweep(out, status=1)  # it stays
        sweep(out, "--retry", status=0) if state == "failed" else sweep(out, status=0)
        same_tables("whole", out)


def case_signals():
    """Every signal that asks to stop reaches the runs, which save their state; the same command goes on."""
    write(SWEEP.replace("run.epochs = 2", "run.epochs = 60").replace("[0.1, 1e4]", "[0.1]").replace("[1, 2, 3]", "[1]"))
    sweep("whole", "-j", "2", status=0)
    for number in (signal.SIGINT, signal.SIGTERM):
        out = f"stopped_{number.name}"
        process = subprocess.Popen(command(out, "-j", "2"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        while len(runs(out, "h5.checkpoint")) < 2:
            time.sleep(0.005)
        process.send_signal(number)
        said = process.communicate()[1]
        assert process.returncode == 128 + number and "the same command goes on" in said, (process.returncode, said)
        assert [row["status"] for row in rows(out)] == 2 * ["interrupted"]
        sweep(out, status=0)
        same_tables("whole", out)


def case_full_disk():
    """Where no file may grow further nothing is lost: the old table stays, and the same command goes on."""
    write(SWEEP.replace("[0.1, 1e4]", "[0.1, 0.2]").replace("[1, 2, 3]", "[1]"))
    sweep("whole", "-j", "2", status=0)

    def limited(size, out):
        return subprocess.run(command(out), capture_output=True, text=True,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))

    sweep("full", "--index", status=2)
    sweep("full", "--expand", status=0)
    sweep("full", "--index", status=0)
    table = pathlib.Path("full/index.csv").read_bytes()
    for size in (1, 6000):  # nothing; the log of a run, but neither its results nor the table
        done = limited(size, "full")
        assert done.returncode == 1 and "File too large" in done.stderr, done
        assert pathlib.Path("full/index.csv").read_bytes() == table
    sweep("full", "--retry", status=0)
    same_tables("whole", "full")
    assert limited(1, "nowhere").returncode == 1  # not even the experiments
    sweep("nowhere", status=0)
    same_tables("whole", "nowhere")


def case_odd():
    """Sweeps of one run and of none, and names with odd characters."""
    write("[sweep]\nexperiment = \"e.toml\"\nseeds = []\n")
    shutil.copy(source / "models/self_assembly/xor.toml", "e.toml")
    assert "nothing to sweep" in sweep("none", status=2).stderr
    folder = 'odd, "folder"\n=ü'
    os.mkdir(folder)
    experiment = os.path.join(folder, "e '.toml")
    shutil.copy("e.toml", experiment)
    write(f"[sweep]\nexperiment = {json.dumps(experiment, ensure_ascii=False)}\nseeds = 7\n[set]\nrun.epochs = 1\n")
    out = os.path.join(folder, "-out")
    sweep(out, status=0)
    (run,) = listed(out)
    assert run["file"].startswith(out) and os.path.exists(run["file"]) and os.path.exists(run["experiment"])
    (row,) = rows(out)
    assert (row["run"], row["status"], row["run.seed"], row["reason"]) == ("1", "done", "7", "")
    assert "2 of 2" in sweep(out, "--shard", "2/2", status=2).stderr


def main():
    case = globals()["case_" + sys.argv[3]]
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        case()


main()
