#!/usr/bin/python3
"""Random legal experiments, each run in many ways that must not matter.

    experiments.py APICAL [--first 1] [--count 20]

Each number is one experiment (experiment.py). It is run again with other threads; stopped by signals at places that are
printed, and resumed; with nothing recorded; begun shorter and prolonged; and from its own /config. All must give the same
bits. Then it is analysed, reported and exported. What the program refuses (status 2) is drawn anew; a run that diverges
(status 1) has to do so again with other threads.
"""
import argparse
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

import h5py

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "resume"))
from experiment import Experiment  # noqa: E402
from same_files import differences  # noqa: E402

ATTEMPTS = 60
REFUSAL = re.compile(r"error: \S+:\d+:\d+: |error: [\w.\[\]/]+: found ")


class Broken(Exception):
    pass


def reason(done):
    """What a run failed for; warnings name its file."""
    return [line for line in done.stderr.splitlines() if line.startswith("apical: error: ")]


class Trial:
    def __init__(self, program, number, known):
        self.program, self.number, self.known = program, number, known
        self.draw = random.Random(f"stops of {number}")
        self.refused = 0

    def call(self, *words, allowed=(0,)):
        done = subprocess.run([self.program, *words], check=False, capture_output=True, text=True, timeout=300)
        if done.returncode not in allowed:
            raise Broken(f"`{' '.join(words)}`: status {done.returncode}: {done.stderr.strip()[-600:]}")
        return done

    def run(self, text, out, threads=1, allowed=(0,)):
        name = out.replace(".h5", ".toml")
        pathlib.Path(name).write_text(text, encoding="utf-8")
        return self.call("run", name, "--out", out, "--threads", str(threads), "--progress", "none", allowed=allowed)

    def legal(self):
        """The first experiment of this number that the program takes, run as a.h5; and its outcome."""
        for attempt in range(ATTEMPTS):
            experiment = Experiment(self.program, self.number, attempt, self.known)
            begin = time.monotonic()
            done = self.run(experiment.text(), "a.h5", allowed=(0, 1, 2))
            if done.returncode != 2:
                self.seconds = time.monotonic() - begin
                return experiment, done
            if not REFUSAL.search(done.stderr):
                raise Broken(f"a refusal without a place: {done.stderr.strip()}")
            if os.path.exists("a.h5"):
                raise Broken("a refused run has left a.h5")
            self.refused += 1
        raise Broken(f"{ATTEMPTS} experiments in a row were refused, the last: {done.stderr.strip()}")

    def same(self, other, apart_from=("config",), what=""):
        found = differences("a.h5", other, apart_from)
        if found:
            raise Broken(f"{what}: a.h5 and {other} differ in {found[:8]}")

    def stopped_and_resumed(self, experiment):
        pathlib.Path("stopped.toml").write_text(experiment.text(), encoding="utf-8")
        anew = ["run", "stopped.toml", "--out", "stopped.h5", "--threads", "1", "--progress", "none"]
        words, stops = anew, []
        for _ in range(self.draw.choice((1, 2, 3))):
            process = subprocess.Popen([self.program, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            wait = self.draw.uniform(0.05, 0.8) * self.seconds
            time.sleep(wait)
            number = self.draw.choice((signal.SIGINT, signal.SIGTERM, signal.SIGKILL))
            process.send_signal(number)
            message = process.communicate()[1]
            stops.append(f"signal {int(number)} after {wait:.3f} s: status {process.returncode}")
            if process.returncode == 0:
                return stops
            if process.returncode not in (128 + number, -number):
                raise Broken(f"{stops[-1]}: {message.strip()}")
            if os.path.exists("stopped.h5.checkpoint"):
                words = ["resume", "stopped.h5.checkpoint", "--threads", "1", "--progress", "none"]
            else:
                words = [*anew, "--force"]
        self.call(*words)
        return stops

    def prolonged(self, experiment):
        lanes, whole = experiment.lanes, experiment.samples
        shorter = max(lanes, self.draw.randrange(1, whole))
        if shorter >= whole:
            return
        self.run(experiment.text(run__samples=str(shorter), checkpoint__keep="true"), "longer.h5")
        self.call("resume", "longer.h5.checkpoint", "--set", f"run.samples={whole}", "--threads", "1", "--progress", "none")
        # Rows "and end" of the shorter run are not in the longer one, and what follows from lengths differs.
        with h5py.File("a.h5") as a, h5py.File("longer.h5") as b:
            names = []
            a["final"].visit(lambda name: names.append(name) if isinstance(a["final"][name], h5py.Dataset) else None)
            wrong = [name for name in names if a["final"][name][()].tobytes() != b["final"][name][()].tobytes()]
        if wrong:
            raise Broken(f"prolonged from {shorter} samples: /final differs in {wrong}")

    def read(self):
        self.call("analyse", "a.h5", "--out", "analysis.h5", allowed=(0, 2))
        self.call("report", "a.h5", "--out", "a.html")
        self.call("export", "a.h5", "--out", "csv")

    def all_ways(self):
        experiment, done = self.legal()
        if done.returncode == 1:
            if "became" not in done.stderr and "diverge" not in done.stderr and "grow" not in done.stderr:
                raise Broken(f"status 1 for another reason than divergence: {done.stderr.strip()}")
            again = self.run(experiment.text(), "b.h5", threads=3, allowed=(1,))
            if reason(again) != reason(done):
                raise Broken(f"diverges differently with three threads: {done.stderr} {again.stderr}")
            return "diverged, the same with three threads"
        self.run(experiment.text(), "threads.h5", threads=3)
        self.same("threads.h5", what="three threads")
        stops = self.stopped_and_resumed(experiment)
        self.same("stopped.h5", what=f"stopped ({'; '.join(stops)})")
        self.run(experiment.without_recording(), "silent.h5")
        self.same("silent.h5", ("config", "metrics", "confusion", "spectra", "weights", "trace", "baselines"), what="nothing recorded")
        self.prolonged(experiment)
        with h5py.File("a.h5") as file:
            config = file["config"][()].decode()
        self.run(config, "config.h5")
        self.same("config.h5", what="from its own /config")
        self.read()
        return "; ".join(stops)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("apical")
    arguments.add_argument("--first", type=int, default=1)
    arguments.add_argument("--count", type=int, default=20)
    options = arguments.parse_args()
    program = str(pathlib.Path(options.apical).resolve())
    known, broken, refused = {}, [], 0
    for number in range(options.first, options.first + options.count):
        trial = Trial(program, number, known)
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                print(f"{number}: {trial.all_ways()}", flush=True)
            except (Broken, subprocess.TimeoutExpired) as error:
                broken.append(number)
                print(f"{number}: BROKEN: {error}", flush=True)
                if os.path.exists("a.toml"):
                    print(pathlib.Path("a.toml").read_text(encoding="utf-8"))
            finally:
                refused += trial.refused
                os.chdir("/")
    print(f"{options.count} experiments, {refused} refused on the way, {len(broken)} broken: {broken}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
