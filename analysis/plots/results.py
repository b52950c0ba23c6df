"""What every picture reads: the file of a run, or the index of a sweep, and what its variables are called."""
import csv
import json
import pathlib

import h5py
import numpy as np

LETTERS = "abcdefghijklmnopqrstuvwxyz"

# Which key records it, by the group of a file.
RECORDED = {"metrics": "record.metrics records it, where the circuit has it", "baselines": "run.baselines makes it",
            "confusion": "record.metrics records it, where the data have classes and a test part",
            "spectra": "record.spectra records it, where the circuit has it", "trace": "a section [trace.NAME] records it",
            "spikes": "record.spikes or a section [spikes.NAME] records it",
            "weights": 'record.weights = "start and end" (or "1 epoch") records it',
            "final": "a run that has come to its end has it"}


class Missing(Exception):
    """The subject lacks what the picture shows."""


def lacking(file, path):
    """The Missing for what is not in an open file of a run, with the key that records it."""
    path = path.strip("/")
    return Missing(f"{file.filename}: there is no /{path}; {RECORDED.get(path.split('/')[0], 'is this the file of a run?')}")


class Results:
    """The file of a run (`h5`), or the folder of a sweep (`table`, a list of rows)."""

    def __init__(self, subject):
        self.path = pathlib.Path(subject)
        self.sweep = self.path.is_dir()
        if self.sweep:
            index = self.path / "index.csv"
            if not index.exists():
                raise Missing(f"{index}: there is no such file; is this the folder of a sweep? `apical sweep --index` makes it")
            with open(index, newline="", encoding="utf-8") as rows:
                self.table = [row for row in csv.DictReader(rows) if row.get("status") == "done"]
            if not self.table:
                raise Missing(f"{index}: no run of this sweep is done")
            self.h5 = None
        else:
            try:
                self.h5 = h5py.File(self.path)
            except FileNotFoundError:
                raise Missing(f"{self.path}: there is no such file") from None
            except OSError as error:
                raise Missing(f"{self.path}: not a whole HDF5 file ({error})") from None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.h5 is not None:
            self.h5.close()

    def has(self, path):
        return self.h5 is not None and path in self.h5

    def __getitem__(self, path):
        """An HDF5 object of the run, or Missing with the key that records it."""
        if not self.has(path):
            raise self.lacking(path)
        return self.h5[path]

    def lacking(self, path):
        """The Missing for what the subject has not: a run as `lacking` says, a sweep has only what its index has."""
        if self.sweep:
            return Missing(f"{self.path}: a sweep has no /{path}; name one of its runs, in {self.path / 'runs'}")
        return lacking(self.h5, path)

    def axis(self, group):
        """Values and label of what a group is drawn over: epochs where there are any, else time."""
        epoch = f"{group}/epoch"
        if self.has(epoch):
            return self[epoch][()], "epoch"
        time = self[f"{group}/time"]
        return time[()], f"time ({units(time)})"

    def settings(self, number=0):
        """The experiment of a run as nested dicts, of a sweep that of its row `number`."""
        import tomllib

        if self.sweep:
            path = (self.path / self.table[number]["file"]).with_suffix(".toml")
            return tomllib.loads(path.read_text(encoding="utf-8"))
        return tomllib.loads(text(self["config"][()]))

    def run_of(self, row):
        """The file of a row of the sweep, open."""
        return Results(self.path / row["file"])

    def swept(self):
        """Names of the keys with more than one value over the sweep, other than the seed, in the order of the index."""
        names = []
        for name in self.table[0]:
            if "." in name and "/" not in name and name != "run.seed" and len({row[name] for row in self.table}) > 1:
                names.append(name)
        return names

    def title(self):
        """What a figure says of its origin: model, data and circuit size."""
        settings = self.settings()
        words = [settings.get("circuit", {}).get("model", ""), settings.get("task", {}).get("dataset", "")]
        hidden = settings.get("circuit", {}).get("hidden")
        if hidden:
            words.append("hidden " + "-".join(str(size) for size in hidden))
        if not self.sweep:
            words.append(f"seed {settings.get('run', {}).get('seed', 1)}")
        return ", ".join(str(word) for word in words if word)


def text(value):
    """A string of HDF5, however it was stored."""
    value = value.item() if isinstance(value, np.ndarray) else value
    return value.decode() if isinstance(value, bytes) else str(value)


def units(variable):
    return text(variable.attrs["units"]) if "units" in variable.attrs else "1"


def label(variable, name=None):
    """The name with its unit: of a number without, the name alone."""
    name, unit = name or variable.name.rsplit("/", 1)[1].replace("_", " "), units(variable)
    return name if unit in ("1", "") else f"{name} ({unit})"


def value_of(word):
    """What a cell of the index says: a number, a list, or the word itself."""
    try:
        return float(word)
    except ValueError:
        pass
    try:
        return json.loads(word)
    except json.JSONDecodeError:
        return word


def new_figure(rows, columns, width=3.2, height=2.5):
    """A figure of this many panels, with letters, without the frame above and to the right."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(rows, columns, figsize=(width * columns, height * rows), layout="constrained", squeeze=False)
    for number, panel in enumerate(axes.flat):
        panel.spines[["top", "right"]].set_visible(False)
        if axes.size > 1:
            panel.set_title(LETTERS[number % 26], loc="left", fontweight="bold")
    return figure, axes
