#!/usr/bin/python3
"""The comparison of methods on a small task: the best settings are taken, what is there is kept, the page gets its table.

usage: comparison.py COMPARE.py APICAL EXPERIMENT.toml
"""

import pathlib
import subprocess
import sys
import tempfile


def main():
    compare, program, experiment = sys.argv[1:4]
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        found = folder / "found.csv"
        found.write_text("method,circuit.eta_W,validation_accuracy,failure\n"
                         "self_assembly,0.5,0.6,\nself_assembly,0.25,0.9,\nself_assembly,9,nan,diverged\n"
                         "backpropagation,0.125,0.8,\n")
        runs, page = folder / "runs", folder / "page.md"

        def call(*words):
            return subprocess.run([sys.executable, compare, *map(str, words)], capture_output=True, text=True)

        final = ["final", experiment, "--program", program, "--csv", found, "--methods", "self_assembly", "backpropagation",
                 "self_assembly:bare", "--variant", "bare:self_assembly.development=0", "--set", "run.epochs=100",
                 "--seeds", "1-2", "--folder", runs]
        first, second = call(*final), call(*final)
        page.write_text(f"before\n<!-- table: {runs} -->\nold\n<!-- / -->\nafter\n", encoding="utf-8")
        table = call("table", runs, "--into", page)
        text = page.read_text(encoding="utf-8")
        elsewhere = call("table", runs, "--into", found)
        rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("| ")][1:]
        checks = {
            "all runs are made": first.returncode == 0 and first.stdout.count("done") == 6,
            "and kept": second.stdout.count("kept") == 6,
            "the table is in its place": text.startswith("before\n") and text.endswith("<!-- / -->\nafter\n") and "old" not in text,
            "every method has its best rate": [row[:2] for row in rows] == [
                ["self_assembly", "0.25"], ["backpropagation", "0.125"], ["self_assembly-bare", "0.25"]],
            "two seeds each": all(row[3] == "2" and len(row[6].split()) == 2 for row in rows),
            "a page without a place is refused": elsewhere.returncode == 1 and "no lines" in elsewhere.stderr,
        }
    broken = [name for name, kept in checks.items() if not kept]
    if broken:
        print("\n".join(["broken:", *broken, first.stdout, first.stderr, table.stderr, text]))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
