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
RUN = [program, "run", str(source / "models/self_assembly/digits.toml"), "--progress", "bar"]
for change in ("run.epochs=10", "circuit.hidden=[20, 15]", "checkpoint.every=0.02 s", "record.flush=0.01 s"):
    RUN += ["--set", change]


def start(words, closed):
    """Whatever is not closed is no terminal and no pipe that anybody has to read."""
    def close():
        for descriptor in closed:
            os.close(descriptor)

    with open("printed", "w") as printed:
        return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=printed, stderr=printed, preexec_fn=close)


def main():
    subprocess.run([*RUN, "--out", "whole.h5"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for closed in ((0,), (1,), (2,), (1, 2), (0, 1, 2)):
        out = "closed" + "".join(map(str, closed)) + ".h5"
        process = start([*RUN, "--out", out], closed)
        while not os.path.exists(out + ".checkpoint") and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL, f"{closed}: ended with status {process.returncode}"
        for words, status in (([program, "report", out], 0), ([program, "resume", out + ".checkpoint", "--progress", "bar"], 0),
                              ([program, "report", "none.h5"], 2)):
            assert start(words, closed).wait() == status, f"{closed}: {words}: {pathlib.Path('printed').read_text()}"
        assert ending(out) == "done"
        assert not differences("whole.h5", out), closed


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    main()
