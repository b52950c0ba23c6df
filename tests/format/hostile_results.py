#!/usr/bin/env python3
"""Results files made to do harm are refused by every command, soon, with little memory, and nothing is written.

    hostile_results.py APICAL EXPERIMENT [sanitized]    with the sanitizers: slower, with memory of their own
"""
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

program, experiment = sys.argv[1:3]
SECRET = b"SECRET OF ANOTHER FILE. " * 100
MOST_SECONDS, MOST_MEMORY = 5, 200 << 20  # the machine may be busy; a second on one that is not
RUN = ["run", experiment, "--progress", "none", "--force"]
HELD = {"seconds": 0, "memory": 0}
if "sanitized" in sys.argv[3:]:
    MOST_SECONDS, MOST_MEMORY = 5 * MOST_SECONDS, 5 * MOST_MEMORY
    os.environ["ASAN_OPTIONS"] = "detect_leaks=0"  # the HDF5 library does not free everything when it gives up


def replace(file, path, make):
    del file[path]
    make(file)


def external_storage(file):
    replace(file, "metrics/loss", lambda f: f.create_dataset("metrics/loss", (21,), "u1", external=[("secret.bin", 0, 21)]))


def external_link(file):
    replace(file, "metrics/loss", lambda f: f["metrics"].__setitem__("loss", h5py.ExternalLink("other.h5", "/x")))


def external_group(file):
    file["more"] = h5py.ExternalLink("other.h5", "/")


def soft_link_out(file):
    external_group(file)
    file["soft"] = h5py.SoftLink("/more/x")
    file.move("more", "zzz")


def virtual(file):
    layout = h5py.VirtualLayout((21,), "u1")
    layout[:] = h5py.VirtualSource("other.h5", "x", (21,))
    replace(file, "metrics/loss", lambda f: f.create_virtual_dataset("metrics/loss", layout))


def dangling(file):
    file["metrics/nothing"] = h5py.SoftLink("/nowhere")


def holds_itself(file):
    file["metrics/again"] = file["metrics"]


def circle(file):
    a, b = file.create_group("a"), file.create_group("b")
    a["b"], b["a"] = b, a


def many_ways(file):  # 2^60 of them to the last group
    group = file.create_group("ways")
    for _ in range(60):
        inner = group.create_group("left")
        group["right"] = inner
        group = inner


def nested(file):
    group = file
    for _ in range(8000):
        group = group.create_group("g")


def long_name(file):
    file.create_group("n" * 5000)


def filtered(file):
    file.create_dataset("final/odd", data=np.arange(100.0).reshape(10, 10), chunks=(10, 10), compression="lzf")


def scaled(file):
    file.create_dataset("final/odd", data=np.arange(100).reshape(10, 10), chunks=(10, 10), scaleoffset=7)


def own_type(file):
    file["kind"] = np.dtype("f8")


def huge(file):
    rows = file.create_dataset("more/time", (1 << 50,), "f8", chunks=(1024,), maxshape=(None,))
    rows[:1024] = 0


def huge_matrix(file):
    file.create_dataset("final/W9", (1 << 25, 1 << 25), "f4", chunks=(64, 64), compression="gzip")


def huge_text(file):
    file.attrs.create("note", b"", dtype="S60000")
    file.create_dataset("more/text", (), "S2000000000")


HOSTILE = {external_storage: "outside of this file", external_link: "outside of this file",
           external_group: "outside of this file", soft_link_out: "", virtual: "outside of this file", dangling: "nothing",
           holds_itself: "two places", circle: "two places", many_ways: "two places", nested: "too deep", long_name: "5000",
           filtered: "filter 32000", scaled: "filter 6", own_type: "type", huge: "elements", huge_matrix: "elements",
           huge_text: ""}


def contents():
    return {path: path.read_bytes() for path in pathlib.Path(".").rglob("*") if path.is_file()}


def start(words, environment=None):
    """Status, and what was printed."""
    begin = time.monotonic()
    with open("../printed", "wb") as printed:
        process = subprocess.Popen([program, *words], stdout=printed, stderr=printed, env=environment)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    HELD["seconds"] = max(HELD["seconds"], time.monotonic() - begin)
    HELD["memory"] = max(HELD["memory"], used.ru_maxrss << 10)
    return process.returncode, pathlib.Path("../printed").read_bytes()


def must_refuse(words, reason, environment=None):
    before = contents()
    status, printed = start(words, environment)
    assert status == 2 and printed.count(b"\n") == 1, f"{words}: status {status}, {printed[:2000]}"
    assert reason in printed.decode(), f"{words}: {printed}"
    assert contents() == before, f"{words}: wrote {contents().keys() ^ before.keys()}"
    assert SECRET[:10] not in printed


def check_commands():
    for make, reason in HOSTILE.items():
        shutil.copy("run.h5", "bad.h5")
        with h5py.File("bad.h5", "a") as file:
            make(file)
        for words in (["report", "bad.h5"], ["export", "bad.h5"], ["export", "bad.h5", "--group", "/final"],
                      ["analyse", "bad.h5"], ["analyse", "bad.h5", "--out", "a.h5"], ["analyse", "bad.h5", "--evolution"],
                      [*RUN, "--out", "new.h5", "--set", "init.file=bad.h5", "--set", "init.group=/final"]):
            must_refuse(words, reason)
        shutil.copy("bad.h5", "half.h5")
        must_refuse(["resume", "half.h5.checkpoint"], reason)
    assert HELD["seconds"] < MOST_SECONDS and HELD["memory"] < MOST_MEMORY, HELD


def check_expansion():
    """Compressed a thousandfold: read in pieces, or refused."""
    shutil.copy("run.h5", "bad.h5")
    with h5py.File("bad.h5", "a") as file:
        file.create_dataset("final/W9", (16384, 16384), "f4", chunks=(1024, 16384), compression="gzip")
        file["final/W9"][:] = np.zeros((16384, 16384), "f4")
    for words in (["report", "bad.h5"], ["analyse", "bad.h5"]):
        must_refuse(words, "/final/W9")
    assert HELD["memory"] < MOST_MEMORY, HELD


def check_plugins():
    """A filter plug-in of the environment is not even loaded."""
    code = '#include <stdio.h>\n__attribute__((constructor)) static void loaded(void) { fclose(fopen("LOADED", "w")); }\n' \
           "int H5PLget_plugin_type(void) { return 0; }\nconst void* H5PLget_plugin_info(void) { return 0; }\n"
    pathlib.Path("../plugins").mkdir()
    subprocess.run(["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", "../plugins/libodd.so"], input=code.encode(), check=True)
    shutil.copy("run.h5", "bad.h5")
    with h5py.File("bad.h5", "a") as file:
        filtered(file)
    for words in (["report", "bad.h5"], ["analyse", "bad.h5"],
                  [*RUN, "--out", "n.h5", "--set", "task={dataset='hdf5',file='bad.h5',inputs='/final/odd',outputs='/final/b1'}"]):
        must_refuse(words, "filter 32000", {**os.environ, "HDF5_PLUGIN_PATH": os.path.abspath("../plugins")})


def check_data():
    """Data sets and noise: what is asked for is looked at, other contents of a user's file may be what they are."""
    with h5py.File("data.h5", "w") as file:
        file["x"], file["y"] = np.random.default_rng(1).random((40, 3)), np.arange(40) % 2
        file["soft"] = h5py.SoftLink("/x")
        file["out"] = h5py.ExternalLink("other.h5", "/x")
        file["soft_out"] = h5py.SoftLink("/out")
        file["round"] = h5py.SoftLink("/round")
        file.create_dataset("stored", (40, 3), "u1", external=[("secret.bin", 0, 120)])
        layout = h5py.VirtualLayout((40, 3), "f8")
        layout[:] = h5py.VirtualSource("data.h5", "x", (40, 3))
        file.create_virtual_dataset("virtual", layout)
        file.create_dataset("lzf", data=file["x"][:], compression="lzf")
        file.create_dataset("huge", (1 << 40, 3), "f8", chunks=(64, 3))
        file["itself"] = file["/"]
        file["compound"] = np.zeros(40, [("a", "f4"), ("b", "i4")])
        file["opaque"] = np.zeros(40, "V8")
        file["big_endian"] = file["x"][:].astype(">f8")
    words = [*RUN, "--out", "new.h5", "--set", "run.epochs=2"]
    task = "task={{dataset='hdf5',file='data.h5',inputs='{}',outputs='y',test_fraction=0.2}}"
    for good in ("x", "soft", "big_endian", "itself/itself/x"):
        status, printed = start([*words, "--set", task.format(good)])
        assert status == 0, printed
    for name, reason in (("out", "outside"), ("soft_out", "outside"), ("round", "circle"), ("stored", "outside"),
                         ("virtual", "outside"), ("lzf", "filter 32000"), ("huge", "huge"), ("compound", "compound"),
                         ("opaque", "opaque")):
        must_refuse([*words, "--set", task.format(name)], reason)
    with h5py.File("noise.h5", "w") as file:
        file.create_dataset("stored", (40, 3), "u1", external=[("secret.bin", 0, 120)])
    series = [*words, "--set", "run.mode=continuous", "--set",
              "noise.odd={into=['up1.basal'],kind='file',file='noise.h5',dataset='stored'}"]
    must_refuse(series, "outside of this file")


def check_annotated():
    """What people add to a file of results stays there and does no harm."""
    shutil.copy("run.h5", "notes.h5")
    with h5py.File("notes.h5", "a") as file:
        file.attrs["note"] = "a text of variable length"
        file["metrics"].attrs["who"] = [1, 2, 3]
        file["short"] = h5py.SoftLink("/metrics/loss")
        file["round"] = h5py.SoftLink("/")
    for words in (["report", "notes.h5"], ["export", "notes.h5"], ["analyse", "notes.h5"]):
        status, printed = start(words)
        assert status == 0, printed
    with h5py.File("notes.h5") as file:
        assert file.attrs["note"] == "a text of variable length" and list(file["metrics"].attrs["who"]) == [1, 2, 3]
        assert file.get("short", getlink=True).path == "/metrics/loss"


def check_escapes():
    """Names are shown, not obeyed; a cell is no formula."""
    odd = "\x1b[31mred\x9b2J\u202e"
    shutil.copy("run.h5", "odd.h5")
    with h5py.File("odd.h5", "a") as file:
        file.copy("metrics", odd)
        group = file["metrics"]
        group.move("loss", "=1+1")
        group.move("test_accuracy" if "test_accuracy" in group else "train_accuracy", "@sum")
        file["final"].move("W1", "W1" + odd)
        file["provenance"].attrs["start"] = np.bytes_(b"<script>\x1b[31m")
    for words in (["report", "odd.h5"], ["export", "odd.h5"], ["analyse", "odd.h5"], ["report", "no\x1b[31m.h5"],
                  ["export", "odd.h5", "--group", odd, "--out", "o"], ["export", "odd.h5", "--group", "\x1b[2J"], ["\x1b[2J"]):
        status, printed = start(words)
        assert status in (0, 2), printed
        text = printed.decode()
        assert not [c for c in text if (c < " " and c not in "\n\t") or "\x7f" <= c <= "\x9f" or c == "\u202e"], printed
    page = pathlib.Path("odd.html").read_text()
    assert "<script>" not in page and "\x1b" not in page
    head = pathlib.Path("odd/metrics.csv").read_text().split("\n")[0]
    assert "\"'=1+1" in head and "\"'@sum" in head and ",=" not in head, head


def main():
    with tempfile.TemporaryDirectory() as outer:
        os.mkdir(outer + "/work")
        os.chdir(outer + "/work")
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        pathlib.Path("secret.bin").write_bytes(SECRET)
        with h5py.File("other.h5", "w") as file:
            file["x"] = np.frombuffer(SECRET, "u1")
        subprocess.run([program, *RUN, "--out", "run.h5", "--set", "run.epochs=200"], check=True, stdout=subprocess.DEVNULL)
        half = [*RUN, "--out", "half.h5", "--set", "run.epochs=200", "--set", "checkpoint.keep=true"]
        subprocess.run([program, *half], check=True, stdout=subprocess.DEVNULL)
        for check in (check_commands, check_expansion, check_plugins, check_data, check_annotated, check_escapes):
            check()
            print(f"{check.__name__}: at most {HELD['seconds']:.2f} s, {HELD['memory'] >> 20} MiB")


main()
