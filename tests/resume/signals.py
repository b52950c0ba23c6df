#!/usr/bin/env python3
"""What signals do, in every command: nothing half is left, and what was done is saved.

    signals.py APICAL SOURCE CASE    CASE is one of the functions below whose name begins with `case_`
"""
import os
import pathlib
import resource
import signal
import subprocess
import sys
import tempfile
import time

from same_files import differences, ending

program, source = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
DIGITS = str(source / "models/self_assembly/digits_topographic.toml")
REQUESTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGXCPU, signal.SIGUSR1, signal.SIGUSR2)
SMALL = ["--set", "circuit.hidden=[20, 15]", "--set", "run.baselines=[]", "--set", "self_assembly.development=0",
         "--set", "record.spectra=never"]
LONG = ["--set", "run.epochs=100000", "--progress", "none"]  # hours, so that only a signal ends it
# Measuring every sample of a long presentation takes minutes: all that can be met is the first row.
SLOW_START = ["--set", "run.mode=continuous", "--set", "run.presentation=2000 ms", "--set", "run.error_onset=100 ms",
              "--set", "record.evaluation_samples=1400"]


def start(words, **more):
    return subprocess.Popen([program, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)


def run_words(out, *more):
    return ["run", DIGITS, "--out", out, *SMALL, *LONG, *more]


def wait_for(path, process):
    end = time.monotonic() + 60
    while not os.path.exists(path) and process.poll() is None and time.monotonic() < end:
        time.sleep(0.005)
    assert os.path.exists(path), process.communicate()


def stopped(process, number):
    printed, message = process.communicate(timeout=60)
    assert process.returncode == 128 + number, f"{signal.Signals(number).name}: status {process.returncode}: {message}"
    return printed + message


def at_work(out, *more, **options):
    """A run that has done its first steps."""
    process = start(run_words(out, "--set", "checkpoint.every=0.02 s", *more), **options)
    wait_for(out + ".checkpoint", process)
    return process


def case_early():
    """Before the first step: nothing is left, and what there was stays."""
    pathlib.Path("old.h5").write_text("results of old")
    for k, number in enumerate(REQUESTS):
        for seconds in (0.03, 0.1 + 0.1 * k):
            before = sorted(os.listdir())
            process = start(run_words("early.h5", *SLOW_START))
            time.sleep(seconds)
            process.send_signal(number)
            # Before the program has said what it makes of signals, they end it.
            process.wait(timeout=60)
            assert process.returncode in (128 + number, -number), process.communicate()
            assert seconds < 0.1 or process.returncode > 0
            assert sorted(os.listdir()) == before, os.listdir()
    process = start(run_words("old.h5", "--force", *SLOW_START))
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    stopped(process, signal.SIGTERM)
    assert pathlib.Path("old.h5").read_text() == "results of old"


def case_later():
    """After the first step: a checkpoint, whichever it was, also if it comes twice at once; and the same numbers in the end."""
    whole = ["run", DIGITS, *SMALL, "--progress", "none", "--set", "run.epochs=60", "--set", "checkpoint.every=0.02 s"]
    subprocess.run([program, *whole, "--out", "whole.h5"], check=True, stdout=subprocess.DEVNULL)
    for number in REQUESTS:
        process = start([*whole, "--out", "later.h5", "--force"])
        wait_for("later.h5.checkpoint", process)
        process.send_signal(number)
        process.send_signal(number)
        assert "apical resume later.h5.checkpoint" in stopped(process, number)
        assert ending("later.h5").startswith(f"interrupted by signal {number} after "), ending("later.h5")
        assert not [name for name in os.listdir() if ".part" in name]
        subprocess.run([program, "resume", "later.h5.checkpoint", "--progress", "none"], check=True, stdout=subprocess.DEVNULL)
        assert ending("later.h5") == "done"
        assert not differences("whole.h5", "later.h5")


def case_at_the_end():
    """At whatever moment it comes: either the run is done and says so, or it can be resumed, or there is nothing."""
    words = ["run", DIGITS, "--out", "end.h5", *SMALL, "--set", "run.epochs=1", "--progress", "none"]
    begin = time.monotonic()
    start(words).communicate()
    whole = time.monotonic() - begin
    for k in range(40):
        for name in ("end.h5", "end.h5.checkpoint"):
            pathlib.Path(name).unlink(missing_ok=True)
        process = start(words)
        time.sleep(whole * (0.3 + 0.02 * k))
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        left = tuple(os.path.exists(name) for name in ("end.h5", "end.h5.checkpoint"))
        expected = {0: [(True, False)], 143: [(True, True), (False, False)]}
        assert left in expected[process.returncode], (k, process.returncode, os.listdir())


def case_ignored():
    """What whoever started the program ignores stays ignored: nohup, and a script that has it run in the background."""
    def ignore():
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)

    process = at_work("ignored.h5", preexec_fn=ignore)
    for number in (signal.SIGINT, signal.SIGHUP):
        process.send_signal(number)
    time.sleep(0.5)
    assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGTERM)
    stopped(process, signal.SIGTERM)


def case_processor_time():
    """A limit of batch systems, which warns again every second."""
    def limited():
        resource.setrlimit(resource.RLIMIT_CPU, (2, 60))

    process = start(run_words("time.h5", "--threads", "1"), preexec_fn=limited)
    stopped(process, signal.SIGXCPU)
    assert os.path.exists("time.h5.checkpoint")


def case_closed_pipe():
    """Nobody reads the progress, or the list: no reason to stop."""
    words = [program, "run", DIGITS, "--out", "pipe.h5", *SMALL, "--set", "run.epochs=20", "--progress", "bar"]
    reader, writer = os.pipe()
    process = subprocess.Popen(words, stdout=writer, stderr=writer)
    os.close(writer)
    os.read(reader, 1)
    os.close(reader)
    assert process.wait(timeout=100) == 0
    assert ending("pipe.h5") == "done"
    reader, writer = os.pipe()
    os.close(reader)
    for words in (["list", "models"], ["describe", "self_assembly"], ["analyse", "pipe.h5"], ["report", "pipe.h5"],
                  ["export", "pipe.h5"]):
        done = subprocess.run([program, *words], stdout=writer, stderr=subprocess.PIPE, text=True)
        assert (done.returncode, done.stderr) == (0, ""), (words, done)
    os.close(writer)
    with open("/dev/full", "w") as full:
        done = subprocess.run([program, "list", "models"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1 and "standard output" in done.stderr, done


def case_other_commands():
    """analyse, report and export: all or nothing, at whatever moment it comes."""
    subprocess.run([program, "run", DIGITS, "--out", "seen.h5", *SMALL, "--set", "run.epochs=3", "--set", "record.weights=1 samples",
                    "--progress", "none"], check=True, stdout=subprocess.DEVNULL)
    os.mkdir("out")
    ended = set()
    for words in (["analyse", "seen.h5", "--evolution", "--out", "out/a.h5"], ["report", "seen.h5", "--out", "out/r.html"],
                  ["export", "seen.h5", "--group", "/weights", "--out", "out/csv"]):
        done = subprocess.run([program, *words], capture_output=True, text=True)
        assert done.returncode == 0, done
        whole = {str(path.relative_to("out")) for path in pathlib.Path("out").rglob("*") if path.is_file()}
        subprocess.run(["rm", "-r", "out"], check=True)
        os.mkdir("out")
        for k in range(8):
            process = start(words)
            time.sleep(0.02 * k * k)
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)
            assert process.returncode in (0, 143, -15), process.communicate()
            ended.add(process.returncode)
            files = {str(path.relative_to("out")) for path in pathlib.Path("out").rglob("*") if path.is_file()}
            # All or nothing; all, too, if the signal came between the last name and the end of the program.
            assert files == whole or (files == set() and process.returncode != 0), (words, k, files, process.returncode)
            subprocess.run(["rm", "-r", "out"], check=True)
            os.mkdir("out")
    assert 143 in ended


def case_sweep():
    """Its runs are asked to stop, once, and save; the same command goes on."""
    pathlib.Path("s.toml").write_text(f"""[sweep]
experiment = "{DIGITS}"
[set]
run.epochs = 100000
run.baselines = []
circuit.hidden = [20, 15]
self_assembly.development = 0
record.spectra = "never"
checkpoint.every = "0.02 s"
[grid]
run.seed = [1, 2]
""")
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGUSR1):
        folder = pathlib.Path(f"s{number}")
        process = start(["sweep", "s.toml", "-j", "2", "--out", str(folder)])
        end = time.monotonic() + 60
        while len(list(folder.glob("runs/*.h5.checkpoint"))) < 2 and time.monotonic() < end:
            time.sleep(0.005)
        process.send_signal(number)
        time.sleep(0.005)
        process.send_signal(number)
        message = stopped(process, number)
        assert "0 failed" in message and "the same command goes on" in message, message
        files = list(folder.glob("runs/*.h5"))
        assert len(files) == 2, files
        for file in files:
            assert ending(file).startswith(f"interrupted by signal {number} after "), (file, ending(file))


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        globals()["case_" + sys.argv[3]]()


if __name__ == "__main__":
    main()
