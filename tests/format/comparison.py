#!/usr/bin/python3
"""A search and its finalists on a small task: the best settings are taken, runs that diverge are counted, the page gets its
table, and the figure shows what the table has.

usage: comparison.py COMPARE.py APICAL EXPERIMENT.toml FIGURE.py [FOLDER]
"""
import csv
import pathlib
import re
import subprocess

from drawn import call, files_of, in_folder, refused

# Two methods, one of which diverges at the highest rate; `best` must not take a rate for granted that is listed first.
SEARCH = """
[sweep]
experiment = "{experiment}"
seeds = [7]
[set]
run.epochs = 100
run.baselines = []
circuit.hidden = [4]
record.weights = "never"
[[list]]
circuit.model = "self_assembly"
self_assembly.development = 0
[[list]]
circuit.model = "backpropagation"
[grid]
circuit.eta_W = [1e-6, 0.125, 0.25, 1e5]
"""


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def sweep(apical, file, out, status):
    done = subprocess.run([apical, "sweep", str(file), "--out", str(out), "--progress", "none"], capture_output=True, text=True)
    assert done.returncode == status, done.stderr


def best_of(index):
    """Method -> rates, the best first: straight from the index."""
    rows = [row for row in read(index) if row["status"] == "done"]
    ranked = sorted(rows, key=lambda row: -float(row["metrics/test_accuracy"]))
    return {model: [float(row["circuit.eta_W"]) for row in ranked if row["circuit.model"] == model]
            for model in ("self_assembly", "backpropagation")}


def chosen_on(compare, search, index, folder):
    """The validation part where there is one: here it is made to say the opposite of the test part. Else it is said."""
    rows, other, found = read(index), folder / "other.csv", {}
    for part in "test", "validation":
        for row in rows:
            if part == "validation" and row["status"] == "done":
                row["metrics/validation_accuracy"] = str(1 - float(row["metrics/test_accuracy"]))
        with open(other, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, dict.fromkeys(key for row in rows for key in row))
            writer.writeheader()
            writer.writerows(rows)
        made = call(compare, "best", search, other, "--count", 3, "--out", folder / "chosen.toml")
        assert made.returncode == 0, made.stderr
        assert ("no longer unseen" in made.stderr) == (part == "test"), made.stderr
        text = (folder / "chosen.toml").read_text(encoding="utf-8")
        assert f"% on the {part} part" in text, text
        found[part] = re.findall(r"^circuit.eta_W = (.*)$", text, re.MULTILINE)[:3]
    accuracy = {row["circuit.eta_W"]: float(row["metrics/test_accuracy"]) for row in rows[:3]}
    for part, sign in ("test", -1), ("validation", 1):
        assert found[part] == sorted(accuracy, key=lambda rate: sign * accuracy[rate]), (part, found, accuracy)


def check(compare, apical, experiment, figure, folder):
    search, finalists, page = folder / "search.toml", folder / "finalists.toml", folder / "page.md"
    search.write_text(SEARCH.format(experiment=pathlib.Path(experiment).resolve()), encoding="utf-8")
    sweep(apical, search, folder / "search", 1)
    index = folder / "search" / "index.csv"
    best = [compare, "best", search, index, "--seeds", 1, 2, "--out", finalists, "--without", "record.weights"]
    made = call(*best, "--count", 2, "--set", "run.epochs=50")
    assert made.returncode == 0, made.stderr
    text = finalists.read_text(encoding="utf-8")
    assert "run.epochs = 50" in text and "epochs = 100" not in text and "record.weights" not in text, text
    assert text.count("self_assembly.development = 0") == 2 and "seeds = [1, 2]" in text, text
    sweep(apical, finalists, folder / "finalists", 0)
    expected = {method: rates[:2] for method, rates in best_of(index).items()}
    found = {method: [] for method in expected}
    for row in read(folder / "finalists" / "index.csv")[::2]:
        found[row["circuit.model"]].append(float(row["circuit.eta_W"]))
    assert found == expected, (found, expected)
    refused(call(*best, "--count", 4), "3 settings are done, not 4")
    chosen_on(compare, search, index, folder)
    refused(call(compare, "best", search, folder / "finalists.toml", "--out", folder / "none"), "no column")

    compared = call(compare, "paired", search, index, "--by", "circuit.model", "self_assembly.development")
    accuracy = {(row["circuit.model"], row["circuit.eta_W"]): 100 * float(row["metrics/test_accuracy"]) for row in read(index)}
    gains = [accuracy["self_assembly", rate] - accuracy["backpropagation", rate] for rate in ("1e-06", "0.125", "0.25")]
    assert f"{sum(gains) / 3:+.2f} ±" in compared.stdout and "of 3 settings" in compared.stdout, (gains, compared.stdout)

    page.write_text(f"before\n<!-- table: {folder}/search -->\nold\n<!-- / -->\nafter\n", encoding="utf-8")
    listed = folder / "search.csv"
    table = call(compare, "table", folder / "search", "--into", page, "--csv", listed)
    assert table.returncode == 0, table.stderr
    text, rows = page.read_text(encoding="utf-8"), read(listed)
    assert text.startswith("before\n") and text.endswith("<!-- / -->\nafter\n") and "old" not in text, text
    assert sum(line.startswith("| ") for line in text.splitlines()) == 1 + len(rows) == 9, text
    assert [(row["method"], row["circuit.eta_W"], row["diverged"]) for row in rows] == \
        [(method, rate, "1" if rate == "1e+05" else "0") for method in ("self_assembly", "backpropagation")
         for rate in ("1e-06", "0.125", "0.25", "1e+05")], rows
    assert all((row["mean"] == "") == (row["diverged"] == "1") for row in rows), rows
    refused(call(compare, "table", folder / "search", "--into", search), "no lines")
    refused(call(compare, "table", folder / "nothing"), "no files of runs")

    files_of(call(figure, f"XOR={listed}", f"again={listed}", "--out", folder / "methods"))
    summary = read(folder / "methods.csv")[-1]
    means = [float(row["mean"]) for row in rows[4:7]]
    assert (summary["data"], summary["settings"], summary["diverged"]) == ("again", "4", "1"), summary
    assert float(summary["highest"]) == max(means) and float(summary["chosen"]) == means[0], summary
    refused(call(figure, f"page={page}", "--out", folder / "other"), "not a table")


if __name__ == "__main__":
    in_folder(check, 4)
