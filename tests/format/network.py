"""Networks from a file: their spikes are those of SONATA, resume and threads change nothing, mistakes are named.

usage: network.py APICAL NETWORKS
"""
import os
import signal
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

program, networks = sys.argv[1:]
SMALL = ["population.E.size=400", "population.I.size=100", "projection.EE.count=40", "projection.EI.count=40",
         "projection.IE.count=10", "projection.II.count=10", "input.to_E.weight=1 mV", "input.to_I.weight=1 mV",
         "input.to_E.rate=2000 Hz", "input.to_I.rate=2000 Hz"]


def call(command, changes, *more):
    words = [program, *command, *more]
    for change in changes:
        words += ["--set", change]
    return subprocess.run(words, capture_output=True, text=True)


def run(name, changes=(), out="run.h5"):
    done = call(["run", os.path.join(networks, name + ".toml")], changes, "--out", out, "--force", "--progress", "none")
    assert done.returncode == 0, done.stderr
    return spikes(out)


def spikes(path):
    with h5py.File(path) as f:
        assert f["provenance"].attrs["ending"].decode() == "done"
        return {f"{p}/{n}": f["spikes"][p][n][()] for p in f.get("spikes", []) for n in ("timestamps", "node_ids")}


def same(one, other):
    assert set(one) == set(other)
    for name in one:
        np.testing.assert_array_equal(one[name], other[name], name)


def refused(change, *words, network="brunel"):
    done = call(["run", os.path.join(networks, network + ".toml")], [*SMALL, change], "--out", "no.h5")
    assert done.returncode == 2, (change, done.returncode, done.stderr)
    for word in words:
        assert word in done.stderr, (word, done.stderr)
    assert not os.path.exists("no.h5")


def interrupted(changes, network="brunel"):
    words = [program, "run", os.path.join(networks, network + ".toml"), "--out", "stopped.h5", "--force", "--progress", "none"]
    for change in [*changes, "checkpoint.every=0.01 s"]:
        words += ["--set", change]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, stdout=subprocess.DEVNULL)
    while not os.path.exists("stopped.h5.checkpoint") and process.poll() is None:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    done = call(["resume", "stopped.h5.checkpoint"], [], "--progress", "none")
    assert done.returncode == 0, done.stderr
    return spikes("stopped.h5")


def where_it_stands():
    """What the engine does not take is said of the line that asks for it."""
    lines = open(os.path.join(networks, "brunel.toml")).read().splitlines()
    for section, old, new, said in (("projection.IE", 'delay = "1.5 ms"', 'delay = "1.55 ms"', "projection.IE.delay: found a delay of 1.55 ms"),
                                    ("input.to_I", 'rate = "20000 Hz"', 'rate = "1e9 Hz"', "input.to_I.rate: found a rate of"),
                                    ("population.I", 'V_th = "20 mV"', 'V_th = "9 mV"', "population.I.V_")):
        begin = next(k for k, line in enumerate(lines) if line.startswith(f"[{section}]"))
        at = next(k for k in range(begin, len(lines)) if lines[k] == old)
        with open("wrong.toml", "w") as f:
            f.write("\n".join([*lines[:at], new, *lines[at + 1:]]))
        done = call(["run", "wrong.toml"], [])
        assert done.returncode == 2 and said in done.stderr, done.stderr
        line = int(done.stderr.split("wrong.toml:")[1].split(":")[0])
        assert begin < line - 1 < begin + 12 and (line == at + 1 or section.startswith("population")), (section, done.stderr)


def analysed(*words, status=0):
    done = subprocess.run([program, "analyse", *words], capture_output=True, text=True)
    assert done.returncode == status, (words, done.stderr)
    return done.stdout + done.stderr


def statistics():
    """Those of the run, as its spikes go by, and those of the spikes that it has recorded are the same numbers."""
    run("brunel", [*SMALL, "record.statistics_from=50 ms", "record.metrics=100 ms and end", "run.duration=1030 ms"])
    text = analysed("run.h5")
    assert "spikes from 50 to 1030 ms: E (400 cells, " in text and "all cells" in text, text
    analysed("run.h5", "--evolution")
    with h5py.File("run.h5") as f:
        online, once, evolution = f["metrics"], f["analysis/spikes"], f["analysis/spikes_evolution"]
        assert set(evolution) == set(online) and len(online["time"]) == 11
        for name in online:
            np.testing.assert_array_equal(online[name][()], evolution[name][()], name)
            if not name.startswith("recent_rate"):
                assert online[name][-1] == once[name][0], name
        assert {"rate", "rate_E", "cv_isi_I", "fano_factor", "synchrony_E", "correlation"} <= set(once)
        for name in once:
            assert np.isfinite(once[name][0]), name
        times = f["spikes/E/timestamps"][()]
    assert "--force" in analysed("run.h5", status=2)
    analysed("run.h5", "--from", "0.2 s", "--until", "700 ms", "--metric", "rate", "--force")
    with h5py.File("run.h5") as f:
        assert set(f["analysis/spikes"]) == {"time", "rate", "rate_E", "rate_I"} and f["analysis/spikes/time"][0] == 700
        count = np.sum((times > 200.01) & (times < 700.01))
        np.testing.assert_allclose(f["analysis/spikes/rate_E"][0], count / 400 / 0.5, rtol=1e-12)
    exported = subprocess.run([program, "export", "run.h5", "--out", "csv", "--group", "/analysis/spikes"])
    lines = open("csv/analysis-spikes.csv").read().splitlines()
    assert exported.returncode == 0 and lines[0] == "time,rate,rate_E,rate_I" and len(lines) == 2, lines
    for words, expected in ((["--from", "2 s"], "some time between"), (["--until", "1031 ms"], "at most 1030 ms"),
                            (["--from", "0.05 ms"], "whole number of steps"), (["--from", "soon"], "a time"),
                            (["--row", "0"], "--from and --until"), (["--metric", "norm_W"], "run.h5")):
        assert expected in analysed("run.h5", "--force", *words, status=2), words

    # A part of the cells, for a part of the time.
    run("brunel", [*SMALL, "spikes.E={first=100, every=2, from=\"100 ms\"}", "spikes.I={until=\"900 ms\"}"])
    text = analysed("run.h5")
    assert "spikes from 100 to 900 ms: E (50 of 400 cells, " in text, text
    assert "at least 100 ms" in analysed("run.h5", "--force", "--from", "0 ms", status=2)
    run("brunel", [*SMALL, "record.spikes=none"])
    assert "neither /final" in analysed("run.h5", status=2) and "no spikes" in analysed("run.h5", "--metric", "rate", status=2)


def weights_of(learns):
    """Snapshots with the cells of every synapse, in the middle of a run that is stopped and goes on as well."""
    changes = [*learns, "record.weights=0.5 s and end", "record.weight_distributions=never"]
    run("brunel_stdp", changes)
    interrupted(changes, "brunel_stdp")
    with h5py.File("run.h5") as f, h5py.File("stopped.h5") as g:
        assert "weight_distributions" not in f
        EE = f["synapses/EE"]
        assert EE["weight"].shape == (3, 400 * 40) and np.all(EE["time"][()] == [0, 500, 1000])
        assert np.all(EE["weight"][0] == 1) and np.all(EE["weight"][2] != EE["weight"][0])
        assert np.all(np.diff(EE["source"][()].astype(int)) >= 0)
        assert np.all(np.bincount(EE["target"][()].astype(int), minlength=400) == 40)
        for name in EE:
            np.testing.assert_array_equal(EE[name][()], g["synapses/EE"][name][()], name)


def with_rule(*lines):
    """The plastic network with another rule between its excitatory cells."""
    with open(os.path.join(networks, "brunel_stdp.toml")) as f:
        text = f.read()
    begin, end = text.index("plasticity ="), text.index("[projection.EI]")
    with open("own.toml", "w") as f:
        f.write(text[:begin] + "\n".join(lines) + "\n\n" + text[end:])
    return os.path.abspath("own")


def other_rules(small):
    reward = with_rule('plasticity = "stdp_reward"', 'rewarded_by = ["I", "E"]', "eta = 1e-4", 'tau_e = "100 ms"')
    rewarded = run(reward, small)
    same(rewarded, run(reward, [*small, "run.threads=2"]))
    same(rewarded, interrupted(small, reward))
    with h5py.File("stopped.h5") as f:
        assert f["weight_distributions/EE/deviation"][1] > 1e-6
    for name in ("stdp_triplet", "stdp_pair_nearest"):
        run(with_rule(f'plasticity = "{name}"', 'w_max = "2 mV"'), small)
    errors = with_rule('plasticity = "error_triggered"', 'instructed_by = ["E"]', 'w_max = "2 mV"')
    same(run(errors, small), run(errors, [*small, 'projection.EE.instructed_by=[]']))
    voltage = with_rule('plasticity = "voltage_based"', 'delay_on = "axon"', 'theta_minus = "8 mV"', 'w_max = "3 mV"')
    whole = run(voltage, small)
    same(whole, run(voltage, [*small, "run.threads=2"]))
    same(whole, interrupted(small, voltage))
    errors = with_rule('plasticity = "error_triggered"', 'w_max = "2 mV"')
    refused('projection.EE.rewarded_by=["I"]', "projection.EE.rewarded_by", "no eligibility", network=errors)
    refused('projection.EE.instructed_by=["E", "E", "E"]', "at most two", network=errors)


def main():
    for name in ("vogels_abbott_cuba", "coba"):
        found = run(name, ["run.duration=100 ms"])
        assert len(found["E/node_ids"]) > 500 and found["E/node_ids"].max() < 3200, name
        assert np.all(np.diff(found["E/timestamps"]) >= 0)
    whole = run("brunel", SMALL)
    assert len(whole["E/timestamps"]) > 1000
    same(whole, run("brunel", [*SMALL, "run.threads=2"]))
    same(whole, interrupted(SMALL))
    different = run("brunel", [*SMALL, "run.seed=2"])
    assert len(different["E/timestamps"]) != len(whole["E/timestamps"])
    run("brunel", [*SMALL, 'population.E.tau_m={normal=["20 ms", "2 ms"], within=["10 ms", "30 ms"]}',
                   'projection.EE.weight={lognormal=[-2.3, 0.2]}', 'projection.EE.delay={uniform=["1 ms", "2 ms"]}'])

    statistics()

    refused("projection.EE.receptor=ampa", "projection.EE.receptor", "'ampa'", "one of delta")
    refused("projection.EE.source=X", "projection.EE.source", "one of the populations E, I")
    refused("projection.EE.rule=some", "projection.EE.rule", "in_degree")
    refused("population.E.V_th=5 mV", "V_reset")
    refused("population.E.tau=3", "population.E.tau", "tau_m")
    refused("population.E.size=0", "population.E.size")
    refused("population.E.initial.X=1", "population.E.initial.X", "one of V")
    refused("population.E.V_th=[1, 2]", "population.E.V_th")
    refused("projection.EE.weight=0.1", "projection.EE.weight", "a unit is missing", "0.1 mV")
    refused("projection.EE.weight=0.1 pA", "projection.EE.weight", "a unit of current")
    refused("population.E.initial.V=3 pA", "population.E.initial.V", "mV")
    refused("run.lanes=2", "run.lanes: found 2 lanes, expected one")
    refused('projection.EE.weight={normal=["1 mV"]}', "projection.EE.weight.normal", "mean and deviation")
    refused('projection.EE.weight={normal=["1 mV", "-1 mV"]}', "projection.EE.weight")
    refused("projection.EE.delay=0.05 ms", "delay")
    refused("projection.EE.count=-1", "projection.EE.count")
    refused("input.to_E.rate=nan", "input.to_E.rate")
    refused("task.dataset=xor", "task", "no port 'input'")
    refused("circuit.model=pal", "task.dataset")

    learns = [*SMALL, "projection.EE.lambda=0.1", "projection.EE.weight=1 mV", "projection.EE.w_0=1 mV"]
    plastic = run("brunel_stdp", learns)
    assert len(plastic["E/timestamps"]) > 1000
    same(plastic, run("brunel_stdp", [*learns, "run.threads=2"]))
    same(plastic, interrupted(learns, "brunel_stdp"))
    with h5py.File("run.h5") as f:
        counts = f["weight_distributions/EE/count"][()]
        assert counts.shape == (2, 100) and np.all(counts.sum(axis=1) == 400 * 40)
        np.testing.assert_allclose(f["weight_distributions/EE/mean"][0], 1, rtol=1e-6)
        assert f["weight_distributions/EE/deviation"][1] > 1e-3
        assert "synapses" not in f
    weights_of(learns)
    other_rules([*SMALL, "projection.EE.weight=1 mV", "run.duration=0.3 s"])
    for change in ("projection.EE.delay_on=axon", "projection.EE.tau_plus=10 ms"):
        assert len(run("brunel_stdp", [*learns, change])["E/timestamps"]) != len(plastic["E/timestamps"]), change
    refused("projection.EE.plasticity=stdp", "projection.EE.plasticity", "stdp_power_law", network="brunel_stdp")
    refused("projection.EE.mu=2", "projection.EE.plasticity", "mu is 2", "0 to 1", network="brunel_stdp")
    refused("projection.EE.tau_plus=0 ms", "projection.EE.plasticity", "time constant", network="brunel_stdp")
    refused("projection.EE.tau_plus=10 Hz", "projection.EE.tau_plus", "ms", network="brunel_stdp")
    refused("projection.EE.lambda=nan", "projection.EE.lambda", network="brunel_stdp")
    refused("projection.EE.tau_x=1 ms", "projection.EE.tau_x", network="brunel_stdp")
    refused("projection.EE.lambda=1", "projection.EE.lambda")  # of no rule
    refused('projection.EE.weight={uniform=["-1 mV", "1 mV"]}', "'EE'", "a weight of -0.", "0 to inf", network="brunel_stdp")
    refused('projection.EE.instructed_by=["I"]', "'I' has 100 cells, expected 400", network="brunel_stdp")
    refused('projection.EE.instructed_by=["X"]', "projection.EE.instructed_by", "'X'", network="brunel_stdp")
    refused("record.weight_distributions=often", "record.weight_distributions", network="brunel_stdp")
    rule = call(["describe", "stdp_power_law"], []).stdout
    assert "w += lambda" in rule and "[projection.NAME]" in rule and "tau_plus" in rule, rule
    where_it_stands()
    described = call(["describe", os.path.join(networks, "brunel.toml")], SMALL)
    assert "20000 synapses" not in described.stderr and "EE: E (400) -> E.delta (400), 16000 synapses" in described.stdout


with tempfile.TemporaryDirectory() as folder:
    program, networks = os.path.abspath(program), os.path.abspath(networks)
    os.chdir(folder)
    main()
