"""The comparison of spiking networks with peers, without any of them: programs that answer as they would take the
places of apical and of NEST, and Brian2 is missing.

Also: models/networks/microcircuit.toml is what microcircuit.py writes.

usage: spiking_vs_peers.py COMPARISON NETWORKS
"""
import csv
import os
import pathlib
import subprocess
import sys
import tempfile
import tomllib

import numpy as np

comparison, networks = sys.argv[1:]
sys.path.insert(0, os.path.dirname(comparison))
import spiking_vs_peers  # noqa: E402

# Cells fire every 10 ms, all of a hundred at once; whoever is asked for NEST takes three times as long.
ANSWERS = """#!/usr/bin/python3
import sys
import numpy as np
if sys.argv[1] == "-c":
    sys.exit("No module named 'brian2'" if "brian2" in sys.argv[2] else 0)
if "nothing" in sys.argv[0]:
    sys.exit("broken")
is_nest, now = "nest" in sys.argv, 0
print("ready 2 1 4000000" + " NEST 0" * is_nest, flush=True)
for line in sys.stdin:
    command, argument = line.split()
    if command == "run":
        now += int(argument)
        print(1, (3 if is_nest else 1) * int(argument) * 1e-5, flush=True)
    else:
        steps, cells = np.meshgrid(np.arange(1, now + 1), np.arange(4000), indexing="ij")
        fires = steps % 100 == cells // 100
        np.stack([steps[fires], cells[fires]], 1).astype(np.uint32).tofile(argument)
        print("done", flush=True)
"""


def brute_force(steps, cells, count, begin, end):
    trains = [sorted(s for s, c in zip(steps, cells) if c == cell and begin < s <= end) for cell in range(count)]
    cv = []
    for train in trains:
        gaps = [b - a for a, b in zip(train, train[1:])]
        if len(gaps) >= 10:
            mean = sum(gaps) / len(gaps)
            cv.append((sum((g - mean) ** 2 for g in gaps) / (len(gaps) - 1)) ** .5 / mean)
    bins = [sum(first < s <= first + 50 for train in trains for s in train) for first in range(begin, end, 50)]
    mean = sum(bins) / len(bins)
    f5 = sum((b - mean) ** 2 for b in bins) / len(bins) / mean
    return sum(map(len, trains)) / count / ((end - begin) * 1e-4), sum(cv) / len(cv), f5


def check_statistics():
    random = np.random.default_rng(1)
    steps = np.sort(random.integers(1, 3001, 400))
    cells = random.integers(0, 17, 400)
    np.testing.assert_allclose(spiking_vs_peers.statistics_of(steps, cells, 17, 500, 2500), brute_force(steps, cells, 17, 500, 2500))
    rate, cv, f5 = spiking_vs_peers.statistics_of(steps[:0], cells[:0], 17, 500, 2500)
    assert rate == 0 and np.isnan(cv) and np.isnan(f5)


def check_microcircuit():
    writer = os.path.join(networks, "microcircuit.py")
    written = lambda *size: subprocess.run([sys.executable, writer, *size], capture_output=True, text=True)
    assert written("0.1").stdout == pathlib.Path(networks, "microcircuit.toml").read_text(encoding="utf-8")
    for size in (["0"], ["1.1"], ["nan"], ["x"], [], ["1", "1"]):
        assert written(*size).returncode == 1 and written(*size).stdout == "", size
    whole = tomllib.loads(written("1").stdout)
    assert sum(one["size"] for one in whole["population"].values()) == 77169
    assert abs(sum(one["count"] for one in whole["projection"].values()) - 299e6) < 1e6
    assert all(float(one["I_e"].split()[0]) == 0 for one in whole["population"].values())
    assert sum(one["size"] for one in tomllib.loads(written("1e-9").stdout)["population"].values()) == 8


def call(*more):
    return subprocess.run([sys.executable, comparison, "--program", program, "--models", networks, "--out", "out.csv", *more],
                          capture_output=True, text=True)


def main():
    check_statistics()
    check_microcircuit()
    done = call("--quick", "--nest-python", program, "--brian2-python", program)
    assert done.returncode == 0, done.stderr
    assert "brian2 is left out: No module named 'brian2'" in done.stderr and "pip install" in done.stderr, done.stderr
    with open("out.csv", newline="", encoding="utf-8") as file:
        ours, nest = csv.DictReader(file)
    assert ours["simulator"] == "apical" and nest["simulator"] == "NEST 0", (ours, nest)
    assert float(ours["over_apical"]) == 1 and float(nest["over_apical"]) == 3 and float(nest["processor_s"]) == .3
    assert float(ours["rate"]) == 100 and float(ours["cv"]) == 0 and ours["networks"] == "1", ours
    assert abs(float(ours["bytes_a_synapse"]) - 4e6 / (.02 * (4000 ** 2 - 4000))) < .1, ours
    alone = call("--quick", "--peers")
    assert alone.returncode == 0 and "apical" in alone.stdout and "NEST" not in alone.stdout, alone.stderr
    absent = call("--quick", "--nest-python", "/nowhere/python", "--peers", "nest")
    assert absent.returncode == 0 and "nest is left out" in absent.stderr, absent.stderr
    nothing = call("--networks", "cuba", "--models", ".", "--peers")
    assert nothing.returncode == 1 and "there is no vogels_abbott_cuba.toml" in nothing.stderr, nothing.stderr
    assert call("--program", "/nowhere/bench_spiking").returncode == 1
    broken = call("--program", os.path.abspath("nothing"), "--quick", "--peers")
    assert broken.returncode == 1 and "broken" in broken.stderr and "Traceback" not in broken.stderr, broken.stderr


with tempfile.TemporaryDirectory() as folder:
    comparison, networks = os.path.abspath(comparison), os.path.abspath(networks)
    os.chdir(folder)
    for name in ("answers", "nothing"):
        pathlib.Path(name).write_text(ANSWERS, encoding="utf-8")
        os.chmod(name, 0o755)
    program = os.path.abspath("answers")
    main()
