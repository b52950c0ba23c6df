"""The index of a sweep as arrays, and means over seeds; tables that a figure has written, from which it can be drawn anew."""
import argparse
import csv

from drawing import colours, Missing, refusing

import h5py
import numpy as np


class Table:
    """All runs; `table["circuit.eta_W"]` and `table["metrics/test_accuracy"]` have one entry each, NaN where a run has failed."""

    def __init__(self, path):
        self.path, self.file = path, h5py.File(path)
        status = self["status"]
        self.done, self.failed = status == "done", status == "failed"
        if not self.done.any():
            raise Missing(f"{path}: no run is done")

    def __getitem__(self, name):
        name = name if "/" in name else "keys/" + name
        if name not in self.file:
            raise Missing(f"{self.path}: there is no {name}: not the index of such a sweep")
        item = self.file[name]
        return item.asstr()[:] if h5py.check_string_dtype(item.dtype) else item[:]

    def origin(self):
        """Which data the runs have learnt, how much of them and for how long, and from which seeds."""
        def found(name):
            return list(dict.fromkeys(self[name].tolist())) if f"keys/{name}" in self.file else []

        words = [" and ".join(colours.DATA.get(name, name) for name in found("task.dataset"))]
        for name, unit in ("task.train_limit", "images"), ("run.epochs", "epochs"):
            values = [value for value in found(name) if value > 0]
            if values:
                words.append(" or ".join(f"{value:,g}" for value in values) + f" {unit}")
        seeds = len(found("run.seed"))
        return ", ".join(words + [f"{seeds} seed{'s' if seeds != 1 else ''}"])

    def groups(self, *keys):
        """The different values of these keys, in the order of the runs, each with which runs have them."""
        # A number that a model does not have is NaN in the index, which equals nothing.
        rows = list(zip(*([None if value != value else value for value in self[key].tolist()] for key in keys)))
        for values in dict.fromkeys(rows):
            yield values, np.array([row == values for row in rows])

    def accuracies(self, runs):
        """Of the runs that are done, in percent."""
        return 100 * self["metrics/test_accuracy"][runs & self.done]

    def summary(self, runs):
        """What stands in the tables of figures: see SUMMARY."""
        found = self.accuracies(runs)
        mean = float(found.mean()) if len(found) else np.nan
        deviation = float(found.std(ddof=1)) if len(found) > 1 else np.nan
        return mean, deviation, len(found), int((runs & self.failed).sum()), self.alignment(runs)

    def paired(self, runs, others):
        """Mean of the difference in accuracy, seed by seed, between two groups of runs, and its standard error; in percent."""
        seeds, accuracy = self["run.seed"], 100 * self["metrics/test_accuracy"]
        first, second = ({seeds[k]: accuracy[k] for k in np.flatnonzero(group & self.done)} for group in (runs, others))
        differences = [first[seed] - second[seed] for seed in first if seed in second]
        error = np.std(differences, ddof=1) / np.sqrt(len(differences)) if len(differences) > 1 else np.nan
        return float(np.mean(differences)) if differences else np.nan, float(error)

    def alignment(self, runs):
        """Mean over seeds of the cosine of the update of W and H times the gradient, layer by layer, at the end; as text."""
        cosines = self["metrics/cosine_h_sgd"][runs & self.done] if "metrics/cosine_h_sgd" in self.file else np.empty((0, 0))
        return " ".join(f"{value:.2f}" for value in cosines.mean(axis=0) if not np.isnan(value)) if len(cosines) else ""


def circuit_of(motif, gate):
    """What figures call a self_assembly circuit: its motif, or its gate where the upstream potentials relax."""
    return gate if gate in ("relaxed", "relaxed_active", "veto") else motif


# Columns of the table beside a figure, after the keys. Accuracies in percent, over the seeds that did not diverge.
SUMMARY = "mean", "deviation", "seeds", "diverged", "cosines"


def numbers(text):
    """A list that the index holds as text: "[7.5]" is 7.5."""
    return float(text.strip("[]"))


def read_rows(path, head):
    """What write_rows has written under these names: numbers where they are numbers."""
    def value(word):
        try:
            return float(word)
        except ValueError:
            return word

    with open(path, newline="", encoding="utf-8") as file:
        table = csv.DictReader(file)
        if table.fieldnames is None or list(table.fieldnames) != list(head):
            raise Missing(f"{path}: not the table of this figure; its columns are {', '.join(head)}")
        return [tuple(value(row[name]) for name in head) for row in table]


def write_rows(path, head, rows):
    with open(path, "w") as file:
        print(*head, sep=",", file=file)
        for row in rows:
            print(*(f"{value:.5g}" if isinstance(value, float) else value for value in row), sep=",", file=file)
    print(path)


def main(description, draw, indices=None):
    """The command line of a figure from a sweep's index (or "+" of them): draw(options) with options.index and options.out."""
    arguments = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("index", nargs=indices)
    arguments.add_argument("--out", required=True, help="prefix of the files to write")
    arguments.add_argument("--data", help="what is said of the data; by default what the index says of them")
    options = arguments.parse_args()
    return refusing(lambda: draw(options))
