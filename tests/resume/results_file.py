#!/usr/bin/env python3
"""What `resume` does with the file that it finds, or does not find.

    results_file.py APICAL SOURCE LIBRARY CASE    LIBRARY is built from faults.cpp; CASE is one of the functions below whose
                                                  name begins with `case_`
"""
import errno
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

import h5py
import numpy as np

from same_files import differences

program, source, library = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
SMALL = ["circuit.hidden=[8, 6]", "run.epochs=2", "run.baselines=['backpropagation']", "record.metrics=200 samples",
         "record.spectra=400 samples", "record.weights=300 samples", "checkpoint.every=0.01 s", "record.flush=0.003 s"]


def command(out, *changes, experiment="self_assembly/digits_topographic.toml"):
    words = [program, "run", str(source / "models" / experiment), "--out", out, "--progress", "none"]
    for change in (*SMALL, *changes) if "digits" in experiment else changes:
        words += ["--set", change]
    return words


RESUME = [program, "resume", "r.h5.checkpoint", "--progress", "none"]


def call(words, status=0, **environment):
    if "FAULT" in environment or "LOCKS" in environment:
        environment["LD_PRELOAD"] = library
    done = subprocess.run(words, capture_output=True, text=True, timeout=100, env={**os.environ, **environment})
    assert done.returncode == status, f"status {done.returncode} instead of {status} of {words}: {done.stderr}"
    return done.stderr


def number_of_calls(words):
    call(words, FAULT="none:0", COUNTED="counted")
    return int(pathlib.Path("counted").read_text())


def state():
    return {path.name: path.read_bytes() for path in pathlib.Path(".").iterdir() if path.is_file()}


def interrupted():
    """A whole run in whole.h5; the same one in r.h5, killed between two checkpoints, with rows that no checkpoint knows."""
    calls = number_of_calls(command("whole.h5"))
    call(command("r.h5"), status=-9, FAULT=f"kill:{calls // 2}")
    assert os.path.exists("r.h5.checkpoint")
    for name in ("r.h5", "r.h5.checkpoint"):
        shutil.copy(name, "kept." + name)
    return state()


def restore(which=("r.h5", "r.h5.checkpoint")):
    for name in which:
        shutil.copy("kept." + name, name)


def rows(path):
    found = {}
    with h5py.File(path) as file:
        file.visititems(lambda name, item: found.update({name: item[()]})
                        if isinstance(item, h5py.Dataset) and item.maxshape[:1] == (None,) else None)
    return found


def case_killed_early():
    """In the first milliseconds: every row that was flushed is what it was."""
    interrupted()
    before = rows("r.h5")
    for call_number in range(1, 26):
        restore()
        call(RESUME, status=-9, FAULT=f"kill:{call_number}")
        after = rows("r.h5")
        for name, values in before.items():
            assert after[name][:len(values)].tobytes() == values.tobytes(), f"{name}, call {call_number}"
    call(RESUME)
    assert not differences("whole.h5", "r.h5")


def damaged(kind, offset):
    """The file of the run with one wrong bit, so many bytes behind the first block of a kind."""
    content = bytearray(pathlib.Path("kept.r.h5").read_bytes())
    content[content.index(kind) + offset] ^= 0x10
    return bytes(content)


def case_wrong_file():
    """Status 2, and every file is what it was, to the byte."""
    interrupted()
    whole = pathlib.Path("kept.r.h5").read_bytes()
    call(command("other_model.h5", "run.samples=50", "task.samples=100", "task.test_samples=10",
                 experiment="pal/yinyang.toml"))
    call(command("other_seed.h5", "run.seed=2"))
    call(command("half.h5", "run.seed=2"), status=-9, FAULT="kill:2000")
    call(command("earlier.h5"), status=-9, FAULT="kill:60")
    with h5py.File("foreign.h5", "w", libver="latest") as file:
        file["metrics/time"] = np.arange(3.0)
    with h5py.File("empty.h5", "w"):
        pass
    wrong = {name: pathlib.Path(name).read_bytes() for name in ("other_model.h5", "other_seed.h5", "half.h5", "earlier.h5",
                                                               "foreign.h5", "empty.h5", "kept.r.h5.checkpoint")}
    wrong |= {"cut": whole[:len(whole) * 2 // 3], "nothing": b"", "text": b"precious\n", "header": damaged(b"OHDR", 6),
              "index": damaged(b"TREE", 53)}  # in the address of the first chunk
    for name, content in wrong.items():
        restore(("r.h5.checkpoint",))
        pathlib.Path("r.h5").write_bytes(content)
        before = state()
        done = subprocess.run(RESUME, capture_output=True, text=True, timeout=100)
        message = done.stderr
        assert done.returncode == 2, f"{name}: status {done.returncode}"
        assert message.startswith("apical: error: r.h5: ") and "put it elsewhere" in message, f"{name}: {message}"
        assert state() == before, f"{name}: a file was written or changed"
    # And the advice holds.
    os.remove("r.h5")
    call(RESUME)


def case_damaged_checkpoint():
    """Cut, or with 0000 and FFFF exchanged, which is a change of its numbers: status 2, and nothing is touched."""
    interrupted()
    whole = pathlib.Path("kept.r.h5.checkpoint").read_bytes()
    zeros = [place for place in range(0, len(whole) - 1, 2) if whole[place:place + 2] == b"\0\0"]
    wrong = [whole[:size] for size in range(0, len(whole), len(whole) // 12)]
    wrong += [whole[:place] + b"\xff\xff" + whole[place + 2:] for place in zeros[::len(zeros) // 40]]
    refused = 0
    for content in wrong:
        pathlib.Path("r.h5.checkpoint").write_bytes(content)
        before = state()
        done = subprocess.run(RESUME, capture_output=True, text=True, timeout=100)
        if done.returncode == 2:
            refused += 1
            assert done.stderr.startswith("apical: error: r.h5.checkpoint: "), done.stderr
            assert state() == before
        else:  # in a place that holds nothing
            assert done.returncode == 0 and not differences("whole.h5", "r.h5"), done.stderr
            restore()
    assert refused > 20, refused


def case_gone():
    """Without its results file a run goes on in a new one, which begins at the checkpoint; so it does when it is killed
    before there is anything in it."""
    interrupted()
    whole = rows("whole.h5")

    def check():
        with h5py.File("r.h5") as file, h5py.File("whole.h5") as reference:
            history = file["provenance"].attrs["history"].decode()
            assert "the results file was gone: this one begins " in history, history
            for name in reference["final"]:
                assert (file["final"][name][()] == reference["final"][name][()]).all(), name
        for name, values in rows("r.h5").items():
            tail = whole[name][len(whole[name]) - len(values):]
            assert values.tobytes() == tail.tobytes() and len(values) > 0, name
        assert len(rows("r.h5")["metrics/time"]) < len(whole["metrics/time"])

    os.remove("r.h5")
    message = call(RESUME)
    assert message.startswith("apical: warning: r.h5 is gone: a new file begins "), message
    check()
    for number in range(1, 60, 7):
        restore()
        os.remove("r.h5")
        call(RESUME, status=-9, FAULT=f"kill:{number}")
        call(RESUME)
        check()


def case_at_once():
    """A second resume, wherever the first one is: it is refused and changes nothing, also while the first compresses the
    file and while it removes its checkpoint."""
    interrupted()
    calls = number_of_calls(RESUME)
    assert not differences("whole.h5", "r.h5")
    for number in [1, 20, calls // 2, *range(calls - 50, calls - 4, 9), *range(calls - 4, calls + 1)]:
        restore()
        first = subprocess.Popen(RESUME, env={**os.environ, "LD_PRELOAD": library, "FAULT": f"halt:{number}"},
                                 stdout=subprocess.DEVNULL)
        _, status = os.waitpid(first.pid, os.WUNTRACED)
        if not os.WIFSTOPPED(status):  # faster this time: fewer checkpoints
            assert os.waitstatus_to_exitcode(status) == 0
            continue
        before = state()
        message = call(RESUME, status=2)
        after = state()
        first.send_signal(signal.SIGCONT)
        assert first.wait() == 0
        # The last: between the end of its file and the removal of its checkpoint.
        assert any(words in message for words in ("another process", "No such file", "has come to its end")), message
        assert after == before
        assert not os.path.exists("r.h5.checkpoint")
        assert not differences("whole.h5", "r.h5"), number


def case_faults_at_the_start():
    """A disk that is full, or fails, or a limit on the size of files is no wrong input, at whatever call it shows."""
    interrupted()
    for fault in ("no_space", "io_error", "too_large"):
        for number in range(1, 13):
            for words, out in ((command("fresh.h5"), "fresh.h5"), (RESUME, "r.h5")):
                restore()
                message = call(words, status=1, FAULT=f"{fault}:{number}*")
                assert message.splitlines()[-1].startswith("apical: error: "), message
                for left in {*pathlib.Path(".").glob("fresh.h5*"), *pathlib.Path(".").glob("*.part")}:
                    left.unlink()  # the program could not


def case_no_locks():
    """Where files cannot be locked: one warning, and everything works."""
    interrupted()
    for number in (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL):
        restore()
        for words in (RESUME, command("fresh.h5")):
            message = call(words, LOCKS=str(number))
            locks = [line for line in message.splitlines() if "has no effect here" not in line]  # [feedback_alignment]
            assert len(locks) == 1 and "warning" in locks[0] and os.strerror(number) in locks[0], message
        for words in ([program, "report", "fresh.h5"], [program, "export", "fresh.h5"], [program, "analyse", "fresh.h5"]):
            call(words, LOCKS=str(number))
        for out in ("r.h5", "fresh.h5"):
            assert not differences("whole.h5", out, ("analysis",)), out
        for left in pathlib.Path(".").glob("fresh*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    pathlib.Path("sweep.toml").write_text(f"[sweep]\nexperiment = '{source}/models/self_assembly/xor.toml'\nseeds = [1, 2]\n"
                                          "[set]\nrun.epochs = 1\n")
    message = call([program, "sweep", "sweep.toml", "--progress", "none"], LOCKS=str(errno.ENOLCK))
    assert message.count("cannot be locked") == 1, message
    assert pathlib.Path("sweep/index.csv").read_text().count("done") == 2


def main():
    case = globals()["case_" + sys.argv[4]]
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        case()


main()
