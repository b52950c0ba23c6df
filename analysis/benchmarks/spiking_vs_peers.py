#!/usr/bin/env python3
"""Times networks of cells that fire in apical, NEST and Brian2, in turn, in one run, and compares what they do.

  cuba           Vogels and Abbott 2005, currents: 4,000 cells, models/networks/vogels_abbott_cuba.toml
  coba           Zenke and Gerstner 2014, conductances: models/networks/coba.toml (NEST: adaptive Runge-Kutta-Fehlberg)
  brunel         Brunel 2000: 12,500 cells, 15.6 million delta synapses, models/networks/brunel.toml
  brunel_stdp    the same with plastic excitatory synapses, models/networks/brunel_stdp.toml
  bursting       10,000 cells with dendrites, events and bursts, 10 million synapses, models/networks/bursting.toml (not in NEST)
  microcircuit   a tenth of that of Potjans and Diesmann 2014, models/networks/microcircuit.toml (not in Brian2)

Every simulator is a process that waits while others run; after some time that is not looked at, stretches of the same
biological time are run in turn, and all spikes are kept in memory. One thread is timed by what it used of the
processor, more by the clock on the wall, which other programs on the machine disturb; with more than one, apical with
one is timed in turn, too. The ratio is that of the medians over all stretches and seeds. `rate`: spikes over cells and
time; `CV`: of the intervals of a cell, mean over cells with ten or more; `F5`: variance over mean of the number of spikes in
5 ms; mean and standard deviation over networks, which differ in all that is drawn.

Nothing is installed: peers that are missing are named and left out. In a virtual environment:
pip install nest-simulator brian2 'numpy<2.3'. Needs the target bench_spiking:

    cmake --preset bench && cmake --build --preset bench --target bench_spiking
"""
import argparse
import csv
import pathlib
import statistics
import subprocess
import sys
import tempfile

try:
    import numpy
except ImportError as missing:
    numpy = missing  # --help works without

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
STEP, BIN = 0.1, 50  # ms; steps of 5 ms
PEERS = {"nest": "nest-simulator", "brian2": "brian2 'numpy<2.3'"}
FILES = {"cuba": "vogels_abbott_cuba", "coba": "coba", "brunel": "brunel", "brunel_stdp": "brunel_stdp",
         "bursting": "bursting", "microcircuit": "microcircuit"}
# Biological time in ms: what is not looked at, a stretch, and how many of them.
TIMES = {"cuba": (500, 500, 10), "coba": (500, 1000, 10), "brunel": (200, 100, 8), "brunel_stdp": (200, 50, 6),
         "bursting": (500, 250, 8), "microcircuit": (500, 250, 8)}
WITHOUT = {("microcircuit", "brian2"), ("bursting", "nest")}


class Side:
    """A simulator with a network, in a process of its own."""

    def __init__(self, label, command):
        self.label, self.seconds = label, {"wall": [], "processor": []}
        self.process = subprocess.Popen(command, text=True, bufsize=1, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)

    def ready(self):
        """Waits until the network is built."""
        _, wall, processor, memory, *name = self._answer().split()
        self.build = {"wall": float(wall), "processor": float(processor)}
        self.memory, self.name = float(memory), " ".join(name) or self.label

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            reason = self.process.communicate()[1].strip().splitlines()
            raise RuntimeError(f"{self.label} stopped: {reason[-1] if reason else 'without a word'}")
        return line

    def run(self, steps):
        self.process.stdin.write(f"run {steps}\n")
        return dict(zip(("wall", "processor"), map(float, self._answer().split())))

    def spikes(self, folder):
        """Steps and cells of all spikes."""
        path = f"{folder}/spikes.u32"
        self.process.stdin.write(f"spikes {path}\n")
        self._answer()
        return numpy.fromfile(path, numpy.uint32).reshape(-1, 2).T

    def close(self):
        self.process.kill()
        self.process.communicate()


def statistics_of(steps, cells, count, begin, end):
    """Rate in Hz, CV and F5 of `count` cells from the end of step `begin` to that of step `end`; of no spikes, NaN."""
    inside = (steps > begin) & (steps <= end)
    steps, cells = steps[inside].astype(numpy.int64), cells[inside]
    rate = len(steps) / count / ((end - begin) * STEP * 1e-3)
    bins = numpy.bincount((steps - begin - 1) // BIN, minlength=(end - begin) // BIN)
    f5 = bins.var() / bins.mean() if len(steps) else numpy.nan
    order = numpy.lexsort((steps, cells))
    trains = numpy.split(steps[order], numpy.cumsum(numpy.bincount(cells, minlength=count))[:-1])
    intervals = [numpy.diff(train) for train in trains if len(train) > 10]
    cv = numpy.mean([i.std(ddof=1) / i.mean() for i in intervals]) if intervals else numpy.nan
    return rate, cv, f5


def sides_of(network, seed, threads, options, folder, peers):
    """apical first."""
    file = str(options.models / (FILES[network] + ".toml"))
    ours = lambda n: [str(options.program), file, str(n), f"run.seed={seed}"]
    sides = [("apical", ours(threads))] + ([("apical, one thread", ours(1))] if threads > 1 else [])
    for peer in peers:
        if (network, peer) not in WITHOUT:
            scratch = tempfile.mkdtemp(dir=folder)
            sides.append((peer, [peers[peer], str(HERE / "spiking_peers.py"), peer, network, str(seed), str(threads),
                                 str(STEP), scratch]))
    return sides


def run_one(network, seed, threads, options, folder, peers, gathered):
    """One network of every side: adds times and statistics of each to `gathered`."""
    import spiking_peers
    sizes = spiking_peers.sizes(network)
    before, stretch = (round(time / STEP) for time in TIMES[network][:2])
    count = TIMES[network][2]
    if options.quick:
        before, stretch, count = 2000, 2000, 4  # steps: a second in all
    sides = []
    for label, command in sides_of(network, seed, threads, options, folder, peers):
        side = Side(label, command)
        try:
            side.ready()
            side.run(before)
            sides.append(side)
        except (RuntimeError, ValueError) as error:
            side.close()
            if label == "apical":
                sys.exit(f"{network}: {error}")
            print(f"{network}: {error}; going on without", file=sys.stderr)
    for _ in range(count):
        sides.reverse()
        for side in sides:
            for clock, seconds in side.run(stretch).items():
                side.seconds[clock].append(seconds / (stretch * STEP * 1e-3))
    for side in sides:
        steps, cells = side.spikes(folder)
        found = gathered.setdefault(side.label, {"sides": [], "statistics": [], "rates": []})
        found["sides"].append(side)
        end = before + count * stretch
        found["statistics"].append(statistics_of(steps, cells, sum(sizes), before, end))
        inside = (steps > before) & (steps <= end)
        spikes = numpy.add.reduceat(numpy.bincount(cells[inside], minlength=sum(sizes)), numpy.cumsum([0] + sizes[:-1]))
        found["rates"].append(spikes / numpy.array(sizes) / ((end - before) * STEP * 1e-3))
        side.close()


def compare(network, threads, options, folder, peers):
    """Rows of the table, apical's first."""
    import spiking_peers
    gathered = {}
    for seed in range(1, options.seeds + 1):
        run_one(network, seed, threads, options, folder, peers, gathered)
    clock = "processor" if threads == 1 else "wall"
    median = lambda found, of: statistics.median(t for side in found["sides"] for t in side.seconds[of])
    rows = []
    for label in sorted(gathered, key=lambda label: (not label.startswith("apical"), label)):
        found = gathered[label]
        row = {"network": network, "threads": 1 if label == "apical, one thread" else threads,
               "simulator": found["sides"][0].name,
               "wall_s": f"{median(found, 'wall'):.4f}", "processor_s": f"{median(found, 'processor'):.4f}",
               "over_apical": f"{median(found, clock) / median(gathered['apical'], clock):.2f}"}
        for k, name in enumerate(("rate", "cv", "f5")):
            values = [one[k] for one in found["statistics"]]
            row[name] = f"{numpy.mean(values):.4g}"
            row[name + "_sd"] = f"{numpy.std(values, ddof=1):.2g}" if len(values) > 1 else ""
        side = found["sides"][0]
        row |= {"networks": len(found["sides"]), "build_wall_s": f"{side.build['wall']:.2f}",
                "build_processor_s": f"{side.build['processor']:.2f}",
                "bytes_a_synapse": f"{side.memory / spiking_peers.synapses(network):.1f}",
                "rates": " ".join(f"{rate:.3g}" for rate in numpy.mean(found["rates"], 0))}
        rows.append(row)
    return rows


def peers_found(options):
    """Peer -> the Python that has it."""
    found = {}
    for peer in options.peers:
        python = getattr(options, peer + "_python")
        try:
            done = subprocess.run([python, "-c", f"import numpy, {peer}"], capture_output=True, text=True)
            problem = (done.stderr.strip().splitlines() or ["it stopped"])[-1] if done.returncode != 0 else None
        except OSError as error:
            problem = str(error)
        if problem is None:
            found[peer] = python
        else:
            print(f"{peer} is left out: {problem} ({python}); in a virtual environment: pip install {PEERS[peer]}",
                  file=sys.stderr)
    return found


def table(rows):
    spread = lambda row, name: row[name] + (f" ± {row[name + '_sd']}" if row[name + "_sd"] else "")
    lines = ["| network | simulator | threads | s a biological second | over apical | rate, Hz | CV | F5 | build, s | B a synapse |",
             "|---|---|---|---|---|---|---|---|---|---|"]
    for row in rows:
        lines.append(f"| {row['network']} | {row['simulator']} | {row['threads']} "
                     f"| {row['processor_s'] if row['threads'] == 1 else row['wall_s']} | {row['over_apical']} "
                     f"| {spread(row, 'rate')} | {spread(row, 'cv')} | {spread(row, 'f5')} | {row['build_processor_s']} "
                     f"| {row['bytes_a_synapse']} |")
    return "\n".join(lines)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build/bench/bench_spiking", help="bench_spiking")
    parser.add_argument("--models", type=pathlib.Path, default=ROOT / "models/networks", help="folder of the networks")
    parser.add_argument("--networks", nargs="+", choices=FILES, default=list(FILES))
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--seeds", type=int, default=3, help="networks of each kind (default 3)")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS))
    for peer in PEERS:
        parser.add_argument(f"--{peer}-python", default=sys.executable, help=f"Python that has {peer} (default: this one)")
    parser.add_argument("--quick", action="store_true", help="cuba alone, one network, one thread, a second")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).with_suffix(".csv"))
    return parser.parse_args()


def main():
    options = arguments()
    if not hasattr(numpy, "fromfile"):
        sys.exit(f"{numpy}; in a virtual environment: pip install numpy")
    if not options.program.exists():
        sys.exit(f"there is no {options.program}; build it: cmake --preset bench && "
                 "cmake --build --preset bench --target bench_spiking")
    if options.seeds < 1 or min(options.threads) < 1:
        sys.exit("seeds and threads: at least one")
    if options.quick:
        options.networks, options.threads, options.seeds = ["cuba"], [1], 1
    options.program = options.program.resolve()
    peers, rows = peers_found(options), []
    with tempfile.TemporaryDirectory() as folder:
        for threads in options.threads:
            for network in options.networks:
                if not (options.models / (FILES[network] + ".toml")).exists():
                    print(f"{network} is left out: there is no {FILES[network]}.toml in {options.models}", file=sys.stderr)
                    continue
                rows += compare(network, threads, options, folder, peers)
                print(table(rows), "\n", flush=True)
                with open(options.out, "w", newline="", encoding="utf-8") as file:  # again: hours may follow
                    writer = csv.DictWriter(file, rows[0])
                    writer.writeheader()
                    writer.writerows(rows)
    if not rows:
        sys.exit("nothing was run")


if __name__ == "__main__":
    main()
