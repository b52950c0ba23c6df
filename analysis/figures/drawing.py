"""What the figures share: how they look, how they are written, and how what is lacking is named: in a file, or in Python.

Programs import this before packages that are not Python's own.
"""
import pathlib
import sys

sys.path.insert(1, str(pathlib.Path(__file__).resolve().parent.parent))
from packages import require

require("numpy", "h5py", "matplotlib")
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from plots.results import RECORDED, Missing

BEFORE = 'not in this file:\nrecord.weights = "start and end"\nkeeps the weights before learning'


def lacking(run, path):
    """The Missing for what is not in the file of a run, with the key that records it."""
    path = path.strip("/")
    return Missing(f"{run.filename}: there is no /{path}; {RECORDED.get(path.split('/')[0], 'is this the file of a run?')}")


def say(axes, text):
    """In place of what cannot be drawn."""
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", fontsize=7, color="0.5")


def style(**changes):
    # hashsalt: the same files give the same figure, bit for bit.
    plt.rcParams.update({"font.size": 9, "legend.fontsize": 8, "legend.edgecolor": "none", "axes.titlesize": 10,
                         "svg.hashsalt": "apical", "savefig.dpi": 130, **changes})


def save(figure, prefix):
    """Writes PREFIX.png and PREFIX.svg and prints their names."""
    for kind, metadata in ("png", {"Software": None}), ("svg", {"Date": None}):
        path = pathlib.Path(f"{prefix}.{kind}")
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata=metadata)
        print(path)


def refusing(work):
    """Exit status of the program whose work this is: 0, or 2 with one line that says what is missing."""
    try:
        work()
    except (Missing, OSError) as error:
        print(f"{pathlib.Path(sys.argv[0]).name}: {error}", file=sys.stderr)
        return 2
    return 0
