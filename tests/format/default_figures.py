#!/usr/bin/env python3
"""Every figure of a run is drawn of one with the default keys of its kind, or names the key that records what it needs; and where
Python lacks a package, each script names the interpreter and the package.

    default_figures.py SOURCE APICAL [FOLDER]     FOLDER keeps what was drawn
"""
import pathlib
import re
import subprocess

import h5py

from drawn import call, files_of, in_folder, refused

# Runs of each kind: nothing is set but what there has to be, and how long.
EXPERIMENTS = {
    "settled": '[run]\nepochs = 3\n[task]\ndataset = "digits"\ntrain_limit = 300\n[circuit]\nmodel = "self_assembly"\nhidden = [12, 10]\n',
    "continuous": '[run]\nmode = "continuous"\nlanes = 4\nepochs = 20\n[task]\ndataset = "xor"\n[circuit]\nmodel = "self_assembly"\n'
                  'hidden = [8]\n[self_assembly]\ndevelopment = 400\n',
    "regression": '[run]\nsamples = 400\n[task]\ndataset = "teacher_student"\ndims = [4, 6, 1]\nsamples = 200\n[circuit]\n'
                  'model = "self_assembly"\nhidden = [6]\n',
    "burst_ccn": '[run]\nepochs = 2\n[task]\ndataset = "digits"\ntrain_limit = 300\n[circuit]\nmodel = "burst_ccn"\nhidden = [12]\n',
}


def run(apical, folder, kind):
    experiment, path = folder / f"{kind}.toml", folder / f"{kind}.h5"
    experiment.write_text(EXPERIMENTS[kind], encoding="utf-8")
    done = subprocess.run([apical, "run", experiment, "--out", path, "--force", "--progress", "none"], capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stderr
    with h5py.File(path) as file:
        assert "weights" not in file, "the default keys keep snapshots"
    return path


def shipped(apical, source, folder, experiment, *changes):
    """A run of an experiment that has what its figure needs, made shorter."""
    path = folder / f"{pathlib.Path(experiment).stem}.h5"
    sets = [word for change in changes for word in ("--set", change)]
    done = subprocess.run([apical, "run", pathlib.Path(source) / "models" / experiment, "--out", path, *sets, "--progress", "none"],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return path


def names_the_interpreter(figures):
    """With a Python first in the path that has no packages: one line, status 2, from every script."""
    scripts = [path for path in (*figures.glob("*.py"), *figures.glob("../comparison/*.py")) if "__main__" in path.read_text()]
    assert len(scripts) >= 15, scripts
    for script in scripts:
        done = subprocess.run(["/usr/bin/python3", "-S", script], capture_output=True, text=True, check=False)
        refused(done, "cannot import numpy")
        assert "/usr/bin/python3" in done.stderr and done.stderr.count("\n") == 1, done.stderr


def check(source, apical, folder):
    figures = pathlib.Path(source) / "analysis/figures"
    names_the_interpreter(figures)
    runs = {kind: run(apical, folder, kind) for kind in EXPERIMENTS}

    def drawn(script, *arguments):
        done = call(figures / f"{script}.py", *arguments, "--out", folder / script)
        return files_of(done)

    for kind in "settled", "continuous", "regression":
        svg = drawn("self_assembly", runs[kind])[1].read_text()
        assert "record.weights" in svg
    for kind in "settled", "continuous":
        drawn("spectra", runs[kind])
        drawn("predictions", "draw", runs[kind])
    rows = (folder / "spectra.csv").read_text()
    assert re.search(r"^W,1,before,\d", rows, re.MULTILINE) and re.search(r"^W,1,after,\d", rows, re.MULTILINE), rows
    drawn("angles", *runs.values())
    drawn("runaway", runs["settled"], runs["continuous"])
    drawn("errors", f"a={runs['settled']}", f"b={runs['burst_ccn']}")
    drawn("bursts", shipped(apical, source, folder, "burst_ccn/demonstration.toml", "run.duration=25 s"))
    drawn("exclusive_or", shipped(apical, source, folder, "burst_ccn/xor_spiking.toml", "run.duration=24 s", "burst_xor.example=2 s",
                                  "burst_xor.taught=8", "burst_xor.cells=20", "trace.output_events.every=500 ms"))
    spiking = shipped(apical, source, folder, "self_assembly/figures/assembly_spiking.toml", "run.epochs=3", "task.train_limit=60",
                      "record.evaluation_samples=16")
    drawn("assembly", spiking, f"the same={spiking}")
    refused(call(figures / "assembly.py", runs["settled"], "--out", folder / "none"), "no trace of a column 'spike'")
    refused(call(figures / "bursts.py", runs["settled"], "--out", folder / "none"), "there are no bursting ensembles")
    refused(call(figures / "exclusive_or.py", runs["settled"], "--out", folder / "none"), "there is no exclusive or")
    moving = call(figures / "moving.py", spiking, "--out", folder / "moving")
    assert moving.returncode == 0 and (folder / "moving.gif").read_bytes().startswith(b"GIF89a"), moving.stderr
    refused(call(figures / "moving.py", runs["settled"], "--out", folder / "none"), "weights")
    drawn("endurance", runs["settled"], "--learnt", 1)
    other = "--out", folder / "other"
    refused(call(figures / "rate_limit.py", runs["settled"], runs["settled"], runs["settled"], *other), "record.weights")
    refused(call(figures / "predictions.py", "prepare", runs["settled"], "--folder", folder / "none"), "record.weights")
    refused(call(figures / "self_assembly.py", runs["burst_ccn"], *other), "metrics/cosine_h_sgd")


if __name__ == "__main__":
    in_folder(check, 2)
