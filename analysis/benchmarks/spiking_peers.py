#!/usr/bin/env python3
"""The networks of models/networks in NEST and in Brian2, on demand, for spiking_vs_peers.py:

    spiking_peers.py nest|brian2 NETWORK SEED THREADS STEP FOLDER

STEP in ms; FOLDER is for what Brian2 compiles. The first line of the standard output is `ready` and how many seconds it
took to build the network, on the wall and of the processor (Brian2: its compiler included), and by how many bytes the
memory of the process grew (Brian2: has, of the program that it compiles), then the name and the version of the
simulator. `run N` takes N steps and answers with the seconds they took, on the wall and of the processor; `spikes FILE`
writes all spikes as pairs of 32-bit words, step and cell, cells counted over all populations.
"""
import contextlib
import glob
import importlib
import os
import pathlib
import re
import subprocess
import sys
import time

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "models/networks"))
import microcircuit  # noqa: E402

LIF = {"cuba": dict(C_m=200., E_L=-49., V_th=-50., V_reset=-60., t_ref=5., tau_m=20., tau_syn_ex=5., tau_syn_in=10.),
       "coba": dict(C_m=200., g_L=10., E_L=-60., V_th=-50., V_reset=-60., t_ref=5., I_e=200., E_ex=0., E_in=-80.,
                    tau_syn_ex=5., tau_syn_in=10.),
       "brunel": dict(C_m=1., E_L=0., V_th=20., V_reset=10., t_ref=2., tau_m=20.)}
WEIGHTS = {"cuba": (16.2, -90.), "coba": (4., -51.), "brunel": (.1, -.5)}  # pA, nS, mV
DELAY = {"cuba": .1, "coba": .8, "brunel": 1.5}
START = {"cuba": (-60., -50.), "coba": (-60., -50.), "brunel": (10., 20.)}
SIZES = {"cuba": (3200, 800), "coba": (3200, 800), "brunel": (10000, 2500), "bursting": (10000,)}
PROBABILITY, IN_DEGREES, OUTSIDE = .02, (1000, 250), 20000.  # of cuba and coba; of brunel; Hz, of brunel
STDP = dict(tau_plus=15., tau_minus=30., rate=.01, mu=.4, alpha=.5)  # w0 is the weight
SCALE = .1  # of the microcircuit
# Of the bursting cells: synapses; pulses of noise, rate of each sign in Hz and current of a step in nA, of somata and dendrites.
BURSTING = dict(probability=.1, weight=-40., delay=1., soma=(150., 20.), dendrite=(300., 13.3333))


def sizes(network):
    """Cells of every population."""
    if network == "microcircuit":
        return [microcircuit.cells(k, SCALE) for k in range(len(microcircuit.NAMES))]
    return list(SIZES[network.removesuffix("_stdp")])


def synapses(network):
    """Mean number of them."""
    n = sizes(network)
    if network == "microcircuit":
        return sum(microcircuit.synapses(a, b, SCALE) for a in range(len(n)) for b in range(len(n)))
    if network in ("cuba", "coba"):
        return PROBABILITY * (sum(n) ** 2 - sum(n))
    if network == "bursting":
        return BURSTING["probability"] * (n[0] ** 2 - n[0])
    return sum(n) * sum(IN_DEGREES)


def resident(process="self"):
    """Bytes of it that are in memory."""
    with open(f"/proc/{process}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def processor_time():
    """Of this process and of those that it waited for."""
    return sum(os.times()[:4])


class Nest:
    def __init__(self, network, seed, threads, step, _):
        self.nest = nest = importlib.import_module("nest")  # main has imported it
        nest.set(resolution=step, local_num_threads=threads, rng_seed=seed)
        self.step = step
        self.cells = self.microcircuit() if network == "microcircuit" else self.two_populations(network)
        self.recorder = nest.Create("spike_recorder")
        nest.Connect(self.cells, self.recorder)
        nest.Prepare()
        self.name = f"NEST {nest.__version__}"

    def two_populations(self, network):
        nest, kind = self.nest, network.removesuffix("_stdp")
        model = {"cuba": "iaf_psc_exp", "coba": "iaf_cond_exp", "brunel": "iaf_psc_delta"}[kind]
        parameters = dict(LIF[kind], V_m=nest.random.uniform(*START[kind]))
        if network.endswith("_stdp"):
            parameters["tau_minus"] = STDP["tau_minus"]
        cells = [nest.Create(model, n, parameters) for n in SIZES[kind]]
        for s, (source, w) in enumerate(zip(cells, WEIGHTS[kind])):
            for t, target in enumerate(cells):
                rule = ({"rule": "fixed_indegree", "indegree": IN_DEGREES[s]} if kind == "brunel" else
                        {"rule": "pairwise_bernoulli", "p": PROBABILITY, "allow_autapses": False})
                synapse = "static_synapse_hpc"
                if network.endswith("_stdp") and s == t == 0:
                    synapse = "plastic"
                    # The rule there has weights over 1 mV where ours has them over the initial one.
                    nest.CopyModel("stdp_pl_synapse_hom_hpc", synapse, {
                        "lambda": STDP["rate"] * w ** (1 - STDP["mu"]), "alpha": STDP["alpha"] * w ** (STDP["mu"] - 1),
                        "mu": STDP["mu"], "tau_plus": STDP["tau_plus"]})
                nest.Connect(source, target, rule, {"synapse_model": synapse, "weight": w, "delay": DELAY[kind]})
        if kind == "brunel":
            outside = nest.Create("poisson_generator", params={"rate": OUTSIDE})
            for target in cells:
                nest.Connect(outside, target, syn_spec={"synapse_model": "static_synapse_hpc",
                                                        "weight": WEIGHTS[kind][0], "delay": DELAY[kind]})
        return cells[0] + cells[1]

    def microcircuit(self):
        nest, m = self.nest, microcircuit
        strength = SCALE ** -.5
        cells = [nest.Create("iaf_psc_exp", m.cells(k, SCALE), {
            "C_m": m.C_M, "tau_m": m.TAU_M, "t_ref": m.T_REF, "E_L": m.E_L, "V_reset": m.E_L, "V_th": m.V_TH,
            "tau_syn_ex": m.TAU_SYN, "tau_syn_in": m.TAU_SYN, "I_e": m.lost_current(k, SCALE),
            "V_m": nest.random.normal(*map(float, m.V_START))}) for k in range(len(m.NAMES))]
        for a, target in enumerate(cells):
            for b, source in enumerate(cells):
                count, mean = m.synapses(a, b, SCALE), m.weight(a, b) * strength
                if count == 0:
                    continue
                bounds = {"min": 0., "max": numpy.inf} if mean > 0 else {"min": -numpy.inf, "max": 0.}
                delay = m.DELAY["E" if m.is_excitatory(b) else "I"]
                nest.Connect(source, target, {"rule": "fixed_total_number", "N": count}, {
                    "synapse_model": "static_synapse_hpc",
                    "weight": nest.math.redraw(nest.random.normal(mean, m.SPREAD * abs(mean)), **bounds),
                    "delay": nest.math.redraw(nest.random.normal(*delay), min=m.SHORTEST, max=numpy.inf)})
            outside = nest.Create("poisson_generator", params={"rate": SCALE * m.OUTSIDE[a] * m.OUTSIDE_RATE})
            nest.Connect(outside, target, syn_spec={"synapse_model": "static_synapse_hpc",
                                                    "weight": m.WEIGHT * strength, "delay": 1.5})
        return sum(cells[1:], cells[0])

    def run(self, steps):
        wall, used = time.perf_counter(), time.process_time()
        self.nest.Run(steps * self.step)
        return f"{time.perf_counter() - wall} {time.process_time() - used}"

    def spikes(self):
        events = self.recorder.events
        return numpy.rint(events["times"] / self.step), events["senders"] - self.cells[0].global_id


class Brian2:
    """Compiled to a program of its own (cpp_standalone), which runs as often as it is told to."""

    EQUATIONS = {
        "cuba": "dv/dt = (E_L - v) / tau_m + (I_ex + I_in) / C_m : volt (unless refractory)\n"
                "dI_ex/dt = -I_ex / tau_ex : amp\ndI_in/dt = -I_in / tau_in : amp",
        "coba": "dv/dt = (g_L * (E_L - v) + g_ex * (E_ex - v) + g_in * (E_in - v) + I_e) / C_m : volt (unless refractory)\n"
                "dg_ex/dt = -g_ex / tau_ex : siemens\ndg_in/dt = -g_in / tau_in : siemens",
        "brunel": "dv/dt = (E_L - v) / tau_m : volt (unless refractory)"}
    REACHED = {"cuba": ("I_ex", "I_in"), "coba": ("g_ex", "g_in"), "brunel": ("v", "v")}

    def __init__(self, network, seed, threads, step, folder):
        if network == "microcircuit":
            sys.exit("the microcircuit is not written down for Brian2")
        b = importlib.import_module("brian2")  # main has imported it
        b.set_device("cpp_standalone", build_on_run=False, directory=folder)
        b.prefs.devices.cpp_standalone.openmp_threads = 0 if threads == 1 else threads
        b.defaultclock.dt = step * b.ms
        b.seed(seed)
        self.step, self.name = step, f"Brian2 {b.__version__}"
        if network == "bursting":
            self.bursting(b).run(1 * b.ms)
            self.start(b.get_device(), folder, threads)
            return
        kind, plastic = network.removesuffix("_stdp"), network.endswith("_stdp")
        ms, mV, pF, nS, pA = b.ms, b.mV, b.pF, b.nS, b.pA
        p = LIF[kind]
        space = {"C_m": p["C_m"] * pF, "E_L": p["E_L"] * mV, "V_th": p["V_th"] * mV, "V_reset": p["V_reset"] * mV,
                 "tau_m": p.get("tau_m", 0) * ms, "tau_ex": p.get("tau_syn_ex", 0) * ms, "tau_in": p.get("tau_syn_in", 0) * ms,
                 "g_L": p.get("g_L", 0) * nS, "E_ex": p.get("E_ex", 0) * mV, "E_in": p.get("E_in", 0) * mV,
                 "I_e": p.get("I_e", 0) * pA}
        n = SIZES[kind]
        cells = b.NeuronGroup(sum(n), self.EQUATIONS[kind], threshold="v > V_th", reset="v = V_reset", namespace=space,
                              refractory=p["t_ref"] * ms, method="exponential_euler" if kind == "coba" else "exact")
        low, high = START[kind]
        cells.v = f"({low} + {high - low} * rand()) * mV"
        unit = {"cuba": pA, "coba": nS, "brunel": mV}[kind]
        parts = [cells[:n[0]], cells[n[0]:]]
        net = b.Network(cells)
        random = numpy.random.default_rng(seed)
        for s, (source, w, reached) in enumerate(zip(parts, WEIGHTS[kind], self.REACHED[kind])):
            weight = abs(w) * unit if kind == "coba" else w * unit
            if plastic and s == 0:
                net.add(self.plastic(b, parts[0], weight, random), self.static(b, parts[0], parts[1], reached, weight, kind, s, random))
            else:
                net.add(self.static(b, source, cells, reached, weight, kind, s, random))
        if kind == "brunel":
            net.add(b.PoissonInput(cells, "v", 1000, OUTSIDE / 1000 * b.Hz, WEIGHTS[kind][0] * mV))
        net.add(b.SpikeMonitor(cells, name="spikes"))
        net.run(1 * ms)
        self.start(b.get_device(), folder, threads)

    @staticmethod
    def bursting(b):
        """Soma, threshold, dendrite and what their spikes say; Euler's method, as ours. A pulse of noise moves the potential by what
        its current does in a step. Intervals are whole steps, and bounds between them, where no rounding matters."""
        ms, mV, pF, nS, pA = b.ms, b.mV, b.pF, b.nS, b.pA
        dt = b.defaultclock.dt
        space = dict(C_s=370 * pF, tau_s=16 * ms, E_L=-70 * mV, g_s=1300 * pA, I_s=80 * pA, V_th=-50 * mV, tau_th=27 * ms, tau_w=100 * ms,
                     C_d=170 * pF, tau_d=7 * ms, g_d=1200 * pA, c_d=2600 * pA, I_d=-10 * pA, E_d=-38 * mV, D=6 * mV, tau_r=30 * ms,
                     a=13 * nS, burst_interval=16.05 * ms)
        cells = b.NeuronGroup(SIZES["bursting"][0], """
            dv/dt = -(v - E_L) / tau_s + (g_s * plateau + I_s - w) / C_s : volt
            dtheta/dt = (V_th - theta) / tau_th : volt
            dw/dt = -w / tau_w : amp
            du/dt = -(u - E_L) / tau_d + (g_d * plateau + c_d * back + I_d - r) / C_d : volt
            dr/dt = (a * (u - E_L) - r) / tau_r : amp
            plateau = 1 / (1 + exp(-(u - E_d) / D)) : 1
            back = int(t - last >= 0.45*ms) * int(t - last <= 2.55*ms) : 1
            last : second
            may_burst : 1""", threshold="v >= theta",
            reset="v = E_L; theta += 2*mV; w += 0.2*pA; may_burst = int(t - last > burst_interval); last = t",
            events={"event": "v >= theta and t - last > burst_interval", "burst": "v >= theta and t - last <= burst_interval and may_burst > 0"},
            namespace=space, method="euler")
        cells.v, cells.theta, cells.u, cells.last = "(-70 + 15 * rand()) * mV", -50 * mV, -70 * mV, -1e4 * ms
        of = BURSTING
        synapses = b.Synapses(cells, cells, on_pre="v_post += jump", on_event="event", delay=of["delay"] * ms,
                              namespace={"jump": of["weight"] * pA * dt / (370 * pF)})
        synapses.connect(condition="i != j", p=of["probability"])
        noise = [b.PoissonInput(cells, target, 1, rate * b.Hz, sign * pulse * b.nA * dt / capacitance)
                 for target, (rate, pulse), capacitance in (("v", of["soma"], 370 * pF), ("u", of["dendrite"], 170 * pF)) for sign in (1, -1)]
        return b.Network(cells, synapses, *noise, b.SpikeMonitor(cells, name="spikes"))

    @staticmethod
    def drawn(synapses, kind, s, source, target, random):
        if kind == "brunel":
            k = IN_DEGREES[s]
            synapses.connect(i=random.integers(0, len(source), k * len(target)), j=numpy.repeat(numpy.arange(len(target)), k))
        else:  # no cell reaches itself
            synapses.connect(condition="i != j" if s == 0 else f"i + {len(target) - len(source)} != j", p=PROBABILITY)

    def static(self, b, source, target, reached, weight, kind, s, random):
        synapses = b.Synapses(source, target, on_pre=f"{reached}_post += strength", delay=DELAY[kind] * b.ms,
                              namespace={"strength": weight})
        self.drawn(synapses, kind, s, source, target, random)
        return synapses

    def plastic(self, b, cells, weight, random):
        space = {"w0": weight, "rate": STDP["rate"], "mu": STDP["mu"], "alpha": STDP["alpha"],
                 "tau_plus": STDP["tau_plus"] * b.ms, "tau_minus": STDP["tau_minus"] * b.ms}
        synapses = b.Synapses(
            cells, cells, "w : volt\ndk_plus/dt = -k_plus / tau_plus : 1 (event-driven)\n"
            "dk_minus/dt = -k_minus / tau_minus : 1 (event-driven)", namespace=space, delay=DELAY["brunel"] * b.ms,
            on_pre="w = clip(w - rate * alpha * w * k_minus, 0 * volt, 1 * volt)\nv_post += w\nk_plus += 1",
            on_post="w = w + rate * w0 * (w / w0) ** mu * k_plus\nk_minus += 1")
        self.drawn(synapses, "brunel", 0, cells, cells, random)
        synapses.w = weight
        return synapses

    def start(self, device, folder, threads):
        device.build(directory=folder, compile=False, run=False)
        main = pathlib.Path(folder) / "main.cpp"
        text = main.read_text(encoding="utf-8")
        call = re.search(r"^\s*(\w+)\.run\([^,]+,(.*)\);", text, re.M)
        loop = f"""
    std::cout << "ready " << double(std::clock()) / CLOCKS_PER_SEC << std::endl;
    for (double seconds; std::cin >> seconds;) {{
        const auto start = std::chrono::steady_clock::now();
        const std::clock_t used = std::clock();
        {call[1]}.run(seconds,{call[2]});
        const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
        std::cout << wall.count() << ' ' << double(std::clock() - used) / CLOCKS_PER_SEC << std::endl;
    }}"""
        main.write_text("#include <chrono>\n#include <ctime>\n#include <iostream>\n" + text.replace(call[0], loop), encoding="utf-8")
        subprocess.run(["make", "-j2"], cwd=folder, check=True, capture_output=True)
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads))
        self.folder = folder
        self.program = subprocess.Popen(["./main"], cwd=folder, text=True, stdin=subprocess.PIPE, env=environment,
                                        stdout=subprocess.PIPE, bufsize=1)
        for line in self.program.stdout:
            if line.startswith("ready "):
                self.used = float(line.split()[1])
                return
        sys.exit("Brian2's program stopped")

    def run(self, steps):
        self.program.stdin.write(f"{steps * self.step * 1e-3!r}\n")
        return self.program.stdout.readline().strip()

    def spikes(self):
        self.program.stdin.close()  # then it writes its results
        self.program.wait()
        read = lambda what, kind: numpy.fromfile(glob.glob(f"{self.folder}/results/_dynamic_array_spikes_{what}_*")[0], kind)
        return numpy.rint(read("t", numpy.float64) / (self.step * 1e-3)) + 1, read("i", numpy.int32)


def main():
    simulator, network, seed, threads, step, folder = sys.argv[1:]
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what simulators print is no answer
    importlib.import_module(simulator)
    before, wall, used = resident(), time.perf_counter(), processor_time()
    side = {"nest": Nest, "brian2": Brian2}[simulator](network, int(seed), int(threads), float(step), folder)
    wall, used = time.perf_counter() - wall, processor_time() - used
    if simulator == "brian2":
        memory, used = resident(side.program.pid), used + side.used
    else:
        memory = resident() - before
    print("ready", wall, used, memory, side.name, file=answers, flush=True)
    for line in sys.stdin:
        command, _, argument = line.strip().partition(" ")
        if command == "run":
            answer = side.run(int(argument))
        elif command == "spikes":
            steps, cells = side.spikes()
            order = numpy.lexsort((cells, steps))
            numpy.stack([steps[order], cells[order]], 1).astype(numpy.uint32).tofile(argument)
            answer = len(order)
        else:
            sys.exit(f"no command '{command}'")
        print(answer, file=answers, flush=True)


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main()
