#!/usr/bin/env python3
"""Checks that the folders depend on each other one way only, and a few rules of the house.

    .ci/structure.py              checks the tree
    .ci/structure.py --self-test  checks the checks, on a small tree with one mistake of every kind
"""
import pathlib
import re
import subprocess
import sys
import tempfile

# The rooms of the engine, from the ground up: what computes, and stands without a file or an experiment ...
GROUND = {"sim/core", "sim/circuit"}
LIBRARY = GROUND | {"sim/kernels", "sim/steppers", "sim/parallel", "sim/state", "sim/synapses", "sim/network", "sim/dynamics", "sim/protocol"}
# ... and what runs experiments with it.
ENGINE = LIBRARY | {"sim/hdf5", "sim/record", "sim/experiment"}

# Folder -> folders whose headers it may include, besides its own.
MAY_INCLUDE = {
    "sim/core": set(),
    "sim/hdf5": {"sim/core"},
    "sim/record": {"sim/core", "sim/hdf5"},
    "sim/circuit": {"sim/core"},
    "sim/equations": GROUND,
    "sim/kernels": {"sim/core", "sim/circuit"},
    "sim/steppers": GROUND,
    "sim/parallel": GROUND,
    "sim/synapses": GROUND | {"sim/kernels", "sim/parallel"},
    "sim/state": GROUND,
    "sim/network": GROUND | {"sim/steppers", "sim/parallel", "sim/state", "sim/synapses"},
    "sim/dynamics": GROUND | {"sim/steppers", "sim/parallel", "sim/state", "sim/synapses", "sim/network"},
    "sim/protocol": LIBRARY,
    "sim/experiment": ENGINE,
    "sim/sweep": ENGINE,
    "sim/app": ENGINE | {"sim/equations", "sim/sweep"},
    # What a catalogue is filled with; and the program, which alone knows all of it.
    "models": GROUND | {"sim/equations", "sim/hdf5"},
    "analysis": ENGINE | {"models"},
    "data": {"sim/core", "sim/hdf5"},
    "program": ENGINE | {"sim/app", "models", "analysis", "data"},
    # The module of the Python package, which calls what the program calls.
    "python": ENGINE | {"sim/sweep", "sim/app", "program"},
    "tests": ENGINE | {"sim/equations", "sim/sweep", "sim/app", "models", "analysis", "data", "program"},
    # Projects outside of the tree: what is installed, in angle brackets.
    "examples": set(),
}

# Headers, mostly of libraries -> the only places that may see them.
CONFINED = {
    r"(hdf5|H5\w*)\.h|hdf5_hl\.h": ("sim/hdf5/",),
    r"boost/crc\.hpp": ("sim/core/",),
    r"boost/uuid/.*": ("sim/sweep/",),
    r"boost/random/.*": ("sim/sweep/",),
    r"boost/(?!crc\.hpp|uuid/|random/).*": ("sim/steppers/", "tests/numeric/"),
    r"toml\+\+/.*|toml\.hpp": ("sim/core/toml_parser.hpp",),
    r"sim/core/toml_parser\.hpp": ("sim/core/document.cpp",),
    r"CLI/.*": ("sim/app/",),
    r"catch2/.*": ("tests/support/",),
    r"benchmark/.*": ("tests/bench/",),
    r"Random123/.*": ("sim/core/",),
    r"xxhash\.h": ("sim/core/",),
    r"zlib\.h": ("data/", "sim/hdf5/", "tests/unit/data/"),
    r"nanobind/.*": ("python/binding/",),
    r"matio\.h": ("data/readers/", "tests/unit/data/"),
}

# What must say the version of CMakeLists.txt, and how it does.
VERSIONS = {"CMakeLists.txt": r"project\(apical VERSION ([\d.]+)", "CITATION.cff": r"(?m)^version: ([\d.]+)",
            "debian/changelog": r"apical \(([\d.]+)\)"}

VAGUE = {"util", "utils", "common", "misc", "helper", "helpers"}
UNFINISHED = re.compile(r"\b(TO[D]O|FIX[M]E|XX[X])\b")  # the brackets keep this line from finding itself
CODE = {".cpp", ".hpp", ".py", ".m", ".jl", ".cmake", ".txt"}
LONGEST = 400
# File -> why it is longer than that.
LONG = {}


def folder_of(path):
    """The key of MAY_INCLUDE that owns a path; None if none does."""
    return next((f for f in MAY_INCLUDE if path.startswith(f + "/")), None)


def wrong_includes(path, text):
    here = folder_of(path)
    if here is None:
        yield f"{path}: C++ outside the folders listed in .ci/structure.py"
        return
    for number, line in enumerate(text.splitlines(), 1):
        found = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if not found:
            continue
        where, name = f"{path}:{number}", found[2]
        for pattern, places in CONFINED.items():
            if re.fullmatch(pattern, name) and not path.startswith(places):
                yield f"{where}: {name} belongs in {' '.join(places)} only"
        if found[1] == '"':
            there = folder_of(name)
            if there is None:
                yield f'{where}: "{name}" does not start at the top of the project'
            elif there != here and there not in MAY_INCLUDE[here]:
                yield f"{where}: {here} must not depend on {there}"


def mistakes(root, paths):
    for path in paths:
        name = pathlib.PurePosixPath(path)
        if VAGUE & {*name.parts[:-1], name.stem}:
            yield f"{path}: the name says nothing about what is inside"
        try:
            text = (root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # data
        if name.suffix in {".cpp", ".hpp"}:
            yield from wrong_includes(path, text)
        if name.name == "CMakeLists.txt" or name.suffix == ".cmake":
            if re.search(r"\bfile\s*\(\s*GLOB|aux_source_directory", text, re.IGNORECASE):
                yield f"{path}: lists files by a glob, so that a new one is missed or a stray one compiled"
        for found in UNFINISHED.finditer(text):
            yield f"{path}:{text.count(chr(10), 0, found.start()) + 1}: {found[0]}"
        lines = text.count("\n")
        if name.suffix in CODE and lines > LONGEST and path not in LONG:
            yield f"{path}: {lines} lines; divide it, or give the reason in LONG of .ci/structure.py"
    for path in LONG.keys() - {p for p in paths if (root / p).read_bytes().count(b"\n") > LONGEST}:
        yield f"{path}: no longer long, take it out of LONG"


def versions(root):
    """Files that say another version than the first."""
    said = {path: re.search(pattern, (root / path).read_text(encoding="utf-8")) for path, pattern in VERSIONS.items()}
    said = {path: found and found[1] for path, found in said.items()}
    return [f"{path}: version {version}, and {said['CMakeLists.txt']} in CMakeLists.txt" for path, version in said.items()
            if version is None or version != said["CMakeLists.txt"]]


def tracked(root):
    # A checkout that belongs to somebody else (a mounted folder) is refused by git without the option. Files not yet
    # added count too, so that the check can run before a commit.
    command = ["git", "-c", f"safe.directory={root}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    return sorted({path for path in listed.split("\0") if path and (root / path).is_file()})


def self_test():
    bad = {
        "sim/core/a.hpp": '#include "models/registry.hpp"\n',
        "sim/record/a.cpp": '#include <vector>\n  # include "sim/dynamics/simulation.hpp"\n',
        "data/a.cpp": '#include "sim/circuit/circuit.hpp"\n',
        "models/a.cpp": "#include <hdf5.h>\n",
        "sim/experiment/a.cpp": "#include <boost/numeric/odeint.hpp>\n",
        "sim/core/b.cpp": "#include <toml++/toml.h>\n",
        "sim/core/c.cpp": '#include "sim/core/toml_parser.hpp"\n',
        "tests/a.cpp": "#include <catch2/catch.hpp>\n",
        "sim/protocol/a.cpp": '#include "b.hpp"\n',
        "sim/strange/a.cpp": "\n",
        "sim/utils/a.txt": "\n",
        "cmake/a.cmake": "file( GLOB sources *.cpp)\n",
        "models/b.cpp": "// TO" "DO later\n",
        "models/c.py": "\n" * 401,
    }
    good = {
        "sim/core/document.cpp": '#include "sim/core/toml_parser.hpp"\n#include "sim/core/document.hpp"\n',
        "sim/experiment/b.cpp": '#include "sim/hdf5/file.hpp"\n',
        "tests/unit/b.cpp": '#include "tests/support/catch.hpp"\n#include "models/registry.hpp"\n',
        "data/b.csv": "1\n" * 1000,
    }
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for path, text in (bad | good).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        found = [message.split(":")[0] for message in mistakes(root, sorted(bad | good))]
        for path, text in zip(VERSIONS, ("project(apical VERSION 1.2.3", "version: 1.2.3", "apical (1.2.4)")):
            (root / path).parent.mkdir(exist_ok=True)
            (root / path).write_text(text)
        assert [message.split(":")[0] for message in versions(root)] == ["debian/changelog"]
    assert found == sorted(bad), f"found {found}, expected {sorted(bad)}"


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        return 0
    root = pathlib.Path(__file__).resolve().parent.parent
    paths = tracked(root)
    found = list(mistakes(root, paths)) + versions(root)
    print("\n".join(found) or f"{len(paths)} files, no mistake in their structure")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
