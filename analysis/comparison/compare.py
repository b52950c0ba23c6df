#!/usr/bin/python3
"""A fair comparison of learning methods: the same search for each, then the same seeds for each, then a table.

  compare.py search EXPERIMENT.toml --grid circuit.eta_W=0.05,0.1 --grid circuit.gamma_W=0,1e-4 --csv search.csv
  compare.py final  EXPERIMENT.toml --csv search.csv --seeds 1-5 --folder results/mnist
  compare.py table  results/mnist --into models/self_assembly/README.md

`search` runs every method with every setting of the grid on validation samples held out of the training part, one process
a core, and writes one line a run. `final` trains each method with its best setting on the whole training part and tests it on
the test part; runs that are there already are kept. `table` reads nothing but the HDF5 files; --into puts it
between the lines <!-- table: FOLDER --> and <!-- / --> of a page. The methods are models of the
program; `self_assembly:name` with --variant name:key=value is a model with other settings.
"""

import argparse
import concurrent.futures
import csv
import itertools
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

METHODS = ["self_assembly", "backpropagation", "kolen_pollack", "feedback_alignment"]


def run(program, experiment, out, settings):
    """Returns the message of a run that failed, "" if all went well."""
    command = [program, "run", experiment, "--out", str(out), "--progress", "none", "--threads", "1"]
    for key, value in settings.items():
        command += ["--set", f"{key}={value}"]
    done = subprocess.run(command, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


def in_parallel(jobs, work, items):
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(work, items)


def pairs(texts):
    return dict(text.split("=", 1) for text in texts)


def settings_of(method, options):
    """What makes a method: its model, and what its variant changes."""
    model, _, variant = method.partition(":")
    changes = [text.split(":", 1)[1] for text in options.variant if text.split(":", 1)[0] == variant and variant]
    return {"circuit.model": f'"{model}"', "run.baselines": "[]", **pairs(options.set), **pairs(changes)}


def search(options):
    keys = [text.split("=", 1)[0] for text in options.grid]
    grid = list(itertools.product(*(text.split("=", 1)[1].split(",") for text in options.grid)))
    trials = [(method, dict(zip(keys, values))) for method in options.methods for values in grid]

    def measure(trial):
        method, values = trial
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "run.h5"
            held_out = {"task.validation_samples": options.validation, "run.seed": options.seed}
            failure = run(options.program, options.experiment, out, {**settings_of(method, options), **held_out, **values})
            if failure:
                return np.nan, failure
            with h5py.File(out) as file:
                return float(file["metrics/test_accuracy"][-1]), ""

    with open(options.csv[0], "w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["method", *keys, "validation_accuracy", "failure"])
        for (method, values), (accuracy, failure) in zip(trials, in_parallel(options.jobs, measure, trials)):
            writer.writerow([method, *values.values(), f"{accuracy:.4f}", failure])
            stream.flush()
            print(method, values, f"{100 * accuracy:.2f} %", failure, flush=True)


def best_settings(paths):
    """Of every method in the files of searches, the settings with the highest accuracy."""
    best = {}
    for path in paths:
        with open(path, newline="") as stream:
            for row in csv.DictReader(stream):
                accuracy = float(row["validation_accuracy"])
                if np.isfinite(accuracy) and accuracy > best.get(row["method"], ({}, -1))[1]:
                    settings = {k: v for k, v in row.items() if "." in k}
                    best[row["method"]] = (settings, accuracy)
    return {method: settings for method, (settings, _) in best.items()}


def final(options):
    first, last = (options.seeds.split("-") * 2)[:2]
    folder = pathlib.Path(options.folder)
    folder.mkdir(parents=True, exist_ok=True)
    best = best_settings(options.csv)
    runs = [(method, seed) for method in options.methods for seed in range(int(first), int(last) + 1)]

    def train(item):
        method, seed = item
        out = folder / f"{method.replace(':', '-')}_{seed}.h5"
        if out.exists():
            return "kept"
        tuned = best.get(method) or best[method.partition(":")[0]]
        chosen = {**tuned, **settings_of(method, options), "run.seed": seed}
        return run(options.program, options.experiment, out, chosen) or "done"

    for (method, seed), outcome in zip(runs, in_parallel(options.jobs, train, runs)):
        print(method, seed, outcome, flush=True)


def cosines(files):
    """Least over seeds of each hidden layer's alignment at the end, as text."""
    values = [file["metrics/cosine_h_sgd"][-1] for file in files if "metrics/cosine_h_sgd" in file]
    if not values:
        values = [file["metrics/cosine_sgd"][-1] for file in files if "metrics/cosine_sgd" in file]
    return " ".join(f"{value:.3f}" for value in np.min(values, axis=0)) if values else ""


def provenance(file, name):
    value = file["provenance"].attrs.get(name, b"")
    return value.decode() if isinstance(value, bytes) else value


def setting(file, key):
    for line in file["config"][()].decode().splitlines():
        if line.split("=")[0].strip() == key:
            return line.split("=", 1)[1].split("#")[0].strip()
    return "?"


def table(options):
    runs = {}
    for path in sorted(pathlib.Path(options.folder).glob("*.h5")):
        file = h5py.File(path)
        if provenance(file, "ending") == "done":
            runs.setdefault(path.stem.rpartition("_")[0], []).append(file)
    order = {name: k for k, name in enumerate(METHODS)}
    lines = ["| method | eta_W | gamma_W | seeds | test %, mean | deviation | each seed | least cosine at the end, hidden layers | time |",
             "|---|---|---|---|---|---|---|---|---|"]
    for name in sorted(runs, key=lambda name: (order.get(name, len(order)), name)):
        files = runs[name]
        accuracy = [100 * file["metrics/test_accuracy"][-1] for file in files]
        times = [float(provenance(file, "wall_time").split()[0]) for file in files]
        deviation = f"{np.std(accuracy, ddof=1):.2f}" if len(accuracy) > 1 else ""
        each = " ".join(f"{value:.2f}" for value in accuracy)
        lines.append(f"| {name} | {setting(files[0], 'eta_W')} | {setting(files[0], 'gamma_W')} | {len(files)} "
                     f"| {np.mean(accuracy):.2f} | {deviation} | {each} | {cosines(files)} | {np.mean(times):.0f} s |")
    print("\n".join(lines))
    if options.into:
        place(pathlib.Path(options.into), options.folder, lines)


def place(page, folder, lines):
    text = page.read_text(encoding="utf-8")
    begin, end = f"<!-- table: {folder} -->\n", "<!-- / -->"
    before, found, rest = text.partition(begin)
    if not found or end not in rest:
        sys.exit(f"{page}: there are no lines {begin.strip()} and {end}")
    page.write_text(before + begin + "\n".join(lines) + "\n" + rest[rest.index(end):], encoding="utf-8")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = arguments.add_subparsers(dest="command", required=True)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("experiment")
    common.add_argument("--csv", required=True, nargs="+", help="file of a search; `final` takes several")
    common.add_argument("--program", default="build/release/apical")
    common.add_argument("--methods", nargs="+", default=METHODS)
    common.add_argument("--variant", action="append", default=[], help="name:key=value")
    common.add_argument("--set", action="append", default=[], help="key=value of every run")
    common.add_argument("--jobs", type=int, default=2)
    one = commands.add_parser("search", parents=[common])
    one.add_argument("--grid", action="append", required=True, help="key=value,value ...")
    one.add_argument("--validation", type=int, default=10000, help="samples held out")
    one.add_argument("--seed", type=int, default=1000)
    two = commands.add_parser("final", parents=[common])
    two.add_argument("--seeds", default="1-5")
    two.add_argument("--folder", required=True)
    three = commands.add_parser("table")
    three.add_argument("folder")
    three.add_argument("--into", help="page with a place for the table")
    options = arguments.parse_args()
    {"search": search, "final": final, "table": table}[options.command](options)


if __name__ == "__main__":
    sys.exit(main())
