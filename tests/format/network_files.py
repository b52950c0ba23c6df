"""Networks whose spikes, synapses and courses come from files: what is in them is what happens, and what is wrong with
them is named.

usage: network_files.py APICAL
"""
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np

program, = sys.argv[1:]

HEAD = """
[run]
mode = "spiking"
duration = "20 ms"
step = "0.1 ms"
[circuit]
model = "network"
[population.source]
neuron = "parrot"
size = 5
[population.target]
neuron = "parrot"
size = 4
"""
INPUT = """
[input.spikes]
kind = "spikes"
target = "source"
receptor = "spikes"
weight = 1
"""
PROJECTION = """
[projection.on]
source = "source"
target = "target"
receptor = "spikes"
"""
LIST = PROJECTION + 'rule = "list"\nfile = "synapses.csv"\n'


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def call(*more):
    return subprocess.run([program, *more], capture_output=True, text=True)


def run(text, *more, out="run.h5"):
    write("net.toml", text)
    done = call("run", "net.toml", "--out", out, "--force", "--progress", "none", *more)
    assert done.returncode == 0, done.stderr
    return {name: spikes(out, name) for name in ("source", "target")}


def spikes(path, name):
    with h5py.File(path) as f:
        group = f["spikes"][name]
        return list(zip(np.round(group["timestamps"][()], 6), group["node_ids"][()]))


def refused(text, *words):
    write("wrong.toml", text)
    done = call("run", "wrong.toml", "--out", "no.h5", "--progress", "none")
    assert done.returncode == 2, (text, done.returncode, done.stderr)
    for word in words:
        assert word in done.stderr, (word, done.stderr)
    assert not os.path.exists("no.h5")


def check_spikes():
    write("spikes.csv", "time,id\n0.5,1\n3,4\r\n\n 2.04 , 0\n0.5,3\n")
    expected = [(0.5, 1), (0.5, 3), (2.0, 0), (3.0, 4)]
    found = run(HEAD + INPUT + 'file = "spikes.csv"\n')
    assert found["source"] == expected and found["target"] == [], found
    write("swapped.csv", "id,time\n1,0.5\n3,0.5\n0,2.04\n4,3\n")
    assert run(HEAD + INPUT + 'file = "swapped.csv"\n')["source"] == expected
    write("bare.csv", "0.5,1\n3,4\n2.04,0\n0.5,3")
    assert run(HEAD + INPUT + 'file = "bare.csv"\n', out="first.h5")["source"] == expected
    # What a run wrote is what another reads; of two populations one must be named.
    assert run(HEAD + INPUT + 'file = "first.h5"\npopulation = "source"\n')["source"] == expected
    assert run(HEAD + INPUT + 'times = ["1 ms", "2 ms"]\n')["source"] == [(t, c) for t in (1.0, 2.0) for c in range(5)]
    refused(HEAD + INPUT + 'file = "first.h5"\n', "wrong.toml", "input.spikes.file", "source, target", "population")
    refused(HEAD + INPUT + 'file = "first.h5"\npopulation = "sauce"\n', "population", "did you mean 'source'?")
    refused(HEAD + INPUT + 'file = "bare.csv"\npopulation = "source"\n', "input.spikes.population")
    refused(HEAD + INPUT, "neither file nor times")
    refused(HEAD + INPUT + 'file = "none.csv"\n', "no file 'none.csv'")
    refused(HEAD + INPUT + 'file = 3\n', "input.spikes.file", "a string")
    refused(HEAD + INPUT + 'times = ["0 ms"]\n', "spike 0 is at 0 ms")
    for content, words in ((b"", ["an empty file"]), (b"time\n1\n", ["no column 'id'"]),
                           (b"time,id,more\n1,2,3\n", ["the column 'more'"]), (b"1,2,3\n", ["3 numbers in a line"]),
                           (b"time,id\n1,2\n1\n", ["bad.csv:3", "1 numbers", "2 as in the first line"]),
                           (b"time,id\n1,x\n", ["bad.csv:2", "'x'", "a number"]),
                           (b"time,id\n1,1.5\n", ["'1.5'", "the number of a cell"]),
                           (b"time,id\n1,-1\n", ["'-1'", "the number of a cell"]),
                           (b"time,id\nnan,1\n", ["'nan'", "a finite number"]),
                           (b"time,id\n1,7\n", ["cell 7, and there are 5"]),
                           (b"time,id\n" + b"\0" * 100 + b",1\n", ["bad.csv:2"]), (b"\x89HDF", ["bad.csv"]),
                           (b"\x89HDF\r\n\x1a\n" + b"\0" * 500, ["bad.csv"])):
        with open("bad.csv", "wb") as file:
            file.write(content)
        refused(HEAD + INPUT + 'file = "bad.csv"\n', *words)
    whole = open("first.h5", "rb").read()
    for size in (100, len(whole) // 2, len(whole) - 8):
        with open("cut.h5", "wb") as file:
            file.write(whole[:size])
        refused(HEAD + INPUT + 'file = "cut.h5"\npopulation = "source"\n', "cut.h5")
    with h5py.File("other.h5", "w") as f:
        f["spikes/a/timestamps"] = [1.0, 2.0]
        f["spikes/a/node_ids"] = [1]
    refused(HEAD + INPUT + 'file = "other.h5"\n', "/spikes/a/node_ids", "1 numbers", "2, as many as in timestamps")
    write("net.toml", HEAD + INPUT + 'file = "spikes.csv"\n')
    done = call("run", "net.toml", "--out", "spikes.csv", "--force")
    assert done.returncode == 2 and "which input.spikes.file reads" in done.stderr, done.stderr


def check_synapses():
    inputs = INPUT + 'times = ["1 ms"]\n'
    write("synapses.csv", "source,target,weight,delay\n0,1,1,2\n3,0,1,0.5\n4,2,-1,1\n0,1,1,3\n")
    found = run(HEAD + inputs + LIST + "multapses = true\n")["target"]
    assert found == [(1.5, 0), (3.0, 1), (4.0, 1)], found
    refused(HEAD + inputs + LIST, "projection 'on'")  # a multapse
    refused(HEAD + inputs + LIST + "multapses = true\nweight = 1\n", "a weight beside those in the file")
    write("synapses.csv", "0,1\n3,0\n")
    found = run(HEAD + inputs + LIST + 'weight = 1\ndelay = ["1 ms", "2 ms"]\n')["target"]
    assert found == [(2.0, 1), (3.0, 0)], found
    refused(HEAD + inputs + LIST, "projection.on.weight", "nothing")
    refused(HEAD + inputs + PROJECTION + 'rule = "list"\nweight = 1\ndelay = "1 ms"\n', "projection.on.file", "nothing")
    refused(HEAD + inputs + PROJECTION + 'file = "synapses.csv"\nweight = 1\ndelay = "1 ms"\n', 'rule = "list"')
    write("synapses.csv", "0,1\n3,9\n")
    refused(HEAD + inputs + LIST + 'weight = 1\ndelay = "1 ms"\n', "projection 'on'")
    with h5py.File("synapses.h5", "w") as f:
        f["edges/source"] = np.array([0, 3], "u8")
        f["edges/target"] = np.array([1, 0], "u4")
        f["edges/weight"] = np.array([1, 1], "f4")
    text = HEAD + inputs + LIST.replace("synapses.csv", "synapses.h5") + 'group = "/edges"\ndelay = "2 ms"\n'
    assert run(text)["target"] == [(3.0, 0), (3.0, 1)]
    refused(text.replace("/edges", "/hedges"), "/hedges/source")
    # The same from another folder: paths lead from the experiment.
    os.makedirs("elsewhere", exist_ok=True)
    os.chdir("elsewhere")
    done = call("run", "../net.toml", "--out", "again.h5", "--progress", "none")
    assert done.returncode == 0, done.stderr
    assert spikes("again.h5", "target") == [(3.0, 0), (3.0, 1)]
    os.chdir("..")


def check_changes():
    """Files that are others when a run goes on: a word, on the screen and in the history; other synapses are refused."""
    write("spikes.csv", "time,id\n1,0\n30,2\n")
    write("synapses.csv", "0,1\n2,3\n")
    text = HEAD + INPUT + 'file = "spikes.csv"\n' + LIST + 'weight = 1\ndelay = "2 ms"\n[checkpoint]\nkeep = true\n'
    later = [(1.0, 0), (25.0, 1), (30.0, 2)]
    for name, spikes_now, synapses_now in (("same", "1,0\n30,2\n", "0,1\n2,3\n"), ("spikes", "1,0\n25,1\n30,2\n", "0,1\n2,3\n"),
                                           ("synapses", "1,0\n30,2\n", "0,1\n2,2\n")):
        write("spikes.csv", "time,id\n1,0\n30,2\n")
        write("synapses.csv", "0,1\n2,3\n")
        run(text)
        write("spikes.csv", "time,id\n" + spikes_now)
        write("synapses.csv", synapses_now)
        done = call("resume", "run.h5.checkpoint", "--set", "run.duration=40 ms", "--progress", "none")
        assert done.returncode == (2 if name == "synapses" else 0), (name, done.stderr)
        for file in ("spikes", "synapses"):
            assert (f"{file}.csv is no longer what the run began with, " in done.stderr) == (file == name), (name, done.stderr)
        if name == "synapses":
            continue
        assert spikes("run.h5", "source") == [one for one in later if name == "spikes" or one[0] != 25]
        with h5py.File("run.h5") as f:
            history = str([f["provenance"].attrs[key] for key in f["provenance"].attrs])
            assert "input.spikes.file" in f["provenance"].attrs and "projection.on.file" in f["provenance"].attrs
        assert ("no longer what the run began with" in history) == (name == "spikes"), history


def check_short_term():
    text = HEAD + INPUT + 'times = ["1 ms", "3 ms"]\n' + PROJECTION + 'weight = 1\ndelay = "1 ms"\nrule = "one_to_one"\n'
    text = text.replace("size = 5", "size = 4")
    assert len(run(text + "short_term = { U = 0.4 }\n")["target"]) == 8
    # A spike alone sends nothing, the one after it all.
    assert len(run(text + 'short_term = { U = 0, f = 1, tau_depression = "9 s", tau_facilitation = "9 s" }\n')["target"]) == 4
    refused(text + "short_term = { U = 0 }\n", "projection 'on': U is 0")
    refused(text + "short_term = { tau_depression = 3 }\n", "short_term.tau_depression", "ms")
    refused(text + 'short_term = { tau_depression = "-3 ms" }\n', "tau_depression is -3 ms")
    refused(text + "short_term = { f = 1.5 }\n", "projection 'on': f is 1.5")
    refused(text + "short_term = { V = 0.4 }\n", "short_term.V", "tau_facilitation")
    refused(text + "short_term = 3\n", "short_term", "a table")


def check_memory():
    text = HEAD.replace("size = 5", "size = 1000000").replace("size = 4", "size = 1000000") + PROJECTION
    text += 'rule = "in_degree"\ncount = 100000\nweight = 1\ndelay = "1 ms"\n'
    refused(text, "100000000000 synapses take 400 GB, and 400 GB more while they are drawn")
    write("net.toml", text)
    assert "400 GB" in call("describe", "net.toml").stderr


def check_courses():
    poisson = """
[input.noise]
target = "source"
receptor = "spikes"
weight = 1
rate = "9000 Hz"
"""
    write("course.csv", "time,factor\n0,0\n10,1\n")
    for course in ('{ file = "course.csv" }', '{ times = ["0 ms", "10 ms"], factors = [0, 1] }'):
        found = run(HEAD + poisson + f"course = {course}\n")["source"]
        times = [t for t, _ in found]
        assert min(times) > 10 and len(found) > 200, (min(times), len(found))
    assert len(run(HEAD + poisson + 'course = { frequency = "100 Hz", amplitude = 0.5 }\n')["source"]) > 400
    refused(HEAD + poisson + 'course = { frequency = "100 Hz", amplitude = 1.5 }\n', "a rate of -4500 Hz")
    refused(HEAD + poisson + 'course = { times = ["0 ms"], factors = [0, 1] }\n', "input.noise.course", "1 times")
    refused(HEAD + poisson + 'course = { times = ["1 ms", "0 ms"], factors = [0, 1] }\n', "do not rise")
    refused(HEAD + poisson + 'course = { frequency = "100 Hz", factor = 3 }\n', "factor")
    refused(HEAD + poisson + 'interval = "1 ms"\n', "input.noise.interval", "rate")
    refused(HEAD + poisson.replace("weight = 1", 'weight = "1 mV"'), "input.noise.weight")
    refused(HEAD + poisson + 'kind = "regular"\n', "input.noise.rate", "interval")
    cells = HEAD.replace('neuron = "parrot"\nsize = 5', 'neuron = "lif_current"\nsize = 5')
    current = '[input.step]\nkind = "current"\ntarget = "source"\nreceptor = "current"\namplitude = "600 pA"\n'
    fired = run(cells + current)["source"]
    assert len(fired) == 5 and len({t for t, _ in fired}) == 1, fired
    assert run(cells + current + 'course = { times = ["15 ms"], factors = [1] }\n')["source"] == []
    refused(cells + current.replace("pA", "mV"), "input.step.amplitude", "pA")
    refused(cells + current.replace('"current"\namp', '"excitatory"\namp'), "where a current would add up")
    noise = current.replace("current\"\ntarget", "noise\"\ntarget").replace("amplitude", "deviation")
    assert run(cells + noise.replace("600", "6000") + 'interval = "1 ms"\n')["source"] != []
    refused(cells + noise + 'interval = "0.15 ms"\n', "input.step.interval", "an interval of 0.15 ms")
    refused(cells + noise, "an interval of 0 ms")
    refused(cells + noise.replace('"600 pA"', '"-1 pA"') + 'interval = "1 ms"\n', "input.step.deviation", "a deviation of -1")
    regular = poisson.replace('rate = "9000 Hz"', 'kind = "regular"\ninterval = ["1 ms", "2 ms", "3 ms", "5 ms", "20 ms"]')
    refused(HEAD + regular.replace('"20 ms"]', '"0.05 ms"]'), "input.noise.interval", "an interval of 0.05 ms")
    refused(HEAD + regular + 'first = "0 ms"\n', "input.noise.first", "a first spike at 0 ms")
    found = run(HEAD + regular)["source"]
    assert [sum(c == cell for _, c in found) for cell in range(5)] == [20, 10, 6, 4, 1], found


with tempfile.TemporaryDirectory() as folder:
    program = os.path.abspath(program)
    os.chdir(folder)
    check_spikes()
    check_synapses()
    check_changes()
    check_short_term()
    check_memory()
    check_courses()
