#!/usr/bin/env python3
"""Wrong input: status 2, a message that says where and what, and nothing written.

    refusals.py APICAL
"""
import os
import pathlib
import resource
import signal
import subprocess
import sys
import tempfile

import h5py

program = sys.argv[1]
EXPERIMENT = """[run]
lanes = 4
epochs = 3
[task]
dataset = "xor"
[circuit]
model = "self_assembly"
hidden = [8]
"""
RUN = ["run", "e.toml", "--progress", "none"]

# What stands in e.toml (None: the experiment above), the arguments, and words that the message must have.
WRONG = [
    (EXPERIMENT.replace("lanes", "lames"), RUN, ["e.toml:2:9", "run.lames", "did you mean 'lanes'"]),
    (EXPERIMENT.replace("4", '"four"'), RUN, ["e.toml:2:9", "run.lanes", "four", "an integer in [1, 65536]"]),
    (EXPERIMENT.replace("epochs = 3", "epochs = -3"), RUN, ["e.toml:3:10", "run.epochs", "-3", "(0, "]),
    (EXPERIMENT.replace("epochs = 3", "presentation = 3"), RUN, ["e.toml:3:16", "run.presentation", "a unit is missing"]),
    (EXPERIMENT.replace("epochs = 3", 'presentation = "3 mV"'), RUN, ["e.toml:3:16", "voltage", "expected ms"]),
    (EXPERIMENT.replace('dataset = "xor"\n', ""), RUN, ["e.toml:4", "task.dataset", "nothing", "teacher_student"]),
    (EXPERIMENT.replace('"xor"', '"xer"'), RUN, ["e.toml:5:11", "task.dataset", "did you mean 'xor'"]),
    (EXPERIMENT.replace('"xor"', '"xor"\nnoise = -1'), RUN, ["e.toml:6:9", "task.noise", "-1", ">= 0"]),
    (EXPERIMENT.replace("self_assembly", "self_asembly"), RUN, ["e.toml:7:9", "did you mean 'self_assembly'"]),
    (EXPERIMENT.replace("[8]", "[0]"), RUN, ["e.toml:8:11", "circuit.hidden[0]", "in [1, "]),
    (EXPERIMENT + "[self_assembly]\nratio = [1, 2, 3]\n", RUN, ["e.toml:10:9", "self_assembly.ratio", "3 values"]),
    (EXPERIMENT + "[feedback_alignment]\nscale_C = 1\n", RUN, ["e.toml:10:11", "did you mean 'scale_B'"]),
    (EXPERIMENT + "[recrod]\n", RUN, ["e.toml:9:1", "did you mean 'record'"]),
    (EXPERIMENT + "[record]\nmetrics = \"often\"\n", RUN, ["e.toml:10:11", "record.metrics", "often"]),
    (EXPERIMENT + "[record]\nspectra = \"rarely\"\n", RUN, ["e.toml:10:11", "record.spectra", "rarely"]),
    (EXPERIMENT + "[trace.time]\npopulation = \"up1\"\n", RUN, ["e.toml:9:1", "trace.time", "another meaning"]),
    (EXPERIMENT + "[trace.\"a/b\"]\n", RUN, ["e.toml:9:1", 'trace."a/b"', "a path"]),
    (EXPERIMENT + "[trace]\n\"\" = {population = \"up1\"}\n", RUN, ["e.toml:10:", "an empty name"]),
    (EXPERIMENT + "[noise.\"..\"]\n", RUN, ["e.toml:9:1", 'noise.".."', "stands for a folder"]),
    (EXPERIMENT + "[noise.\"a\\u0000b\"]\n", RUN, ["e.toml:9:1", "control characters"]),
    (None, RUN + ["--set", "trace." + 300 * "x" + ".column=soma"], ["command line", "a name of 300 bytes", "at most 200"]),
    (EXPERIMENT + "[init]\nfile = \"none.h5\"\n", RUN, ["e.toml:10:8", "init.file", "none.h5"]),
    (EXPERIMENT + "[init]\nfile = \"e.toml\"\n", RUN, ["e.toml"]),
    (EXPERIMENT + "[init]\nfile = \"old.h5\"\n", RUN, ["init.file", "W1 is 3 x 2 instead of 8 x 2"]),
    (EXPERIMENT + "[init]\nfile = \"old.h5\"\ngroup = \"/bad\"\n", RUN,
     ["init.file", "W1", "not finite", "V1", "no synapse", "Vbar1", "outside of [0"]),
    (EXPERIMENT + "[init]\nfile = \"old.h5\"\ngroup = \"/some\"\n", RUN, ["without W2, V1", "init.partial = true"]),
    (EXPERIMENT + "[init]\nfile = \"old.h5\"\ngroup = \"/none\"\n", RUN, ["e.toml:11:9", "init.group"]),
    (EXPERIMENT + "[init]\nfile = \"old.h5\"\n[self_assembly]\ndevelopment = 1000\n", RUN,
     ["e.toml:12:15", "self_assembly.development", "1000 events beside weights from init.file", "self_assembly.development = 0 keeps"]),
    (EXPERIMENT.replace("lanes = 4", "lanes = 4\nlanes = 5"), RUN, ["e.toml:3"]),
    ("", RUN, ["e.toml", "an empty file"]),
    ("[run", RUN, ["e.toml:1:"]),
    (None, ["run", "missing.toml"], ["missing.toml", "No such file"]),
    (None, RUN + ["--set", "run.lanes"], ["command line", "key=value"]),
    (None, RUN + ["--set", "seed=2"], ["command line", "did you mean 'run.seed'"]),
    (None, RUN + ["--set", "run.mode=spiking"], ["run.mode", "spiking", "settled, continuous"]),
    (None, RUN + ["--set", 'run.baselines=["backprop"]'], ["run.baselines", "backprop"]),
    (None, RUN + ["--set", "task.loss=hinge"], ["task.loss", "hinge"]),
    (None, RUN + ["--set", "task={dataset='csv', file='labels.csv'}"], ["labels.csv"]),
    (None, RUN + ["--set", "task={dataset='csv', file='numbers.csv', classes=2}"], ["numbers.csv:2"]),
    (None, RUN + ["--out", "nowhere/e.h5"], ["nowhere/e.h5"]),
    (None, RUN + ["--out", "old.h5"], ["old.h5", "a file that exists", "--force"]),
    (None, RUN + ["--threads", "-1"], ["threads"]),
    (None, RUN + ["--progress", "loud"], ["progress"]),
    (None, RUN + ["--frobnicate"], ["frobnicate"]),
    (None, ["rnu"], ["did you mean 'run'"]),
    (None, [], ["apical --help"]),
    (None, ["list", "modles"], ["modles"]),
    (None, ["describe", "self_asembly"], ["did you mean 'self_assembly'"]),
    (None, ["resume", "old.h5"], ["old.h5", "apical checkpoint"]),
    (None, ["resume", "none.checkpoint"], ["none.checkpoint", "No such file"]),
    (None, ["resume", "cut.checkpoint"], ["cut.checkpoint"]),
    (None, ["resume", "kept.h5.checkpoint", "--set", "run.lanes=8"], ["run.lanes", "8", "as the run began, 4", "run.epochs"]),
    (None, ["resume", "kept.h5.checkpoint", "--set", "run.lames=8"], ["did you mean 'lanes'"]),
    (None, ["resume", "kept.h5.checkpoint", "--set", "circuit.eta_W=0.2"], ["circuit.eta_W", "run.epochs"]),
    (None, ["resume", "kept.h5.checkpoint", "--set", "run.epochs=1"], ["run.epochs", "4 samples", "at least 12"]),
]


def apical(arguments, **more):
    return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=100, **more)


def prepare():
    pathlib.Path("e.toml").write_text(EXPERIMENT)
    pathlib.Path("labels.csv").write_text("1,2,0\n3,nan,1\n")
    pathlib.Path("numbers.csv").write_text("1,2,0\n3,4,7\n")
    with h5py.File("old.h5", "w") as file:
        file["final/W1"] = [[1.0, 2.0]] * 3
        file["some/W1"] = [[1.0, 2.0]] * 8
        file["bad/W1"] = [[1.0, float("nan")]] * 8
        file["bad/V1"] = [[1.0] * 8] * 16
        file["bad/Vbar1"] = [[-1.0] * 16] * 8
    done = apical(["run", "e.toml", "--out", "kept.h5", "--set", "checkpoint.keep=true"])
    assert done.returncode == 0, done.stderr
    whole = pathlib.Path("kept.h5.checkpoint").read_bytes()
    pathlib.Path("cut.checkpoint").write_bytes(whole[: len(whole) // 2])


def state_of_folder():
    return {path.name: path.read_bytes() for path in pathlib.Path(".").iterdir()}


def check(text, arguments, words):
    pathlib.Path("e.toml").write_text(EXPERIMENT if text is None else text)
    before = state_of_folder()
    done = apical(arguments)
    message = done.stderr
    assert done.returncode == 2, f"status {done.returncode}"
    assert message.startswith("apical: error: ") and message.count("\n") == 1, "not one line of error"
    missing = [word for word in words if word not in message]
    assert not missing, f"without {missing}"
    assert state_of_folder() == before, "a file was written or changed"


def check_divergence():
    """Status 1, who, what, where, when and what to do; the file holds what came before."""
    done = apical(["run", "e.toml", "--out", "wild.h5", "--set", "circuit.eta_W=1e6", "--set", "run.epochs=50"])
    assert done.returncode == 1, done.stderr
    for word in ("self_assembly, ", "unit ", "samples", "lower the learning rates"):
        assert word in done.stderr, done.stderr
    with h5py.File("wild.h5") as file:
        assert file["metrics/time"].shape[0] >= 1
        assert file["provenance"].attrs["ending"].startswith(b"failed: ")


def check_full_disk():
    """As a limit on the size of files. Status 1, a message, and a file that opens."""
    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (5_000_000, 5_000_000))
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)

    done = apical(["run", "e.toml", "--out", "full.h5", "--set", "record.weights=4 samples", "--set", "run.epochs=20000",
                   "--set", "record.flush=0.01 s"], preexec_fn=limited)
    assert done.returncode == 1, done.stderr
    assert "apical: error: " in done.stderr and "readable" in done.stderr, done.stderr
    with h5py.File("full.h5") as file:
        assert file["weights/W1"].shape[1:] == (8, 2)


def main():
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        prepare()
        for text, arguments, words in WRONG:
            try:
                check(text, arguments, words)
            except AssertionError as reason:
                pathlib.Path("e.toml").write_text(EXPERIMENT if text is None else text)
                failures += 1
                print(f"{reason}: {arguments}\n{text or ''}    {apical(arguments).stderr}")
        pathlib.Path("e.toml").write_text(EXPERIMENT)
        check_divergence()
        check_full_disk()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
