#!/usr/bin/env python3
"""`init.states`: cells begin with the potentials of a file, in every lane, and what does not fit is refused with its name.

    initial_states.py APICAL SOURCE
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import h5py
import numpy as np

from same_files import differences

program, source = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
SHORT = ["circuit.hidden=[6]", "run.precision=double", "run.settling=0 ms", "record.precision=float64", "record.metrics=never",
         "record.spectra=never", "init.states=states.h5", "trace.u={population='pyr1', column='membrane', when='1 samples', every='0.01 ms'}"]
random = np.random.default_rng(3)


def run(changes, out, status=0, experiment="pal/yinyang", words=()):
    done = subprocess.run([program, *(words or ["run", str(source / f"models/{experiment}.toml"), "--out", out]), "--progress", "none",
                           *[word for change in changes for word in ("--set", change)]], capture_output=True, text=True, timeout=100)
    assert done.returncode == status, f"status {done.returncode} instead of {status}: {done.stderr}"
    return done.stderr


def first_potentials(out):
    with h5py.File(out) as file:
        return file["trace/u/membrane"][0]


def write(states):
    with h5py.File("states.h5", "w") as file:
        for name, values in states.items():
            file[name] = values


def check_resumed(whole):
    """The states are no longer needed: the numbers are those of a run that was not stopped, and a file that is another one now
    gets a word, on the screen and in the history."""
    def other():
        write(whole | {"pyr1/membrane": whole["pyr1/membrane"] + [0, 0, 0, 0, 0, 1e-9]})

    def unreadable():
        pathlib.Path("states.h5").write_text("no HDF5")

    changes = {"same": lambda: None, "rewritten": lambda: write(whole | {"of/another": [1.0]}), "other": other,
               "fewer": lambda: write({"pyr1/membrane": whole["pyr1/membrane"]}), "misshapen": lambda: write({"pyr1/membrane": [1.0]}),
               "unreadable": unreadable, "gone": lambda: os.remove("states.h5")}
    for half in ("halves.h5", "halves.h5.checkpoint"):
        shutil.copy(half, f"before_{half}")
    for name, change in changes.items():
        for half in ("halves.h5", "halves.h5.checkpoint"):
            shutil.copy(f"before_{half}", half)
        change()
        said = run(["run.samples=40"], "", words=["resume", "halves.h5.checkpoint"])
        with h5py.File("long.h5") as a, h5py.File("halves.h5") as b:
            for weights in a["final"]:
                assert (a["final"][weights][()] == b["final"][weights][()]).all(), (name, weights)
            assert a["provenance"].attrs["initial_states"] == b["provenance"].attrs["initial_states"]
            history = b["provenance"].attrs["history"].decode()
        changed = name not in ("same", "rewritten", "gone")
        assert ("states.h5 is no longer what the run began with, " in said) == changed, (name, said)
        assert ("; the run goes on with its own states" in said) == changed, (name, said)
        assert ("states.h5 is no longer what the run began with" in history) == changed, (name, history)


def check_baselines(one):
    """Baselines begin with what the file has of theirs, as they do with weights; it need not have all."""
    write({"up1/soma": one})
    short = ["circuit.hidden=[6]", "circuit.prospective=false", "run.precision=double", "run.samples=32", "record.metrics=never",
             "record.spectra=never"]
    states = ["init.states=states.h5", "init.partial=true"]
    run(short + ["run.baselines=['backpropagation']"], "rest.h5", experiment="self_assembly/noisy")
    run(short + states + ["run.baselines=['backpropagation']"], "beside.h5", experiment="self_assembly/noisy")
    run(short + states + ["circuit.model=backpropagation"], "alone.h5", experiment="self_assembly/noisy")
    with h5py.File("rest.h5") as rest, h5py.File("beside.h5") as beside, h5py.File("alone.h5") as alone:
        baseline = beside["baselines/backpropagation/final/W1"][()]
        assert (baseline == alone["final/W1"][()]).all(), "the baseline did not begin with the states"
        assert (baseline != rest["baselines/backpropagation/final/W1"][()]).any(), "the states made no difference"
        assert (beside["final/W1"][()] != rest["final/W1"][()]).any()
    write({"up1/soma": np.zeros(6), "up2/soma": np.zeros(7)})
    run(short + states + ["run.baselines=['backpropagation']"], "no.h5", 2, experiment="self_assembly/noisy")


def main():
    os.chdir(tempfile.mkdtemp(dir=os.environ.get("TMPDIR")))
    partial = SHORT + ["init.partial=true", "run.samples=4"]
    one = random.normal(size=6)
    write({"pyr1/membrane": one})
    run(partial, "one.h5")
    assert (first_potentials("one.h5")[:, 0] == one).all()
    run(partial + ["run.lanes=2"], "both.h5")
    assert (first_potentials("both.h5") == np.column_stack([one, one])).all(), "not in every lane"
    with h5py.File("one.h5") as file:
        given = file["provenance"].attrs["initial_states"].decode()
    assert given.startswith("1 states, XXH3-128"), given

    # Whole: what is asked for is named, and with all of it the run can be stopped and goes on as if it had not been.
    said = run(SHORT + ["run.samples=4"], "no.h5", 2)
    assert "init.states: found" in said and "states.h5 without " in said and "pyr1/soma" in said and "init.partial = true" in said, said
    names = said.split("states.h5 without ")[1].split(", expected")[0].split(", ")
    sizes = {"pyr1": 6, "inter1": 3, "pyr2": 3}
    whole = {name: random.normal(size=sizes[name.split("/")[0]]) for name in [*names, "pyr1/membrane"]}
    write(whole)
    run(SHORT + ["run.samples=40"], "long.h5")
    run(SHORT + ["run.samples=20", "checkpoint.keep=true"], "halves.h5")
    check_resumed(whole)
    write({name: np.zeros_like(values) for name, values in whole.items()})
    run(SHORT + ["run.samples=40"], "zero.h5")
    run([change for change in SHORT if not change.startswith("init")] + ["run.samples=40"], "none.h5")
    assert differences("zero.h5", "none.h5") == ["config"], "zeros are the states at rest"
    assert "final/W1" in differences("zero.h5", "long.h5"), "the states made no difference"

    # What does not fit.
    for values, reasons in ((np.zeros(5), ["is 5 instead of 6 (units) or 6 x 1 (units x lanes)"]), (np.zeros((6, 3)), ["is 6 x 3"]),
                            (np.zeros((1, 6)), ["is 1 x 6"]), (np.zeros((6, 1, 1)), ["is 6 x 1 x 1"]), (np.float64(1), ["pyr1/membrane is"]),
                            (np.array([1, 2, np.nan, 4, 5, 6]), ["not finite"]), (np.full(6, np.inf), ["not finite"])):
        write({"pyr1/membrane": values})
        said = run(partial, "no.h5", 2)
        assert all(reason in said for reason in ["init.states", "pyr1/membrane", *reasons]), said
    write({"pyr1/membrane": np.full(6, 1e300)})
    assert "not finite" in run(partial + ["run.precision=float"], "no.h5", 2)
    write({"pyr7/membrane": one})
    assert "no state of the circuit" in run(partial, "no.h5", 2)
    os.remove("states.h5")
    assert "no file" in run(partial, "no.h5", 2)
    write({"up1/soma": np.zeros(6)})
    assert "do not follow slopes" in run(["circuit.hidden=[6]", "init.states=states.h5", "run.samples=64"], "no.h5", 2, "self_assembly/yinyang")
    check_baselines(one)
    assert not os.path.exists("no.h5")


if __name__ == "__main__":
    main()
