"""Rules that an experiment file writes as text: those of the shipped rules are the shipped rules, bit for bit, whatever the
threads and however often a run is stopped; and what is wrong with one is named at its character.

usage: own_rules.py APICAL NETWORKS
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


def same(one, other, changed):
    """The same numbers, and something has been learned."""
    assert set(one) == set(other), set(one) ^ set(other)
    for name in one:
        np.testing.assert_array_equal(one[name], other[name], name)
    for name in changed:
        assert np.all(np.isfinite(one[name][-1])) and np.any(one[name][-1] != one[name][0]), name


DECAYING = 'pre = "rate"\ngain = "eta"\ndecay = "eta * gamma"\neta = 1\ngamma = 0\n'
SIGNALS = {
    "apical_steered_masked": 'post = "select(soma > 0, 1, 0) * apical"\n' + DECAYING,
    "apical_steered": 'post = "apical"\n' + DECAYING,
    "lateral_steered": 'terms = [{ post = "lateral", pre = "rate", gain = "eta" }]\ndecay = "eta * gamma"\neta = 1\ngamma = 0\n',
    "basal_steered": 'post = "basal"\n' + DECAYING,
    "return_steered": 'post = "gated"\n' + DECAYING,
    "hebbian": 'post = "rate"\n' + DECAYING,
    "delta": 'post = "error"\n' + DECAYING,
    "mirrored_delta": 'post = "rate"\n' + DECAYING.replace("rate", "error"),
    "dendritic_prediction": 'post = "rate - tanh(k * previous(basal))"\npre = "previous(rate)"\ngain = "eta"\neta = 0\nk = 1\n',
    "apical_silencing": 'post = "previous(apical)"\npre = "previous(rate)"\ngain = "-eta"\neta = 0\n',
}


def written(text, rules):
    """The same network with rules of its own in the place of those of these names."""
    for name, rule in rules.items():
        text = re.sub(rf'plasticity = "{name}"\n(activation = "\w+"\n)?', f'plasticity = "my_{name}"\n', text)
        text += f"\n[rule.my_{name}]\n{rule}"
    return text


def of_projection(text, name, old, new):
    begin = text.index(f"[projection.{name}]")
    return text[:begin] + text[begin:].replace(old, new, 1)


def check_signals():
    with open(os.path.join(networks, "self_assembly_digits.toml")) as file:
        digits = file.read()
    changes = ["run.samples=160", "run.threads=1", "record.spectra=never", "record.accuracy_samples=64"]
    layers = ["weights/W1", "weights/W2", "weights/W3", "weights/V1", "weights/Vbar2", "weights/Wbar2"]
    changes += ["record.metrics=start and end", "record.weights=start and end"]
    shipped = run(digits, *changes)
    mine = written(digits, SIGNALS)
    same(shipped, run(mine, *changes), layers)
    same(shipped, run(mine, *changes[:1], "run.threads=2", *changes[2:]), layers)  # whatever the threads
    # In continuous time, with delays and a low-pass.
    in_time = ["run.mode=continuous", "run.step=1 ms", "run.presentation=10 ms", "run.samples=48", *changes[1:]]
    in_time += [f"projection.{name}.{key}" for name in ("W1", "V2") for key in ("tau_plasticity=5 ms", "delay=2 ms")]
    same(run(digits, *in_time), run(mine, *in_time), layers)
    # The other rules, each where its columns are.
    for name, old, new in (("W1", '"apical_steered_masked"\nactivation = "relu"', '"dendritic_prediction"\nactivation = "tanh"\nk = 0.9'),
                           ("W2", '"apical_steered_masked"\nactivation = "relu"', '"delta"'), ("V1", "hebbian", "basal_steered"),
                           ("Vbar1", "hebbian", "apical_silencing"), ("V2", "hebbian", "mirrored_delta")):
        digits = of_projection(digits, name, old, new)
        if "silencing" in new or "prediction" in new:
            digits = of_projection(digits, name, re.search(r"gamma = \S+\n", digits[digits.index(f"[projection.{name}]"):])[0], "")
    digits = digits.replace("lateral_steered", "return_steered").replace('"lateral"', '"gated"')  # by the other name of the column
    digits = digits.replace("eta = 0.07", "eta = 0.001")
    changes.append("population.up2.local_error=true")
    same(run(digits, *changes), run(written(digits, SIGNALS), *changes), layers[:4])


# A dendrite learns to predict the spikes of its soma: a rule for signals that sees the events of a step.
PREDICTION = """
[run]
mode = "spiking"
duration = "100 ms"
step = "0.1 ms"
[record]
weights = "start and end"
[circuit]
model = "network"
[population.source]
neuron = "lif_current"
size = 3
I_e = ["700 pA", "900 pA", "1200 pA"]
traces = { psp = "10 ms" }
[population.cell]
neuron = "two_compartment"
size = 2
[projection.W]
source = "source"
signal = "psp"
target = "cell"
compartment = "basal"
weight = [0.2, 0.1, 0.05, 0.05, 0.1, 0.2]
eta = 0.01
"""
OPEN = "1 / (1 + k * exp(beta * (theta - attenuation * basal)))"
PREDICTED = f"""plasticity = "mine"
[rule.mine]
post = "(spike * (1 / dt) - phi_max * ({OPEN})) * (beta * (1 - {OPEN}))"
pre = "psp / (1 Hz)"
gain = "eta"
eta = 0
phi_max = "150 Hz"
k = 0.5
beta = {1 / 3}
theta = 15
attenuation = {600 / 630}
"""


def check_prediction():
    in_double = ["run.precision=double", "record.precision=float64"]
    shipped, mine = (run(PREDICTION + rule, *in_double) for rule in ('plasticity = "spike_prediction"', PREDICTED))
    changes = [found["weights/W"][-1] - found["weights/W"][0] for found in (shipped, mine)]
    assert np.all(changes[0] != 0) and len(shipped["spikes/cell/timestamps"]) > 10
    np.testing.assert_allclose(changes[1], changes[0], rtol=1e-9)  # the trace is counted in 1/ms, and in Hz again


SPIKES = """
[run]
mode = "spiking"
duration = "300 ms"
step = "0.1 ms"
[record]
weights = "start and end"
[circuit]
model = "network"
[population.E]
neuron = "lif_current"
size = 40
events = ["event", "burst"]
t_ref = "1 ms"
I_e = "380 pA"
[population.teacher]
neuron = "parrot"
size = 40
[input.teacher]
target = "teacher"
receptor = "spikes"
rate = "20 Hz"
weight = 1
[input.to_E]
target = "E"
receptor = "excitatory"
rate = "4000 Hz"
weight = "60 pA"
[projection.EE]
source = "E"
target = "E"
receptor = "excitatory"
rule = "in_degree"
count = 20
weight = { uniform = ["20 pA", "40 pA"] }
delay = { uniform = ["0.5 ms", "2 ms"] }
"""
BOTH = 'pre_traces = { K_plus = "tau_plus" }\npost_traces = { K_minus = "tau_minus" }\ntau_plus = "15 ms"\ntau_minus = "30 ms"\n'
PRE = 'pre_traces = { K_plus = "tau_plus" }\ntau_plus = "15 ms"\n'
UP = 'lower = 0\nupper = "w_max"\nw_max = "50 pA"\n'
PAIR = ('at_post = "lambda * w_max * power(1 - weight * (1 / w_max), mu_plus) * K_plus"\n'
        'at_pre = "-(lambda * alpha * w_max * power(weight * (1 / w_max), mu_minus) * K_minus)"\n' + UP +
        'lambda = 0.02\nalpha = 1.05\nmu_plus = 0.3\nmu_minus = 0.6\n')
TRIPLET = ('at_post = "K_plus * (w_max * A2_plus + w_max * A3_plus * o_2)"\n'
           'at_pre = "-(K_minus * (w_max * A2_minus + w_max * A3_minus * r_2))"\n' + UP +
           'A2_plus = 0.01\nA3_plus = 6e-3\nA2_minus = 7e-3\nA3_minus = 2e-3\ntau_x = "101 ms"\ntau_y = "125 ms"\n'
           'tau_plus = "16 ms"\ntau_minus = "33 ms"\n')


def nearest(traces):
    return re.sub(r'= ("tau_\w+")', r'= { tau = \1, pairing = "nearest" }', traces)


TRIPLET_TRACES = 'pre_traces = { K_plus = "tau_plus", r_2 = "tau_x" }\npost_traces = { K_minus = "tau_minus", o_2 = "tau_y" }\n'
# Of a shipped rule: the rule as text, and further keys of the projection.
EVENTS = {
    "stdp_power_law": ('at_post = "lambda * w_0^(1 - mu) * power(weight, mu) * K_plus"\n'
                       'at_pre = "-(lambda * alpha * weight * K_minus)"\nlower = 0\n' + BOTH +
                       'lambda = 0.05\nalpha = 0.5\nmu = 0.4\nw_0 = "30 pA"\n', ""),
    "stdp_pair": (PAIR + BOTH, 'delay_on = "axon"'),
    "stdp_pair_nearest": (PAIR + nearest(BOTH), ""),
    "stdp_triplet": (TRIPLET + TRIPLET_TRACES, ""),
    "stdp_triplet_nearest": (TRIPLET + nearest(TRIPLET_TRACES), ""),
    "stdp_inhibitory": ('at_post = "eta * K_plus"\nat_pre = "eta * (K_minus - 2 * rate_0 * tau)"\n' + UP +
                        'pre_traces = { K_plus = "tau" }\npost_traces = { K_minus = "tau" }\n'
                        'tau = "20 ms"\nrate_0 = "5 Hz"\neta = "0.5 pA"\n', ""),
    "error_triggered": ('at_post = "eta * amplitude * K_plus"\nlower = "-w_max"\nupper = "w_max"\nw_max = "50 pA"\n' + PRE +
                        'eta = "0.5 pA"\n', 'instructed_by = ["teacher", "E"]'),
    "burst_dependent_pairs": ('on = { event = -1, burst = 1 }\n'
                              'at_post = "eta * K_plus * select(amplitude > 0, amplitude, amplitude * p_b)"\n' + UP + PRE +
                              'eta = "0.5 pA"\np_b = 0.3\n', ""),
    "burst_dependent_pairs_running": ('on = { event = -1, burst = 1 }\n'
                                      'at_post = "eta * K_plus * select(amplitude > 0, amplitude, amplitude * burst_share)"\n' +
                                      UP + PRE + 'eta = "0.5 pA"\n', 'delay_on = "axon"'),
    "stdp_reward": ('eligibility = "tau_e"\nat_post = "eta * K_plus"\nat_pre = "-(eta * alpha * K_minus)"\n' + UP + BOTH +
                    'eta = "0.5 pA"\nalpha = 0.9\ntau_e = "200 ms"\n', 'rewarded_by = "teacher"'),
    "voltage_based": ('at_post = "A_plus * K_plus * max(V_plus - theta_minus, 0)"\n'
                      'at_pre = "-(A_minus * max(V_minus - theta_minus, 0))"\n' + UP + PRE +
                      'filters = { V_minus = { of = "V", tau = "tau_V_minus" }, V_plus = { of = "V", tau = "tau_V_plus" } }\n'
                      'A_minus = "0.02 pA/mV"\nA_plus = "0.03 pA/mV"\ntheta_minus = "-66 mV"\n'
                      'tau_V_minus = "10 ms"\ntau_V_plus = "7 ms"\n', 'delay_on = "axon"'),
}


def with_rule(name):
    """The network with the shipped rule, and with its text: its numbers are those of the text."""
    rule, keys = EVENTS[name]
    numbers = "".join(line + "\n" for line in rule.splitlines() if re.match(r'\w+ = "?-?[\d.]', line)
                      and not re.match("lower|upper", line))
    plain = re.sub(r'"([-.\d]+) pA(/mV)?"', lambda m: m[1] if m[2] else m[0], numbers)
    plain = re.sub(r'^eta = "([.\d]+) pA"', r"eta = \1", plain, flags=re.M)
    return (SPIKES + f'plasticity = "{name}"\n{keys}\n{plain}',
            SPIKES + f'plasticity = "mine"\n{keys}\n{numbers}[rule.mine]\n{rule}')


def check_spikes():
    changed = ["synapses/EE/weight"]
    for name in EVENTS:
        shipped, mine = with_rule(name)
        same(run(shipped), run(mine), changed)
    shipped, mine = with_rule("stdp_triplet")
    in_double = ["run.precision=double", "record.precision=float64"]
    same(run(shipped, *in_double), run(mine, *in_double), changed)
    # Whatever the threads, and in two parts.
    whole = run(mine)
    same(whole, run(mine, "run.threads=2"), changed)
    run(mine, "run.duration=137 ms", "checkpoint.keep=true", out="parts.h5")
    subprocess.run([program, "resume", "parts.h5.checkpoint", "--set", "run.duration=300 ms", "--progress", "none"], check=True,
                   stdout=subprocess.DEVNULL)
    parts = data("parts.h5")
    np.testing.assert_array_equal(parts["synapses/EE/weight"][-1], whole["synapses/EE/weight"][-1])


def refused(text, *words, place=None):
    done = call(text)
    assert done.returncode == 2, (done.returncode, done.stderr)
    for word in words:
        assert word in done.stderr, (word, done.stderr)
    if place is not None:
        line, column = re.search(r"network\.toml:(\d+):(\d+): ", done.stderr).groups()
        found = text.splitlines()[int(line) - 1][int(column) - 1:]
        assert found.startswith(place), (place, found, done.stderr)


def check_errors():
    def change(name, old, new):
        mine = with_rule(name)[1]
        assert mine.count(old) >= 1, old
        begin = mine.index("[rule.mine]")
        return mine[:begin] + mine[begin:].replace(old, new, 1)

    def wrong(new, *words, place=None):
        refused(change("stdp_power_law", '"-(lambda * alpha * weight * K_minus)"', new), *words, place=place)

    wrong('"weight + 3 nS"', "rule.mine.at_pre: found pA + nS, expected numbers of the same dimension",
          "in projection.EE", place="+ 3 nS")
    wrong('"""\\\n  lambda * weight\n  + V"""', "found pA + mV", place="+ V")
    wrong("'lambda * weight + V'", "found pA + mV", place="+ V")
    wrong('"lambda *\\tweight + V"', "found pA + mV", place="+ V")
    wrong('"lambda * K_minus"', "found a pure number, expected a number in pA", place="* K")
    wrong('"lambda * wieght"', "found 'wieght'", "did you mean 'weight'?", place="wieght")
    wrong('"lambda * exp(weight)"', "an argument that is a pure number", place="weight)")
    wrong('"lambda * max(weight)"', "1 argument of 'max'", place="max(")
    wrong('""', "found an empty text")
    wrong('"weight *"', "found the end", place='"')
    wrong('"' + 100000 * "(" + '"', "a longer text")
    wrong('"' + 60000 * "(" + '"', "deeper nesting")
    wrong('"weight * (0 / 0)"', "a constant that is", place="/ 0")
    wrong('"weight * amplitude"', "found 'amplitude'", "at_post")
    wrong('"weight * previous(V) / (1 mV)"', "not of the step before")
    wrong("true", "rule.mine.at_pre", "expected an expression")
    wrong('"weight"\npost = "rate"', "rule.mine.post", "beside at_post and at_pre")
    wrong('"weight"\nlambda_2 = "3 mVV"', "rule.mine.lambda_2", "'mVV' is no unit")
    wrong('"weight"\nat_prr = "weight"', "rule.mine.at_prr", "did you mean 'at_pre'?")
    wrong('"weight"\nexp = 2', "rule.mine.exp", "expressions have this one")
    wrong('"weight"\nscale = 2', "rule.mine.scale", "projections have a key of this one")
    wrong('"weight"\nV = 2', "'V', a name of the rule's own", "column of this one")
    refused(with_rule("stdp_power_law")[1].replace('lambda = 0.05', 'lambda = "0.05 ms"', 1), "projection.EE.lambda")
    refused(with_rule("stdp_power_law")[1].replace("[rule.mine]", "[rule.stdp_pair]"), "a name that no rule has yet")
    refused(with_rule("stdp_power_law")[1].replace('"mine"', '"mein"'), "projection.EE.plasticity", "mine")
    refused(with_rule("stdp_power_law")[1].replace('"mine"', '"hebbian"'), "a rule for signals")
    with open(os.path.join(networks, "self_assembly_digits.toml")) as file:
        digits = file.read()
    mine = written(digits, SIGNALS)
    refused(mine.replace('"select(soma > 0, 1, 0) * apical"', '"apicl"'), "rule.my_apical_steered_masked.post: found 'apicl'",
            "did you mean 'apical'?", "in projection.W1", place="apicl")
    refused(mine.replace('post = "apical"', ""), "rule.my_apical_steered.post: found nothing")
    refused(mine.replace('post = "apical"', 'post = "apical"\nat_post = "1"'), "my_apical_steered.post")
    refused(mine.replace('gain = "eta"', 'gain = "eta * rate"'), "found 'rate'", "one of eta, gamma")
    refused(mine.replace('decay = "eta * gamma"', 'decay = -1'), "decay", "0 or more")
    # Division by zero and overflow while it runs are what they are in C++: something is not finite, and that is said.
    done = call(mine.replace('"select(soma > 0, 1, 0) * apical"', '"1 / (0 * apical)"'), "run.samples=64")
    assert done.returncode == 1 and re.search(r"became -?(nan|inf)", done.stderr), (done.returncode, done.stderr)


def check_descriptions():
    done = call(with_rule("stdp_power_law")[1], command="describe")
    assert done.returncode == 0, done.stderr
    for word in ("mine", "at post: w += lambda * w_0^(1 - mu) * power(weight, mu) * K_plus", "select(condition, a, b)"):
        assert word in done.stdout, (word, done.stdout)


def check_example():
    with open(os.path.join(networks, "rules_as_text.toml")) as file:
        text = file.read()
    found = run(text, "run.epochs=3", "record.metrics=start and end", "run.threads=1")
    assert found["metrics/test_accuracy"][-1] > 0.85, found["metrics/test_accuracy"]


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    for check in (check_signals, check_prediction, check_spikes, check_errors, check_descriptions, check_example):
        begin = time.monotonic()
        check()
        print(f"{check.__name__}: {time.monotonic() - begin:.1f} s")
