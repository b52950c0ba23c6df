"""The index of a sweep as arrays, and means over seeds."""
import argparse

import h5py
import numpy as np

from drawing import Missing, refusing


class Table:
    """Runs that are done; `table["circuit.eta_W"]` and `table["metrics/test_accuracy"]` have one entry each."""

    def __init__(self, path):
        self.path, self.file = path, h5py.File(path)
        if "keys/status" not in self.file:
            raise Missing(f"{path}: not the index of a sweep")
        self.done = self.file["keys/status"].asstr()[:] == "done"
        self.failed = int((self.file["keys/status"].asstr()[:] == "failed").sum())

    def __getitem__(self, name):
        name = name if "/" in name else "keys/" + name
        if name not in self.file:
            raise Missing(f"{self.path}: there is no {name}")
        item = self.file[name]
        values = item.asstr()[:] if h5py.check_string_dtype(item.dtype) else item[:]
        return values[self.done]

    def groups(self, *keys):
        """The different values of these keys, in the order of the runs, each with which runs have them."""
        columns = [self[key] for key in keys]
        seen = list(dict.fromkeys(zip(*(column.tolist() for column in columns))))
        for values in seen:
            yield values, np.all([column == value for column, value in zip(columns, values)], axis=0)

    def accuracy(self, runs):
        """Mean and standard deviation over the runs, in percent, and how many there are."""
        found = 100 * self["metrics/test_accuracy"][runs]
        return found.mean(), found.std(ddof=1) if len(found) > 1 else np.nan, len(found)


def numbers(text):
    """A list that the index holds as text: "[7.5]" is 7.5."""
    return float(text.strip("[]"))


def write_rows(path, head, rows):
    with open(path, "w") as file:
        print(*head, sep=",", file=file)
        for row in rows:
            print(*(f"{value:.5g}" if isinstance(value, float) else value for value in row), sep=",", file=file)
    print(path)


def main(description, draw):
    """The command line of a figure from a sweep's index: draw(options) with options.index and options.out."""
    arguments = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("index")
    arguments.add_argument("--out", required=True, help="prefix of the files to write")
    options = arguments.parse_args()
    return refusing(lambda: draw(options))
