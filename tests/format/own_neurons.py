"""Cells that fire as an experiment file says: written as text, shipped neurons have the numbers of the shipped neurons, whatever
the threads and however often a run is stopped; steppers are those of a few lines of numpy; and what is wrong with one is named at
its character.

usage: own_neurons.py APICAL NETWORKS
"""
import os
import re
import subprocess
import sys
import tempfile
import time

import numpy as np

from as_text import call, data, program, run

networks = os.path.abspath(sys.argv[2])

NETWORK = """
input.noise = { target = "E", receptor = "RECEPTOR", rate = "4000 Hz", weight = "WEIGHT" }
input.current = { target = "E", kind = "current", receptor = "current", amplitude = "CURRENT" }
projection.EE = { source = "E", target = "E", receptor = "RECEPTOR", rule = "in_degree", count = 10, weight = "WEIGHT", delay = "1.5 ms" }
trace.V = { population = "E", column = "V", every = "1 ms" }
[run]
mode = "spiking"
duration = "250 ms"
step = "0.1 ms"
precision = "double"
[record]
precision = "float64"
[circuit]
model = "network"
[population.E]
neuron = "NEURON"
size = 70
PARAMETERS
"""
MEMBRANE = """
fires = "V >= V_th"
reset.V = "V_reset"
refractory = "t_ref"
initial.V = "E_L"
NUMBERS E_L = -70 mV, V_th = -55 mV, V_reset = -70 mV, t_ref = 2 ms, C_m = 250 pF, I_e = 0 pA
"""
DECAYS = """inputs = { current = "pA" }
receptors = { excitatory = { unit = "%s", tau = "tau_excitatory" }, inhibitory = { unit = "%s", tau = "tau_inhibitory" } }
"""
IZHIKEVICH_NEXT = "V + dt / 2 * ((k_2 * V + k_1) * V + (k_0 - u + I_e + current))"
IZHIKEVICH_WHOLE = (f"({IZHIKEVICH_NEXT}) + dt / 2 * ((k_2 * ({IZHIKEVICH_NEXT}) + k_1) * ({IZHIKEVICH_NEXT}) + "
                    "(k_0 - u + I_e + current)) + delta")
# Of a shipped neuron: its text, further keys of the population, receptor, weight, current, and how far potentials and times are off.
CELLS = {
    # The exact step of Rotter & Diesmann, whose coefficients are written here as C++ works them out: e^(-dt/tau) and so on.
    "lif_current": ("""
next.V = "exp(-dt / tau_m) * V + (1 - exp(-dt / tau_m)) * (E_L + I_e * tau_m / C_m) \
+ tau_m * tau_excitatory / C_m / (tau_m - tau_excitatory) * (exp(-dt / tau_m) - exp(-dt / tau_excitatory)) * excitatory \
+ tau_m * tau_inhibitory / C_m / (tau_m - tau_inhibitory) * (exp(-dt / tau_m) - exp(-dt / tau_inhibitory)) * inhibitory \
+ (1 - exp(-dt / tau_m)) * tau_m / C_m * current"
NUMBERS tau_m = 10 ms, tau_excitatory = 2 ms, tau_inhibitory = 3 ms
""" + DECAYS % ("pA", "pA") + MEMBRANE, 'tau_inhibitory = "3 ms"\nI_e = { uniform = ["100 pA", "300 pA"] }', "excitatory", "40 pA",
                    "50 pA", 1e-9),
    # Exponential Euler with the conductances of a step's beginning, as in C++.
    "lif_conductance": ("""
state.V = "(g_L * (E_L - V) + excitatory * (E_excitatory - V) + inhibitory * (E_inhibitory - V) + I_e + current) / C_m"
NUMBERS g_L = 10 nS, E_excitatory = 0 mV, E_inhibitory = -80 mV, tau_excitatory = 5 ms, tau_inhibitory = 10 ms
""" + DECAYS % ("nS", "nS") + MEMBRANE, 'g_L = { uniform = ["8 nS", "12 nS"] }\nt_ref = "1 ms"', "excitatory", "0.6 nS", "50 pA",
                        1e-9),
    # The scheme of the paper's program: the bits are those of C++.
    "izhikevich": (f"""
inputs = {{ delta = "mV", current = "mV/ms" }}
next.V = "{IZHIKEVICH_WHOLE}"
next.u = "u + dt * a * (b * ({IZHIKEVICH_WHOLE}) - u)"
initial = {{ V = "c", u = "b * c" }}
fires = "V >= V_peak"
reset = {{ V = "c", u = "u + d" }}
NUMBERS a = 0.02 1/ms, b = 0.2 1/ms, c = -65 mV, d = 8 mV/ms, V_peak = 30 mV, \
I_e = 0 mV/ms, k_0 = 140 mV/ms, k_1 = 5 1/ms, k_2 = 0.04 1/mV/ms
""", 'a = "0.05 1/ms"\nd = { uniform = ["1 mV/ms", "3 mV/ms"] }\ninitial = { V = { uniform = ["-70 mV", "-50 mV"] } }', "delta",
                   "0.7 mV", "4 mV/ms", 0),
    # Runge and Kutta, with synapses as they are, exactly, within a step.
    "adex_conductance": ("""
stepper = "rk4"
state.V = "(g_L * (delta_T * exp((min(V, V_peak) - V_T) / delta_T) - (min(V, V_peak) - E_L)) - w \
+ I_e + current + excitatory * (E_excitatory - min(V, V_peak)) + inhibitory * (E_inhibitory - min(V, V_peak))) / C_m"
state.w = "(a * (min(V, V_peak) - E_L) - w) / tau_w"
initial = { V = "E_L", w = "0 pA" }
fires = "V >= V_peak"
reset = { V = "V_reset", w = "w + b" }
refractory = "t_ref"
NUMBERS C_m = 281 pF, g_L = 30 nS, E_L = -70.6 mV, V_T = -50.4 mV, delta_T = 2 mV, \
V_peak = 20 mV, V_reset = -70.6 mV, t_ref = 0 ms, a = 4 nS, b = 80.5 pA, tau_w = 144 ms, I_e = 0 pA, \
E_excitatory = 0 mV, E_inhibitory = -80 mV, tau_excitatory = 5 ms, tau_inhibitory = 10 ms
""" + DECAYS % ("nS", "nS"), 't_ref = "2 ms"\nb = { uniform = ["20 pA", "80 pA"] }', "excitatory", "1 nS", "300 pA", 1e-9),
}


def with_numbers(text):
    """The text with every line of parameters as it stands in a file: one a line."""
    return re.sub("NUMBERS (.*)", lambda found: re.sub(r"(\w+) = ([^,]+)(, )?", r'\1 = "\2"\n', found[1]), text)


def same(one, other, tolerance=0):
    assert set(one) == set(other), set(one) ^ set(other)
    for name in one:
        if tolerance and one[name].dtype.kind == "f":
            np.testing.assert_allclose(one[name], other[name], rtol=tolerance, atol=tolerance, err_msg=name)
        else:
            np.testing.assert_array_equal(one[name], other[name], name)


def network(name):
    text = NETWORK
    for word, of_cell in zip(("PARAMETERS", "RECEPTOR", "WEIGHT", "CURRENT"), CELLS[name][1:5]):
        text = text.replace(word, of_cell)
    return text


def shipped(name):
    return network(name).replace("NEURON", name)


def written(name):
    return network(name).replace("NEURON", "mine") + "[neuron.mine]" + with_numbers(CELLS[name][0])


def check_shipped():
    for name, (*_, tolerance) in CELLS.items():
        of_shipped = run(shipped(name))
        assert len(of_shipped["spikes/E/timestamps"]) > 150, (name, len(of_shipped["spikes/E/timestamps"]))
        same(of_shipped, run(written(name)), tolerance)
    mine = written("izhikevich")
    whole = run(mine)
    same(whole, run(mine, "run.threads=2"))
    same(run(shipped("izhikevich"), "run.precision=float"), run(mine, "run.precision=float"))
    # The same numbers in all cells; and a run in two parts.
    whole = run(written("adex_conductance"), "population.E.b=60 pA")
    same(run(shipped("adex_conductance"), "population.E.b=60 pA"), whole, 1e-9)
    run(written("adex_conductance"), "population.E.b=60 pA", "run.duration=137 ms", "checkpoint.keep=true", out="parts.h5")
    subprocess.run([program, "resume", "parts.h5.checkpoint", "--set", "run.duration=250 ms", "--progress", "none"], check=True,
                   stdout=subprocess.DEVNULL)
    for name in ("spikes/E/timestamps", "spikes/E/node_ids"):
        np.testing.assert_array_equal(data("parts.h5")[name], whole[name])


LEAKY = """
[run]
mode = "spiking"
duration = "60 ms"
step = "0.5 ms"
precision = "double"
[record]
precision = "float64"
[circuit]
model = "network"
[population.source]
neuron = "parrot"
size = 1
[input.source]
kind = "regular"
target = "source"
receptor = "spikes"
interval = "7 ms"
weight = 1
"""
# C du/dt = g_L (E_L - u) + g (E_g - u) + w, dw/dt = (a (u - E_L) - w) / tau_w, with a g that decays by itself.
OF_SCHEME = """
[population.SCHEME]
neuron = "leaky_SCHEME"
size = 3
g_L = ["10 nS", "12 nS", "20 nS"]
[projection.SCHEME]
source = "source"
target = "SCHEME"
receptor = "g"
weight = "40 nS"
delay = "1 ms"
[trace.SCHEME]
population = "SCHEME"
column = "u"
every = "0.5 ms"
[neuron.leaky_SCHEME]
receptors = { g = { unit = "nS", tau = "tau_g" } }
state.u = "(g_L * (E_L - u) + g * (E_g - u) - w) / C_m"
state.w = "(a * (u - E_L) - w) / tau_w"
stepper = "SCHEME"
initial = { u = "E_L", w = "0 pA" }
fires = "u >= V_th && u > E_L"
reset = { u = "V_r", w = "w + b" }
refractory = "t_ref"
NUMBERS tau_g = 5 ms, g_L = 10 nS, C_m = 200 pF, E_L = -70 mV, E_g = 0 mV, V_th = -55 mV, V_r = -72 mV, t_ref = 2 ms, a = 3 nS, b = 20 pA, tau_w = 30 ms
"""


def leaky(scheme, arrivals, dt=0.5):
    """Potentials of the three cells after every step, and the steps and cells of spikes."""
    g_L, g, left = np.array([10.0, 12, 20]), 0.0, np.zeros(3)
    x = np.array([np.full(3, -70.0), np.zeros(3)])

    def slope(x, g):
        return np.array([(g_L * (-70 - x[0]) - g * x[0] - x[1]) / 200, (3 * (x[0] + 70) - x[1]) / 30])

    potentials, spikes = [], []
    for step in range(1, 121):
        half, end = g * np.exp(-dt / 10), g * np.exp(-dt / 5)
        if scheme == "euler":
            there = x + dt * slope(x, g)
        elif scheme == "exponential_euler":
            rates = np.array([-(g_L + g) / 200, np.full(3, -1 / 30)])
            there = x + slope(x, g) * (np.exp(dt * rates) - 1) / rates
        else:
            k1 = slope(x, g)
            k2 = slope(x + dt / 2 * k1, half)
            k3 = slope(x + dt / 2 * k2, half)
            k4 = slope(x + dt * k3, end)
            there = x + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        fires = (there[0] >= -55) & (left == 0)
        held = fires | (left > 0)
        x = np.array([np.where(held, -72.0, there[0]), np.where(fires, there[1] + 20, there[1])])
        left = np.where(fires, 4, np.maximum(left - 1, 0))
        spikes += [(step, cell) for cell in np.flatnonzero(fires)]
        g = end + 40.0 * (step in arrivals)
        potentials.append(x[0])
    return np.array(potentials), np.array(spikes)


def check_steppers():
    schemes = ["exponential_euler", "euler", "rk4"]
    found = run(LEAKY + "".join(with_numbers(OF_SCHEME).replace("SCHEME", scheme) for scheme in schemes))
    arrivals = set(np.rint(found["spikes/source/timestamps"] / 0.5).astype(int) + 2)
    for scheme in schemes:
        potentials, spikes = leaky(scheme, arrivals)
        assert len(spikes) > 5
        np.testing.assert_array_equal(np.rint(found[f"spikes/{scheme}/timestamps"] / 0.5).astype(int), spikes[:, 0])
        np.testing.assert_array_equal(found[f"spikes/{scheme}/node_ids"], spikes[:, 1])
        recorded = found[f"trace/{scheme}/u"][:, :, 0]  # seen before each step
        np.testing.assert_allclose(recorded[1:], potentials[:len(recorded) - 1], rtol=1e-11, err_msg=scheme)


GRADED = """
[neuron.mine]
inputs = { basal = "1" }
state.soma = "(basal - soma) / tau"
signals = { drive = "soma", rate = "max(drive - theta, 0)" }
tau = "10 ms"
theta = 0
"""


def graded():
    with open(os.path.join(networks, "rules_as_text.toml")) as file:
        text = file.read()
    return text, text.replace('neuron = "leaky"\nsize = 100\nactivation = "relu"', 'neuron = "mine"\nsize = 100') + GRADED


def check_graded():
    text, mine = graded()
    assert mine.count('"mine"') == 1
    changes = ["run.precision=double", "record.precision=float64", "record.accuracy_samples=64", "run.threads=1",
               "record.metrics=start and end", "population.hidden.tau=20 ms"]
    in_time = ["run.mode=continuous", "run.step=1 ms", "run.presentation=20 ms"]
    for more in (["run.samples=320"], ["run.samples=32", *in_time]):
        of_shipped, found = run(text, *changes, *more), run(mine, *changes, *more)
        assert np.any(found["weights/W1"][0] != found["weights/W1"][-1])
        # What is compared with backpropagation needs the slope of the activation, which a text does not give.
        missing = {f"metrics/{name}" for name in ("cosine_sgd", "gain_sgd")} | {"spectra/cosine_dW_W", "spectra/cosine_sgd_W"}
        assert set(of_shipped) - set(found) <= missing, set(of_shipped) - set(found)
        same({name: of_shipped[name] for name in found}, found, 1e-9)


def refused(text, *words, place=None, changes=()):
    done = call(text, *changes)
    assert done.returncode == 2, (done.returncode, done.stderr)
    for word in words:
        assert word in done.stderr, (word, done.stderr)
    if place is not None:
        line, column = (int(number) for number in re.search(r"network\.toml:(\d+):(\d+): ", done.stderr).groups())
        assert text.splitlines()[line - 1][column - 1:].startswith(place), (place, done.stderr)


def check_errors():
    def wrong(name, old, new, *words, place=None):
        mine = written(name)
        begin = mine.index("[neuron.mine]") if old != '"mine"' else 0
        assert old in mine[begin:], old
        refused(mine[:begin] + mine[begin:].replace(old, new, 1), *words, place=place)

    cell, two = "lif_conductance", "izhikevich"
    fires = 'fires = "V >= V_th"'
    wrong(cell, fires, 'fires = "V >= C_m"', "neuron.mine.fires: found mV >= pF", place=">= C_m")
    wrong(cell, fires, 'fires = "V"', "a condition", place='V"')
    wrong(cell, fires, 'fires = "V >= V_thh"', "found 'V_thh'", "did you mean 'V_th'?", place="V_thh")
    wrong(cell, fires, "", "neuron.mine.initial", "fires = ", "graded cells have no such key")
    wrong(cell, fires, "fires = true", "neuron.mine.fires", "expected an expression")
    wrong(cell, fires, 'fires = "previous(V) >= V_th"', "previous(V)", "goes from one step to the next")
    wrong(cell, fires, 'fires = "V >= basal"', "found 'basal'")
    wrong(cell, "(E_L - V)", "(E_L - g_L)", "neuron.mine.state.V: found mV - nS", place="- g_L")
    wrong(cell, "+ I_e", "+ V", "found pA + mV", place="+ V")
    wrong(cell, ' / C_m"', '"', "found a number in pA, expected a number in mV/ms")
    wrong(cell, ' / C_m"', ' / C_m', "text that is not TOML")  # a text that is cut off
    wrong(cell, ' / C_m"', ' / "', "found the end")
    wrong(cell, "g_L * (E_L - V)", "g_L * exp(V / 1 mV) * 1 mV", "a slope that is not linear in 'V'", "euler", place="exp(")
    wrong(cell, "g_L * (E_L - V)", "g_L * (E_L - V) * V / E_L", "a slope that is not linear in 'V'", place="* V /")
    wrong(cell, "reset.V", "reset.u", "neuron.mine.reset.u", "did you mean", "V")
    wrong(cell, 'reset.V = "V_reset"', "", "neuron.mine.reset: found nothing")
    wrong(cell, 'reset.V = "V_reset"', 'reset.V = "I_e"', "found a number in pA, expected a number in mV")
    wrong(cell, 'initial.V = "E_L"', "", "neuron.mine.initial.V: found nothing")
    wrong(cell, 'initial.V = "E_L"', 'initial.V = "V"', "found 'V'")  # a state that begins with itself
    wrong(cell, 'initial.V = "E_L"', 'initial = 3', "neuron.mine.initial: found an integer")
    wrong(cell, 'initial.V = "E_L"', 'initial.V = "E_L * (0 / 0)"', "a constant that is", place="*")
    wrong(cell, 'unit = "nS"', 'unit = "nSS"', "'nSS' is no unit")
    wrong(cell, 'unit = "nS"', 'unit = "uS"', "expected nS")
    wrong(cell, 'unit = "nS", ', "", "neuron.mine.receptors.excitatory.unit: found nothing")
    wrong(cell, 'current = "pA"', 'V = "pA"', "neuron.mine.state.V: found 'V'", "a name beside those")
    wrong(cell, 'current = "pA"', 'exp = "pA"', "expressions have this one")
    wrong(cell, "refractory =", "refractry =", "did you mean 'refractory'?")
    wrong(cell, 'tau_excitatory = "5 ms"', 'tau_excitatory = "0 ms"', "time constant of 'excitatory' is 0 ms", "more than 0")
    wrong(cell, "g_L =", "size =", "populations have a key of this one")
    wrong(cell, '"mine"', '"mein"', "population.E.neuron", "mine")
    wrong(cell, "[neuron.mine]", "[neuron.adex_current]", "a name that no neuron has yet")
    refused(written(cell).replace('t_ref = "1 ms"', 't_ref = "0.05 ms"'), "no whole number of steps")
    wrong(two, 'fires = "V', 'stepper = "heun"\nfires = "V', "neuron.mine.stepper", "euler, rk4")
    wrong(two, '"u + d"', '"u + c"', "found mV/ms + mV", place="+ c")
    wrong(two, "next.V", "state.V", "found a number in mV, expected a number in mV/ms")
    wrong(two, 'reset = { V = "c", u = "u + d" }', 'reset = { V = "' + 100000 * "(" + '" }', "a longer text")
    wrong(two, 'reset = { V = "c", u = "u + d" }', 'reset = { V = "' + 60000 * "(" + '" }', "deeper nesting")
    wrong(two, '"u + d"', '"%s"' % " + ".join(["u"] + [f"{k} mV / 1 ms" for k in range(1, 700)]), "a longer expression")
    long = " * ".join(f"tanh(V / ({k} mV))" for k in range(1, 200))
    wrong("adex_conductance", "(a * (min(V, V_peak) - E_L) - w) / tau_w", f"({long}) * w / tau_w", "more than a step can hold")
    refused(written(cell).replace("size = 70", 'size = 70\ncompartments = ["V"]'), "compartment of this one")
    refused(written(cell).replace("size = 70", "size = 70\nE_L = 3"), "population.E.E_L", "mV")
    refused(written(cell).replace("size = 70", 'size = 70\nE_L = [ "3 mV" ]'), "70")
    mine = graded()[1]
    refused(mine.replace("(basal - soma)", "(basal - soma * soma)"), "a slope that is not linear in 'soma'", place="* soma)")
    refused(mine.replace("(basal - soma)", "(basal - 0)"), "a slope without 'soma'")
    refused(mine.replace("(basal - soma)", "(basal + soma)"), "a rate of 0.1 1/ms", "decays", "in population.hidden")
    refused(mine.replace("(basal - soma)", "(basal - soma * basal)"), "found 'basal'")
    refused(mine.replace("theta = 0", 'theta = "2 mV"'), "found 1 - mV", place="- theta")
    refused(mine.replace("max(drive", "max(rate"), "neuron.mine.signals.rate: found 'rate'", place="rate - theta")  # itself
    refused(mine.replace('basal = "1"', 'basal = "mV"'), "columns of graded cells are pure numbers")
    refused(written(cell), "population.E", "a division by 0", changes=["population.E.C_m=0 pF"])  # a division by 0, of parameters


def check_hostile_runs():
    # Divisions by zero of columns are what they are in C++, and a state that is no number is named; many cells.
    mine = written("lif_conductance").replace("g_L * (E_L - V)", "g_L * (E_L - V) * (0 pA / (I_e + current - current))", 1)
    done = call(mine, "run.duration=5 ms")
    assert done.returncode == 1 and re.search(r"E: V of unit 0, lane 0 became -?nan at 5 ms", done.stderr), done.stderr
    many = re.sub("projection.EE.*\n", "", written("izhikevich")).replace("4000 Hz", "40 Hz")
    found = run(many, "population.E.size=100000", "run.duration=1 ms", "run.threads=2", "run.precision=float")
    assert found["trace/V/V"].shape[1] == 100000 and np.all(np.isfinite(found["trace/V/V"]))


def check_descriptions():
    done = call(written("adex_conductance"), command="describe")
    assert done.returncode == 0, done.stderr
    for word in ("Neurons:\n  mine: dV/dt = (g_L *", "fires where V >= V_peak, V <- V_reset, w <- w + b", "select(condition, a, b)"):
        assert word in done.stdout, (word, done.stdout)


def check_example():
    with open(os.path.join(networks, "neurons_as_text.toml")) as file:
        text = file.read()
    fatigued = len(run(text, "run.duration=300 ms")["spikes/E/timestamps"])
    fresh = len(run(text, "run.duration=300 ms", "population.E.jump=0 mV")["spikes/E/timestamps"])
    assert 500 < fatigued < 0.9 * fresh, (fatigued, fresh)


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    for check in (check_shipped, check_steppers, check_graded, check_errors, check_hostile_runs, check_descriptions, check_example):
        begin = time.monotonic()
        check()
        print(f"{check.__name__}: {time.monotonic() - begin:.1f} s")
