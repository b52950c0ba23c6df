#!/usr/bin/env python3
"""Who may replace what: no output takes the place of an input, of a file of others, or of anything before it is whole.

    outputs.py APICAL SOURCE CASE    CASE is one of the functions below whose name begins with `case_`
"""
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

program, source = sys.argv[1], pathlib.Path(sys.argv[2])
EXPERIMENT = """[run]
lanes = 4
epochs = 3
baselines = []
[task]
dataset = "csv"
file = "data.csv"
[circuit]
model = "self_assembly"
hidden = [6]
[self_assembly]
development = 0
[trace.up]
population = "up1"
column = "soma"
"""
QUIET = ["--progress", "none"]
NOBODY = 65534


def apical(*arguments, status=0, **more):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=100, **more)
    assert done.returncode == status, f"status {done.returncode} of {arguments}: {done.stdout}{done.stderr}"
    return done


def run(*arguments, **more):
    return apical("run", "e.toml", *QUIET, *arguments, **more)


def write(name, text):
    pathlib.Path(name).write_text(text)


def state():
    """Names, links and contents of all that is here."""
    return {str(path): os.readlink(path) if path.is_symlink() else path.is_file() and path.read_bytes()
            for path in pathlib.Path(".").rglob("*")}


def refused(words, *arguments, **more):
    before = state()
    done = apical(*arguments, status=2, **more)
    for word in words:
        assert word in done.stderr, f"without {word}: {arguments}: {done.stderr}"
    assert state() == before, f"{arguments} wrote something"


def under_other_names(name):
    """Ways to say a file, made in the folder."""
    os.link(name, "hard.link")
    os.symlink(name, "soft.link")
    os.symlink("soft.link", "softer.link")
    os.makedirs("below", exist_ok=True)
    yield from (name, f"./{name}", f"below/../{name}", os.path.abspath(name), "hard.link", "soft.link", "softer.link")
    for link in ("hard.link", "soft.link", "softer.link"):
        os.remove(link)


def limited(size):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    return limit


def case_inputs_of_a_run():
    run("--out", "old.h5")
    with h5py.File("noise.h5", "w") as file:
        file["noise"] = np.zeros((1000, 6))
    for name in under_other_names("data.csv"):
        refused(["--out: found " + name, "task.file"], "run", "e.toml", "--out", name, "--force")
        refused(["--out", "task.file"], "run", "e.toml", "--out", name)  # nothing invites to --force
        refused(["checkpoint.file", "task.file"], "run", "e.toml", "--set", f"checkpoint.file={name}", "--force")
    for name in under_other_names("e.toml"):
        refused(["--out", "the experiment"], "run", "e.toml", "--out", name, "--force")
        refused(["checkpoint.file"], "run", "e.toml", "--set", f"checkpoint.file={name}", "--force")
    for name in under_other_names("old.h5"):
        refused(["init.file"], "run", "e.toml", "--set", "init.file=old.h5", "--out", name, "--force")
    in_time = ["--set", "run.mode=continuous", "--set", "run.presentation='1 ms'",
               "--set", "noise.x={kind='file', file='noise.h5', into='up1.soma'}"]
    for name in under_other_names("noise.h5"):
        refused(["noise.x.file"], "run", "e.toml", *in_time, "--out", name, "--force")
    # The name that is taken where none is given.
    shutil.copy("e.toml", "e.h5")
    refused(["the experiment"], "run", "e.h5", "--force")
    # A published set, whose files no key names.
    os.makedirs("sets/digits")
    shutil.copy(source / "data/digits/digits.csv.gz", "sets/digits")
    refused(["task.dataset"], "run", str(source / "models/self_assembly/digits_topographic.toml"), "--out",
            "sets/digits/digits.csv.gz", "--force", env={**os.environ, "APICAL_DATA": "sets"})


def case_two_outputs_in_one():
    for out, checkpoint in (("x", "x"), ("x", "./x"), ("below/../x", "x"), ("x", os.path.abspath("x"))):
        os.makedirs("below", exist_ok=True)
        refused(["checkpoint.file", "the results file"], "run", "e.toml", "--out", out, "--set",
                f"checkpoint.file={checkpoint}")
    os.symlink("x", "link")  # to what is not there yet
    refused(["checkpoint.file"], "run", "e.toml", "--out", "x", "--set", "checkpoint.file=link")


def case_inputs_of_other_commands():
    run("--out", "run.h5")
    for name in under_other_names("run.h5"):
        refused(["--out", "leave --out away"], "analyse", "run.h5", "--out", name, "--force")
        refused(["--out", "leave --out away"], "analyse", "run.h5", "--out", name)
        refused(["--out", "leave --out away"], "analyse", "run.h5", "--out", name, "--evolution", "--force")
        refused(["--out", "the file that is read"], "report", "run.h5", "--out", name, "--force")
    # Names that are taken where none is given.
    shutil.copy("run.h5", "page.html")
    refused(["the file that is read"], "report", "page.html", "--force")
    os.makedirs("csv")
    shutil.copy("run.h5", "csv/metrics.csv")
    refused(["the file that is read"], "export", "csv/metrics.csv", "--out", "csv", "--force")


def case_files_of_others():
    write("victim.txt", "precious")
    commands = {"p.h5": ["run", "e.toml", *QUIET, "--out", "p.h5", "--set", "checkpoint.keep=true"],
                "p.html": ["report", "p.h5"], "a.h5": ["analyse", "p.h5", "--out", "a.h5"],
                "csv/metrics.csv": ["export", "p.h5", "--out", "csv"]}
    os.makedirs("csv")
    names = [*commands, "p.h5.checkpoint"]
    for k, name in enumerate(names):
        if k % 2 == 0:
            write(name + ".part", "precious")
        else:
            os.symlink(os.path.abspath("victim.txt"), name + ".part")
    for arguments in commands.values():
        apical(*arguments)
    apical("analyse", "p.h5")  # in its place
    for name in names:
        assert pathlib.Path(name + ".part").read_text() == "precious", name
        assert not pathlib.Path(name).is_symlink()
    assert sorted(str(path) for path in pathlib.Path(".").rglob("*.part")) == sorted(name + ".part" for name in names)
    refused(["--force"], *commands["p.html"])
    refused(["--force"], *commands["a.h5"])
    refused(["--force"], *commands["csv/metrics.csv"])


def case_links():
    """What a link leads to is written; the link stays, and nothing else is beside it."""
    os.makedirs("scratch")
    os.makedirs("home/csv")
    home = pathlib.Path("home")
    for name in ("run.h5", "run.h5.checkpoint", "run.html", "own.h5", "csv/metrics.csv"):
        os.symlink(os.path.abspath("scratch/" + os.path.basename(name)), home / name)
    before = {path for path in home.rglob("*")}
    run("--out", "home/run.h5", "--set", "checkpoint.keep=true")
    apical("report", "home/run.h5")
    apical("analyse", "home/run.h5")
    apical("analyse", "home/run.h5", "--out", "home/own.h5")
    apical("export", "home/run.h5", "--group", "/metrics", "--out", "home/csv")
    assert {path for path in home.rglob("*")} == before
    assert all(path.is_symlink() for path in before - {home / "csv"})
    assert sorted(os.listdir("scratch")) == ["metrics.csv", "own.h5", "run.h5", "run.h5.checkpoint", "run.html"]
    apical("resume", "home/run.h5.checkpoint", *QUIET, "--set", "run.epochs=5")
    run("--out", "home/run.h5", "--force")  # at its end the checkpoint goes
    assert {path for path in home.rglob("*")} == before
    assert sorted(os.listdir("scratch")) == ["metrics.csv", "own.h5", "run.h5", "run.html"]


def case_all_or_nothing():
    """Where the disk is full, what was there before is there after, and nothing else."""
    run("--out", "run.h5", "--set", "record.weights=1 epoch", "--set", "run.epochs=200")
    apical("analyse", "run.h5")
    apical("report", "run.h5")
    apical("export", "run.h5")
    for size in (0, 100, 3000, 20000):
        for arguments in (["analyse", "run.h5", "--force"], ["analyse", "run.h5", "--evolution", "--force"],
                          ["analyse", "run.h5", "--out", "new.h5"], ["report", "run.h5", "--force"],
                          ["report", "run.h5", "--out", "new.html"], ["export", "run.h5", "--force"],
                          ["export", "run.h5", "--out", "new/csv"]):
            before = state()
            done = subprocess.run([program, *arguments], capture_output=True, text=True, preexec_fn=limited(size))
            if done.returncode == 0:  # small enough
                for new in ("new.h5", "new.html"):
                    pathlib.Path(new).unlink(missing_ok=True)
                shutil.rmtree("new", ignore_errors=True)
                continue
            shutil.rmtree("new", ignore_errors=True)
            assert done.returncode == 1 and "File too large" in done.stderr, done.stderr
            assert state() == before, f"{arguments} at {size} bytes left something"
    before = state()
    done = run("--out", "run.h5", "--force", status=1, preexec_fn=limited(1000))
    assert state() == before and "File too large" in done.stderr, done.stderr


def case_killed():
    """Whatever a kill leaves, the next one goes its way."""
    slow = ["--set", "run.epochs=1000000", "--set", "checkpoint.every='0 s'", "--out", "k.h5"]
    for delay in (0.05, 0.1, 0.2, 0.3, 0.5, 0.5):
        with subprocess.Popen([program, "run", "e.toml", *QUIET, *slow, "--force"]) as process:
            try:
                process.wait(delay)
            except subprocess.TimeoutExpired:
                while delay == 0.5 and not os.path.exists("k.h5.checkpoint"):  # however busy the machine is
                    time.sleep(0.05)
                process.kill()
        with_results = os.path.exists("k.h5")
        assert with_results or delay < 0.5
        if with_results:
            h5py.File("k.h5").close()
    apical("resume", "k.h5.checkpoint", *QUIET, "--set", "run.epochs=1000001", "--set", "checkpoint.every=1000 h",
           status=-signal.SIGKILL, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (1, 1)))
    run("--out", "k.h5", "--force")
    left = [name for name in os.listdir() if name.startswith("k.h5")]
    assert all(name == "k.h5" or name.endswith(".part") for name in left), left


def case_folders_one_may_not_use():
    """Status 2, as for every place that cannot be written to; a folder that can be written to but not read is fine."""
    if os.getuid() != 0:
        return
    global program
    program = shutil.copy(program, os.path.abspath("apical"))  # another user may not see where it was built
    run("--out", "run.h5")
    os.chmod(".", 0o755)
    for name, mode in (("closed", 0o000), ("read_only", 0o555), ("blind", 0o333)):
        os.makedirs(name)
        os.chmod(name, mode)
    as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    for folder in ("closed", "read_only"):
        for arguments in (["run", "e.toml", "--out", f"{folder}/r.h5"],
                          ["run", "e.toml", "--out", "blind/r.h5", "--set", f"checkpoint.file={folder}/c"],
                          ["analyse", "run.h5", "--out", f"{folder}/a.h5"],
                          ["report", "run.h5", "--out", f"{folder}/r.html"], ["export", "run.h5", "--out", folder]):
            done = apical(*arguments, status=2, **as_nobody)
            assert "Permission denied" in done.stderr and done.stderr.count("\n") == 1, done.stderr
            assert not os.listdir(folder)
    apical("run", "e.toml", *QUIET, "--out", "blind/r.h5", "--set", "checkpoint.keep=true", **as_nobody)
    apical("report", "blind/r.h5", **as_nobody)
    assert sorted(os.listdir("blind")) == ["r.h5", "r.h5.checkpoint", "r.html"]


def case_open_elsewhere():
    run("--out", "run.h5")
    with h5py.File("run.h5", "r"):
        apical("analyse", "run.h5")  # readers are no hindrance
        run("--out", "run.h5", "--force")
    with h5py.File("run.h5", "r+"):
        for command in ("analyse", "report", "export"):
            refused(["run.h5", "another program has it open"], command, "run.h5")


def case_sweeps():
    sweep = ["sweep", "s.toml", *QUIET, "--out", "s"]
    write("s.toml", '[sweep]\nexperiment = "e.toml"\nseeds = [1, 2]\n')
    os.mkdir("s")
    for name in ("index.csv", "index.h5"):  # of somebody else
        write(f"s/{name}", "precious")
        refused([name, "a file without runs beside it"], *sweep)
        os.remove(f"s/{name}")
    apical(*sweep)
    # The index of a sweep as what another run of it would read.
    os.remove("s/index.csv")
    os.link("data.csv", "s/index.csv")
    write("s.toml", '[sweep]\nexperiment = "e.toml"\nseeds = [1, 2, 3]\n')
    refused(["--out: found s/index.csv, which task.file reads"], *sweep)
    os.remove("s/index.csv")
    os.symlink(os.path.abspath("s.toml"), "s/index.csv")
    refused(["--out: found s/index.csv, the sweep"], *sweep)


def case_which_is_the_checkpoint():
    run("--out", "c.h5", "--set", "checkpoint.keep=true")
    refused(["c.h5", "did you mean 'c.h5.checkpoint'"], "resume", "c.h5")
    os.remove("c.h5.checkpoint")
    for name in ("c.h5", "c.h5.checkpoint"):
        refused(["has come to its end", "checkpoint.keep"], "resume", name)
    refused(["d.h5.checkpoint", "No such file"], "resume", "d.h5.checkpoint")


def case_trace_called_time():
    """Refused by this version; what an older one wrote is exported."""
    run("--out", "run.h5")
    apical("export", "run.h5", "--out", "before")
    with h5py.File("run.h5", "r+") as file:
        file.move("trace/up", "trace/time")
    apical("export", "run.h5", "--out", "after")
    assert sorted(os.listdir("after")) == ["metrics.csv", "spectra.csv", "trace-time.csv"]
    assert pathlib.Path("after/trace-time.csv").read_bytes() == pathlib.Path("before/trace-up.csv").read_bytes()


def main():
    case = globals()["case_" + sys.argv[3]]
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        write("e.toml", EXPERIMENT)
        write("data.csv", "".join(f"{k % 3},{k % 5},{k % 2}\n" for k in range(40)))
        case()


main()
