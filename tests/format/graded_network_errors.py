"""What is wrong with graded cells, their synapses, ports, teachers and layers in a network from a file is named, at its line.

usage: graded_network_errors.py APICAL NETWORKS
"""
import os
import re
import subprocess
import sys
import tempfile

program, networks = (os.path.abspath(path) for path in sys.argv[1:])


def refused(experiment, *words, edit=(), changes=()):
    """The words are in the message, which has the line of what is wrong, and nothing was written."""
    with open(os.path.join(networks, experiment + ".toml")) as f:
        text = f.read()
    for old, new in [edit] if edit else []:
        assert old in text, old
        text = text.replace(old, new, 1)
    with open("wrong.toml", "w") as f:
        f.write(text)
    call = [program, "run", "wrong.toml", "--out", "no.h5", "--progress", "none"]
    for change in changes:
        call += ["--set", change]
    done = subprocess.run(call, capture_output=True, text=True)
    assert done.returncode == 2, (edit, changes, done.returncode, done.stderr)
    assert re.search(r"wrong\.toml:\d+:\d+: |pairs\.csv:\d+: |command line: ", done.stderr), done.stderr
    for word in words:
        assert word in done.stderr, (word, done.stderr)
    assert not os.path.exists("no.h5")


def check_errors():
    digits = "self_assembly_digits"

    def wrong(old, new, *words):
        refused(digits, *words, edit=(old, new))

    at_W1 = 'target = "up1"\ncompartment = "basal"'
    wrong(at_W1, 'target = "up1"\ncompartment = "basel"', "projection.W1.compartment: found 'basel'",
          "one of the compartments of 'up1', basal, apical", "did you mean 'basal'?")
    wrong(at_W1, 'target = "up1"', "projection.W1.compartment: found nothing")
    wrong(at_W1, at_W1 + '\nreceptor = "basal"', "projection.W1.receptor")
    wrong(at_W1, at_W1 + '\nsignal = "rat"', "projection.W1.signal", "did you mean 'rate'?")
    wrong(at_W1, at_W1 + '\nmultapses = true', "projection.W1.multapses", "carry spikes")
    wrong(at_W1, at_W1 + '\nlower = 0', "projection.W1.weight", "weights from 0 to inf")
    wrong(at_W1, at_W1 + '\nlower = 1\nupper = 0', "projection.W1.lower", "at most upper")
    wrong(at_W1, at_W1 + '\ndelay = "-1 ms"', "projection.W1.delay")
    wrong(at_W1, at_W1 + '\nweights = "W1"', "projection.W1.weight: found a key of own synapses")
    wrong(at_W1, at_W1 + '\ntransposed = true', "projection.W1.transposed")
    wrong('"apical_steered_masked"', '"apical_steerd"', "projection.W1.plasticity", "apical_steered")
    wrong('"apical_steered_masked"', '"stdp_pair"', "projection.W1.plasticity", "a rule for spikes", "hebbian")
    wrong('"apical_steered_masked"', '"lateral_steered"', "projection.W1.activation")
    wrong('"apical_steered"', '"return_steered"', "projection.W3.plasticity", "which sees gated", "basal, apical")
    wrong("eta = 0.07", "eta = -1", "projection.W1.eta")
    wrong("eta = 0.07", "eta = nan", "projection.W1.eta")
    wrong("eta = 0.07", "", "projection.W1.eta: found nothing")
    wrong("eta = 0.07", "eta = 0.07\nzeta = 1", "projection.W1.zeta", "eta")
    wrong("{ normal = [0, 0.1767766952966369] }", "nan", "projection.W1.weight")
    wrong("{ normal = [0, 0.1767766952966369] }", "[1, 2]", "projection.W1.weight", "a list of 2 numbers", "6400")
    wrong("{ normal = [0, 0.1767766952966369] }", '{ transpose_of = "W3" }', "projection.W1.weight.transpose_of", "from 'up1' to 'in'")
    wrong("{ normal = [0, 0.1767766952966369] }", '{ transpose_of = "W1" }', "projection.W1.weight.transpose_of")
    wrong("{ normal = [0, 0.1767766952966369] }", '{ transpose_of = "X" }', "weight.transpose_of: found 'X'")
    wrong('source = "in"', 'source = "inn"', "projection.W1.source", "'inn'", "did you mean 'in'?")
    wrong("size = 64", "size = 63", "ports.input: found 63 cells of 'in', expected 64")
    wrong('neuron = "clamped"', 'neuron = "clamp"', "population.in.neuron", "clamped")
    wrong('neuron = "clamped"', 'neuron = "clamped"\ntau = "3 ms"', "population.in.tau", "constant")
    wrong('neuron = "clamped"', 'neuron = "clamped"\nconstant = 1', "ports.input", "not constant")
    wrong('neuron = "leaky"', 'neuron = "leaky"\ntau = "0 ms"', "population.up1.tau")
    wrong('size = 200', 'size = 200\ntau_A = "3 ms"', "population.down1.tau_A", "apical")
    wrong('neuron = "leaky"', 'neuron = "leaky"\ntraces = { rate = "3 ms" }', "population.up1.traces")
    wrong('compartments = ["apical"]', 'compartments = ["apical", "apical"]', "'apical' twice")
    wrong('compartments = ["apical"]', 'compartments = ["soma"]', "population.up1.compartments", "'soma' twice")
    wrong('compartments = ["apical"]', 'compartments = ["a/b"]', "population.up1.compartments")
    wrong('compartments = ["apical"]', 'compartments = [""]', "population.up1.compartments")
    wrong('input = "in.rate"', "", "task", "no port 'input'")
    wrong('input = "in.rate"', 'input = "in"', "ports.input", "POPULATION.COLUMN")
    wrong('input = "in.rate"', 'input = "in.soma"', "ports.input", "columns of 'in', rate")
    wrong('input = "in.rate"', 'input = "up1.rate"', "ports.input", "clamped")
    wrong('answer = "up3.soma"', 'answer = "up2.soma"', "ports.answer: found 100 cells of 'up2', expected 10")
    wrong('error = "error.rate"', 'error = "up3.apical"', "teacher.error.error", "something else reaches")
    wrong('error = "error.rate"', 'error = "up2.basal"', "teacher.error.error", "100 cells of 'up2'")
    wrong('error = "error.rate"', 'error = "error.soma"', "compartments of 'error', rate")
    wrong('weights = "W2"', 'weights = "W3"', "layer.2.weights", "from 'up1' to 'up2'")
    wrong('across = "V2"', 'across = "Vbar2"', "layer.2.across", "from 'up2' to 'down2'")
    wrong('across = "V2"', "", "layer.2.across: found nothing")
    wrong('downstream = "down2"\n', "", "layer.2.downstream: found nothing", "'V2'")
    wrong('downstream = "down2"\nacross = "V2"\n', "", "layer.2.downstream: found nothing", "'Vbar2'")
    wrong('down = "Wbar2"', 'down = "Wbar2"\nfeedback = "W2"', "layer.2.feedback: found 'W2'", "from 'up2' to 'up1'")
    wrong('weights = "W3"', 'weights = "W3"\nbias = "W1"', "layer.3.bias: found 'W1'")
    wrong('rule = "one_to_one"\nweight = 1', 'rule = "one_to_one"\nweight = 1\nlower = 0', "projection.error.lower", "plastic")
    wrong('rule = "one_to_one"\nweight = 1', 'weights = "W3"\ncount = 3', "projection.error.count: found a key of own synapses")
    wrong('rule = "one_to_one"\nweight = 1', 'weights = "W3"', "projection.error.weights: found 'W3' from 100 cells to 10")
    wrong('rule = "one_to_one"\nweight = 1', 'weights = "V"', "projection.error.weights: found 'V'", "W1, W2, W3")
    wrong('down = "Wbar3"', "", "layer.3.down", "nothing")
    wrong('weights = "W1"', 'weights = "X"', "layer.1.weights", "W1, W2, W3")
    wrong("rule = \"one_to_one\"\nweight = 1", 'rule = "one_to_one"\nweight = "x"', "projection.error.weight")
    at_V1 = 'target = "down1"\ncompartment = "lateral"'
    wrong(at_V1, at_V1 + "\nautapses = false", "projection.V1: ", "without autapses")
    wrong(at_V1, at_V1 + '\nrule = "one_to_one"', "projection.V1: ", "one to one from 100 cells to 200")
    wrong(at_V1, at_V1 + '\nrule = "in_degree"\ncount = 101', "projection.V1: ", "101")
    wrong(at_V1, at_V1 + '\nrule = "probability"', "projection.V1.probability: found nothing")
    wrong(at_V1, at_V1 + '\nrule = "list"', "projection.V1.file: found nothing")
    with open("pairs.csv", "w") as f:
        f.write("source,target,weight\n0,1,2\n")
    wrong(at_V1, at_V1 + '\nrule = "list"\nfile = "pairs.csv"', "pairs.csv", "weight")
    with open("pairs.csv", "w") as f:
        f.write("source,target\n0,1\n100,1\n")
    wrong(at_V1, at_V1 + '\nrule = "list"\nfile = "pairs.csv"', "projection.V1: ", "100")
    wrong('neuron = "leaky"\nsize = 200', 'neuron = "leaky"\nlocal_error = true\nsize = 200',
          "population.down1.local_error", 'compartments = ["apical"]')
    refused(digits, "layer.1: found a value", changes=["layer={1=3}"])
    refused(digits, "ports", changes=["ports=3"])
    refused(digits, "teacher", changes=["teacher=3"])
    refused(digits, "ports.input: found 64 cells of 'in', expected 2", changes=["task.dataset=xor", "population.target.size=2"])
    refused(digits, "circuit", "no cell of the circuit fires", changes=["run.mode=spiking", "run.lanes=1"])
    refused(digits, "run.mode", "fast", changes=["run.mode=fast"])
    # Without a task they run freely, which takes time.
    refused(digits, "run.mode", "without a section [task]", edit=('[task]\ndataset = "digits"', ""), changes=["run.lanes=1", "circuit.rate_factor=1"])
    refused("random_rates", "circuit.rate_factor", "without a section [task]", changes=["circuit.rate_factor=0.9"])
    refused("random_rates", "task", "no port 'input'", changes=["task.dataset=xor"])
    refused("decoder", "'E' has cells that fire", "spiking dynamics", changes=["run.mode=continuous"])
    refused("decoder", "projection.W.compartment", edit=('compartment = "basal"\nweight = 0', 'compartment = "V"\nweight = 0'))
    refused("decoder", "projection.W.plasticity", "'stdp_pair'", changes=["projection.W.plasticity=stdp_pair"])
    refused("decoder", "projection.W.signal", "spike, rate", changes=["projection.W.signal=rates"])
    refused("decoder", "population.E.traces.rate", changes=['population.E.traces={rate="0 ms"}'])
    refused("decoder", "population.E.traces", changes=['population.E.traces={V="3 ms"}'])
    refused("decoder", "input.to_wanted.receptor", "graded", "basal",
            edit=('compartment = "basal"\nweight = 1', 'receptor = "basal"\nweight = 1'))


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    check_errors()
