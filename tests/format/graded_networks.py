"""Graded cells in networks from a file: a circuit said so is the circuit of the model, bit for bit, and their equations are
those of a few lines of numpy, beside cells that fire as well.

usage: graded_networks.py APICAL MODELS
"""
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

from as_text import program, start

models = os.path.abspath(sys.argv[2])


def network(name):
    return os.path.join(models, "networks", name + ".toml")


def run(experiment, *changes, out="run.h5"):
    done = start(experiment, *changes, out=out)
    assert done.returncode == 0, done.stderr
    return data(out)


def data(path):
    """All data sets but the experiment itself."""
    found = {}
    with h5py.File(path) as f:
        f.visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    found.pop("config")
    return found


def same(one, other):
    assert set(one) == set(other), set(one) ^ set(other)
    for name in one:
        np.testing.assert_array_equal(one[name], other[name], name)


def check_same_bits():
    """Weights, metrics and spectra of self_assembly on the digits, and of the network that says the same."""
    changes = ["run.epochs=2", "run.threads=1", "record.spectra=2 epochs"]
    model = run(os.path.join(models, "self_assembly", "digits.toml"), *changes, "run.baselines=[]")
    said = run(network("self_assembly_digits"), *changes)
    assert len([name for name in said if name.startswith("metrics/")]) > 20
    same(model, said)
    assert np.any(said["final/Vbar2"] != said["weights/Vbar2"][0])
    # Baselines see the same samples as ever.
    both = run(network("self_assembly_digits"), *changes, 'run.baselines=["backpropagation"]',
               "backpropagation.hidden=[100, 100]")
    assert both["baselines/backpropagation/metrics/test_accuracy"][-1] > 0.5
    # Said where one has other layers than the network, and only there.
    for hidden, warned in ("[100]", True), ("[100, 100]", False):
        done = start(network("self_assembly_digits"), "run.samples=16", 'run.baselines=["backpropagation"]', f"backpropagation.hidden={hidden}")
        expected = "has layers of 64-100-10 cells, network of 64-100-100-10: backpropagation.hidden = [100, 100] makes them alike"
        assert done.returncode == 0 and (expected in done.stderr) == warned, done.stderr


def check_parts():
    """The other parts of a circuit, each as the model of that name has it: continuous time, cells with conductances, slow
    dendrites, delays, slow plasticity, scaling, a tied start, biases, and an error that comes down through B."""
    digits = os.path.join(models, "self_assembly", "digits.toml")
    projections = ["W1", "W2", "W3", "V1", "Vbar1", "V2", "Vbar2", "Wbar2", "Wbar3"]
    neurons = ["up1", "up2", "up3", "down1", "down2"]

    def alike(of_model, of_network, of_both=(), samples=160, name=None):
        both = [f"run.samples={samples}", "record.metrics=start and end", "record.spectra=never", "run.threads=1",
                "record.accuracy_samples=64", "record.evaluation_samples=32", *of_both]
        model = run(digits, *both, "run.baselines=[]", *of_model)
        said = run(network("self_assembly_digits"), *both, *of_network)
        same(model, said)
        assert any(np.any(model[f"final/{w}"] != model[f"weights/{w}"][0]) for w in ("W1", "W2")), name
        return said

    def each(names, section, key):
        return [f"{section}.{name}.{key}" for name in names]

    in_time = ["run.mode=continuous", "run.step=1 ms", "run.presentation=20 ms", "run.error_onset=4 ms",
               "run.stepper=exponential_euler"]
    cells = [*each(neurons, "population", "neuron=pyramidal"), *each(neurons, "population", "g_L=20 nS"),
             *each(neurons, "population", "tau_B=3 ms"), *each(neurons[:3], "population", "tau_A=2 ms"),
             *each(neurons, "population", "prospective=true")]
    alike(["circuit.neuron=pyramidal", "circuit.g_L=20 nS", "circuit.tau_B=3 ms", "circuit.tau_A=2 ms",
           "circuit.prospective=true"], cells, in_time)
    alike(["circuit.tau=4 ms", "self_assembly.tau_downstream=3 ms", "circuit.delay=2 ms", "circuit.tau_plasticity=5 ms"],
          [*each(neurons[:3], "population", "tau=4 ms"), *each(neurons[3:], "population", "tau=3 ms"),
           *each(projections, "projection", "delay=2 ms"), *each(projections, "projection", "tau_plasticity=5 ms")],
          in_time)
    scaling = [f"projection.{name}{layer}.scaling={way}" for layer in (1, 2)
               for name, way in (("V", "outgoing"), ("Vbar", "incoming"))]
    alike(["self_assembly.start=tied", "self_assembly.scaling=true", "circuit.activation=leaky_relu", "circuit.leak=0.1",
           "circuit.warm_up=100"],
          [f'projection.V{layer}.weight={{transpose_of="Vbar{layer}"}}' for layer in (1, 2)] + scaling +
          [f"{part}.{key}" for part in ("population.up1", "population.up2", "projection.W1", "projection.W2")
           for key in ("activation=leaky_relu", "leak=0.1")] + ["circuit.warm_up=100"])
    biases = ["population.one={neuron=\"clamped\", size=1, constant=1}"]
    for layer in (1, 2, 3):
        rule = 'plasticity="apical_steered"' if layer == 3 else 'plasticity="apical_steered_masked", activation="relu"'
        biases += [f'projection.b{layer}={{source="one", target="up{layer}", compartment="basal", weight=0, eta=0.07, '
                   f'gamma=5e-3, {rule}}}', f"layer.{layer}.bias=b{layer}"]
    alike(["circuit.biases=true"], biases)

    # Feedback alignment: nothing of the downstream pathway is left but B.
    write_alignment()
    both = ["run.samples=320", "record.metrics=start and end", "record.spectra=never", "run.threads=1"]
    model = run(digits, *both, "run.baselines=[]", "circuit.model=feedback_alignment")
    same(model, run("alignment.toml", *both))
    # Backpropagation: the same, through the weights of the way up.
    with open("alignment.toml") as f:
        text = re.sub(r'weight = { normal = .* }  # B', 'weights = "W2"\ntransposed = true', f.read(), count=1)
    text = re.sub(r'weight = { normal = .* }  # B', 'weights = "W3"\ntransposed = true', text)
    with open("backpropagation.toml", "w") as f:
        f.write(re.sub(r'feedback = "B."\n', "", text))
    model = run(digits, *both, "run.baselines=[]", "circuit.model=backpropagation", "backpropagation.eta_W=0.05",
                "backpropagation.gamma_W=1e-2")
    same(model, run("backpropagation.toml", *both))


def write_alignment():
    text = """[run]
seed = 1
lanes = 16
[task]
dataset = "digits"
[circuit]
model = "network"
rate_factor = 0.98
[ports]
input = "in.rate"
target = "target.rate"
answer = "up3.soma"
[teacher.error]
error = "error.rate"
[population]
in = { neuron = "clamped", size = 64 }
up1 = { neuron = "leaky", size = 100, local_error = true, compartments = ["apical"] }
up2 = { neuron = "leaky", size = 100, local_error = true, compartments = ["apical"] }
up3 = { neuron = "leaky", size = 10, activation = "linear", local_error = true, compartments = ["apical"] }
target = { neuron = "clamped", size = 10 }
error = { neuron = "relay", size = 10 }
[projection.error]
source = "error"
target = "up3"
compartment = "apical"
rule = "one_to_one"
weight = 1
[record]
weights = "start and end"
"""
    for layer, below, deviation in ((1, "in", 0.1767766952966369), (2, "up1", 0.1414213562373095), (3, "up2", 0.025)):
        text += f"""
[projection.W{layer}]
source = "{below}"
target = "up{layer}"
compartment = "basal"
weight = {{ normal = [0, {deviation}] }}
plasticity = "delta"
eta = 0.05
gamma = 1e-2
[layer.{layer}]
population = "up{layer}"
weights = "W{layer}"
"""
        if layer == 1:
            continue
        text += f"""feedback = "B{layer}"
[projection.B{layer}]
source = "up{layer}"
signal = "error"
target = "up{layer - 1}"
compartment = "apical"
weight = {{ normal = [0, {1 / (100 if layer == 2 else 10) ** 0.5}] }}  # B
"""
    with open("alignment.toml", "w") as f:
        f.write(text)


def check_rates():
    """tau dx/dt = -x + J tanh(x) + input, by exponential Euler."""
    found = run(network("random_rates"), "run.duration=50 ms", "run.precision=double", "record.precision=float64",
                "trace.x.units=[0, 7, 399]", "trace.x.every=0.5 ms")
    J, drive = found["final/J"], found["final/input"][:, 0]
    assert abs(J.std() * 20 - 1.5) < 0.02 and J.shape == (400, 400)
    x, keep = np.zeros(400), np.exp(-0.5 / 10)
    trace = found["trace/x/x"] if "trace/x/x" in found else found["trace/x/soma"]
    for k, time_ in enumerate(found["trace/x/time"]):
        while x_time(k) < time_ - 1e-9:
            x = keep * x + (1 - keep) * (J @ np.tanh(x) + drive)
            steps.append(0)
        np.testing.assert_allclose(trace[k][:, 0], x[[0, 7, 399]], atol=1e-9)


steps = []


def x_time(_):
    return 0.5 * len(steps)


def interrupted(experiment, *changes):
    words = [program, "run", experiment, "--out", "stopped.h5", "--force", "--progress", "none"]
    for change in [*changes, "checkpoint.every=0.01 s"]:
        words += ["--set", change]
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    while not os.path.exists("stopped.h5.checkpoint") and process.poll() is None:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    done = subprocess.run([program, "resume", "stopped.h5.checkpoint", "--progress", "none"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return data("stopped.h5")


def check_beside_spikes():
    """Rates of spikes in Hz, a readout that learns from them, and resume and threads as ever."""
    changes = ["run.duration=2 s", "run.precision=double", "record.precision=float64", "trace.E.population=E",
               "trace.E.column=rate", "trace.E.every=1 ms"]
    found = run(network("decoder"), *changes)
    same(found, run(network("decoder"), *changes, "run.threads=2"))
    same(found, interrupted(network("decoder"), *changes))
    keep, rate, at = np.exp(-0.1 / 50), np.zeros(80), 0
    spikes = np.zeros((20001, 80))
    np.add.at(spikes, (np.round(found["spikes/E/timestamps"] / 0.1).astype(int), found["spikes/E/node_ids"].astype(int)), 1)
    for k, time_ in enumerate(found["trace/E/time"]):
        while at < round(time_ / 0.1):
            at += 1
            rate = keep * rate + (1 - keep) / 1e-4 * spikes[at]
        np.testing.assert_allclose(found["trace/E/rate"][k][:, 0], rate, rtol=1e-9, atol=1e-9)
    assert 5 < rate.mean() < 100
    readout, wanted = (found[f"trace/{name}/soma"][-200:, 0, 0] for name in ("readout", "wanted"))
    assert abs(wanted.mean() - 0.4) < 0.05
    assert np.corrcoef(readout, wanted)[0, 1] > 0.9 and abs(readout.mean() - wanted.mean()) < 0.15
    described = start(network("decoder"), command="describe")
    assert "E.rate -> readout.basal: W" in described.stdout and "plastic by delta" in described.stdout, described.stdout


def check_dendrites():
    """A signal into the dendrites of cells that fire is the current that it is."""
    text = """[run]
mode = "spiking"
duration = "400 ms"
step = "0.1 ms"
[circuit]
model = "network"
[population.one]
neuron = "clamped"
size = 20
constant = 1
[population.E]
neuron = "burst_pyramidal"
size = 20
"""
    compartments = 'compartments = ["basal", "apical"]\n'
    drive = ""
    for compartment, weight in (("basal", 600), ("apical", 350)):
        drive += f"""[projection.{compartment}]
source = "one"
target = "E"
compartment = "{compartment}"
rule = "one_to_one"
weight = {weight}
"""
    for name, more in (("currents", 'I_s = "600 pA"\nI_d = "350 pA"\n'), ("dendrites", compartments + drive),
                       ("silent", compartments)):
        with open(name + ".toml", "w") as f:
            f.write(text + more)
    currents, dendrites = run("currents.toml"), run("dendrites.toml", out="other.h5")
    assert len(currents["spikes/E/timestamps"]) > 100
    for name in ("timestamps", "node_ids"):
        np.testing.assert_array_equal(currents[f"spikes/E/{name}"], dendrites[f"spikes/E/{name}"])
    assert len(run("silent.toml").get("spikes/E/timestamps", [])) == 0


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    check_same_bits()
    check_parts()
    check_rates()
    check_beside_spikes()
    check_dendrites()
