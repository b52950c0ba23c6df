#!/usr/bin/env python3
"""5.6 of the specification: a run of sines.toml that begins at a given file, with the options that repeat the authors' code, has
the e, p, b and W of every step that loops over the published order of computation have, which share nothing with the simulator.

    recorded.py APICAL SINES.toml
"""
import math
import pathlib
import random
import subprocess
import sys
import tempfile

import h5py
import numpy as np

STEPS, TAUGHT_FROM, HIDDEN = 400, 101, 25
DT, TAU, TAU_X, TAU_1 = 0.01, 0.1, 0.2, 0.1  # s
GAIN, P_B = 0.02, 0.5                        # lr dt / tau_W


def sigma(z):
    return 1 / (1 + math.exp(-z))


def drawn(rows, columns, gain):
    deviation = gain * math.sqrt(2 / (rows + columns))
    return [[random.gauss(0, deviation) for _ in range(columns)] for _ in range(rows)]


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


class Cells:
    """A net of two layers of leaky cells; nobody fires before the first step."""

    def __init__(self, W1, W2):
        self.W = [[row[:] for row in W1], [row[:] for row in W2]]
        self.bias = [[0.0] * HIDDEN, [0.0]]
        self.z = [[0.0] * HIDDEN, [0.0]]
        self.e = [[0.0] * HIDDEN, [0.0]]

    def forward(self, x):
        below = [x, self.e[0]]  # of the step before, as all layers answer at once
        for layer, seen in enumerate(below):
            for i, z in enumerate(self.z[layer]):
                drive = dot(self.W[layer][i], seen) + self.bias[layer][i]
                self.z[layer][i] = z + DT / TAU * (drive - z)
        self.e = [[sigma(z) for z in layer] for layer in self.z]


class TrainedCircuit(Cells):
    def __init__(self, W1, W2):
        super().__init__(W1, W2)
        self.u, self.p, self.b = [0.0] * HIDDEN, [[P_B] * HIDDEN, [P_B]], [[0.0] * HIDDEN, [0.0]]
        self.x_trace, self.e_trace = [0.0] * 3, [0.0] * HIDDEN

    def step(self, x, target):
        """`target`: what the output should be after this step, None if nobody says so."""
        self.x_trace = [s + DT / TAU_X * (v - s) for s, v in zip(self.x_trace, x)]
        e, p, b, e_trace = self.e, self.p, self.b, self.e_trace
        self.forward(x)
        answer = self.e[1][0]
        taught = P_B if target is None else P_B + P_B * (target - answer) * (1 - answer)
        for j in range(HIDDEN):
            drive = self.W[1][0][j] * b[1][0] - P_B * self.W[1][0][j] * e[1][0]
            self.u[j] += DT / TAU * (4 * (1 - e[0][j]) * drive - self.u[j])
        self.p = [[sigma(u) for u in self.u], [taught]]
        self.b = [[q * r for q, r in zip(*layer)] for layer in zip(self.p, self.e)]
        for _ in range(2):  # as published
            self.e_trace = [s + DT / TAU_1 * (r - s) for s, r in zip(self.e_trace, e[0])]
        for layer, trace in enumerate((self.x_trace, e_trace)):
            for i, row in enumerate(self.W[layer]):
                learnt = GAIN * (p[layer][i] - P_B) * e[layer][i]
                self.W[layer][i] = [w + learnt * s for w, s in zip(row, trace)]
                self.bias[layer][i] += learnt


def expected(given):
    """What stands in the cells at the beginning of every step, and the weights after it."""
    learner, teacher = TrainedCircuit(given["W1"], given["W2"]), Cells(given["target/W1"], given["target/W2"])
    rows = {name: [] for name in ("e", "p", "b", "W1", "W2", "b1", "b2")}
    for k in range(STEPS):
        rows["e"].append(learner.e[0] + learner.e[1])
        rows["p"].append(learner.p[0] + learner.p[1])
        rows["b"].append(learner.b[0] + learner.b[1])
        x = [math.cos(omega * k + phi) for omega, phi in zip(given["omega"], given["phi"])]
        teacher.forward(x)
        # The target of sample k + 1: it meets what the output says after this step.
        learner.step(x, teacher.e[1][0] if k + 1 >= TAUGHT_FROM else None)
        for layer in (0, 1):
            rows[f"W{layer + 1}"].append([row[:] for row in learner.W[layer]])
            rows[f"b{layer + 1}"].append([[value] for value in learner.bias[layer]])
    return {name: np.array(values) for name, values in rows.items()}


def recorded(program, experiment, start, out, precision):
    command = [program, "run", experiment, "--out", out, "--progress", "none", "--threads", "1"]
    changes = [f"init.file={start}", "init.group=/", f"task.file={start}", "task.start=silent", f"task.taught_from={TAUGHT_FROM}",
               f"task.samples={STEPS}", "burst_ccn.start=silent", "burst_ccn.trace_updates=2", "burst_ccn.input_trace=updated",
               f"run.precision={precision}", "record.precision=float64", "record.weights=1 samples"]
    for layer in (1, 2):
        for name, column in ("e", "rate"), ("p", "burst_probability"), ("b", "burst"):
            changes.append(f"trace.{name}{layer}={{population='up{layer}', column='{column}', when='1 samples'}}")
    for change in changes:
        command += ["--set", change]
    subprocess.run(command, check=True)
    with h5py.File(out) as run:
        column = {"e": "rate", "p": "burst_probability", "b": "burst"}
        found = {name: np.concatenate([run[f"trace/{name}{layer}/{column[name]}"][:, :, 0] for layer in (1, 2)], axis=1)
                 for name in column}
        # The first row are the weights of the file.
        return found | {name: run[f"weights/{name}"][1:] for name in ("W1", "W2", "b1", "b2")}


def main(program, experiment):
    random.seed(1)
    given = {"W1": drawn(HIDDEN, 3, 1.5), "W2": drawn(1, HIDDEN, 1.5), "b1": [[0.0]] * HIDDEN, "b2": [[0.0]],
             "target/W1": drawn(HIDDEN, 3, 3), "target/W2": drawn(1, HIDDEN, 3),
             "omega": [random.uniform(0, 2 * math.pi / 40) for _ in range(3)],
             "phi": [random.uniform(0, 2 * math.pi) for _ in range(3)]}
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        start = pathlib.Path(folder) / "start.h5"
        with h5py.File(start, "w") as file:
            for name, values in given.items():
                file[name] = np.array(values)
        hand = expected(given)
        for precision, tolerance in ("double", 1e-12), ("float", 1e-5):
            found = recorded(program, experiment, start, f"{folder}/{precision}.h5", precision)
            for name, values in hand.items():
                if values.shape != found[name].shape:
                    wrong.append(f"{precision} {name}: {found[name].shape} instead of {values.shape}")
                    continue
                largest = np.abs(values - found[name]).max()
                print(f"{precision} {name}: {largest:.2g}")
                if not largest < tolerance:
                    wrong.append(f"{precision} {name}: {largest:.3g} away at step {np.abs(values - found[name]).reshape(STEPS, -1).max(axis=1).argmax()}")
        with h5py.File(start, "a") as file:
            del file["phi"]
            file["phi"] = np.zeros(4)
        refused = subprocess.run([program, "run", experiment, "--out", f"{folder}/wrong.h5", "--set", f"task.file={start}"],
                                 capture_output=True, text=True)
        if refused.returncode != 2 or "phi" not in refused.stderr:
            wrong.append(f"four phases for three inputs: status {refused.returncode}, {refused.stderr}")
        if not np.abs(hand["W1"][-1] - np.array(given["W1"])).max() > 1e-3:
            wrong.append("nothing was learnt")
    print("\n".join(wrong) or "as by hand")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
