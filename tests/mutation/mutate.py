#!/usr/bin/python3
"""Which changes of the code do the fast tests notice?

    mutate.py draw [--count 120] [--seed 1]      prints random changes of one place each
    mutate.py check [LIST]                       says which changes of a list stand no longer in the code
    mutate.py run [LIST] [--first 1] [--count N] [--jobs 2]   applies each, builds, and runs the fast tests

A list (mutants.list) names a file, the line as it is (-) and as it becomes (+); a line that begins with = says why the change
is equivalent, that is, why no test could notice it. `run` works in a copy of the committed tree, builds what the change
touches, and runs the fast tests, short ones first, until one fails. A change that does not compile does not count, nor does one
whose line is gone, or an equivalent one; of the others 95 % have to be noticed (status 1 otherwise).
"""
import argparse
import concurrent.futures
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FOLDERS = ("sim/state", "sim/synapses", "sim/network", "sim/dynamics", "sim/protocol", "sim/experiment", "sim/circuit", "models",
           "analysis/metrics")
SWAPS = ((" + ", " - "), (" - ", " + "), (" * ", " / "), (" / ", " * "), (" < ", " <= "), (" > ", " >= "), (" <= ", " < "),
         (" >= ", " > "), (" == ", " != "), (" != ", " == "), (" && ", " || "), (" || ", " && "), ("true", "false"),
         ("false", "true"), (" += ", " -= "), (" -= ", " += "), ("std::max", "std::min"), ("std::min", "std::max"),
         (" % ", " / "), ("(0)", "(1)"), (", 0)", ", 1)"), (" = 0;", " = 1;"), (" = 1;", " = 2;"), (" 2 * ", " 3 * "),
         (" - 1]", "]"), (" + 1]", "]"))
CALL = re.compile(r"^[\w.\->:]+\(.*\);$")  # a statement that may be left out
PASSED_OVER = re.compile(r"^\s*(//|#|\*|using |virtual |template|static_assert|namespace|case |throw |\"|\})|refuse\(|InputError|\{\"")
ENOUGH = 0.95


def candidates():
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.[ch]pp")):
            name = str(path.relative_to(ROOT))
            lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
            for line in lines:
                if PASSED_OVER.search(line) or lines.count(line) > 1:
                    continue
                code = line.split("//")[0]
                for old, new in SWAPS:
                    if code.count(old) == 1 and '"' not in code:
                        yield name, line, line.replace(old, new, 1)
                if CALL.match(line) and "return" not in line:
                    yield name, line, ";"


def draw(count, seed):
    drawn = random.Random(seed).sample(list(candidates()), count)
    for name, old, new in sorted(drawn):
        print(f"{name}\n- {old}\n+ {new}\n")


def read(path):
    for block in pathlib.Path(path).read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if not line.startswith("#")]
        if len(lines) < 3:
            continue
        yield lines[0], lines[1][2:], lines[2][2:], lines[3][2:] if len(lines) > 3 else ""


def place(root, name, old):
    """The line of a file that is `old` but for white space around it; the list is out of date where there is not one."""
    lines = (root / name).read_text(encoding="utf-8").splitlines()
    matching = [line for line in lines if line.strip() == old]
    if len(matching) != 1:
        raise LookupError(f"{name}: '{old}' stands there {len(matching)} times: draw this change anew")
    return matching[0]


def out_of_date(mutants):
    """The numbers of the changes whose line is no longer there, each named."""
    found = set()
    for number, (name, old, _, _) in mutants:
        try:
            place(ROOT, name, old)
        except (LookupError, FileNotFoundError) as reason:
            found.add(number)
            print(f"{number}: {reason}", flush=True)
    return found


class Tree:
    """A copy of the committed tree, built once."""

    def __init__(self, folder, jobs):
        self.folder, self.jobs = pathlib.Path(folder), jobs
        subprocess.run(["git", "clone", "-q", str(ROOT), str(self.folder)], check=True)
        self.build = self.folder / "build"
        subprocess.run(["cmake", "-S", str(self.folder), "-B", str(self.build), "-G", "Ninja", "--log-level=WARNING",
                        "-DCMAKE_BUILD_TYPE=Release", "-DAPICAL_TESTS=ON"], check=True, stdout=subprocess.DEVNULL)
        if not self.compiles():
            raise SystemExit("the tree as committed does not build")
        report = self.build / "tests.xml"
        subprocess.run(["ctest", "--test-dir", str(self.build), "-L", "fast", "-j", str(jobs), "--output-junit", str(report)],
                       check=False, stdout=subprocess.DEVNULL)
        cases = xml.etree.ElementTree.parse(report).getroot().findall("testcase")
        failed = [case.get("name") for case in cases if case.get("status") != "run"]
        if failed:
            raise SystemExit(f"the tree as committed fails {failed}")
        self.times = {case.get("name"): float(case.get("time")) for case in cases}

    def compiles(self):
        return subprocess.run(["cmake", "--build", str(self.build), "--parallel", str(self.jobs)], check=False,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    def fails(self, test):
        words = ["ctest", "--test-dir", str(self.build), "-R", f"^{test}$", "--timeout", str(int(20 + 10 * self.times[test]))]
        return subprocess.run(words, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 0

    def noticed_by(self):
        tests = sorted(self.times, key=self.times.get)
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            for at in range(0, len(tests), self.jobs):
                some = tests[at:at + self.jobs]
                for test, failed in zip(some, pool.map(self.fails, some)):
                    if failed:
                        return test
        return None

    def with_change(self, name, old, new):
        """'does not compile', the first test that fails, or None."""
        path = self.folder / name
        whole = path.read_text(encoding="utf-8")
        line = place(self.folder, name, old)
        path.write_text(whole.replace(line + "\n", line.replace(old, new) + "\n", 1), encoding="utf-8")
        try:
            return self.noticed_by() if self.compiles() else "does not compile"
        finally:
            path.write_text(whole, encoding="utf-8")


def run(mutants, jobs):
    gone = out_of_date(mutants)
    noticed, survived = 0, []
    folder = tempfile.mkdtemp()
    try:
        tree = Tree(os.path.join(folder, "tree"), jobs)
        for number, (name, old, new, equivalent) in mutants:
            if number in gone:
                continue
            if equivalent:
                print(f"{number}: {name}: equivalent: {equivalent}", flush=True)
                continue
            begin = time.monotonic()
            outcome = tree.with_change(name, old, new)
            print(f"{number}: {name}: {new or 'left out'}: {outcome or 'NOT NOTICED'} ({time.monotonic() - begin:.0f} s)",
                  flush=True)
            if outcome is None:
                survived.append(number)
            elif outcome != "does not compile":
                noticed += 1
    finally:
        shutil.rmtree(folder)
    tried = noticed + len(survived)
    print(f"{noticed} of {tried} changes noticed; not: {survived}")
    return 0 if noticed >= ENOUGH * tried else 1


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("what", choices=("draw", "check", "run"))
    arguments.add_argument("list", nargs="?", default=str(pathlib.Path(__file__).parent / "mutants.list"))
    arguments.add_argument("--count", type=int)
    arguments.add_argument("--first", type=int, default=1)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--jobs", type=int, default=os.cpu_count())
    options = arguments.parse_args()
    if options.what == "draw":
        draw(options.count or 120, options.seed)
        return 0
    chosen = list(enumerate(read(options.list), 1))[options.first - 1:][:options.count]
    return run(chosen, options.jobs) if options.what == "run" else len(out_of_date(chosen)) > 0


if __name__ == "__main__":
    sys.exit(main())
