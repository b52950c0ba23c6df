"""How networks that fire grow, of small networks: a program that says how long it took takes the place of bench_spiking,
and apical says whether the networks that it is asked for make sense.

usage: spiking_scaling.py SCALING APICAL
"""
import csv
import os
import pathlib
import sys
import tempfile

import numpy as np

scaling, apical = map(os.path.abspath, sys.argv[1:])
sys.path.insert(0, os.path.dirname(scaling))
import spiking_scaling  # noqa: E402

A_CELL, AN_EVENT = 3e-9, 2e-9  # s
# Cells fire every 10 ms, one after the other.
ANSWERS = f"""#!/usr/bin/python3
import subprocess, sys
import numpy as np
words = [word for change in sys.argv[3:] for word in ("--set", change)]
done = subprocess.run([{apical!r}, "describe", sys.argv[1], *words], capture_output=True, text=True)
if done.returncode != 0:
    sys.exit(done.stderr.splitlines()[-1])
of = dict(change.split("=") for change in sys.argv[3:])
cells = int(of["population.E.size"]) + int(of["population.I.size"])
synapses = int(of["projection.EE.count"]) + int(of["projection.IE.count"])
assert float(of["projection.EE.weight"].split()[0]) * int(of["projection.EE.count"]) == 100
now = 0
print("ready 1", 1e-7 * cells * synapses, 8 * cells * synapses, flush=True)
for line in sys.stdin:
    command, argument = line.split()
    if command == "run":
        now += int(argument)
        print(1, int(argument) * ({A_CELL} * cells + {AN_EVENT} * cells / 100 * synapses), flush=True)
    else:
        steps, ids = np.meshgrid(np.arange(1, now + 1), np.arange(cells), indexing="ij")
        fires = steps % 100 == ids % 100
        np.stack([steps[fires], ids[fires]], 1).astype(np.uint32).tofile(argument)
        print("done", flush=True)
"""


def main():
    spiking_scaling.BY_CELLS = [(500, 50), (1000, 50), (2000, 50)]
    spiking_scaling.BY_SYNAPSES = [(1000, 25), (1000, 100)]
    sys.argv[1:] = ["--program", "answers", "--rounds", "2", "--out", "scaling.csv"]
    spiking_scaling.main()
    with open("scaling.csv", newline="", encoding="utf-8") as file:
        rows = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]
    assert [(row["cells"], row["synapses"]) for row in rows] == [(500, 25e3), (1000, 50e3), (2000, 1e5), (1000, 25e3), (1000, 1e5)]
    for row in rows:
        assert row["rate"] == 100 and row["bytes"] == 8 * row["synapses"], row
        assert abs(row["events_a_second"] / (100 * row["synapses"]) - 1) < 1e-5, row
    found, off = spiking_scaling.fit(rows)
    np.testing.assert_allclose(found, [A_CELL * 1e9, AN_EVENT * 1e9], rtol=1e-3)
    assert off < 1e-3 and pathlib.Path("scaling.svg").read_text(encoding="utf-8").startswith("<?xml")


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    pathlib.Path("answers").write_text(ANSWERS, encoding="utf-8")
    os.chmod("answers", 0o755)
    main()
