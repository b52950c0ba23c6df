"""What tests share that write an experiment and run it: the program, which is their first argument, and what it records."""
import os
import subprocess
import sys

import h5py

program = os.path.abspath(sys.argv[1])


def start(experiment, *changes, out="run.h5", command="run"):
    """The process, at its end, of a command on the file of an experiment."""
    words = ["--out", out, "--force", "--progress", "none"] if command == "run" else []
    words += [word for change in changes for word in ("--set", change)]
    return subprocess.run([program, command, experiment, *words], capture_output=True, text=True)


def call(text, *changes, **how):
    """Likewise, of an experiment as text."""
    with open("network.toml", "w") as file:
        file.write(text)
    return start("network.toml", *changes, **how)


def data(path):
    """All data sets of a file but the configuration, by their paths."""
    found = {}
    with h5py.File(path) as f:
        f.visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    found.pop("config")
    return found


def run(text, *changes, out="run.h5"):
    """What a run that ends well has recorded."""
    done = call(text, *changes, out=out)
    assert done.returncode == 0, done.stderr
    return data(out)
