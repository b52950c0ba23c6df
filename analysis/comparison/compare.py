#!/usr/bin/python3
"""A fair comparison of learning methods: the same search for each, the best settings of each at full length, a table.

  apical sweep SEARCH.toml --out results/search                   the methods in [[list]], settings in [sobol] or [grid]
  compare.py best SEARCH.toml results/search/index.csv --count 10 --seeds 1 2 3 --set run.epochs=12
                 --without task.validation_samples --out finalists.toml
  apical sweep finalists.toml --out results/finalists
  compare.py table results/finalists --csv finalists.csv --into PAGE.md
  compare.py paired SEARCH.toml results/search/index.csv          all settings of the search, one by one

`best` writes the sweep of the settings that did best on the validation part of the search, the same number of each method, the
best first; where the search has none it says that it chooses on the test part. --set and --without change what is set in all runs
([set] of the search). `table` reads the files of runs of a sweep, or in a folder, and gives one row to runs that differ in their
seed alone; the columns are the keys that differ, and a run that diverged counts as such. --into puts the table between the lines
<!-- table: FOLDER --> and <!-- / --> of a page. `paired` says by how much the first method is better than each other one at the
same settings, over all settings of the search.
"""

import argparse
import csv
import os
import pathlib
import sys

sys.path.insert(1, str(pathlib.Path(__file__).resolve().parent.parent))
from packages import require

require("numpy", "h5py")
import h5py
import numpy as np
import tomllib

METHODS = ["self_assembly", "backpropagation", "kolen_pollack", "feedback_alignment"]
# What settings are chosen by: the first that the index has.
CHOICES = {"metrics/validation_accuracy": "validation part", "metrics/test_accuracy": "test part"}
ACCURACY = "metrics/test_accuracy"


class Refused(Exception):
    """What was asked for cannot be made of these files."""


def flat(section, prefix=""):
    """The keys of a TOML document, `section.key`."""
    found = {}
    for name, value in section.items():
        found |= flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value}
    return found


def swept_keys(sweep):
    """The keys that differ between the runs of a sweep, but the seed."""
    found = dict.fromkeys(key for entry in sweep.get("list", []) for key in flat(entry))
    found |= dict.fromkeys(flat(sweep.get("grid", {})))
    for kind in "sobol", "random":
        # A range is a table itself: {low = .., high = ..}.
        for section, keys in sweep.get(kind, {}).items():
            if isinstance(keys, dict):
                found |= dict.fromkeys(f"{section}.{key}" for key in keys)
    return list(found)


def toml(value):
    """A value as TOML: of the sweep, or text of the index, which leaves out the quotes of strings."""
    if isinstance(value, str):
        try:
            tomllib.loads(f"x = {value}")
            return value
        except tomllib.TOMLDecodeError:
            return f'"{value}"'
    return str(value).lower() if isinstance(value, bool) else str(value).replace("'", '"')


def rows_of(index):
    """The runs of an index, and the column to choose by; if that is the test part, it is said."""
    with open(index, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    column = next((name for name in CHOICES if any(row.get(name) for row in rows)), None)
    if rows and column is None:
        raise Refused(f"{index}: there is no column {' or '.join(CHOICES)}: no run has measured an accuracy")
    if column == ACCURACY:
        print(f"compare.py: {index}: settings are compared on the test part, which is then no longer unseen; "
              "task.validation_samples makes a part to choose on", file=sys.stderr)
    return rows, column


def searched(index, keys, by):
    """Accuracies by method and settings, {values of `by`: {((key, value), ..): [accuracy, ..]}}: of runs that are done; and on what."""
    rows, column = rows_of(index)
    methods = {}
    for row in rows:
        missing = [key for key in (*by, *keys, "status") if key not in row]
        if missing:
            raise Refused(f"{index}: there is no column {missing[0]}: not the index of this sweep")
        settings = tuple((key, row[key]) for key in keys if row[key])  # empty: nothing to this method
        of_method = methods.setdefault(tuple(row[key] for key in by), {})
        if row["status"] == "done":
            of_method.setdefault(settings, []).append(float(row[column]))
    return methods, CHOICES.get(column)


def best(options):
    with open(options.sweep, "rb") as file:
        sweep = tomllib.load(file)
    methods, part = searched(options.index, swept_keys(sweep), options.by)
    common = {key: toml(value) for key, value in flat(sweep.get("set", {})).items() if key not in options.without}
    common |= dict(text.split("=", 1) for text in options.set)
    out = pathlib.Path(options.out)
    experiment = os.path.relpath(pathlib.Path(options.sweep).parent / sweep["sweep"]["experiment"], out.parent)
    lines = [f"# Of {options.index}: the {options.count} best settings of each method, the best first.", "", "[sweep]",
             f'experiment = "{experiment}"', f"seeds = {options.seeds}", "", "[set]",
             *(f"{key} = {value}" for key, value in common.items())]
    for method, settings in methods.items():
        ranked = sorted(settings.items(), key=lambda item: -np.mean(item[1]))
        if len(ranked) < options.count:
            raise Refused(f"{options.index}: {', '.join(method)}: {len(ranked)} settings are done, not {options.count}")
        for values, accuracies in ranked[:options.count]:
            lines += ["", f"[[list]]  # {100 * np.mean(accuracies):.2f} % on the {part}"]
            lines += [f"{key} = {toml(value)}" for key, value in values]
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(out)


def paired(options):
    with open(options.sweep, "rb") as file:
        keys = [key for key in swept_keys(tomllib.load(file)) if key not in options.by]
    rows, column = rows_of(options.index)
    methods = {}
    for row in rows:
        found = methods.setdefault(" ".join(row[key] for key in options.by), {})
        found[tuple(row[key] for key in (*keys, "run.seed"))] = float(row[column]) if row["status"] == "done" else np.nan
    (first, mine), *others = methods.items()
    print(f"{first}: {np.isnan(list(mine.values())).sum()} of {len(mine)} runs failed")
    for name, theirs in others:
        differences = 100 * np.array([mine[settings] - theirs[settings] for settings in mine if settings in theirs])
        known = differences[~np.isnan(differences)]
        if len(known) < 2:
            raise Refused(f"{options.index}: {first} and {name} have {len(known)} settings in common at which both are done")
        print(f"against {name}: {known.mean():+.2f} ± {np.std(known, ddof=1) / np.sqrt(len(known)):.2f} points (standard error), "
              f"median {np.median(known):+.2f}, better at {(known > 0).sum()} of {len(known)} settings at which both are done; "
              f"{np.isnan(list(theirs.values())).sum()} of {len(theirs)} runs failed")


def attribute(file, name):
    value = file["provenance"].attrs.get(name, b"")
    return value.decode() if isinstance(value, bytes) else value


def cosines(file):
    """Of the update of W with H times the gradient, or with the gradient, in the hidden layers at the end."""
    for name in "metrics/cosine_h_sgd", "metrics/cosine_sgd":
        if name in file:
            return file[name][-1]
    return None


def look_at(path):
    """(settings but the seed, what came of it: None if it failed) of a run; None of one that is not at its end."""
    with h5py.File(path) as file:
        ending = attribute(file, "ending") if "provenance" in file else ""
        if ending != "done" and not ending.startswith("failed"):
            return None
        keys, done = flat(tomllib.loads(file["config"][()].decode())), ending == "done"
        result = {"accuracy": 100 * float(file[ACCURACY][-1]), "cosines": cosines(file),
                  "time": float(attribute(file, "wall_time").split()[0])} if done else None
    keys.pop("run.seed")
    return keys, result


def files_of_runs(folder):
    """Of a sweep in the order of its index; else of all files in the folder."""
    index = pathlib.Path(folder, "index.csv")
    if not index.exists():
        return sorted(pathlib.Path(folder).glob("*.h5"))
    with open(index, newline="", encoding="utf-8") as file:
        paths = [pathlib.Path(folder, row["file"]) for row in csv.DictReader(file)]
    return [path for path in paths if path.exists()]


def groups(folder):
    """Runs that differ in their seed alone: [(settings, results)], None for a run that failed; methods in the order above."""
    paths = files_of_runs(folder)
    found = {}
    for path in paths:
        run = look_at(path)
        if run:
            keys, result = run
            found.setdefault(repr(sorted(keys.items())), (keys, []))[1].append(result)
    if not found:
        raise Refused(f"{folder}: there are no files of runs")
    order = {name: k for k, name in enumerate(METHODS)}
    return sorted(found.values(), key=lambda group: order.get(group[0]["circuit.model"], len(order)))


def differing(found):
    """Keys that differ between those that have them, in the order of the file."""
    keys = dict.fromkeys(key for settings, _ in found for key in settings)
    values = {key: {repr(settings[key]) for settings, _ in found if key in settings} for key in keys}
    return [key for key in keys if len(values[key]) > 1 and key != "circuit.model"]


def shown(value):
    return " ".join(map(str, value)) if isinstance(value, list) else f"{value:.4g}" if isinstance(value, float) else str(value)


def row_of(settings, results, keys):
    """A line of the table: column -> text."""
    done = [result for result in results if result]
    accuracy = [result["accuracy"] for result in done]
    known = [result["cosines"] for result in done if result["cosines"] is not None]
    return {"method": settings["circuit.model"], **{key: shown(settings.get(key, "")) for key in keys}, "seeds": str(len(results)),
            "diverged": str(len(results) - len(done)), "mean": f"{np.mean(accuracy):.2f}" if done else "",
            "deviation": f"{np.std(accuracy, ddof=1):.2f}" if len(done) > 1 else "",
            "each seed": " ".join(f"{value:.2f}" for value in accuracy),
            "least cosines": " ".join(f"{value:.3f}" for value in np.min(known, axis=0)) if known else "",
            "time": f"{np.mean([result['time'] for result in done]):.0f} s" if done else ""}


def table(options):
    found = groups(options.folder)
    keys = differing(found)
    rows = [row_of(*group, keys) for group in found]
    heads = {"mean": "test %, mean", "least cosines": "least cosine at the end, hidden layers"}
    lines = ["| " + " | ".join(heads.get(name, name.rpartition(".")[2]) for name in rows[0]) + " |", "|---" * len(rows[0]) + "|",
             *("| " + " | ".join(row.values()) + " |" for row in rows)]
    print("\n".join(lines))
    if options.csv:
        with open(options.csv, "w", newline="", encoding="utf-8") as file:
            # Times depend on the machine: not in what is kept.
            writer = csv.DictWriter(file, [name for name in rows[0] if name != "time"], extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    if options.into:
        place(pathlib.Path(options.into), options.folder, lines)


def place(page, folder, lines):
    text = page.read_text(encoding="utf-8")
    begin, end = f"<!-- table: {folder} -->\n", "<!-- / -->"
    before, found, rest = text.partition(begin)
    if not found or end not in rest:
        raise Refused(f"{page}: there are no lines {begin.strip()} and {end}")
    page.write_text(before + begin + "\n".join(lines) + "\n" + rest[rest.index(end):], encoding="utf-8")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = arguments.add_subparsers(dest="command", required=True)
    one = commands.add_parser("best")
    one.add_argument("sweep", metavar="SEARCH.toml")
    one.add_argument("index", metavar="INDEX.csv")
    one.add_argument("--by", nargs="+", default=["circuit.model"], metavar="KEY", help="what makes a method; by default its model")
    one.add_argument("--count", type=int, default=1, help="settings of each method")
    one.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    one.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="in all runs, also in place of the search's")
    one.add_argument("--without", action="append", default=[], metavar="KEY", help="set in the search only")
    one.add_argument("--out", required=True, metavar="FINALISTS.toml")
    two = commands.add_parser("table")
    two.add_argument("folder")
    two.add_argument("--csv", metavar="FILE", help="writes the same as a file")
    two.add_argument("--into", metavar="PAGE", help="page with a place for the table")
    three = commands.add_parser("paired")
    three.add_argument("sweep", metavar="SEARCH.toml")
    three.add_argument("index", metavar="INDEX.csv")
    three.add_argument("--by", nargs="+", default=["circuit.model"], metavar="KEY")
    options = arguments.parse_args()
    try:
        {"best": best, "table": table, "paired": paired}[options.command](options)
    except (Refused, OSError, tomllib.TOMLDecodeError) as error:
        print(f"compare.py: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
