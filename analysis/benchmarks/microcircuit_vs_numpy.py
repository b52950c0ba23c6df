#!/usr/bin/env python3
"""Times steps of the microcircuit of models/pal and the same step in NumPy, in turn, in one run.

    microcircuit_vs_numpy.py BENCH_MICROCIRCUIT [--blocks 3]

BENCH_MICROCIRCUIT is the program of the target bench_microcircuit (preset bench). Everything is plastic and noisy, W low-passed,
one lane, explicit Euler with steps of tau_r: the authors' scheme, vectorised over cells, in place where NumPy can. One thread
each, the time the processor spent. Prints microseconds a step, the best of the blocks.
"""
import os

for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import argparse
import re
import subprocess
import time

import numpy as np

NETS = {"1_1_1": [1, 1, 1], "2_8_4": [2, 8, 4], "4_30_3": [4, 30, 3], "5_20_10_20_5": [5, 20, 10, 20, 5],
        "784_100_10": [784, 100, 10]}
DT, TAU_XI, TAU_HP, TAU_LO = 0.01, 0.1, 0.1, 100.0
G_L, G_BAS, G_API, G_DEN, G_NI, G_TGT = 0.03, 0.1, 0.06, 0.1, 0.06, 0.06
G = 0.19
ETA_W, ETA_B, ETA_IP, ETA_PI, ALPHA, SIGMA = 1.0, 20.0, 10.0, 0.5, 1e-6, 0.01


def phi(u):
    return 1 / (1 + np.exp(-u))


class Microcircuit:
    """Section 1.6 of the specification, step by step."""

    def __init__(self, sizes, dtype):
        random = np.random.default_rng(1)
        self.random, self.dtype, self.sizes, self.N = random, dtype, sizes, len(sizes) - 1
        uniform = lambda rows, columns, high: random.uniform(-high, high, (rows, columns)).astype(dtype)
        N = self.N
        self.W = [None] + [uniform(sizes[l], sizes[l - 1], 0.1) for l in range(1, N + 1)]
        self.E = [None] + [np.zeros_like(self.W[l]) for l in range(1, N + 1)]
        self.B = [None] + [uniform(sizes[l], sizes[l + 1], 1) for l in range(1, N)]
        self.B_PI = [None] + [-self.B[l] for l in range(1, N)]
        self.k = [None] + [G_BAS / (G if l < N else G_L + G_BAS) for l in range(1, N + 1)]
        self.k_I = G_DEN / (G_L + G_DEN)
        self.W_IP = [None] + [self.k[l + 1] / self.k_I * self.W[l + 1] for l in range(1, N)]
        zeros = lambda n: np.zeros(n, dtype)
        self.u, self.F, self.hp = ([None] + [zeros(sizes[l]) for l in range(1, N + 1)] for _ in range(3))
        self.uI, self.FI = ([None] + [zeros(sizes[l + 1]) for l in range(1, N)] for _ in range(2))
        self.xi = [None] + [zeros(sizes[l]) for l in range(1, N)]
        self.r = [zeros(n) for n in sizes]
        self.rI = [None] + [zeros(sizes[l + 1]) for l in range(1, N)]
        self.bas = [None] + [zeros(sizes[l]) for l in range(1, N + 1)]
        self.den, self.api = [None] + [zeros(sizes[l + 1]) for l in range(1, N)], [None] + [zeros(sizes[l]) for l in range(1, N)]

    def step(self, x, target):
        N = self.N
        ub, ubI = self.F, self.FI
        r = [x] + [phi(ub[l]) for l in range(1, N + 1)]
        rI = [None] + [phi(ubI[l]) for l in range(1, N)]
        bas = [None] + [self.W[l] @ r[l - 1] for l in range(1, N + 1)]
        den = [None] + [self.W_IP[l] @ r[l] for l in range(1, N)]
        api = [None] + [self.B[l] @ r[l + 1] + self.B_PI[l] @ rI[l] for l in range(1, N)]
        FI = [None] + [(G_DEN * den[l] + G_NI * ub[l + 1]) / G for l in range(1, N)]
        F = [None] + [(G_BAS * bas[l] + G_API * (api[l] + self.xi[l])) / G for l in range(1, N)]
        F.append((G_BAS * bas[N] + G_TGT * target) / G)
        for l in range(1, N + 1):
            self.u[l] += DT * G * (F[l] - self.u[l])
        for l in range(1, N):
            self.uI[l] += DT * G * (FI[l] - self.uI[l])
            w = self.random.standard_normal(self.sizes[l], dtype=self.dtype)
            self.xi[l] += (-DT * self.xi[l] + np.sqrt(DT * TAU_XI, dtype=self.dtype) * self.dtype(SIGMA) * w) / TAU_XI
        for l in range(1, N + 1):
            self.E[l] += DT / TAU_LO * (np.outer(r[l] - phi(self.k[l] * self.bas[l]), self.r[l - 1]) - self.E[l])
            self.W[l] += DT * ETA_W * self.E[l]
        for l in range(1, N):
            self.W_IP[l] += DT * ETA_IP * np.outer(rI[l] - phi(self.k_I * self.den[l]), self.r[l])
            self.B_PI[l] -= DT * ETA_PI * np.outer(self.api[l], self.rI[l])
            self.B[l] += DT * ETA_B * (np.outer(self.xi[l], self.hp[l + 1]) - ALPHA * self.B[l])
        for l in range(1, N + 1):
            self.hp[l] += r[l] - self.r[l] - DT / TAU_HP * self.hp[l]
        self.F, self.FI, self.r, self.rI, self.bas, self.den, self.api = F, FI, r, rI, bas, den, api


def numpy_us(sizes, dtype):
    net = Microcircuit(sizes, dtype)
    x, t = np.full(sizes[0], 0.5, dtype), np.full(sizes[-1], 0.5, dtype)
    steps = 200 if sizes[0] > 100 else 1000
    net.step(x, t)
    start = time.process_time()
    for _ in range(steps):
        net.step(x, t)
    if not np.isfinite(net.u[-1]).all():
        raise SystemExit("the NumPy circuit diverged")
    return 1e6 * (time.process_time() - start) / steps


def apical_us(program, net, precision):
    """(held, plain)"""
    command = [program, f"--benchmark_filter=in_{precision}/{net}/", "--benchmark_counters_tabular=false"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return tuple(float(re.search(rf"{name}=([\d.]+)", text)[1]) for name in ("held_us", "plain_us"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--blocks", type=int, default=3)
    arguments = parser.parse_args()
    print("net             precision  apical, held  apical, plain  NumPy   (us a step)")
    for net, sizes in NETS.items():
        for precision, dtype in ("double", np.float64), ("float", np.float32):
            ours, rival = [], []
            for _ in range(arguments.blocks):
                ours.append(apical_us(arguments.program, net, precision))
                rival.append(numpy_us(sizes, dtype))
            held, plain = map(min, zip(*ours))
            print(f"{net:15} {precision:10} {held:12.2f} {plain:14.2f} {min(rival):6.1f}", flush=True)


if __name__ == "__main__":
    main()
