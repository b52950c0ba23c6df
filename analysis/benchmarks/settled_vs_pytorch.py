#!/usr/bin/env python3
"""Times settled steps of apical and the same arithmetic in PyTorch, in turn, in one run.

Circuits of 784-200-200-200-10 (MNIST), two downstream cells per upstream cell, 128 samples a step, float32:

  dense            self_assembly, all to all, everything plastic; PyTorch without autograd, preallocated, in place
  topographic      self_assembly with its defaults (pairs, excitatory, synaptic scaling); PyTorch the same way
  backpropagation  the baseline; PyTorch with its own autograd and SGD (fused)
  burst_ccn        its own size, 784-500-500-500-10, 32 samples a step: Y random, Q learns; PyTorch without autograd, in place

A step of both includes the gathering of its batch: apical's from bytes, PyTorch's from a table that is float32 already.
First both compute some steps from the same weights, and the weights must agree. Then blocks of steps are timed in
turn; the ratio is the median over neighbouring blocks. One thread is timed by what it used of the processor, more by the
clock on the wall, which other programs on the machine disturb. With more than one thread, apical with one is timed in
turn too, by that clock: its `speed_up`. Needs the target bench_steps:

    cmake --preset bench && cmake --build --preset bench --target bench_steps
"""
import argparse
import csv
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

try:
    import numpy
    import torch
except ImportError as missing:
    numpy, torch = None, missing  # --help works without

ROOT = pathlib.Path(__file__).resolve().parents[2]
SIZES = [784, 200, 200, 200, 10]
LANES, RATIO, SAMPLES = 128, 2, 60000
ETA, DECAY = 1e-3, 1e-2  # as in tests/bench/networks.hpp
L = 4
CHECKED = 50  # steps, so that a change is not lost in the rounding of the weights


class Apical:
    """A bench_steps process."""

    def __init__(self, program, circuit, threads, folder):
        self.folder, self.threads = folder, threads
        self.process = subprocess.Popen([program, circuit, str(threads), folder], text=True, bufsize=1,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._answer()

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit("bench_steps stopped")
        return line.split()

    def run(self, steps):
        self.process.stdin.write(f"run {steps}\n")
        wall, processor = map(float, self._answer())
        self.wall = wall
        return processor if self.threads == 1 else wall

    def run_wall(self, steps):
        self.run(steps)
        return self.wall

    def weights(self):
        path = self.folder + "/weights.f32"
        self.process.stdin.write(f"weights {path}\n")
        words, values, at = self._answer(), numpy.fromfile(path, numpy.float32), 0
        weights = {}
        for name, size in zip(words[::2], map(int, words[1::2])):
            weights[name] = values[at:at + size]
            at += size
        return weights

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Batches:
    """The same samples in the same order as bench_steps."""

    def __init__(self, images, labels, order, lanes):
        self.lanes = lanes
        self.images = torch.from_numpy(images.astype(numpy.float32) / 255)
        self.labels = torch.from_numpy(labels.astype(numpy.int64))
        self.targets = torch.nn.functional.one_hot(self.labels, SIZES[-1]).float()
        self.order = torch.from_numpy(order.astype(numpy.int64))
        self.order = torch.cat([self.order, self.order[:lanes]])  # the last batch of an epoch goes on in the next
        self.next = 0
        self.x = torch.empty(lanes, SIZES[0])
        self.t = torch.empty(lanes, SIZES[-1])

    def index(self):
        index = self.order[self.next:self.next + self.lanes]
        self.next = (self.next + self.lanes) % SAMPLES
        return index

    def take(self):
        index = self.index()
        torch.index_select(self.images, 0, index, out=self.x)
        torch.index_select(self.targets, 0, index, out=self.t)
        return self.x, self.t


class SelfAssembly:
    """What is common to both motifs. Activities are (samples x cells), the order in which PyTorch likes them."""
    lanes = LANES

    def __init__(self, weights, batches):
        self.batches = batches
        d, dbar = SIZES, [0] + [RATIO * n for n in SIZES[1:-1]] + [SIZES[-1]]
        shapes = {}
        for l in range(1, L + 1):
            shapes[f"W{l}"] = d[l], d[l - 1]
            shapes[f"Wbar{l}"] = dbar[l - 1], dbar[l]
            shapes[f"V{l}"], shapes[f"Vbar{l}"] = self.shapes_across(d[l], dbar[l])
        # Clones, because PyTorch aligns its own memory.
        self.w = {name: torch.from_numpy(values.reshape(shapes[name])).clone() for name, values in weights.items()}
        empty = lambda sizes: [torch.empty(LANES, n) for n in sizes]
        self.p, self.h, self.apical = empty(d), empty(d), empty(d)
        self.hbar, self.lateral = empty(dbar), empty(dbar)
        self.on = empty(dbar)

    def forward(self):
        self.h[0], target = self.batches.take()
        for l in range(1, L + 1):
            torch.mm(self.h[l - 1], self.w[f"W{l}"].t(), out=self.p[l])
            if l < L:
                torch.clamp_min(self.p[l], 0, out=self.h[l])
        torch.softmax(self.p[L], 1, out=self.hbar[L])
        torch.sub(target, self.hbar[L], out=self.hbar[L])

    def weights(self):
        return self.w

    def learn(self, name, post, pre, decay=DECAY):
        self.w[name].addmm_(post.t(), pre, beta=1 - ETA * decay, alpha=ETA / LANES)


class Dense(SelfAssembly):
    @staticmethod
    def shapes_across(d, dbar):
        return (dbar, d), (d, dbar)

    def step(self):
        w, h, hbar = self.w, self.h, self.hbar
        self.forward()
        for l in range(L - 1, 0, -1):
            torch.mm(hbar[l + 1], w[f"Wbar{l + 1}"].t(), out=hbar[l])
            torch.mm(hbar[l], w[f"Vbar{l}"].t(), out=self.apical[l])
            torch.mm(h[l], w[f"V{l}"].t(), out=self.lateral[l])
            self.apical[l].mul_(torch.sign(h[l], out=self.p[l]))  # h >= 0; faster than a mask of booleans
        for l in range(1, L):
            self.learn(f"W{l}", self.apical[l], h[l - 1])
            self.learn(f"Wbar{l + 1}", self.lateral[l], hbar[l + 1])
            self.learn(f"V{l}", hbar[l], h[l])
            self.learn(f"Vbar{l}", h[l], hbar[l])
        self.learn(f"W{L}", hbar[L], h[L - 1])


class Topographic(SelfAssembly):
    """V and Vbar as (RATIO, upstream cells). The downstream cells of a layer stand in the order in which PyTorch is
    fastest: first one partner of every upstream cell, then another of each."""

    def __init__(self, weights, batches):
        super().__init__(weights, batches)
        self.product = torch.empty(LANES, SIZES[1])
        self.turned = torch.arange(RATIO * SIZES[1]).view(SIZES[1], RATIO).t().flatten()
        for name in self.w:
            self.w[name] = self.reordered(name, self.w[name], self.turned)

    def reordered(self, name, values, order):
        if name.startswith("V"):
            return values.t().contiguous()
        if name.startswith("Wbar"):
            values = values[order]
            return values if name == f"Wbar{L}" else values[:, order].contiguous()
        return values

    def weights(self):
        back = self.turned.argsort()
        return {name: self.reordered(name, values, back) for name, values in self.w.items()}

    @staticmethod
    def shapes_across(d, _):
        return (d, RATIO), (d, RATIO)

    def step(self):
        w, h, hbar = self.w, self.h, self.hbar
        self.forward()
        for l in range(L - 1, 0, -1):
            for part, synapses in zip(self.lateral[l].chunk(RATIO, 1), w[f"V{l}"]):
                torch.mul(h[l], synapses, out=part)
            torch.mm(hbar[l + 1], w[f"Wbar{l + 1}"].t(), out=hbar[l])
            hbar[l].mul_(torch.sign(self.lateral[l], out=self.on[l]))  # V h >= 0; faster than a mask of booleans
            first, *others = zip(hbar[l].chunk(RATIO, 1), w[f"Vbar{l}"])
            torch.mul(*first, out=self.apical[l])
            for part, synapses in others:
                self.apical[l].addcmul_(part, synapses)
        for l in range(1, L):
            self.learn(f"W{l}", self.apical[l], h[l - 1])
            self.learn(f"Wbar{l + 1}", self.lateral[l], hbar[l + 1])
            for k, part in enumerate(hbar[l].chunk(RATIO, 1)):  # V and Vbar change by the same products
                change = torch.mul(part, h[l], out=self.product).sum(0)
                w[f"V{l}"][k].add_(change, alpha=ETA / LANES)
                w[f"Vbar{l}"][k].add_(change, alpha=ETA / LANES)
            for name in (f"V{l}", f"Vbar{l}"):
                w[name].clamp_min_(0)
                w[name].div_(w[name].norm(dim=0, keepdim=True))
        self.learn(f"W{L}", hbar[L], h[L - 1])


class Backpropagation:
    lanes = LANES

    def __init__(self, weights, batches):
        self.batches, self.w = batches, {}
        layers = []
        for l in range(1, L + 1):
            layer = torch.nn.Linear(SIZES[l - 1], SIZES[l], bias=False)
            with torch.no_grad():
                layer.weight.copy_(torch.from_numpy(weights[f"W{l}"].reshape(SIZES[l], SIZES[l - 1])))
            self.w[f"W{l}"] = layer.weight
            layers += [layer, torch.nn.ReLU(inplace=True)] if l < L else [layer]
        self.net = torch.nn.Sequential(*layers)
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=ETA, weight_decay=DECAY, fused=True)

    def weights(self):
        return self.w

    def step(self):
        index = self.batches.index()
        x = torch.index_select(self.batches.images, 0, index)
        labels = self.batches.labels[index]
        self.optimizer.zero_grad(set_to_none=True)
        torch.nn.functional.cross_entropy(self.net(x), labels).backward()
        self.optimizer.step()


class BurstCcn:
    """Activities are (samples x cells). Rates as in models/burst_ccn/parameters.hpp."""
    lanes = 32
    sizes, p_b, eta_W, eta_Q = [784, 500, 500, 500, 10], 0.5, 0.3, 7.31e-4

    def __init__(self, weights, batches):
        self.batches, self.w = batches, {}
        n = self.sizes
        for name, values in weights.items():
            l = int(name[1:])
            shape = {"W": (n[l], n[l - 1]), "b": (n[l],), "Y": (n[l], n[min(l + 1, L)]), "Q": (n[l], n[min(l + 1, L)])}[name[0]]
            self.w[name] = torch.from_numpy(values.reshape(shape)).clone()
        empty = lambda: [torch.empty(self.lanes, size) for size in n]
        self.e, self.u, self.burst, self.excess, self.h = empty(), empty(), empty(), empty(), empty()
        self.one = torch.ones(())

    def weights(self):
        return self.w

    def step(self):
        w, e, u = self.w, self.e, self.u
        e[0], target = self.batches.take()
        for l in range(1, L + 1):
            torch.addmm(w[f"b{l}"], e[l - 1], w[f"W{l}"].t(), out=e[l])
            e[l].sigmoid_()
            torch.sub(self.one, e[l], out=self.h[l])
        torch.sub(target, e[L], out=u[L])
        torch.mul(u[L], self.h[L], out=self.excess[L])
        self.excess[L].mul_(e[L]).mul_(self.p_b)
        torch.add(self.excess[L], e[L], alpha=self.p_b, out=self.burst[L])
        for l in range(L - 1, 0, -1):
            torch.mm(self.burst[l + 1], w[f"Y{l}"].t(), out=u[l])
            u[l].addmm_(e[l + 1], w[f"Q{l}"].t())
            p = torch.mul(u[l], self.h[l], out=self.h[l]).mul_(2 / self.p_b).sigmoid_()
            torch.mul(p, e[l], out=self.burst[l]).mul_(2 * self.p_b)
            torch.sub(self.burst[l], e[l], alpha=self.p_b, out=self.excess[l])
        for l in range(1, L + 1):
            w[f"W{l}"].addmm_(self.excess[l].t(), e[l - 1], alpha=self.eta_W / self.lanes)
            w[f"b{l}"].add_(self.excess[l].sum(0), alpha=self.eta_W / self.lanes)
            if l < L:
                w[f"Q{l}"].addmm_(u[l].t(), e[l + 1], alpha=-self.eta_Q / self.lanes)


CIRCUITS = {"dense": Dense, "topographic": Topographic, "backpropagation": Backpropagation, "burst_ccn": BurstCcn}


def largest_difference(apical, start, model):
    """Between the weights of both, in parts of their change since the start (Frobenius norms)."""
    worst, model_weights = 0, model.weights()
    for name, values in apical.weights().items():
        theirs = model_weights[name].detach().numpy().ravel()
        if (values == start[name]).all() and (theirs == values).all():
            continue  # fixed in both
        worst = max(worst, numpy.linalg.norm(values - theirs) / numpy.linalg.norm(values - start[name]))
    return worst


def compare(name, threads, options, folder, data):
    torch.set_num_threads(threads)
    batches = Batches(*data, CIRCUITS[name].lanes)
    apical = Apical(str(options.program), name, threads, folder)
    alone = Apical(str(options.program), name, 1, folder) if threads > 1 else None
    start = apical.weights()
    model = CIRCUITS[name](start, batches)

    clock = time.process_time if threads == 1 else time.perf_counter

    def run(steps):
        before = clock()
        for _ in range(steps):
            model.step()
        return clock() - before

    with torch.inference_mode(name != "backpropagation"):
        apical.run(CHECKED)
        run(CHECKED)
        difference = largest_difference(apical, start, model)
        print(f"{name}, {threads} threads: after {CHECKED} steps the weights differ by {difference:.1e} of their change at most", flush=True)
        if not difference < 5e-2:  # rounding: V changes little beside its size, a wrong rule by its whole change
            sys.exit("the two do not compute the same")
        apical.run(options.block)
        run(options.block)
        ours, theirs, one = [], [], []
        sides = [(ours, apical.run), (theirs, run)]
        if alone is not None:
            alone.run(options.block)
            sides.append((one, alone.run_wall))
        for _ in range(options.blocks):
            sides.reverse()
            for times, work in sides:
                times.append(work(options.block))
                time.sleep(0.01)  # lets threads that spin come to rest
    apical.close()
    if alone is not None:
        alone.close()
    epoch = -(-SAMPLES // CIRCUITS[name].lanes) / options.block
    return {"circuit": name, "threads": threads,
            "apical_s_per_epoch": f"{epoch * statistics.median(ours):.3f}",
            "pytorch_s_per_epoch": f"{epoch * statistics.median(theirs):.3f}",
            "apical_best_s": f"{epoch * min(ours):.3f}",
            "pytorch_best_s": f"{epoch * min(theirs):.3f}",
            "pytorch_over_apical": f"{statistics.median(b / a for a, b in zip(ours, theirs)):.2f}",
            "speed_up": f"{statistics.median(b / a for a, b in zip(ours, one)):.2f}" if one else "",
            "difference": f"{difference:.1e}", "pytorch": torch.__version__}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build/bench/bench_steps", help="bench_steps")
    parser.add_argument("--circuits", nargs="+", choices=CIRCUITS, default=list(CIRCUITS))
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--block", type=int, default=30, help="steps that are timed together (default 30)")
    parser.add_argument("--blocks", type=int, default=40, help="blocks of each side (default 40)")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).with_suffix(".csv"))
    options = parser.parse_args()
    if numpy is None:
        sys.exit(f"{torch}; in a virtual environment: pip install torch numpy")
    if not options.program.exists():
        sys.exit(f"there is no {options.program}; build it: cmake --preset bench && "
                 "cmake --build --preset bench --target bench_steps")

    random = numpy.random.default_rng(1)
    images = random.integers(0, 256, (SAMPLES, SIZES[0]), numpy.uint8)
    images[random.random(images.shape, numpy.float32) < 0.8] = 0  # as many as in MNIST
    labels = random.integers(0, SIZES[-1], SAMPLES, numpy.uint8)
    order = random.permutation(SAMPLES).astype(numpy.uint64)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        images.tofile(folder + "/images.u8")
        labels.tofile(folder + "/labels.u8")
        order.tofile(folder + "/order.u64")
        for threads in options.threads:
            for name in options.circuits:
                rows.append(compare(name, threads, options, folder, (images, labels, order)))
    print(f"\n| circuit | threads | apical, s an epoch | PyTorch {torch.__version__} | ratio | over one thread |\n"
          "|---|---|---|---|---|---|")
    for row in rows:
        print(f"| {row['circuit']} | {row['threads']} | {row['apical_s_per_epoch']} | {row['pytorch_s_per_epoch']} "
              f"| {row['pytorch_over_apical']} | {row['speed_up']} |")
    with open(options.out, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
