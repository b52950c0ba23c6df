#!/usr/bin/env python3
"""Of an installed wheel: runs the digits, opens the result, draws the picture, and looks which libraries that took.

They must come with the environment, but for those that the smallest Debian 12 has.
"""
import re
import sys
import tempfile

import apical
import matplotlib.pyplot as plt

SYSTEM = {"libc", "libm", "libdl", "libpthread", "librt", "libutil", "libstdc++", "libgcc_s", "ld-linux-x86", "libz", "libexpat",
          "libcrypto", "libssl", "libbz2", "liblzma", "libuuid", "libffi", "libsqlite3", "libnss_files", "libresolv"}

with tempfile.TemporaryDirectory() as folder:
    experiment = {"run": {"lanes": 16, "epochs": 3}, "task": {"dataset": "digits"}, "record": {"metrics": "1 epoch"},
                  "circuit": {"model": "self_assembly", "hidden": [50]}, "self_assembly": {"motif": "dense", "signs": "free"}}
    run = apical.run(experiment, f"{folder}/digits.h5")
    accuracy = 100 * run["metrics/test_accuracy"]
    accuracy.plot()
    plt.savefig(f"{folder}/digits.png")
    print(f"apical {apical.__version__}: {float(accuracy[-1]):.1f} % of the digits")
    assert float(accuracy[-1]) > 80
    run.close()

with open("/proc/self/maps", encoding="utf-8") as maps:
    libraries = {line.split(None, 5)[5].strip() for line in maps if ".so" in line}
strangers = sorted(path for path in libraries
                   if not path.startswith(sys.prefix) and "/lib-dynload/" not in path and "/libpython" not in path
                   and re.match(r"[\w+-]+?(?=(-\d+(\.\d+)*)?\.so)", path.rsplit("/", 1)[1])[0] not in SYSTEM)
if strangers:
    sys.exit("libraries of the system that a bare one lacks: " + ", ".join(strangers))
