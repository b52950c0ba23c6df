#!/usr/bin/env python3
"""Keeps pages such as README.md true: what they tell to run runs, what they quote is there, their numbers are measured.

    .ci/readme.py run PAGE RESULT.h5               runs the sh and python blocks of a page, in order
    .ci/readme.py package PAGE RESULT.h5 PYTHON    likewise, with what an interpreter runs that has the Python package
    .ci/readme.py tools PAGE                       what these blocks call is in the packages of a bare ./quickstart
    .ci/readme.py quotes PAGE                      compares excerpts with the files they come from
    .ci/readme.py numbers PAGE RESULT.h5 [--write] compares (or, with --write, replaces) numbers

Every sh or python block stands directly below one of
    <!-- run -->                    run it
    <!-- run elsewhere: why -->     not run here
    <!-- run with the package -->   python that needs the Python package: `package` runs it
and every toml or cpp block below
    <!-- from: FILE -->             each of its lines, comments apart, stands in FILE, in this order
    <!-- write: FILE -->            `run` and `package` write it there, for the blocks that follow
A number is written
    <!-- number: /metrics/test_accuracy[-1] percent within 1 -->97.2<!-- / -->
with a data set, an index, optionally `percent`, and the largest difference between machines that is no surprise.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYTHON = "/usr/bin/python3"  # where the page says that packages are
BLOCK = re.compile(r"^(?:<!--([^\n]*?)-->\n)?```(sh|python|toml|cpp)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"(<!-- number: (\S+?)\[([-\d, ]+)\]( percent)? within ([\d.e-]+) -->)([^<]*)(<!-- / -->)")


def blocks(text, languages):
    for found in BLOCK.finditer(text):
        if found[2] in languages:
            yield text.count("\n", 0, found.start()) + 1, (found[1] or "").strip(), found[2], found[3]


def run(page, text, result, package=None):
    """In a folder that looks like the project but has results of its own: nobody's file is overwritten or changed."""
    mistakes = []
    with tempfile.TemporaryDirectory() as folder:
        there = pathlib.Path(folder)
        for entry in ROOT.iterdir():
            if entry.name not in {"results", ".git"}:
                (there / entry.name).symlink_to(entry)
        (there / "results").mkdir()
        shutil.copy(result, there / "results" / "digits.h5")
        # As for somebody whose python3 is another one, without packages.
        (there / "bin").mkdir()
        for name in "python", "python3":
            (there / "bin" / name).write_text(f"#!/bin/sh\nexec {PYTHON} -I -S \"$@\"\n")
            (there / "bin" / name).chmod(0o755)
        environment = os.environ | {"PATH": f"{there / 'bin'}:/usr/bin:" + os.environ["PATH"], "MPLBACKEND": "agg"}
        for line, mark, language, body in blocks(text, {"sh", "python", "toml"}):
            if language == "toml":
                if mark.startswith("write: "):
                    (there / mark.removeprefix("write: ")).write_text(body, encoding="utf-8")
                continue
            with_package = language == "python" and mark == "run with the package"
            if re.fullmatch(r"run elsewhere: \S.*", mark) or with_package and not package:
                continue
            if mark != "run" and not with_package:
                mistakes.append(f"{page}:{line}: above the block stands neither 'run' nor 'run elsewhere: why'")
                continue
            if package and not with_package:
                continue
            command = ["bash", "-euo", "pipefail", "-c", body] if language == "sh" else [package or PYTHON, "-c", body]
            print(f"---- {page}:{line}\n{body}", end="", flush=True)
            status = subprocess.run(command, cwd=there, env=environment, stdin=subprocess.DEVNULL).returncode
            if status != 0:
                mistakes.append(f"{page}:{line}: the block ends with status {status}")
    return mistakes


def tools(page, text):
    """Commands and modules of the blocks that run, and who owns them: ./quickstart must install that by itself."""
    def output(*command):
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    listed = output(ROOT / "quickstart", "list", "run").split()
    installed = {*listed, *re.findall(r"[a-z0-9.+-]{2,}", output("dpkg-query", "-W", "-f", "${Depends}\n", *listed))}
    mistakes = []
    for line, mark, language, body in blocks(text, {"sh", "python"}):
        if mark != "run":
            continue
        if language == "sh":
            called = (command.split()[0] for command in body.splitlines() if command.strip())
            paths = [shutil.which(name, path="/usr/bin") for name in called if "/" not in name]
        else:
            names = re.findall(r"^import (\w+)|engine=\"(\w+)\"", body, re.MULTILINE)
            source = "import importlib.util, sys; print(importlib.util.find_spec(sys.argv[1]).origin)"
            paths = [output(PYTHON, "-c", source, a or b).strip() for a, b in names if a not in sys.stdlib_module_names]
        for path in paths:
            owner = output("dpkg-query", "-S", path).split(":")[0]
            if owner not in installed:
                mistakes.append(f"{page}:{line}: {path} is of {owner}, which ./quickstart does not install")
    return mistakes


def quotes(page, text):
    def plain(source):
        comment = r"(^|\s)//.*" if language == "cpp" else r"(^|\s)#.*"
        lines = (re.sub(r"\s+", " ", re.sub(comment, "", line)).strip() for line in source.splitlines())
        return [line for line in lines if line]

    mistakes = []
    for line, mark, language, body in blocks(text, {"toml", "cpp"}):
        if re.fullmatch(r"write: results/\S+", mark):
            continue
        found = re.fullmatch(r"from: (\S+)", mark)
        if not found or not (ROOT / found[1]).is_file():
            mistakes.append(f"{page}:{line}: no '<!-- from: FILE -->' of a file that exists above the block")
            continue
        rest = iter(plain((ROOT / found[1]).read_text(encoding="utf-8")))
        for quoted in plain(body):
            if quoted not in rest:  # consumes `rest`, so the order counts
                mistakes.append(f"{page}:{line}: '{quoted}' does not stand in {found[1]} (or not in this order)")
                break
    return mistakes


def numbers(page, text, result, write):
    import h5py  # not needed for the other two

    mistakes = []
    with h5py.File(result) as file:

        def measured(found):
            value = float(file[found[2]][tuple(int(i) for i in found[3].split(","))])
            return 100 * value if found[4] else value

        def compare(found):
            value, tolerance, written = measured(found), float(found[5]), found[6].strip()
            decimals = len(written.partition(".")[2])
            if write:
                return f"{found[1]}{value:.{decimals}f}{found[7]}"
            if not abs(float(written) - value) <= tolerance:
                line = text.count("\n", 0, found.start()) + 1
                mistakes.append(f"{page}:{line}: {written} is written, {value:.{decimals + 1}f} measured ({found[2]}), "
                                f"more than {tolerance:g} apart")
            return found[0]

        changed = NUMBER.sub(compare, text)
    if text.count("<!-- number:") != len(NUMBER.findall(text)):
        mistakes.append(f"{page}: a '<!-- number: ... -->' is not of the form that .ci/readme.py describes")
    if write:
        pathlib.Path(page).write_text(changed, encoding="utf-8")
    return mistakes


def main():
    match sys.argv[1:]:
        case ["run", page, result]:
            check = lambda text: run(page, text, result)
        case ["package", page, result, interpreter]:
            check = lambda text: run(page, text, result, os.path.abspath(interpreter))
        case ["tools", page]:
            check = lambda text: tools(page, text)
        case ["quotes", page]:
            check = lambda text: quotes(page, text)
        case ["numbers", page, result]:
            check = lambda text: numbers(page, text, result, write=False)
        case ["numbers", page, result, "--write"]:
            check = lambda text: numbers(page, text, result, write=True)
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    mistakes = check(pathlib.Path(page).read_text(encoding="utf-8"))
    print("\n".join(mistakes) or f"{page}: {sys.argv[1]} checked")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
