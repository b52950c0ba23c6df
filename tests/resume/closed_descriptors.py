#!/usr/bin/env python3
"""Standard descriptors that are closed at the start, as of daemons, do no harm to a file.

    closed_descriptors.py APICAL SOURCE
"""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

from same_files import differences, ending

program, source = sys.argv[1], pathlib.Path(sys.argv[2])
RUN = [program, "run", str(source / "models/self_assembly/digits_topographic.toml"), "--progress", "bar"]
for change in ("circuit.hidden=[20, 15]", "run.baselines=[]", "checkpoint.every=0.05 s"):
    RUN += ["--set", change]


def start(words, closed):
    """Whatever is not closed is no terminal and no pipe that anybody has to read."""
    def close():
        for descriptor in closed:
            os.close(descriptor)

    with open("printed", "w") as printed:
        return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=printed, stderr=printed, preexec_fn=close)


def kill(words, closed, checkpoint):
    """Not before the progress bar was drawn a few times, 0.1 s apart."""
    process = start(words, closed)
    while not os.path.exists(checkpoint) and process.poll() is None:
        time.sleep(0.01)
    time.sleep(0.5)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, f"{closed}: ended with status {process.returncode}"


def finish(words, closed, status=0):
    found = start(words, closed).wait()
    assert found == status, f"{closed}: status {found} of {words}: {pathlib.Path('printed').read_text()}"


def main():
    finish([*RUN, "--set", "run.epochs=3", "--out", "whole.h5"], ())
    for closed in ((0,), (1,), (2,), (1, 2), (0, 1, 2)):
        name = "".join(map(str, closed))
        endless, short = f"endless{name}.h5", f"short{name}.h5"
        resume = [program, "resume", endless + ".checkpoint", "--progress", "bar"]
        kill([*RUN, "--set", "run.epochs=400000", "--out", endless], closed, endless + ".checkpoint")
        finish([program, "report", endless], closed)
        kill(resume, closed, endless + ".checkpoint")
        finish([program, "report", endless, "--force"], closed)
        finish([*RUN, "--set", "run.epochs=3", "--out", short], closed)
        assert ending(short) == "done" and not differences("whole.h5", short), closed
        finish([program, "report", "none.h5"], closed, status=2)


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    main()
