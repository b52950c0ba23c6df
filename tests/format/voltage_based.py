"""Plasticity by low-passed potentials (Clopath et al. 2010) in a network from a file, against the rule applied to the
potentials and spikes that the run has recorded; and what it cannot be combined with.

usage: voltage_based.py APICAL
"""
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np

program = os.path.abspath(sys.argv[1])
STEP, STEPS, DELAY = 0.1, 5000, 15  # ms; of the run; in steps
A_MINUS, A_PLUS, THETA, TAU_PLUS, TAU_V_MINUS, TAU_V_PLUS, W_MAX = 0.7, 1.1, -66.0, 15.0, 12.0, 6.0, 60.0

NETWORK = f"""
[run]
mode = "spiking"
duration = "{STEPS * STEP} ms"
step = "{STEP} ms"
precision = "double"
[record]
precision = "float64"
[circuit]
model = "network"
[population.source]
neuron = "parrot"
size = 3
[input.source]
kind = "poisson"
target = "source"
receptor = "spikes"
rate = "60 Hz"
weight = 1
[population.target]
neuron = "lif_current"
size = 4
I_e = ["0 pA", "200 pA", "420 pA", "600 pA"]
initial = {{ V = ["-80 mV", "-70 mV", "-60 mV", "-56 mV"] }}
[projection.learns]
source = "source"
target = "target"
receptor = "excitatory"
weight = "40 pA"
delay = "{DELAY * STEP} ms"
plasticity = "voltage_based"
delay_on = "axon"
A_minus = {A_MINUS}
A_plus = {A_PLUS}
theta_minus = "{THETA} mV"
tau_plus = "{TAU_PLUS} ms"
tau_V_minus = "{TAU_V_MINUS} ms"
tau_V_plus = "{TAU_V_PLUS} ms"
w_max = "{W_MAX} pA"
[trace.V]
population = "target"
column = "V"
every = "{STEP} ms"
[trace.V_minus]
population = "target"
column = "V_minus"
every = "{STEP} ms"
"""


def call(text, *more):
    with open("network.toml", "w") as file:
        file.write(text)
    return subprocess.run([program, "run", "network.toml", "--out", "run.h5", "--force", "--progress", "none", *more],
                          capture_output=True, text=True)


def trains(file, population, cells):
    """Steps of every cell's spikes."""
    spikes = file["spikes"][population]
    steps = np.rint(spikes["timestamps"][()] / STEP).astype(int)
    return [set(steps[spikes["node_ids"][()] == cell]) for cell in range(cells)]


def check_numbers():
    done = call(NETWORK)
    assert done.returncode == 0, done.stderr
    with h5py.File("run.h5") as file:
        V = file["trace/V/V"][()].reshape(-1, 4)
        recorded = file["trace/V_minus/V_minus"][()].reshape(-1, 4)
        pre, post = trains(file, "source", 3), trains(file, "target", 4)
        final = {name: file["final/learns"][name][()] for name in ("source", "target", "weight")}
    assert len(V) in (STEPS, STEPS + 1) and len(post[0]) == 0 and len(post[3]) > 20, [len(train) for train in post]
    low, high = np.empty_like(V), np.empty_like(V)
    low[0] = high[0] = V[0]  # they begin at the potential
    for n in range(1, len(V)):
        low[n] = low[n - 1] + (V[n] - low[n - 1]) * -np.expm1(-STEP / TAU_V_MINUS)
        high[n] = high[n - 1] + (V[n] - high[n - 1]) * -np.expm1(-STEP / TAU_V_PLUS)
    np.testing.assert_allclose(recorded, low, rtol=1e-12)
    changed = 0
    for source, target, weight in zip(*final.values()):
        w, trace = 40.0, 0.0
        for n in range(1, len(V)):
            trace *= np.exp(-STEP / TAU_PLUS)
            arrives = n - DELAY in pre[source]
            if arrives:
                w = np.clip(w - A_MINUS * max(low[n, target] - THETA, 0), 0, W_MAX)
            if n in post[target]:
                w = np.clip(w + A_PLUS * trace * max(high[n, target] - THETA, 0), 0, W_MAX)
            trace += arrives
        if STEPS - DELAY not in pre[source] and STEPS not in post[target]:
            np.testing.assert_allclose(weight, w, rtol=1e-10, err_msg=f"{source} to {target}")
            changed += weight not in (0, 40, W_MAX)
    assert changed >= 3, final["weight"]


def check_refusals():
    for old, new, *words in (
            ('delay_on = "axon"', "", "projection.learns", "axonal delay"),
            ('delay_on = "axon"', 'delay_on = "dendrite"', "projection.learns.delay_on", "axonal delay"),
            (f'tau_V_minus = "{TAU_V_MINUS} ms"', 'tau_V_minus = "0 ms"', "projection.learns", "expected more than 0"),
            (f'w_max = "{W_MAX} pA"', "w_max = 60", "projection.learns.w_max", "pA"),
            (f'w_max = "{W_MAX} pA"', 'w_max = "60 mV"', "projection.learns.w_max", "pA"),
            ('target = "target"\nreceptor = "excitatory"\nweight = "40 pA"', 'target = "source"\nreceptor = "spikes"\nweight = 40',
             "projection.learns.plasticity", "low-passes V", "'source'")):
        text = NETWORK.replace(old, new)
        assert text != NETWORK, old
        if "source" in words[-1]:
            text = text.replace(f'w_max = "{W_MAX} pA"', "w_max = 60")
        done = call(text)
        assert done.returncode == 2 and all(word in done.stderr for word in words), (new, done.stderr)
    begin = NETWORK.index("[projection.learns]")
    end = NETWORK.index("[trace.V]")
    other = NETWORK[begin:end].replace("learns", "too")
    assert call(NETWORK + other).returncode == 0
    done = call(NETWORK + other.replace(f'"{TAU_V_PLUS} ms"', '"7 ms"'))
    assert done.returncode == 2 and "projection.too.plasticity" in done.stderr and "6 ms already" in done.stderr, done.stderr
    done = call(NETWORK, "--set", "guard.largest_weight=39")
    assert done.returncode == 1 and "guard.largest_weight = 39" in done.stderr and "learns" in done.stderr, done.stderr


def check_weights_go_on():
    """What is in /final is a list of synapses that another network reads."""
    assert call(NETWORK).returncode == 0
    os.rename("run.h5", "before.h5")
    with h5py.File("before.h5") as file:
        before = file["final/learns/weight"][()]
    text = NETWORK.replace('weight = "40 pA"', 'rule = "list"\nfile = "before.h5"\ngroup = "/final/learns"')
    done = call(text, "--set", "run.duration=100 ms", "--set", "input.source.rate=0 Hz")
    assert done.returncode == 0, done.stderr
    with h5py.File("run.h5") as file:
        np.testing.assert_array_equal(file["final/learns/weight"][()], before)


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    check_numbers()
    check_refusals()
    check_weights_go_on()
