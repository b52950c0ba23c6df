"""Cells that are integrated exactly fire when those of NEST do that are driven by the same spikes: every time to 1e-12
of itself, and potentials to 1e-11 mV.

usage: nest_spike_times.py APICAL [--nest | --print]

Without NEST, the first 150 ms are compared with the times below, which NEST 3.10.0 had: `--print` writes them anew. With
--nest 20 s are compared, and potentials of the first second. NEST is that of the Python in the environment variable
NEST_PYTHON, or of this one; if it has none, the exit status is 77.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np

STEP, SOURCES = 0.1, {"exc": 10, "inh": 5}  # ms
CURRENTS = [100, 200, 300, 450]  # pA, of the cells of each kind
MEMBRANE = {"C_m": 250, "E_L": -70, "V_th": -55, "V_reset": -68, "t_ref": 3}
SYNAPSES = {"tau_excitatory": 2, "tau_inhibitory": 5}
DELAYS = {"exc": 1.0, "inh": 1.7}
# Cell -> its name in NEST, its membrane time constant, weights.
CELLS = {"lif_current": ("iaf_psc_exp", 10, {"exc": 50, "inh": -40}),
         "lif_current_alpha": ("iaf_psc_alpha", 12, {"exc": 18, "inh": -15}),
         "lif_delta": ("iaf_psc_delta", 20, {"exc": 0.25, "inh": -0.4})}
SHORT, LONG = 150, 20000  # ms

# NEST 3.10.0: steps at whose ends the cells of every kind fire.
KNOWN = {
    "lif_current": [
        [546, 1059],
        [143, 333, 515, 796, 1016, 1161, 1383],
        [101, 234, 364, 495, 629, 792, 955, 1062, 1175, 1327, 1477],
        [76, 171, 266, 359, 454, 546, 646, 758, 871, 984, 1069, 1159, 1247, 1355, 1464]],
    "lif_current_alpha": [
        [189, 491, 1052, 1242],
        [129, 285, 445, 605, 821, 1026, 1162, 1328],
        [103, 218, 342, 466, 582, 707, 855, 1003, 1109, 1219, 1356, 1498],
        [81, 166, 258, 352, 447, 541, 638, 738, 844, 949, 1044, 1132, 1220, 1318, 1423]],
    "lif_delta": [
        [220, 423, 622, 886, 1067, 1241, 1491],
        [125, 279, 418, 554, 722, 886, 1027, 1155, 1311, 1469],
        [99, 220, 339, 454, 557, 675, 799, 925, 1031, 1142, 1247, 1362, 1486],
        [71, 164, 248, 339, 424, 511, 608, 706, 808, 909, 999, 1090, 1176, 1268, 1358, 1458]]}


def trains(until):
    """Of every source, by a linear congruential generator (Park and Miller 1988): steps."""
    state, all_trains = 1, {}
    for source, count in SOURCES.items():
        for _ in range(count):
            now, train = 0, []
            while True:
                state = state * 48271 % 2147483647
                now += 1 + state % (40 if source == "exc" else 80)
                if now * STEP >= until:
                    break
                train.append(now)
            all_trains.setdefault(source, []).append(train)
    return all_trains


def quantity(name, value):
    unit = {"C": "pF", "E": "mV", "V": "mV", "t": "ms"}[name[0]]
    return f'{name} = "{value} {unit}"\n'


def network(until):
    text = f'[run]\nmode = "spiking"\nduration = "{until} ms"\nstep = "{STEP} ms"\nprecision = "double"\n[circuit]\nmodel = "network"\n'
    for source, count in SOURCES.items():
        with open(f"{source}.csv", "w") as file:
            file.write("time,id\n")
            for cell, train in enumerate(trains(until)[source]):
                file.writelines(f"{step * STEP:.1f},{cell}\n" for step in train)
        text += f'[population.{source}]\nneuron = "parrot"\nsize = {count}\n'
        text += f'[input.{source}]\nkind = "spikes"\ntarget = "{source}"\nreceptor = "spikes"\nweight = 1\nfile = "{source}.csv"\n'
    for cell, (_, tau_m, weights) in CELLS.items():
        delta = cell == "lif_delta"
        text += f'[population.{cell}]\nneuron = "{cell}"\nsize = {len(CURRENTS)}\n' + quantity("tau_m", tau_m)
        text += f"I_e = {json.dumps([f'{current} pA' for current in CURRENTS])}\n"
        text += "".join(quantity(*one) for one in (MEMBRANE | ({} if delta else SYNAPSES)).items())
        for source, weight in weights.items():
            receptor = "delta" if delta else {"exc": "excitatory", "inh": "inhibitory"}[source]
            text += (f'[projection.{cell}_{source}]\nsource = "{source}"\ntarget = "{cell}"\nreceptor = "{receptor}"\n'
                     f'weight = "{weight} {"mV" if delta else "pA"}"\ndelay = "{DELAYS[source]} ms"\n')
        text += f'[trace.{cell}]\npopulation = "{cell}"\ncolumn = "V"\nuntil = "{min(until, 1000)} ms"\nevery = "{STEP} ms"\n'
    return text + '[record]\nprecision = "float64"\n'


def ours(program, until):
    """Cell -> times of every one of them, and potentials, steps x cells."""
    with open("cells.toml", "w") as file:
        file.write(network(until))
    done = subprocess.run([program, "run", "cells.toml", "--out", "cells.h5", "--force", "--progress", "none"],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = {}
    with h5py.File("cells.h5") as file:
        for cell in CELLS:
            times, ids = (file["spikes"][cell][name][()] for name in ("timestamps", "node_ids"))
            traces = file["trace"][cell]["V"]
            found[cell] = [times[ids == one] for one in range(len(CURRENTS))], traces[()].reshape(len(traces), -1)
    return found


NEST = """
import json, sys
cells, membrane, synapses, currents, delays, trains, step, until = json.load(sys.stdin)
import nest
nest.set_verbosity("M_ERROR")
nest.resolution = step
sources = {source: [nest.Create("spike_generator", params={"spike_times": [round(one * step, 1) for one in train]})
                    for train in all_trains] for source, all_trains in trains.items()}
answer = {}
made = {}
for cell, (model, tau_m, weights) in cells.items():
    of_synapses = {} if model == "iaf_psc_delta" else {"tau_syn_ex": synapses["tau_excitatory"], "tau_syn_in": synapses["tau_inhibitory"]}
    made[cell] = []
    for current in currents:
        one = nest.Create(model, params=membrane | of_synapses | {"tau_m": tau_m, "I_e": current, "V_m": membrane["E_L"]})
        for source, weight in weights.items():
            for generator in sources[source]:
                nest.Connect(generator, one, syn_spec={"weight": weight, "delay": delays[source]})
        recorder = nest.Create("spike_recorder")
        meter = nest.Create("multimeter", params={"record_from": ["V_m"], "interval": step, "stop": 1000.0})
        nest.Connect(one, recorder)
        nest.Connect(meter, one)
        made[cell].append((recorder, meter))
nest.Simulate(until + step)
for cell, all_made in made.items():
    answer[cell] = ([list(recorder.events["times"]) for recorder, _ in all_made], [list(meter.events["V_m"]) for _, meter in all_made])
print("ANSWER" + json.dumps([nest.__version__, answer]))
"""


def of_nest(python, until):
    """As ours, and the version. None if that Python has no NEST."""
    try:
        if subprocess.run([python, "-c", "import nest"], capture_output=True).returncode != 0:
            return None
    except OSError:
        return None
    membrane = {name: float(value) for name, value in MEMBRANE.items()}
    cells = {cell: (model, float(tau_m), {s: float(w) for s, w in weights.items()}) for cell, (model, tau_m, weights) in CELLS.items()}
    question = [cells, membrane, {n: float(v) for n, v in SYNAPSES.items()}, list(map(float, CURRENTS)), DELAYS, trains(until), STEP,
                float(until)]
    done = subprocess.run([python, "-c", NEST], input=json.dumps(question), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    version, answer = json.loads(done.stdout.split("ANSWER")[1])
    return version, {cell: ([np.array(t) for t in times], np.array(potentials).T) for cell, (times, potentials) in answer.items()}


def compare(found, expected):
    for cell, trains_of_cells in expected.items():
        for one, (ours_at, theirs_at) in enumerate(zip(found[cell][0], trains_of_cells)):
            assert len(theirs_at) > 1, (cell, one, len(theirs_at))
            np.testing.assert_allclose(ours_at, theirs_at, rtol=1e-12, atol=0, err_msg=f"{cell} {one}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("apical")
    parser.add_argument("--nest", action="store_true")
    parser.add_argument("--print", action="store_true", dest="write")
    options = parser.parse_args()
    if options.nest or options.write:
        until = SHORT if options.write else LONG
        python = os.environ.get("NEST_PYTHON", sys.executable)
        answer = of_nest(python, until)
        if answer is None:
            print(f"{python} has no NEST; in a virtual environment: pip install nest-simulator; then NEST_PYTHON=its Python")
            sys.exit(77)
        version, theirs = answer
        if options.write:
            print(version, {cell: [[round(t / STEP) for t in train if t <= SHORT] for train in times] for cell, (times, _) in theirs.items()})
            return
        found = ours(options.apical, until)
        compare(found, {cell: [t[t <= until] for t in times] for cell, (times, _) in theirs.items()})
        for cell, (times, potentials) in theirs.items():
            steps = min(len(potentials), len(found[cell][1]) - 1)
            difference = np.abs(found[cell][1][1:steps + 1] - potentials[:steps]).max()
            print(f"{cell}: {sum(map(len, times))} spikes as NEST {version}, potentials to {difference:.2g} mV in {steps} steps")
            assert steps > 9000 and difference < 1e-11, (cell, steps, difference)
        return
    compare(ours(options.apical, SHORT), {cell: [np.array(train) * STEP for train in steps] for cell, steps in KNOWN.items()})


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        sys.argv[1] = os.path.abspath(sys.argv[1])
        os.chdir(folder)
        main()
