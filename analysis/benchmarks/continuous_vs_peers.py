#!/usr/bin/env python3
"""Times steps of continuous dynamics of apical and the same in NumPy, PyTorch and Brian2, in turn, in one run.

784-100-10 leaky cells (10 ms), feedback alignment with decay, always plastic, squared error, forward Euler with steps of
0.5 ms, 100 steps a presentation with the input held, float32, one thread each:

    tau du1/dt = W1 x - u1,  tau du2/dt = W2 relu(u1) - u2,  e = target - u2,  d1 = relu'(u1) o (B2 e)
    dW1/dt = eta d1 x^T - eta gamma W1,  dW2/dt = eta e relu(u1)^T - eta gamma W2      (per presentation)

in which a step's update takes the columns of its beginning, and the decay is exact. NumPy and PyTorch are vectorised, in
place, preallocated; Brian2 is its C++ standalone with -O3 -march=native -ffast-math, one lane only. They do what one would
write down: both products and both updates in every step. apical is timed twice: `plain` does the same; `shortcuts`, its
default, uses that the input stands still, and makes the updates of W2 together.

First all compute the same presentations from the same weights, and the changes of the weights must agree with those of
NumPy in float64 to 2e-3: in float32 a decay of 1e-6 a step is rounded by some per cent. Then blocks are
timed in turn, by what the processor did; ratios are medians over blocks. Needs the target bench_steps_in_time:

    cmake --preset bench && cmake --build --preset bench --target bench_steps_in_time
"""
import os

for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import argparse
import csv
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

try:
    import brian2
    import numpy
    import torch
except ImportError as missing:
    brian2 = numpy = torch = None  # --help works without
    problem = missing

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNITS = [784, 100, 10]
SAMPLES, STEPS, DT, TAU = 640, 100, 0.5, 10.0
ETA, GAMMA = 1e-2, 1e-2  # as in tests/bench/steps_in_time.cpp
CHECKED = 10  # presentations
TOLERANCE = 2e-3  # of the change of any weights
NAMES = ["W1", "W2", "B2"]
SHAPES = {"W1": (100, 784), "W2": (10, 100), "B2": (100, 10)}


def change_and_keep(lanes):
    r = ETA * GAMMA / STEPS
    return ETA / STEPS / lanes * -numpy.expm1(-r) / r, numpy.exp(-r)


class Apical:
    """A bench_steps_in_time process."""

    def __init__(self, program, lanes, shortcuts, folder, units=UNITS, steps=STEPS, source="held"):
        self.folder = folder
        self.process = subprocess.Popen(
            [program, str(lanes), str(steps), shortcuts, source, folder, *map(str, units)], text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._answer()

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit("bench_steps_in_time stopped")
        return line.split()

    def run(self, presentations):
        self.process.stdin.write(f"run {presentations}\n")
        return float(self._answer()[1])

    def weights(self):
        path = self.folder + "/weights.f32"
        self.process.stdin.write(f"weights {path}\n")
        words, values, at = self._answer(), numpy.fromfile(path, numpy.float32), 0
        weights = {}
        for name, size in zip(words[::2], map(int, words[1::2])):
            weights[name] = values[at:at + size].reshape(SHAPES[name])
            at += size
        return weights

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class InProcess:
    """Timed by what this process used."""

    def __init__(self, inputs, targets, lanes):
        self.batches = [(inputs[k:k + lanes], targets[k:k + lanes]) for k in range(0, SAMPLES - lanes + 1, lanes)]
        self.next = 0
        change, keep = change_and_keep(lanes)
        self.change, self.keep, self.pull = float(change), float(keep), DT / TAU

    def run(self, presentations):
        before = time.process_time()
        for _ in range(presentations):
            self.present(*self.batches[self.next])
            self.next = (self.next + 1) % len(self.batches)
        return time.process_time() - before


class NumPy(InProcess):
    """Activities are (lanes x cells), or (cells) with one lane."""

    def __init__(self, weights, inputs, targets, lanes, precision="float32"):
        super().__init__(inputs.astype(precision), targets.astype(precision), lanes)
        self.w = {name: values.astype(precision) for name, values in weights.items()}
        self.one = lanes == 1
        empty = lambda n: numpy.zeros(n if self.one else (lanes, n), precision)
        self.u1, self.h1, self.drive1, self.d1 = (empty(100) for _ in range(4))
        self.u2, self.drive2, self.e = (empty(10) for _ in range(3))
        self.update = {name: numpy.empty_like(self.w[name]) for name in ("W1", "W2")}
        self.change, self.keep, self.pull = map(numpy.dtype(precision).type, (self.change, self.keep, self.pull))

    def drive(self, w, x, out):
        if self.one:
            numpy.dot(w, x, out=out)
        else:
            numpy.dot(x, w.T, out=out)

    def learn(self, name, post, pre):
        w, update = self.w[name], self.update[name]
        if self.one:
            numpy.outer(post * self.change, pre, out=update)
        else:
            numpy.dot((post * self.change).T, pre, out=update)
        w *= self.keep
        w += update

    def present(self, x, target):
        if self.one:
            x, target = x[0], target[0]
        for _ in range(STEPS):
            numpy.maximum(self.u1, 0, out=self.h1)
            self.drive(self.w["W1"], x, self.drive1)
            self.drive(self.w["W2"], self.h1, self.drive2)
            numpy.subtract(target, self.u2, out=self.e)
            self.drive(self.w["B2"], self.e, self.d1)
            self.d1 *= self.u1 > 0
            self.drive1 -= self.u1
            self.drive1 *= self.pull
            self.u1 += self.drive1
            self.drive2 -= self.u2
            self.drive2 *= self.pull
            self.u2 += self.drive2
            self.learn("W1", self.d1, x)
            self.learn("W2", self.e, self.h1)

    def weights(self):
        return self.w


class PyTorch(InProcess):
    def __init__(self, weights, inputs, targets, lanes):
        super().__init__(torch.from_numpy(inputs), torch.from_numpy(targets), lanes)
        # Clones, because PyTorch aligns its own memory.
        self.w = {name: torch.from_numpy(values).clone() for name, values in weights.items()}
        self.one = lanes == 1
        empty = lambda n: torch.zeros(n) if self.one else torch.zeros(lanes, n)
        self.u1, self.h1, self.drive1, self.d1, self.on = (empty(100) for _ in range(5))
        self.u2, self.drive2, self.e = (empty(10) for _ in range(3))

    def drive(self, w, x, out):
        if self.one:
            torch.mv(w, x, out=out)
        else:
            torch.mm(x, w.t(), out=out)

    def learn(self, name, post, pre):
        if self.one:
            self.w[name].addr_(post, pre, beta=self.keep, alpha=self.change)
        else:
            self.w[name].addmm_(post.t(), pre, beta=self.keep, alpha=self.change)

    @torch.inference_mode() if torch else (lambda method: method)
    def present(self, x, target):
        if self.one:
            x, target = x[0], target[0]
        for _ in range(STEPS):
            torch.clamp_min(self.u1, 0, out=self.h1)
            self.drive(self.w["W1"], x, self.drive1)
            self.drive(self.w["W2"], self.h1, self.drive2)
            torch.sub(target, self.u2, out=self.e)
            self.drive(self.w["B2"], self.e, self.d1)
            self.d1.mul_(torch.sign(self.h1, out=self.on))  # h >= 0; faster than a mask of booleans
            self.u1.lerp_(self.drive1, self.pull)
            self.u2.lerp_(self.drive2, self.pull)
            self.learn("W1", self.d1, x)
            self.learn("W2", self.e, self.h1)

    def weights(self):
        return {name: values.numpy() for name, values in self.w.items()}


class Brian2:
    """A standalone program that shows some presentations; what it takes to begin is taken off by another that shows
    one."""

    def __init__(self, weights, inputs, targets, presentations, folder):
        self.start, self.presentations = weights, presentations
        self.long = self.build(presentations, inputs, targets, f"{folder}/brian{presentations}")
        self.result = self.read()
        self.short = self.build(1, inputs, targets, f"{folder}/brian1")

    def build(self, presentations, inputs, targets, folder):
        b = brian2
        b.device.reinit()
        b.device.activate()
        b.set_device("cpp_standalone", build_on_run=False)
        b.prefs.core.default_float_dtype = numpy.float32
        b.prefs.codegen.cpp.extra_compile_args_gcc = ["-w", "-O3", "-ffast-math", "-march=native"]
        ms = b.ms
        b.defaultclock.dt = DT * ms
        change, keep = change_and_keep(1)
        shown = numpy.arange(presentations) % SAMPLES
        names = {"change": change, "keep": keep, "tau": TAU * ms,
                 "x_shown": b.TimedArray(inputs[shown], dt=STEPS * DT * ms),
                 "t_shown": b.TimedArray(targets[shown], dt=STEPS * DT * ms)}
        source = b.NeuronGroup(784, "rate : 1", namespace=names)
        source.run_regularly("rate = x_shown(t, i)", dt=STEPS * DT * ms, order=-2)
        up1 = b.NeuronGroup(100, """du/dt = (basal - u) / tau : 1
                                    basal : 1
                                    apical : 1
                                    rate = u * int(u > 0) : 1
                                    error = int(u > 0) * apical : 1""", method="euler", namespace=names)
        up2 = b.NeuronGroup(10, """du/dt = (basal - u) / tau : 1
                                   basal : 1
                                   target : 1
                                   error = target - u : 1""", method="euler", namespace=names)
        up2.run_regularly("target = t_shown(t, i)", dt=STEPS * DT * ms, order=-2)
        # Updates come after the drives (order -1) and before the states move (order 0).
        learn = "w = keep * w + change * error_post * rate_pre"
        W1 = b.Synapses(source, up1, "w : 1\nbasal_post = w * rate_pre : 1 (summed)", namespace=names)
        W2 = b.Synapses(up1, up2, "w : 1\nbasal_post = w * rate_pre : 1 (summed)", namespace=names)
        B2 = b.Synapses(up2, up1, "w : 1\napical_post = w * error_pre : 1 (summed)", namespace=names)
        self.synapses = {"W1": W1, "W2": W2, "B2": B2}
        for name, synapses in self.synapses.items():
            synapses.connect()  # all to all, the presynaptic index outermost
            synapses.w = self.start[name].T.ravel()
            if name != "B2":
                synapses.run_regularly(learn, dt=DT * ms, when="groups", order=-0.5)
        network = b.Network(source, up1, up2, W1, W2, B2)
        network.run(presentations * STEPS * DT * ms)
        b.device.build(directory=folder, compile=True, run=True, debug=False)
        return folder

    def read(self):
        return {name: numpy.array(synapses.w[:]).reshape(SHAPES[name][::-1]).T
                for name, synapses in self.synapses.items()}

    def used(self, folder):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(["./main"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def run(self, presentations):
        assert presentations == self.presentations - 1
        return self.used(self.long) - self.used(self.short)

    def weights(self):
        return self.result


def largest_difference(ours, theirs, start):
    """In parts of the weights' change since the start (Frobenius norms)."""
    return max(numpy.linalg.norm(ours[name] - theirs[name]) / numpy.linalg.norm(ours[name] - start[name])
               for name in ("W1", "W2"))


def compare(lanes, options, folder, inputs, targets):
    plain = Apical(str(options.program), lanes, "plain", folder)
    start = plain.weights()
    sides = {"apical": Apical(str(options.program), lanes, "shortcuts", folder), "apical plain": plain,
             "NumPy": NumPy(start, inputs, targets, lanes), "PyTorch": PyTorch(start, inputs, targets, lanes)}
    reference = NumPy(start, inputs, targets, lanes, "float64")
    reference.run(CHECKED)
    expected, differences = reference.weights(), {}
    for name, side in sides.items():
        side.run(CHECKED)
        differences[name] = largest_difference(expected, side.weights(), start)
    # Presentations of a block: a tenth of a second or so.
    counts = {"apical": 400, "apical plain": 60, "NumPy": 20, "PyTorch": 20}
    if lanes > 1:
        counts = {"apical": 30, "apical plain": 5, "NumPy": 3, "PyTorch": 3}
    if lanes == 1 and not options.without_brian:
        differences["Brian2"] = largest_difference(
            expected, Brian2(start, inputs, targets, CHECKED, folder).weights(), start)
        counts["Brian2"] = 20
        sides["Brian2"] = Brian2(start, inputs, targets, counts["Brian2"] + 1, folder)
    for name, difference in differences.items():
        print(f"{lanes} lanes, {name}: after {CHECKED} presentations the weights differ by {difference:.1e} of their change",
              flush=True)
        if not difference < TOLERANCE:
            sys.exit("they do not compute the same")
    times = {name: [] for name in sides}
    for k in range(options.blocks):
        for name in list(sides) if k % 2 else reversed(sides):
            times[name].append(1e6 * sides[name].run(counts[name]) / (counts[name] * STEPS))
    for name in ("apical", "apical plain"):
        sides[name].close()
    rows = []
    for name, values in times.items():
        low, middle, high = statistics.quantiles(values, n=4)
        ratio = lambda base: statistics.median(b / a for a, b in zip(times[base], values))
        rows.append({"lanes": lanes, "program": name, "us_per_step": f"{middle:.2f}", "quartiles": f"{low:.2f}-{high:.2f}",
                     "best": f"{min(values):.2f}", "over_apical": f"{ratio('apical'):.2f}",
                     "over_apical_plain": f"{ratio('apical plain'):.2f}", "difference": f"{differences[name]:.1e}"})
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build/bench/bench_steps_in_time")
    parser.add_argument("--lanes", nargs="+", type=int, default=[1, 64])
    parser.add_argument("--blocks", type=int, default=20, help="blocks of each side (default 20)")
    parser.add_argument("--without-brian", action="store_true")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).with_suffix(".csv"))
    options = parser.parse_args()
    if numpy is None:
        sys.exit(f"{problem}; in a virtual environment: pip install torch 'numpy<2.3' 'brian2>=2.9'")
    if not options.program.exists():
        sys.exit(f"there is no {options.program}; build the target bench_steps_in_time")
    torch.set_num_threads(1)
    print(f"Python {sys.version.split()[0]}, NumPy {numpy.__version__}, PyTorch {torch.__version__}, "
          f"Brian2 {brian2.__version__}", flush=True)

    random = numpy.random.default_rng(1)
    inputs = random.random((SAMPLES, 784), numpy.float32)
    inputs[random.random(inputs.shape, numpy.float32) < 0.8] = 0  # as many as in MNIST
    targets = numpy.eye(10, dtype=numpy.float32)[random.integers(0, 10, SAMPLES)]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        inputs.tofile(folder + "/inputs.f32")
        targets.tofile(folder + "/targets.f32")
        for lanes in options.lanes:
            rows += compare(lanes, options, folder, inputs, targets)
    print("\n| lanes | program | us a step | quartiles | over apical | over apical plain |\n|---|---|---|---|---|---|")
    for row in rows:
        print("| " + " | ".join(str(row[key]) for key in ("lanes", "program", "us_per_step", "quartiles", "over_apical",
                                                          "over_apical_plain")) + " |")
    with open(options.out, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
